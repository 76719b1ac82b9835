"""`make chaos`: kill -9 something at a random moment of `tarn up`; the next `tarn up` must mend it.

A seed decides what is killed and when. A round starts from nothing, ends with a comparison of all
that the stack holds with an undisturbed run, and leaves nothing running. The same seed chooses
the same victim at the same share of the same stage again; a machine's speed still moves it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from subprocess import Popen
from typing import Final

from tests.e2e.checkout import COMMAND_SECONDS, Checkout
from tests.e2e.contents import Contents, contents_of, differences
from tests.e2e.processes import Process, processes_of

UP: Final = ("up", "--days", "2", "--format", "json")
"""The main job on two days of flights: all stations, every dataset, in a fifth of the time."""
POLL_SECONDS: Final = 0.01


class Victim(StrEnum):
    """What is killed."""

    CLOUD = "cloud"
    FUNCTION = "function"
    SPARK = "spark"
    ENGINE = "engine"
    COMMAND = "command"


STAGES: Final[Mapping[Victim, tuple[str, ...]]] = {
    Victim.CLOUD: ("Local cloud", "Deploy", "Land", "Ingest", "Merge", "Serve"),
    Victim.FUNCTION: ("Land", "Ingest"),
    Victim.SPARK: ("Merge",),
    Victim.ENGINE: ("Deploy",),
    Victim.COMMAND: ("Local cloud", "Deploy", "Land", "Ingest", "Merge", "Serve"),
}
"""The stages in which each victim lives."""


def _is_victim(victim: Victim, process: Process) -> bool:
    match victim:
        case Victim.CLOUD:
            return "local_cloud.server" in process.command
        case Victim.FUNCTION:
            return any(part.endswith("functions/bootstrap.py") for part in process.command)
        case Victim.SPARK:
            return process.program == "java"
        case Victim.ENGINE:
            return process.program == "pulumi"
        case Victim.COMMAND:
            return process.command[1:3] == ("-m", "cli")


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When to kill what: ``share`` of ``stage``'s undisturbed length after the stage began."""

    seed: int
    victim: Victim
    stage: str
    share: float

    @classmethod
    def of(cls, seed: int) -> Moment:
        """Return the moment that a seed stands for; five seeds in a row have five victims."""
        chance = random.Random(seed)  # noqa: S311 - it has to be repeatable, not secret
        victim = tuple(Victim)[seed % len(Victim)]
        return cls(
            seed=seed,
            victim=victim,
            stage=chance.choice(STAGES[victim]),
            share=round(chance.uniform(0, 0.95), 3),
        )


@dataclass(frozen=True, kw_only=True)
class Reference:
    """An undisturbed run: what it left, and when each stage began and how long it took."""

    contents: Contents
    stages: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one round. ``killed`` is the victim's command, or None when none lived then."""

    moment: Moment
    killed: str | None
    seconds: float
    recovery_seconds: float
    verdict: str

    @property
    def good(self) -> bool:
        """Whether the next `tarn up` ended with the same tables."""
        return self.verdict == "same"


class _Run:
    """A `tarn up` whose stages are watched as it tells them."""

    def __init__(self, checkout: Checkout) -> None:
        self.began: dict[str, float] = {}
        self.lines: list[str] = []
        self._process: Popen[str] = checkout.start(*UP)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stderr or ():
            self.lines.append(line)
            if line.rstrip().endswith("…"):
                self.began[line.rstrip(" …\n")] = time.monotonic()

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def end(self) -> int:
        """Wait for its end and return its exit code."""
        code = self._process.wait(timeout=COMMAND_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()
        return code


def undisturbed(checkout: Checkout) -> Reference:
    """Run once without a kill."""
    run = _Run(checkout)
    assert run.end() == 0, "".join(run.lines)
    ended = time.monotonic()
    begins = [*run.began.items(), ("", ended)]
    stages = {name: later - at for (name, at), (_, later) in pairwise(begins)}
    return Reference(contents=contents_of(checkout), stages=stages)


def play(checkout: Checkout, moment: Moment, reference: Reference) -> Outcome:
    """Kill once in a `tarn up` from nothing, run it again, and compare what it left."""
    reset(checkout)
    started = time.monotonic()
    run = _Run(checkout)
    killed = _kill(checkout, run, moment, reference)
    run.end()
    mended = time.monotonic()
    again = checkout.run(*UP)
    seconds = time.monotonic() - mended
    if again.returncode != 0:
        verdict = f"the next `tarn up` failed: {again.stderr.strip()[-600:]}"
    elif different := differences(reference.contents, contents_of(checkout)):
        verdict = f"different: {different}"
    else:
        verdict = "same"
    if left := reset(checkout):
        verdict = f"{verdict}, but left running: {left}"
    return Outcome(
        moment=moment,
        killed=killed,
        seconds=round(time.monotonic() - started, 1),
        recovery_seconds=round(seconds, 1),
        verdict=verdict,
    )


def _kill(checkout: Checkout, run: _Run, moment: Moment, reference: Reference) -> str | None:
    """Wait for the moment, then kill one victim that lives; None when the run ended before."""
    delay = moment.share * reference.stages[moment.stage]
    chance = random.Random(moment.seed)  # noqa: S311 - it has to be repeatable, not secret
    while run.lives:
        time.sleep(POLL_SECONDS)
        began = run.began.get(moment.stage)
        if began is None or time.monotonic() < began + delay:
            continue
        living = [one for one in processes_of(checkout.root) if _is_victim(moment.victim, one)]
        if living:
            victim = chance.choice(sorted(living, key=lambda one: one.pid))
            os.kill(victim.pid, signal.SIGKILL)
            return " ".join(victim.command)[:120]
    return None


def reset(checkout: Checkout) -> list[str]:
    """Stop the cloud and forget its home; return what still runs a moment later, and end it."""
    checkout.stop()
    deadline = time.monotonic() + 5
    while (left := list(processes_of(checkout.root))) and time.monotonic() < deadline:
        time.sleep(0.1)
    for process in left:
        os.kill(process.pid, signal.SIGKILL)
    shutil.rmtree(checkout.root / ".tarn" / "local", ignore_errors=True)
    return [" ".join(process.command)[:120] for process in left]


def run_all(
    root: Path, seeds: Sequence[int], tell: Callable[[Outcome], None]
) -> tuple[Reference, list[Outcome]]:
    """Play the moments of all seeds in one checkout, after an undisturbed run."""
    checkout = Checkout.copy_to(root)
    try:
        reference = undisturbed(checkout)
        outcomes: list[Outcome] = []
        for seed in seeds:
            outcome = play(checkout, Moment.of(seed), reference)
            tell(outcome)
            outcomes.append(outcome)
    finally:
        reset(checkout)
    return reference, outcomes


def main(arguments: Sequence[str]) -> int:
    """Play and print one JSON line a round; 1 when a round did not end with the same tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.chaos", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--rounds", type=int, default=50, help="how many seeds from there")
    options = parser.parse_args(arguments)
    seeds = range(options.first, options.first + options.rounds)
    with tempfile.TemporaryDirectory(prefix="tarn-chaos-") as folder:
        _, outcomes = run_all(Path(folder) / "checkout", seeds, _print)
    missed = sum(1 for one in outcomes if one.killed is None)
    bad = [one.moment.seed for one in outcomes if not one.good]
    sys.stdout.write(
        f"{len(outcomes)} rounds: {len(outcomes) - len(bad)} ended with the same tables, "
        f"{len(bad)} did not (seeds {bad}); {missed} found no victim alive at their moment.\n"
    )
    return 1 if bad else 0


def _print(outcome: Outcome) -> None:
    sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

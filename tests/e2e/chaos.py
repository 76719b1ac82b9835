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
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from subprocess import Popen, TimeoutExpired
from typing import Final

from tests.e2e.checkout import Checkout
from tests.e2e.contents import Contents, settled_contents, settled_differences
from tests.e2e.processes import Process, processes_of
from tests.isolation import fake_aws_environment

UP: Final = ("up", "--days", "2", "--format", "json")
"""The main job on two days of flights: all stations, every dataset, in a fifth of the time."""
PATIENCE_SECONDS: Final = 900
"""After this a `tarn up` hangs, also on a machine that does ten other things."""
POLL_SECONDS: Final = 0.01


SLOW_TO_END: Final = ("pulumi-language-python",)
"""Pulumi's own language host outlives its engine by more than a minute, then it ends."""


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


class Run:
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

    def end(self) -> int | None:
        """Wait for its end and return its exit code; one that hangs is killed, and has none."""
        try:
            return self._process.wait(timeout=PATIENCE_SECONDS)
        except TimeoutExpired:
            self._process.kill()
            self.lines.append(f"(no end within {PATIENCE_SECONDS} s)\n")
            return None


def undisturbed(checkout: Checkout) -> Reference:
    """Run once without a kill."""
    run = Run(checkout)
    assert run.end() == 0, "".join(run.lines)
    ended = time.monotonic()
    begins = [*run.began.items(), ("", ended)]
    stages = {name: later - at for (name, at), (_, later) in pairwise(begins)}
    return Reference(contents=settled_contents(checkout), stages=stages)


def play(checkout: Checkout, moment: Moment, reference: Reference) -> Outcome:
    """Kill once in a `tarn up` from nothing, run it again, and compare what it left."""
    reset(checkout)
    started = time.monotonic()
    run = Run(checkout)
    killed = kill_at(checkout, run, moment, reference)
    hung = run.end() is None
    mending = time.monotonic()
    again = Run(checkout)
    code = again.end()
    seconds = time.monotonic() - mending
    if hung or code != 0:
        lines = "".join(run.lines if hung else again.lines)
        verdict = f"the {'killed' if hung else 'next'} `tarn up` did not end well: {lines[-600:]}"
    elif different := settled_differences(reference.contents, checkout):
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


def kill_at(checkout: Checkout, run: Run, moment: Moment, reference: Reference) -> str | None:
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
    unexpected = [one for one in left if one.program not in SLOW_TO_END]
    return [" ".join(process.command)[:120] for process in unexpected]


def main(arguments: Sequence[str]) -> int:
    """Play and print one JSON line a round; 1 when a round did not end with the same tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.chaos", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--rounds", type=int, default=50, help="how many seeds from there")
    parser.add_argument("--reference", type=Path, help="keep the undisturbed run here, or reuse it")
    options = parser.parse_args(arguments)
    # Arrow's S3 client would look for an instance's metadata, and wait for it.
    os.environ.update(fake_aws_environment())
    seeds = range(options.first, options.first + options.rounds)
    with tempfile.TemporaryDirectory(prefix="tarn-chaos-") as folder:
        checkout = Checkout.copy_to(Path(folder).resolve() / "checkout")
        try:
            reference = _reference(checkout, options.reference)
            outcomes = [_tell(play(checkout, Moment.of(seed), reference)) for seed in seeds]
        finally:
            reset(checkout)
    missed = sum(1 for one in outcomes if one.killed is None)
    bad = [one.moment.seed for one in outcomes if not one.good]
    sys.stdout.write(
        f"{len(outcomes)} rounds: {len(outcomes) - len(bad)} ended with the same tables, "
        f"{len(bad)} did not (seeds {bad}); {missed} found no victim alive at their moment.\n"
    )
    return 1 if bad else 0


def _reference(checkout: Checkout, kept: Path | None) -> Reference:
    if kept is not None and kept.exists():
        return Reference(**json.loads(kept.read_text()))
    reference = undisturbed(checkout)
    if kept is not None:
        kept.write_text(json.dumps(asdict(reference)))
    return reference


def _tell(outcome: Outcome) -> Outcome:
    sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
    sys.stdout.flush()
    return outcome


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

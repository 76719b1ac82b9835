"""A random schedule from a seed: deliveries, turns, time and faults, and the same without them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, Final

import boto3
from moto import mock_aws
from moto.moto_api._internal import mock_random

from cli.announcing import announcement
from cli.redrive import named_sources
from lambdas.ingest.message_returns import seconds_until_return
from lambdas.ingest.notifications import sources_of
from tarn.contract.model import Contract
from tarn.errors import RetryableError
from tarn.keys import SourceObject
from tests.functional.exactly_once.faults import SERVICES, Faults
from tests.functional.exactly_once.platform import LANDING, Held, Platform
from tests.functional.exactly_once.queue import Message, Queue
from tests.functional.exactly_once.scheduler import KilledError, Scheduler
from tests.unit.contract.documents import compile_document, things

SHARE_OF_FAULTS: Final = 0.12
STEPS: Final = 120
FUNCTIONS: Final = 3
POISON: Final = "this names no file"
MOST_ROWS: Final = 6
"""A file with so many rows breaks a rule of the file, which holds it whole after the fact."""


@cache
def contracts() -> tuple[Contract, Contract]:
    """Return a contract, and one that lets more rows in."""
    document: Any = things()
    document["schema"][0]["quality"] = [
        {"metric": "rowCount", "mustBeLessThan": MOST_ROWS, "severity": "critical"}
    ]
    wider = copy.deepcopy(document)
    wider["schema"][0]["properties"][0]["logicalTypeOptions"]["pattern"] = "[A-Za-z]+"
    return compile_document(document), compile_document(wider)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a schedule led to, and what it would have been without faults."""

    seed: int
    faulty: Held
    clean: Held
    injected: list[str]
    poison: list[str]
    """Bodies of the messages that stay dead after a redrive."""

    @property
    def differences(self) -> list[str]:
        """Name what is not equal."""
        names = ("ledger", "objects", "curated", "raw")
        found = [n for n in names if getattr(self.faulty, n) != getattr(self.clean, n)]
        return found + (["dead letters"] if self.poison != [POISON] else [])


class Schedule:
    """One seed's run."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - a schedule, not a secret
        self.now = 1_800_000_000.0
        self.faults = Faults(seed, SHARE_OF_FAULTS, self._tick)
        self.scheduler = Scheduler(self.random)
        self.queue = Queue(random=self.random)
        self.landed: list[SourceObject] = []
        self._started = 0
        self._plain = {service: boto3.client(service) for service in SERVICES}
        self._plain["s3"].create_bucket(Bucket=LANDING)
        self._plain["s3"].put_bucket_versioning(
            Bucket=LANDING, VersioningConfiguration={"Status": "Enabled"}
        )
        self._first, self._second = contracts()
        self.platform = self._platform("faulty", self.faults.client, self._commit)

    def run(self) -> Outcome:
        """Play the schedule, mend what can be mended, and compare."""
        self.queue.send(POISON, at=self.now)
        for _ in range(self.random.randint(2, 4)):
            self._land()
        self._play()
        contract_changes = self.random.random() < 0.5
        before = None
        if contract_changes:
            self._settle()
            before = len(self.landed)
            self.platform.contract = self._second
            for source in self.landed:
                self._announce(source)
            self._play()
        self._settle()
        return Outcome(
            seed=self.faults.seed,
            faulty=self.platform.final(),
            clean=self._without_faults(before),
            injected=self.faults.injected,
            poison=[message.body for message in self.queue.dead],
        )

    def _platform(
        self,
        name: str,
        make: Callable[[str], Any],
        commit: Callable[[Callable[[], None]], None],
    ) -> Platform:
        return Platform(
            name=name,
            contract=self._first,
            clock=lambda: self.now,
            make=make,
            plain=self._plain,
            commit=commit,
        )

    def _play(self) -> None:
        actions = (self._deliver, self._turn, self._turn, self._turn, self._wait, self._curate)
        for _ in range(STEPS):
            self.random.choice((*actions, self._load))()
            if self.random.random() < 0.02:
                self._land()

    def _settle(self) -> None:
        """No more faults: everything that waits comes to its end, dead letters are redriven."""
        self.faults.share = 0.0
        self.scheduler.finish()
        for _ in range(2):
            while self.queue.next_at is not None:
                self.now = max(self.now, self.queue.next_at)
                self._deliver()
                self.scheduler.finish()
            alive = [m for m in self.queue.dead if named_sources(m.body)]
            self.queue.dead = [m for m in self.queue.dead if m not in alive][:1]
            for message in alive:
                self.queue.send(message.body, at=self.now)
        self.platform.curate()
        for key in self.platform.validated_keys():
            self.platform.load(key)
        self.faults.share = SHARE_OF_FAULTS

    def _land(self) -> None:
        key = f"things/{self.random.choice('abc')}.csv"
        rows = self.random.choice((1, 2, 3, 4, MOST_ROWS))
        codes = self.random.sample(["A", "B", "C", "D", "E", "F", "g", "h", "1", "2"], rows)
        lines = [
            f"{code},{self.random.choice(('1.50', '7', 'x', '100'))},01.02.2024" for code in codes
        ]
        body = "\n".join(["code,amount,day", *lines, ""]).encode()
        version = self._plain["s3"].put_object(Bucket=LANDING, Key=key, Body=body)["VersionId"]
        source = SourceObject(bucket=LANDING, key=key, version=version)
        self.landed.append(source)
        self._announce(source)

    def _announce(self, source: SourceObject) -> None:
        """Once or twice, now or later."""
        for _ in range(self.random.choice((1, 1, 2))):
            self.queue.send(announcement(source), at=self.now + self.random.choice((0, 0, 5, 90)))

    def _deliver(self) -> None:
        if len(self.scheduler.tasks) >= FUNCTIONS:
            return
        message = self.queue.receive(self.now)
        if message is not None:
            self._started += 1
            name = f"function {self._started}"
            self.scheduler.start(name, lambda: self._handle(message, name))

    def _handle(self, message: Message, owner: str) -> None:
        """What the handler and Lambda do with one message."""
        try:
            for source in sources_of(message.body):
                self.platform.ingest(source, owner=owner)
        except RetryableError as error:
            seconds = seconds_until_return(error, tries=message.received)
            message.visible_at = min(message.visible_at, self.now + seconds)
            return
        except Exception:  # noqa: BLE001 - the message comes back by its visibility
            return
        fault = self.faults.strike("sqs.DeleteMessage")
        if fault in (None, "after", "slow", "killed after"):
            self.queue.delete(message)

    def _turn(self) -> None:
        if self.scheduler.tasks:
            self.scheduler.turn()

    def _wait(self) -> None:
        self._tick(self.random.choice((1, 5, 30, 70)))

    def _tick(self, seconds: float) -> None:
        self.now += seconds

    def _curate(self) -> None:
        if any(task.name.startswith("job") for task in self.scheduler.tasks):
            return
        self._started += 1
        self.scheduler.start(f"job {self._started}", self._run_job)

    def _run_job(self) -> None:
        try:
            self.platform.curate()
        except Exception:  # noqa: BLE001 - the run failed; the next one tries again
            return

    def _commit(self, effect: Callable[[], None]) -> None:
        fault = self.faults.strike("glue.UpdateTable")
        if fault == "killed":
            raise KilledError
        if fault in ("before", "throttled"):
            raise ConnectionError(fault)
        effect()
        if fault == "killed after":
            raise KilledError
        if fault == "after":
            raise ConnectionError(fault)

    def _load(self) -> None:
        """A notification of Snowpipe: any file, however often, in any order."""
        keys = self.platform.validated_keys()
        if keys:
            self.platform.load(self.random.choice(keys))

    def _without_faults(self, before: int | None) -> Held:
        """Each file once; those landed ``before`` the contract changed under both contracts."""
        plain = self._platform("clean", boto3.client, lambda effect: effect())
        rounds = [(self._first, self.landed[:before])]
        if before is not None:
            rounds.append((self._second, self.landed))
        for contract, landed in rounds:
            plain.contract = contract
            for number, source in enumerate(landed):
                plain.ingest(source, owner=f"once {number}")
            plain.curate()
            for key in plain.validated_keys():
                plain.load(key)
        return plain.final()


def play(seed: int) -> Outcome:
    """Play the schedule of a seed in an AWS of its own."""
    with mock_aws():
        # Versions of objects have random names, by which rows of one second are ordered.
        mock_random.seed(seed)
        return Schedule(seed).run()


def describe(outcome: Outcome) -> str:
    """Say what differs, for a person who looks for the reason."""
    lines = [f"seed {outcome.seed}: {', '.join(outcome.differences)}"]
    for name in ("ledger", "curated", "raw"):
        faulty, clean = getattr(outcome.faulty, name), getattr(outcome.clean, name)
        if faulty != clean:
            lines += [f"{name} with faults:    {json.dumps(faulty, default=str)}"]
            lines += [f"{name} without faults: {json.dumps(clean, default=str)}"]
    objects = set(outcome.faulty.objects) ^ set(outcome.clean.objects)
    lines += [f"only in one: {name}" for name in sorted(objects)]
    return "\n".join([*lines, *outcome.injected])

"""Wait, bounded, until data has arrived at a station."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from cli.errors import CommandError, StationTimeoutError
from cli.snowflake_session import Session
from cli.stations import FileRecord, Stations
from tarn.ledger import Attribute

POLL_SECONDS = 0.25
POLL_SHARE = 0.1
"""The most of the time that is spent on asking: who is asked has the work to do."""
BUSY_SECONDS = 3.0
"""How old what is known of a station may be while it works."""

Progress = Callable[[int, int], None]
"""Gets how many have arrived, of how many."""


class DeadLetterError(CommandError):
    """Messages gave up on their way to the function."""

    def __init__(self, *, queue: str, messages: int) -> None:
        super().__init__(
            f"{messages} message(s) are in the dead-letter queue {queue}: the function failed on "
            "their files at every try. The files are safe in the landing bucket. "
            "`tarn logs ingest` shows why."
        )


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A deadline that counts from when progress was last seen."""

    station: str
    waiting_for: str
    seconds: float
    next_step: str

    def until(self, arrived: Callable[[], tuple[int, int]], on_progress: Progress) -> None:
        """Poll ``arrived`` until all have, telling the progress.

        Raises StationTimeoutError when nothing moved for ``seconds``.
        """
        last, moved = -1, time.monotonic()
        while True:
            asked = time.monotonic()
            done, total = arrived()
            took = time.monotonic() - asked
            on_progress(done, total)
            if done >= total:
                return
            if done != last:
                last, moved = done, time.monotonic()
            elif time.monotonic() - moved > self.seconds:
                raise StationTimeoutError(
                    station=self.station,
                    waiting_for=f"{self.waiting_for} ({done} of {total} arrived)",
                    seconds=self.seconds,
                    next_step=self.next_step,
                )
            time.sleep(max(POLL_SECONDS, took / POLL_SHARE - took))


def until_judged(
    stations: Stations, files: Collection[str], *, seconds: float, on_progress: Progress
) -> None:
    """Wait until the ledger holds a final verdict on every file.

    The message of a function that was killed comes back when the queue's visibility timeout is
    over, so ``seconds`` count from there. Raises DeadLetterError as soon as a message gave up.
    """
    wanted = set(files)
    queue = str(stations.outputs["ingestQueueUrl"])
    dead_letters = str(stations.outputs["ingestDeadLetterQueueUrl"])

    def judged() -> tuple[int, int]:
        records = stations.ledger(only=(Attribute.FILE, Attribute.STATUS))
        done = sum(1 for record in records if record.judged and record.file in wanted)
        if done < len(wanted):
            dead = stations.queue_depth(dead_letters)
            if dead:
                raise DeadLetterError(queue=dead_letters.rsplit("/", 1)[-1], messages=dead)
        return done, len(wanted)

    Bound(
        station="Ingestion",
        waiting_for="verdicts on landed files",
        seconds=stations.seconds_hidden(queue) + seconds,
        next_step="`tarn local status` shows the queue and the function; `tarn logs ingest` why.",
    ).until(Seldom(judged, while_busy=lambda: stations.queue_depth(queue) > 0), on_progress)


class Seldom:
    """Asks a costly question once in a while as long as a cheap one says that work goes on."""

    def __init__(
        self, question: Callable[[], tuple[int, int]], *, while_busy: Callable[[], bool]
    ) -> None:
        self._question = question
        self._busy = while_busy
        self._answer: tuple[int, int] | None = None
        self._asked = 0.0

    def __call__(self) -> tuple[int, int]:
        """Return the newest answer that is known."""
        recent = time.monotonic() - self._asked < BUSY_SECONDS
        if self._answer is None or not (recent and self._busy()):
            self._answer = self._question()
            self._asked = time.monotonic()
        return self._answer


def until_served(
    session: Session, expected: dict[str, int], *, seconds: float, on_progress: Progress
) -> dict[str, int]:
    """Wait until every table has its expected rows in Snowflake; return the counts."""
    counts: dict[str, int] = {}

    def arrived() -> tuple[int, int]:
        counts.update(session.counts(tuple(expected)))
        done = sum(1 for table, rows in expected.items() if counts.get(table) == rows)
        return done, len(expected)

    Bound(
        station="Snowflake",
        waiting_for="tables to show the newest rows",
        seconds=seconds,
        next_step="`tarn local status` shows pipes and Iceberg tables with their last error.",
    ).until(arrived, on_progress)
    return counts


def latest(records: Collection[FileRecord]) -> FileRecord | None:
    """Return the record of the newest version, or None when there are none."""
    return max(records, key=lambda record: record.version_time, default=None)

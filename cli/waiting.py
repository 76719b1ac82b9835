"""Wait, bounded, until data has arrived at a station."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from cli.errors import CommandError, StationTimeoutError
from cli.snowflake_session import Session
from cli.stations import FileRecord, Stations
from tarn.ledger import Attribute, FileStatus

POLL_SECONDS = 0.25
POLL_SHARE = 0.1
"""The most of the time that is spent on asking: who is asked has the work to do."""
JOB_IN_TROUBLE = ("FAILED", "TIMEOUT", "ERROR")

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


class JobFailedError(CommandError):
    """A Glue job run failed."""

    def __init__(self, *, job: str, run: str, message: str) -> None:
        super().__init__(
            f"Glue job {job} failed in run {run}: {message} The validated files are kept and the "
            "ledger still lists them as pending, so the next run takes them. "
            "`tarn logs curate` shows the job's own output."
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

    Raises DeadLetterError as soon as a message gave up.
    """
    wanted = set(files)
    dead_letters = str(stations.outputs["ingestDeadLetterQueueUrl"])

    def arrived() -> tuple[int, int]:
        records = stations.ledger(only=(Attribute.FILE, Attribute.STATUS))
        judged = sum(1 for record in records if record.judged and record.file in wanted)
        if judged < len(wanted):
            dead = stations.queue_depth(dead_letters)
            if dead:
                raise DeadLetterError(queue=dead_letters.rsplit("/", 1)[-1], messages=dead)
        return judged, len(wanted)

    Bound(
        station="Ingestion",
        waiting_for="verdicts on landed files",
        seconds=seconds,
        next_step="`tarn local status` shows the queue and the function; `tarn logs ingest` why.",
    ).until(arrived, on_progress)


def until_curated(stations: Stations, *, seconds: float, on_progress: Progress) -> None:
    """Wait until no published file waits for the curate job and the workflow rests.

    Raises JobFailedError when a job run of the workflow failed.
    """
    workflow = str(stations.outputs["glueWorkflow"])

    def arrived() -> tuple[int, int]:
        known = stations.ledger(only=(Attribute.STATUS, Attribute.ROWS_ACCEPTED))
        records = [record for record in known if record.rows_accepted]
        done = sum(1 for record in records if record.status is FileStatus.CURATED)
        resting = done == len(records) and _rests(stations, workflow)
        if done < len(records):
            _raise_if_failed(stations)
        return done + int(resting), len(records) + 1

    Bound(
        station="Transform",
        waiting_for="merges into Iceberg",
        seconds=seconds,
        next_step="`tarn local status` shows the jobs; `tarn logs curate` what they say.",
    ).until(arrived, on_progress)


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


def _rests(stations: Stations, workflow: str) -> bool:
    answer = stations.glue.get_workflow(Name=workflow, IncludeGraph=False)["Workflow"]
    run = answer.get("LastRun")
    return run is None or run["Status"] not in ("RUNNING", "STOPPING")


def _raise_if_failed(stations: Stations) -> None:
    for output in ("curateJob", "flightPerformanceJob"):
        job = str(stations.outputs[output])
        runs = stations.glue.get_job_runs(JobName=job, MaxResults=1)["JobRuns"]
        if runs and runs[0]["JobRunState"] in JOB_IN_TROUBLE:
            raise JobFailedError(
                job=job, run=str(runs[0]["Id"]), message=str(runs[0].get("ErrorMessage", ""))
            )

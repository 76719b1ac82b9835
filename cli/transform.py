"""Wait, bounded, until the transform has merged what was published and made the models of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cli.errors import CommandError
from cli.stations import Stations
from cli.waiting import Bound, Progress, Seldom
from tarn import transform_request
from tarn.ledger import Attribute, FileStatus

WORKING: Final = ("STARTING", "RUNNING", "STOPPING", "WAITING")
IN_TROUBLE: Final = ("FAILED", "TIMEOUT", "ERROR")
JOBS: Final = ("curateJob", "flightPerformanceJob")
"""The stack's outputs that name the workflow's jobs, in their order."""

RUNS_LOOKED_AT: Final = 5
"""After the run that matters may come others that find nothing to do."""

JobRun = Mapping[str, Any]


class JobFailedError(CommandError):
    """A Glue job run failed."""

    def __init__(self, *, job: str, run: str, message: str) -> None:
        super().__init__(
            f"Glue job {job} failed in run {run}: {message} The validated files are kept and the "
            "ledger still lists them as pending, so the next run takes them. "
            "`tarn logs curate` shows the job's own output."
        )


def until_curated(stations: Stations, *, seconds: float, on_progress: Progress) -> None:
    """Wait until no published file waits to be merged and the models were made after the merges.

    What an earlier run that failed has left is asked for once. Raises JobFailedError when a run
    fails that began since.
    """
    transform = _Transform(stations=stations, began=time.time())
    Bound(
        station="Transform",
        waiting_for="merges into Iceberg",
        seconds=seconds,
        next_step="`tarn local status` shows the jobs; `tarn logs curate` what they say.",
    ).until(Seldom(transform.progress, while_busy=transform.works), on_progress)


@dataclass(kw_only=True)
class _Transform:
    """The workflow, as long as somebody waits for it."""

    stations: Stations
    began: float
    requested: bool = False

    def works(self) -> bool:
        """Whether one of the jobs runs."""
        return any(runs[0]["JobRunState"] in WORKING for runs in self._runs().values())

    def progress(self) -> tuple[int, int]:
        """Return how many files are merged, and one more when the models are made, of how many."""
        wanted = (Attribute.STATUS, Attribute.ROWS_ACCEPTED, Attribute.CURATED_AT)
        published = [one for one in self.stations.ledger(only=wanted) if one.rows_accepted]
        merged = [one for one in published if one.status is FileStatus.CURATED]
        runs = self._runs()
        newest = max((one.curated_at / 1000 for one in merged), default=0.0)
        made = any(_succeeded_after(run, newest) for run in runs.get(JOBS[-1], ()))
        complete = len(merged) == len(published) and (made or not published)
        if not complete:
            self._see_to(runs)
        return len(merged) + int(complete), len(published) + 1

    def _see_to(self, runs: Mapping[str, Sequence[JobRun]]) -> None:
        for output, (run, *_) in runs.items():
            if run["JobRunState"] not in IN_TROUBLE:
                continue
            if _seconds(run["CompletedOn"]) >= self.began:
                raise JobFailedError(
                    job=str(self.stations.outputs[output]),
                    run=str(run["Id"]),
                    message=str(run.get("ErrorMessage", "")),
                )
            if not self.requested:
                self.requested = True
                workflow = str(self.stations.outputs["glueWorkflow"])
                entries = [transform_request.entry(workflow)]
                self.stations.client("events").put_events(Entries=entries)

    def _runs(self) -> dict[str, Sequence[JobRun]]:
        """Return the newest runs of each job that ever ran, the newest first."""
        found: dict[str, Sequence[JobRun]] = {}
        for output in JOBS:
            job = str(self.stations.outputs[output])
            answer = self.stations.glue.get_job_runs(JobName=job, MaxResults=RUNS_LOOKED_AT)
            if answer["JobRuns"]:
                found[output] = answer["JobRuns"]
        return found


def _succeeded_after(run: JobRun, moment: float) -> bool:
    return run["JobRunState"] == "SUCCEEDED" and _seconds(run["StartedOn"]) >= moment


def _seconds(at: Any) -> float:  # noqa: ANN401 - boto3 gives a datetime
    return float(at.timestamp())

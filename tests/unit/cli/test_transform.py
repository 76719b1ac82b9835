"""When the transform counts as done, when its failure is told, and when it is asked to go on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cli import transform, waiting
from cli.stations import Stations
from cli.transform import JobFailedError, until_curated
from tarn.ledger import FileStatus

BEGAN = 1000.0
OUTPUTS = {"curateJob": "curate", "flightPerformanceJob": "model", "glueWorkflow": "transform"}

Runs = Mapping[str, Sequence[Mapping[str, Any]]]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transform.time, "time", lambda: BEGAN)
    monkeypatch.setattr(waiting.time, "sleep", lambda _: None)


def _run(state: str, *, started: float, completed: float | None = None) -> dict[str, Any]:
    at = datetime.fromtimestamp
    ended = {} if completed is None else {"CompletedOn": at(completed, UTC)}
    return {"Id": "jr_1", "JobRunState": state, "StartedOn": at(started, UTC), **ended}


class _Stack:
    """A stack that is asked again and again; each look at its jobs is the next of ``looks``."""

    def __init__(self, looks: Sequence[Runs], *, curated_at: Sequence[int | None]) -> None:
        self._looks: Iterator[Runs] = iter(looks)
        self._look: Runs = {}
        self._curated_at = curated_at
        self.outputs = OUTPUTS
        self.requests: list[dict[str, str]] = []
        self.glue = SimpleNamespace(get_job_runs=self._job_runs)

    def _job_runs(self, *, JobName: str, MaxResults: int) -> dict[str, Any]:  # noqa: N803 - AWS's
        if JobName == "curate":
            self._look = next(self._looks, self._look)
        return {"JobRuns": list(self._look.get(JobName, ()))[:MaxResults]}

    def ledger(self, **_: object) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(
                rows_accepted=1,
                curated_at=at or 0,
                status=FileStatus.PUBLISHED if at is None else FileStatus.CURATED,
            )
            for at in self._curated_at
        ]

    def client(self, _: str) -> SimpleNamespace:
        return SimpleNamespace(put_events=lambda Entries: self.requests.extend(Entries))  # noqa: N803

    def wait(self) -> list[tuple[int, int]]:
        seen: list[tuple[int, int]] = []
        until_curated(
            cast("Stations", self),
            seconds=0.5,
            on_progress=lambda done, total: seen.append((done, total)),
        )
        return seen


def test_it_is_done_when_the_models_were_made_after_the_last_merge() -> None:
    made = {"model": [_run("SUCCEEDED", started=1003)]}
    assert _Stack([made], curated_at=[1_002_000]).wait() == [(2, 2)]


def test_a_later_run_that_finds_nothing_is_not_waited_for() -> None:
    runs = [_run("RUNNING", started=1009), _run("SUCCEEDED", started=1003)]
    assert _Stack([{"model": runs}], curated_at=[1_002_000]).wait() == [(2, 2)]


def test_models_that_were_made_before_the_last_merge_are_waited_for() -> None:
    stack = _Stack(
        [
            {"model": [_run("SUCCEEDED", started=1001)]},
            {"model": [_run("SUCCEEDED", started=1003)]},
        ],
        curated_at=[1_002_000],
    )
    assert stack.wait() == [(1, 2), (2, 2)]
    assert stack.requests == []


def test_a_run_that_fails_meanwhile_is_told() -> None:
    stack = _Stack([{"curate": [_run("FAILED", started=1001, completed=1002)]}], curated_at=[None])
    with pytest.raises(JobFailedError, match="Glue job curate failed in run jr_1"):
        stack.wait()
    assert stack.requests == []


def test_what_an_earlier_failure_left_is_asked_for_once() -> None:
    failed = {"curate": [_run("FAILED", started=990, completed=999)]}
    done = {"model": [_run("SUCCEEDED", started=1003)]}
    stack = _Stack([failed, failed, done], curated_at=[1_002_000])
    assert stack.wait()[-1] == (2, 2)
    (request,) = stack.requests
    assert json.loads(request["Detail"]) == {"workflow": "transform"}


def test_without_published_files_nothing_is_waited_for() -> None:
    assert _Stack([{}], curated_at=[]).wait() == [(1, 1)]

"""The main job: a year of real flights from the landing bucket to Snowflake.

Starts the local cloud, deploys the stack with the real engine, lands the sample files and
follows them from station to station. Every number that it returns was asked of a station.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from cli import waiting
from cli.engine import (
    PROJECT,
    Deployment,
    deploy,
    open_stack,
    release_dead_locks,
    state_folder,
)
from cli.landing import Landed, land_all
from cli.local_target import STACK, LocalTarget, local_settings, save_outputs, target_of
from cli.sample_data import SampleFile, sample_files
from cli.stations import FileRecord, Stations
from cli.transform import until_curated
from cli.workspace import Workspace
from local_cloud import process
from local_cloud.local_state import (
    first_deployment,
    forget_other_states,
    interrupted_creates,
    is_unfinished,
    settle,
)
from local_cloud.process import RunningCloud

STATION_SECONDS = 180.0
"""How long a station may stand still before the run gives up."""

Report = Callable[[str, int, int | None], None]
"""Gets a stage's name, how much of it is done, and of how much (None while unknown)."""


@dataclass(frozen=True, kw_only=True)
class DatasetResult:
    """One line of the result. ``seconds`` are from the first landing to the last merge."""

    dataset: str
    files: int
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_in_iceberg: int
    rows_in_snowflake: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """One rejected row and why."""

    dataset: str
    source_key: str
    line: int
    column: str
    rule: str
    value: str
    message: str


@dataclass(frozen=True, kw_only=True)
class MainJobResult:
    """What the main job did and found. ``stages`` are seconds by stage, in order.

    ``replaced_because`` says why the running local cloud was thrown away first, if it was.
    """

    replaced_because: str | None
    deployment: Deployment
    landed: int
    skipped: int
    datasets: tuple[DatasetResult, ...]
    rejections: tuple[Rejection, ...]
    stages: dict[str, float]

    @property
    def changed(self) -> bool:
        """Whether this run changed anything at all."""
        return bool(self.deployment.changed or self.landed)


def run_main_job(workspace: Workspace, *, report: Report, days: int | None = None) -> MainJobResult:
    """Bring the stack up and take the sample year, or its first ``days``, through it."""
    clock = _Stages()
    report("Local cloud", 0, None)
    cloud, replaced_because = _usable_cloud(workspace)
    report("Local cloud", 1, 1)
    clock.lap("local cloud")

    deployment = _deploy(workspace, cloud, report)
    touched = deployment.changed + deployment.unchanged
    report("Deploy", touched, touched)
    clock.lap("deploy")

    target = target_of(cloud, deployment.outputs)
    landed = _land(target.stations, list(sample_files(days=days)), report)
    clock.lap("land")
    counts = _follow(target, landed, report, clock)
    return MainJobResult(
        replaced_because=replaced_because,
        deployment=deployment,
        landed=sum(1 for one in landed if one.new),
        skipped=sum(1 for one in landed if not one.new),
        datasets=_results(target.stations, counts),
        rejections=tuple(_rejections(target.stations)),
        stages=clock.seconds,
    )


def _usable_cloud(workspace: Workspace) -> tuple[RunningCloud, str | None]:
    """Start the cloud, or take the running one; replace one whose state a killed run left behind.

    Returns the cloud, and why it was replaced. What that run had made is not in its state, so
    only a new cloud is sure to be empty. Raises EngineBusyError when that run is still going on.
    """
    settings = local_settings(workspace)
    cloud = process.start(settings)
    reason = _why_unusable(state_folder(workspace, cloud))
    if reason is not None:
        process.stop(settings)
        cloud = process.start(settings)
    forget_other_states(workspace.local_home, cloud.instance_id)
    return cloud, reason


def _why_unusable(state: Path) -> str | None:
    if is_unfinished(state):
        return "its first deployment was killed, which writes its state at its end only"
    release_dead_locks(state)
    unknown = interrupted_creates(state, project=PROJECT, stack=STACK)
    if unknown:
        names = ", ".join(urn.rsplit("::", 1)[-1] for urn in unknown)
        return f"a killed deployment left it unknown whether these exist: {names}"
    return None


def _deploy(workspace: Workspace, cloud: RunningCloud, report: Report) -> Deployment:
    """Deploy; the first time without checkpoints, which take most of the time of many creates."""
    state = state_folder(workspace, cloud)
    first = not state.exists()
    taken_over = state.is_symlink()
    stack = open_stack(workspace, cloud, stack=STACK, checkpoints=not first)
    with first_deployment(state) if first else nullcontext():
        deployment = deploy(
            stack,
            on_progress=lambda done, _: report("Deploy", done, None),
            # The state of a cloud that was lost, taken over by plain `pulumi`, may name what
            # this cloud does not have.
            refresh=taken_over,
        )
    settle(state)
    save_outputs(workspace, cloud, deployment.outputs)
    return deployment


class _Stages:
    """Measures one stage after the other."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, stage: str) -> None:
        now = time.monotonic()
        self.seconds[stage] = now - self._last
        self._last = now


def _land(stations: Stations, files: list[SampleFile], report: Report) -> list[Landed]:
    done = 0

    def on_landed(_: Landed) -> None:
        nonlocal done
        done += 1
        report("Land", done, len(files))

    return land_all(stations, files, on_landed=on_landed)


def _follow(
    target: LocalTarget, landed: list[Landed], report: Report, clock: _Stages
) -> dict[str, int]:
    """Wait at every station; return Snowflake's row counts by table."""
    stations = target.stations
    waiting.until_judged(
        stations,
        {one.source.ledger_id for one in landed},
        seconds=STATION_SECONDS,
        on_progress=lambda done, total: report("Ingest", done, total),
    )
    clock.lap("ingest")
    until_curated(
        stations,
        seconds=STATION_SECONDS,
        on_progress=lambda done, total: report("Merge", done, total),
    )
    clock.lap("merge")
    expected = {
        f"CURATED.{name.upper()}": stations.iceberg_rows(name) for name in _tables(stations)
    }
    for dataset, records in _by_dataset(stations).items():
        accepted = sum(record.rows_accepted for record in records)
        expected[f"RAW.{dataset.upper()}"] = accepted
    with target.snowflake.session() as session:
        counts = waiting.until_served(
            session,
            expected,
            seconds=STATION_SECONDS,
            on_progress=lambda done, total: report("Serve", done, total),
        )
    clock.lap("serve")
    return counts


def _tables(stations: Stations) -> list[str]:
    database = stations.outputs["curatedGlueDatabase"]
    pages = stations.glue.get_paginator("get_tables").paginate(DatabaseName=database)
    return [str(table["Name"]) for page in pages for table in page["TableList"]]


def _by_dataset(stations: Stations) -> dict[str, list[FileRecord]]:
    grouped: dict[str, list[FileRecord]] = {dataset: [] for dataset in stations.datasets}
    for record in stations.ledger():
        if record.dataset in grouped:
            grouped[record.dataset].append(record)
    return grouped


def _results(stations: Stations, counts: dict[str, int]) -> tuple[DatasetResult, ...]:
    return tuple(
        DatasetResult(
            dataset=dataset,
            files=len(records),
            rows_read=sum(record.rows_read for record in records),
            rows_accepted=sum(record.rows_accepted for record in records),
            rows_quarantined=sum(record.rows_quarantined for record in records),
            rows_in_iceberg=stations.iceberg_rows(dataset),
            rows_in_snowflake=counts[f"CURATED.{dataset.upper()}"],
            seconds=_seconds(records),
        )
        for dataset, records in _by_dataset(stations).items()
    )


def _seconds(records: list[FileRecord]) -> float:
    finished = [record.curated_at for record in records if record.curated_at]
    if not finished:
        return 0.0
    return (max(finished) - min(record.version_time for record in records)) / 1000


def _rejections(stations: Stations, most: int = 5) -> list[Rejection]:
    found: list[Rejection] = []
    for record in stations.ledger():
        for row in stations.quarantined_rows(record):
            found.extend(
                Rejection(
                    dataset=record.dataset,
                    source_key=str(row["source_key"]),
                    line=int(row["line"]),
                    column=str(violation["column"]),
                    rule=str(violation["rule"]),
                    value=str(violation["value"]),
                    message=str(violation["message"]),
                )
                for violation in row["violations"]
            )
            if len(found) >= most:
                return found[:most]
    return found

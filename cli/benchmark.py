"""`tarn bench`: measure the local cloud and the main job, and write docs/benchmarks.md.

Runs in a home and on ports of its own, from nothing, so a cloud that somebody uses stays as it is.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cli.engine import open_stack
from cli.ingest_benchmark.table import run_ingestion_benchmark
from cli.latency import AT_ONCE, FILES, one_after_the_other, several_at_once, warm_call
from cli.local_target import STACK, LocalTarget, local_settings, open_target, running_cloud
from cli.main_job import MainJobResult, run_main_job
from cli.measured import machine, replace_between
from cli.memory import PeakMemory, tree_mebibytes
from cli.output import Format, console, print_rows
from cli.transform import until_curated
from cli.workspace import Workspace
from local_cloud import process
from local_cloud.free_ports import free_ports

PATIENCE_SECONDS = 180.0
REAL_PROVIDER_SECONDS = 90 / 38
"""What a resource takes the real AWS provider on moto: 38 of such a stack took it 90 s, measured
once on a machine of the same size. The provider cannot be had where this runs."""
BEGIN = "<!-- measured: begin -->"
END = "<!-- measured: end -->"
Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured figure."""

    what: str
    value: str


def run_benchmarks(workspace: Workspace) -> None:
    """Measure everything, print the table and put it into docs/benchmarks.md."""
    with _own_cloud(workspace):
        figures = list(_measure(workspace))
    _write(workspace.root / "docs" / "benchmarks.md", figures)
    run_ingestion_benchmark(workspace)
    rows = [(figure.what, figure.value) for figure in figures]
    print_rows(("what", "measured"), rows, output=Format.TABLE, title=machine())


@contextmanager
def _own_cloud(workspace: Workspace) -> Generator[None]:
    """Point every command of this process at a new home and free ports."""
    home = workspace.state / "bench"
    shutil.rmtree(home, ignore_errors=True)
    os.environ["TARN_HOME"] = str(home)
    aws_port, snowflake_port = free_ports(2)
    os.environ["TARN_AWS_PORT"] = str(aws_port)
    os.environ["TARN_SNOWFLAKE_PORT"] = str(snowflake_port)
    try:
        yield
    finally:
        process.stop(local_settings(workspace))


def _measure(workspace: Workspace) -> Iterator[Figure]:
    seconds, cloud = _timed(lambda: process.start(local_settings(workspace)))
    yield Figure(what="local cloud up", value=f"{seconds:.1f} s")
    yield Figure(what="local cloud, empty", value=f"{tree_mebibytes(cloud.pid):,.0f} MiB")

    with PeakMemory(cloud.pid) as memory:
        total, result = _timed(lambda: run_main_job(workspace, report=_tell))
    resources = result.deployment.changed
    deploy = result.stages["deploy"]
    yield Figure(what=f"deploy, {resources} resources", value=f"{deploy:.1f} s")
    yield Figure(
        what="  of it: a resource, and how often that goes into the real provider's on moto",
        value=f"{deploy / resources * 1000:.0f} ms, "
        f"{REAL_PROVIDER_SECONDS * resources / deploy:.0f} times",
    )
    yield from _main_job_figures(result, total + seconds)
    yield Figure(what="memory, peak of the main job", value=f"{memory.peak_mebibytes:,.0f} MiB")

    seconds, _ = _timed(
        lambda: open_stack(workspace, running_cloud(workspace), stack=STACK).preview()
    )
    yield Figure(what="preview without changes", value=f"{seconds:.1f} s")
    seconds, _ = _timed(lambda: run_main_job(workspace, report=_tell))
    yield Figure(what="main job again, nothing to do", value=f"{seconds:.1f} s")
    target = open_target(workspace)
    yield Figure(what="Glue job, nothing pending", value=f"{_glue_job(target):.1f} s")
    yield Figure(what="Glue job, right after another", value=f"{_glue_job(target):.1f} s")
    yield from _latencies(target)
    # The files just landed have woken the jobs once more.
    until_curated(target.stations, seconds=PATIENCE_SECONDS, on_progress=lambda *_: None)
    yield Figure(what="memory, Spark idle", value=f"{tree_mebibytes(cloud.pid):,.0f} MiB")


def _latencies(target: LocalTarget) -> Iterator[Figure]:
    one = one_after_the_other(target)
    way = "S3 put to row in Snowflake RAW"
    yield Figure(what=f"{way}, p50 of {FILES} files", value=f"{one.p50:.2f} s")
    yield Figure(what=f"{way}, p99", value=f"{one.p99:.2f} s")
    many, busy = several_at_once(target)
    yield Figure(what=f"{way}, {AT_ONCE} at once, p50 of {FILES}", value=f"{many.p50:.2f} s")
    yield Figure(what=f"{way}, {AT_ONCE} at once, p99", value=f"{many.p99:.2f} s")
    yield Figure(what=f"cores busy meanwhile, of {os.cpu_count()}", value=f"{busy:.2f}")
    call = warm_call(target)
    yield Figure(what="warm function call without work, p50", value=f"{call.p50 * 1000:.0f} ms")


def _main_job_figures(result: MainJobResult, total: float) -> Iterator[Figure]:
    rows = sum(one.rows_read for one in result.datasets)
    yield Figure(what=f"main job after set-up, {rows:,} rows", value=f"{total:.1f} s")
    for stage, seconds in result.stages.items():
        if stage not in ("local cloud", "deploy"):
            yield Figure(what=f"  of it: {stage}", value=f"{seconds:.1f} s")


def _glue_job(target: LocalTarget) -> float:
    """Time a run of the curate job that finds nothing pending: the cost of the start."""
    glue, job = target.stations.glue, target.stations.outputs["curateJob"]

    def run() -> None:
        run_id = glue.start_job_run(JobName=job)["JobRunId"]
        while glue.get_job_run(JobName=job, RunId=run_id)["JobRun"]["JobRunState"] in (
            "STARTING",
            "RUNNING",
            "STOPPING",
            "WAITING",
        ):
            time.sleep(0.05)

    seconds, _ = _timed(run)
    return seconds


def _tell(stage: str, done: int, total: int | None) -> None:
    if total is not None and done >= total:
        console.print(f"{stage}: {done:,}", style="dim")


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    started = time.monotonic()
    result = work()
    return time.monotonic() - started, result


def _write(path: Path, figures: list[Figure]) -> None:
    """Replace what stands between the two markers; the prose around it is kept."""
    lines = ["| what | measured |", "|---|---:|"]
    lines += [f"| {figure.what.strip()} | {figure.value} |" for figure in figures]
    measured = "\n".join([BEGIN, f"Machine: {machine()}.", "", *lines, END])
    replace_between(path, BEGIN, measured, END)

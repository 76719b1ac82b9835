"""Commands that only ask: SQL, a dataset's status, the logs of the code that runs."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from typing import Any

from cli.errors import CommandError, UnknownDatasetError
from cli.local_target import LocalTarget, open_target
from cli.output import Format, console, print_json, print_rows
from cli.stations import FileRecord, Stations
from cli.waiting import latest
from cli.workspace import Workspace
from tarn.ledger import FileStatus


class UnknownUnitError(CommandError):
    """No function or job of this name writes logs."""

    def __init__(self, unit: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"'{unit}' is neither a function nor a job of the stack, so it has no logs. "
            f"Name one of: {', '.join(known)}."
        )


def ask_and_show(workspace: Workspace, *, statement: str, role: str | None, output: Format) -> None:
    """Run one statement in Snowflake and print its rows."""
    with open_target(workspace).snowflake.session(role=role) as session:
        answer = session.query(statement)
    print_rows(answer.columns, answer.rows, output=output)


def show_status(workspace: Workspace, *, dataset: str, output: Format) -> None:
    """Print what every station holds of a dataset."""
    target = open_target(workspace)
    if dataset not in target.stations.datasets:
        raise UnknownDatasetError(dataset, target.stations.datasets)
    facts = _status_of(target, dataset)
    if output is Format.JSON:
        print_json(facts)
        return
    rows = [(name.replace("_", " "), value) for name, value in facts.items()]
    print_rows(("station", "state"), rows, output=output, title=dataset)


def _status_of(target: LocalTarget, dataset: str) -> dict[str, object]:
    records = list(target.stations.ledger(dataset))
    newest = latest(records)
    table = dataset.upper()
    with target.snowflake.session() as session:
        counts = session.counts((f"RAW.{table}", f"CURATED.{table}"))
    return {
        "files": len(records),
        **{f"files_{status}": _count(records, status) for status in FileStatus},
        "files_pending_merge": sum(1 for record in records if record.pending),
        "rows_read": sum(record.rows_read for record in records),
        "rows_accepted": sum(record.rows_accepted for record in records),
        "rows_quarantined": sum(record.rows_quarantined for record in records),
        "rows_warned": sum(record.rows_warned for record in records),
        **_warnings(records),
        "rows_in_snowflake_raw": counts[f"RAW.{table}"],
        "rows_in_iceberg": target.stations.iceberg_rows(dataset),
        "rows_in_snowflake_curated": counts[f"CURATED.{table}"],
        "newest_file": newest.key if newest else None,
        "newest_file_landed_at": _moment(newest.version_time) if newest else None,
    }


def _warnings(records: list[FileRecord]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for record in records:
        counts.update(record.warnings)
    return {f"warned: {rule}": count for rule, count in sorted(counts.items())}


def _count(records: list[FileRecord], status: FileStatus) -> int:
    return sum(1 for record in records if record.status is status)


def _moment(milliseconds: int) -> str:
    moment = datetime.datetime.fromtimestamp(milliseconds / 1000, tz=datetime.UTC)
    return moment.isoformat(timespec="seconds")


def show_logs(workspace: Workspace, *, unit: str, last: int, output: Format) -> None:
    """Print the newest lines that a function or a job wrote to CloudWatch Logs."""
    stations = open_target(workspace).stations
    groups = _log_groups(stations)
    if unit not in groups:
        raise UnknownUnitError(unit, tuple(sorted(groups)))
    events = sorted(_events(stations, *groups[unit]), key=lambda event: event["timestamp"])[-last:]
    if output is Format.JSON:
        print_json([{"at": _moment(one["timestamp"]), "line": one["message"]} for one in events])
        return
    for event in events:
        console.print(event["message"].rstrip(), highlight=False, markup=False, soft_wrap=True)
    if not events:
        console.print(f"{unit} has written nothing yet.")


def _log_groups(stations: Stations) -> dict[str, tuple[str, str]]:
    """Map each unit to a prefix of its log groups and a prefix of its log streams."""
    outputs = stations.outputs
    jobs = {
        "curate": str(outputs["curateJob"]),
        "flight-performance": str(outputs["flightPerformanceJob"]),
    }
    groups = {unit: ("/aws-glue/", _last_run(stations, job)) for unit, job in jobs.items()}
    return {"ingest": (f"/aws/lambda/{outputs['ingestFunction']}", ""), **groups}


def _last_run(stations: Stations, job: str) -> str:
    runs = stations.glue.get_job_runs(JobName=job, MaxResults=1)["JobRuns"]
    return str(runs[0]["Id"]) if runs else "no run"


def _events(stations: Stations, group: str, stream: str) -> Iterator[dict[str, Any]]:
    logs = stations.client("logs")
    groups = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    for found in groups:
        options = {"logStreamNamePrefix": stream} if stream else {}
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=found["logGroupName"], **options
        )
        for page in pages:
            yield from page["events"]

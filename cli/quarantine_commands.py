"""`tarn quarantine …`: what is quarantined of a dataset, and what is not wanted."""

from __future__ import annotations

import datetime
import io
import uuid
from collections.abc import Iterator
from typing import Annotated, Any, Final, cast

import typer

from cli.errors import CommandError
from cli.local_target import STACK
from cli.operating import Operation, open_operation
from cli.output import Format, console, print_json, print_rows
from cli.workspace import find_workspace
from tarn.quarantine import DECISIONS_PREFIX, ROWS_PREFIX, DecisionStatus

app = typer.Typer(
    help="See quarantined rows, and discard those that nobody wants.", no_args_is_help=True
)

OutputFormat = Annotated[Format, typer.Option("--format", help="What to print.")]
Stack = Annotated[str, typer.Option("--stack", help="The deployed stack; local is the laptop's.")]
Row = dict[str, Any]
RAW_CHARACTERS: Final = 60


class NothingQuarantinedError(CommandError):
    """Nothing that is open fits."""

    def __init__(self, *, dataset: str, key: str, line: int | None) -> None:
        where = f"{key} line {line}" if line is not None else key
        super().__init__(
            f"Nothing of {where} is open in the quarantine of {dataset}, so there is nothing to "
            f"discard. `tarn quarantine list {dataset}` shows what is."
        )


@app.command("list")
def list_rows(
    dataset: Annotated[str, typer.Argument(help="The dataset to look at.")],
    every: Annotated[
        bool, typer.Option("--all", help="Resolved and discarded rows as well.")
    ] = False,
    stack: Stack = STACK,
    output: OutputFormat = Format.TABLE,
) -> None:
    """Show quarantined rows: source, line, rules, raw row, status and by whom."""
    operation = open_operation(find_workspace(), stack=stack)
    rows = [row for row in quarantined(operation, dataset) if every or row["status"] == "open"]
    if output is Format.JSON:
        print_json(rows)
        return
    shown = [
        (
            row["source_key"],
            row["line"],
            row["rules"],
            (row["raw_row"] or row["violations"][0]["message"])[:RAW_CHARACTERS],
            row["status"],
            row["decided_by"] or "",
        )
        for row in rows
    ]
    columns = ("source", "line", "rules", "raw row", "status", "by")
    print_rows(columns, shown, output=output, title=f"quarantine of {dataset}")


@app.command()
def discard(
    dataset: Annotated[str, typer.Argument(help="The dataset of the rows.")],
    file: Annotated[str, typer.Option("--file", help="Key of the landed file.")],
    note: Annotated[str, typer.Option(help="Why; kept with the decision.")],
    line: Annotated[int | None, typer.Option(help="One line; else every open row.")] = None,
    stack: Stack = STACK,
    output: OutputFormat = Format.TABLE,
) -> None:
    """Decide that quarantined rows of a file are not wanted. Nothing is deleted."""
    operation = open_operation(find_workspace(), stack=stack)
    meant = [
        row
        for row in quarantined(operation, dataset)
        if row["status"] == "open"
        and row["source_key"] == file
        and (line is None or row["line"] == line)
    ]
    if not meant:
        raise NothingQuarantinedError(dataset=dataset, key=file, line=line)
    record_discards(operation, dataset, meant, note=note)
    if output is Format.JSON:
        print_json({"discarded": len(meant), "by": operation.operator})
        return
    console.print(f"Discarded {len(meant):,} row(s) of {file}, by {operation.operator}.")


def quarantined(operation: Operation, dataset: str) -> list[Row]:
    """Return every quarantined source row once, with ``status`` and ``decided_by``.

    The same answer as Snowflake's view RAW.QUARANTINE, from the files themselves.
    """
    decisions = list(_rows(operation, f"{DECISIONS_PREFIX}{dataset}/"))
    current: dict[tuple[str, ...], Row] = {}
    discards: dict[tuple[object, ...], Row] = {}
    for decision in decisions:
        if decision["status"] == DecisionStatus.DISCARDED:
            discards[(*_source(decision), decision["line"])] = decision
        elif decision["decision"] > current.get(_source(decision), {"decision": 0})["decision"]:
            current[_source(decision)] = decision
    rows: dict[tuple[object, ...], Row] = {}
    for row in _rows(operation, f"{ROWS_PREFIX}{dataset}/"):
        identity = (*_source(row), row["line"], row["raw_row"])
        judged = _with_status(row, current.get(_source(row)), discards)
        if identity not in rows or judged["status"] != "resolved":
            rows[identity] = judged
    return sorted(rows.values(), key=lambda row: (row["source_key"], row["line"] or 0))


def record_discards(operation: Operation, dataset: str, rows: list[Row], *, note: str) -> None:
    """Write one file of decisions, which nobody ever changes."""
    import pyarrow as pa
    from pyarrow import parquet

    from tarn.quarantine import decisions_arrow_schema

    now = datetime.datetime.now(tz=datetime.UTC)
    decided = [
        {
            **{name: row[name] for name in ("dataset", "source_bucket", "source_key")},
            "source_version": row["source_version"],
            "decision": None,
            "contract_hash": row["contract_hash"],
            "line": row["line"],
            "status": DecisionStatus.DISCARDED.value,
            "decided_by": operation.operator,
            "decided_at": now,
            "note": note,
        }
        for row in rows
    ]
    schema = decisions_arrow_schema()
    table = pa.Table.from_batches([pa.RecordBatch.from_pylist(decided, schema=schema)], schema)
    content = io.BytesIO()
    parquet.write_table(table, content)
    operation.stations.s3.put_object(
        Bucket=str(operation.stations.outputs["quarantineBucket"]),
        Key=f"{DECISIONS_PREFIX}{dataset}/discarded-{uuid.uuid4().hex}.parquet",
        Body=content.getvalue(),
    )


def _with_status(row: Row, current: Row | None, discards: dict[tuple[object, ...], Row]) -> Row:
    if current is not None and current["contract_hash"] != row["contract_hash"]:
        return {**row, "status": "resolved", "decided_by": current["decided_by"]}
    discarded = discards.get((*_source(row), row["line"]))
    if discarded is not None:
        return {**row, "status": "discarded", "decided_by": discarded["decided_by"]}
    return {**row, "status": "open", "decided_by": None}


def _source(row: Row) -> tuple[str, ...]:
    return row["source_bucket"], row["source_key"], row["source_version"]


def _rows(operation: Operation, prefix: str) -> Iterator[Row]:
    import pyarrow as pa
    from pyarrow import parquet

    s3 = operation.stations.s3
    bucket = str(operation.stations.outputs["quarantineBucket"])
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for one in page.get("Contents", []):
            body = s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
            table = parquet.ParquetFile(pa.BufferReader(body)).read()
            yield from cast("list[Row]", table.to_pylist())

"""What a deployed stack holds, as values that two deployments can be compared by.

One line a table: how many rows, and a digest over all of them in any order. Left out is only what
differs between two runs of the same files: the object version's id, its time and the attempt's
own times. Every station is asked itself: Iceberg's files, Snowflake, the quarantine, the ledger.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
from pyarrow import parquet
from pyiceberg.table import StaticTable

from cli.snowflake_session import Session
from cli.stations import Stations
from local_cloud.settings import ROOT_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY
from tests.e2e.checkout import Checkout

Contents = dict[str, str]
"""Table -> "rows digest"."""

Differences = dict[str, tuple[str | None, str | None]]
"""Table -> what was expected and what is there."""

SETTLING_SECONDS = 60
LOOK_SECONDS = 3

PLACE = ("_source_key", "_source_line")
"""Of the columns that the platform adds, the ones that say where a row came from."""
PER_RUN = ("source_version", "decision", "decided_at", "quarantined_at")
"""Columns that two runs of the same files fill differently: ids of versions, attempts and times."""
SCHEMAS = ("RAW", "CURATED", "MARTS")
LEDGER_FACTS = (
    "dataset",
    "key",
    "size",
    "status",
    "contract_hash",
    "rows_read",
    "rows_accepted",
    "rows_quarantined",
    "reason",
    "pending",
)


def contents_of(checkout: Checkout) -> Contents:
    """Ask every station of a checkout's deployed stack for all that it holds."""
    target = checkout.target()
    found: Contents = {}
    for name, rows in _iceberg(target.stations):
        found[f"Iceberg {name}"] = _digest(rows)
    with target.snowflake.session() as session:
        for name, rows in _snowflake(session):
            found[f"Snowflake {name}"] = _digest(rows)
    found["quarantine"] = _digest(_quarantine(target.stations))
    found["ledger"] = _digest(_ledger(target.stations))
    return found


def settled_contents(checkout: Checkout) -> Contents:
    """Ask every station until two looks in a row find the same."""
    found = contents_of(checkout)
    while True:
        time.sleep(LOOK_SECONDS)
        last, found = found, contents_of(checkout)
        if found == last:
            return found


def settled_differences(expected: Contents, checkout: Checkout) -> Differences:
    """Return what differs when all that is under way has arrived, or after a bounded wait.

    `tarn up` waits for the datasets' tables; quarantined rows have pipes of their own.
    """
    deadline = time.monotonic() + SETTLING_SECONDS
    while True:
        found = differences(expected, contents_of(checkout))
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(1)


def differences(expected: Contents, actual: Contents) -> Differences:
    """Return the tables that differ, each with what was expected and what is there."""
    return {
        name: (expected.get(name), actual.get(name))
        for name in sorted({*expected, *actual})
        if expected.get(name) != actual.get(name)
    }


def _digest(rows: Iterable[Mapping[str, Any]]) -> str:
    lines = sorted(json.dumps(_comparable(row), sort_keys=True, default=str) for row in rows)
    return f"{len(lines)} {hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:16]}"


def _comparable(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in row.items()
        if name.lower() not in PER_RUN and (not name.startswith("_") or name.lower() in PLACE)
    }


def _iceberg(stations: Stations) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    database = stations.outputs["curatedGlueDatabase"]
    pages = stations.glue.get_paginator("get_tables").paginate(DatabaseName=database)
    for entry in (one for page in pages for one in page["TableList"]):
        table = StaticTable.from_metadata(
            entry["Parameters"]["metadata_location"],
            properties={
                "py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO",
                "s3.endpoint": str(stations.endpoint),
                "s3.region": str(stations.session.region_name),
                "s3.access-key-id": ROOT_ACCESS_KEY_ID,
                "s3.secret-access-key": ROOT_SECRET_ACCESS_KEY,
                "s3.force-virtual-addressing": "false",
            },
        )
        yield str(entry["Name"]), table.scan().to_arrow().to_pylist()


def _snowflake(session: Session) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for schema in SCHEMAS:
        names = {
            row[answer.columns.index("name")]
            for answer in (
                session.query(f"SHOW TABLES IN SCHEMA {schema}"),
                session.query(f"SHOW VIEWS IN SCHEMA {schema}"),
            )
            for row in answer.rows
        }
        for name in sorted(map(str, names)):
            answer = session.query(f"SELECT * FROM {schema}.{name}")
            rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
            yield f"{schema}.{name}", rows


def _quarantine(stations: Stations) -> Iterator[dict[str, Any]]:
    """Every row of every object in the bucket, also of one that no ledger item names."""
    bucket = stations.outputs["quarantineBucket"]
    pages = stations.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    for key in (one["Key"] for page in pages for one in page.get("Contents", [])):
        body = stations.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        if not key.endswith(".parquet"):
            yield {"body": hashlib.sha256(body).hexdigest()}
            continue
        for row in parquet.ParquetFile(pa.BufferReader(body)).read().to_pylist():
            yield {name: row[name] for name in ("source_key", "line", "violations")}


def _ledger(stations: Stations) -> Iterator[dict[str, Any]]:
    pages = stations.dynamodb.get_paginator("scan").paginate(
        TableName=stations.outputs["ledgerTable"], ConsistentRead=True
    )
    for item in (one for page in pages for one in page["Items"]):
        yield {name: item.get(name) for name in LEDGER_FACTS}

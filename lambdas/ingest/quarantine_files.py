"""The small Parquet files of the quarantine that are not a file's rejected rows.

An object that is held whole has one line in the same table as rejected rows; a file that another
contract decided about again has a line that says which contract's verdicts count now.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lambdas.ingest.ports import Lease
from tarn import quarantine
from tarn.quarantine import DecisionStatus, Rule


def write_held_object(path: Path, *, lease: Lease, dataset: str | None, reason: str) -> None:
    """Write the line of an object that is quarantined whole: no line, no raw row, the reason."""
    violation = {"column": None, "rule": Rule.UNUSABLE.value, "value": None, "message": reason}
    row = {
        **_source(lease, dataset),
        "line": None,
        "raw_row": None,
        "raw_bytes": None,
        "rules": Rule.UNUSABLE.value,
        "violations": [violation],
    }
    _write(path, row, quarantine.arrow_schema())


def write_decision(path: Path, *, lease: Lease, dataset: str | None, number: int) -> None:
    """Write which contract decides about a file now. Equal decisions give equal files."""
    row = {
        **_source(lease, dataset),
        "decision": number,
        "line": None,
        "status": DecisionStatus.DECIDED.value,
        "decided_by": f"contract {lease.contract_hash[:12]}",
        "decided_at": None,
        "note": None,
    }
    _write(path, row, quarantine.decisions_arrow_schema())


def _source(lease: Lease, dataset: str | None) -> dict[str, object]:
    source = lease.source
    return {
        "dataset": dataset,
        "source_bucket": source.bucket,
        "source_key": source.key,
        "source_version": source.version,
        "contract_hash": lease.contract_hash,
    }


def _write(path: Path, row: dict[str, object], schema: pa.Schema) -> None:
    table = pa.Table.from_batches([pa.RecordBatch.from_pylist([row], schema=schema)], schema)
    pq.write_table(table, path, compression="zstd")

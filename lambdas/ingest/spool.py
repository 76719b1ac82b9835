"""Outputs are written to the function's own disk first, and published only after the verdict.

Arrow tables are cut into row groups of bounded size, so memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from lambdas.ingest.rows import Reject, Violation
from lambdas.ingest.rules.severities import Warned
from tarn import provenance, quarantine
from tarn.keys import SourceObject

_CONSTANTS: Final = (
    provenance.SOURCE_KEY,
    provenance.SOURCE_VERSION,
    provenance.SOURCE_MODIFIED_AT,
    provenance.CONTRACT_HASH,
)

ROW_GROUP_ROWS: Final = 1 << 17
ROW_GROUP_BYTES: Final = 32 << 20


class ParquetSpool:
    """One Parquet file that grows by row groups; it exists only if it has rows."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path = path
        self._schema = schema
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        self._waiting_bytes = 0

    def append(self, batch: pa.RecordBatch) -> None:
        """Take rows; they reach the disk in row groups."""
        if batch.num_rows == 0:
            return
        self._waiting.append(batch)
        self._waiting_rows += batch.num_rows
        self._waiting_bytes += batch.nbytes
        if self._waiting_rows >= ROW_GROUP_ROWS or self._waiting_bytes >= ROW_GROUP_BYTES:
            self._flush()

    def close(self) -> int:
        """Finish the file; return the rows that it really holds, read back from its footer."""
        self._flush()
        if self._writer is None:
            return 0
        self._writer.close()
        return int(pq.read_metadata(self.path).num_rows)

    def _flush(self) -> None:
        if not self._waiting:
            return
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, self._schema, compression="zstd")
        self._writer.write_table(pa.Table.from_batches(self._waiting, self._schema))
        self._waiting, self._waiting_rows, self._waiting_bytes = [], 0, 0


def accepted_batch(
    schema: pa.Schema, columns: pa.RecordBatch, lines: pa.Int64Array, origin: Sequence[object]
) -> pa.RecordBatch:
    """Return accepted rows as they are stored; ``origin`` is key, version, time (µs), hash."""
    count = len(lines)
    key, version, modified_at, contract_hash = (
        pa.repeat(pa.scalar(value, type=schema.field(name).type), count)
        for value, name in zip(origin, _CONSTANTS, strict=True)
    )
    arrays = [*columns.columns, key, version, modified_at, lines, contract_hash]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def rejected_batch(
    rejects: Sequence[Reject], *, dataset: str, source: SourceObject, contract_hash: str
) -> pa.RecordBatch:
    """Return rejected rows as Arrow, with their raw bytes where those are no text."""
    rows: list[dict[str, object]] = []
    for reject in rejects:
        text, raw = _as_text(reject.raw)
        rows.append(
            {
                **_found(reject.line, reject.violations, source),
                "dataset": dataset,
                "raw_row": text,
                "raw_bytes": raw,
                "contract_hash": contract_hash,
            }
        )
    return pa.RecordBatch.from_pylist(rows, schema=quarantine.arrow_schema())


def warned_batch(
    warned: Sequence[Warned], *, dataset: str, source: SourceObject, contract_hash: str
) -> pa.RecordBatch:
    """Return as Arrow what accepted rows, or the file, were warned of."""
    rows = [
        {
            **_found(one.line, one.violations, source),
            "dataset": dataset,
            "contract_hash": contract_hash,
        }
        for one in warned
    ]
    return pa.RecordBatch.from_pylist(rows, schema=quarantine.warnings_arrow_schema())


def _found(
    line: int | None, violations: Sequence[Violation], source: SourceObject
) -> dict[str, object]:
    return {
        "source_bucket": source.bucket,
        "source_key": source.key,
        "source_version": source.version,
        "line": line,
        "rules": ", ".join(dict.fromkeys(v.rule.value for v in violations)),
        "violations": [
            {
                "column": violation.column,
                "rule": violation.rule.value,
                "value": violation.value,
                "message": violation.message,
            }
            for violation in violations
        ],
    }


def _as_text(raw: bytes) -> tuple[str, bytes | None]:
    try:
        return raw.decode(), None
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace"), raw

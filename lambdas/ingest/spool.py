"""Outputs are written to the function's own disk first, and published only after the verdict.

Arrow tables are cut into row groups of bounded size, so memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import accumulate
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types

from lambdas.ingest.rows import Reject
from lambdas.ingest.rules.severities import Warned
from tarn import provenance, quarantine
from tarn.keys import SourceObject

_PROVENANCE: Final = (
    provenance.SOURCE_KEY,
    provenance.SOURCE_VERSION,
    provenance.SOURCE_MODIFIED_AT,
    provenance.SOURCE_LINE,
    provenance.CONTRACT_HASH,
)

ROW_GROUP_ROWS: Final = 1 << 17
ROW_GROUP_BYTES: Final = 32 << 20
_SAMPLE_ROWS: Final = 10_000
_REPEATING_SHARE: Final = 0.7


class ParquetSpool:
    """One Parquet file that grows by row groups; it exists only if it has rows.

    Row groups are encoded in a thread of their own, one at a time, while the next is read and
    judged: both are mostly native code that releases Python's lock.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        self._waiting_bytes = 0
        self._encoder = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spool")
        self._encoded: Future[None] | None = None

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
        self._settle()
        if self._writer is None:
            return 0
        self._writer.close()
        return int(pq.read_metadata(self.path).num_rows)

    def abandon(self) -> None:
        """Wait for what is being written, whatever became of it, and free the thread."""
        self._encoder.shutdown()

    def _flush(self) -> None:
        if not self._waiting:
            return
        # At most one row group is encoded while another is collected: memory stays bounded.
        self._settle()
        table = pa.Table.from_batches(self._waiting)
        self._encoded = self._encoder.submit(self._write, table)
        self._waiting, self._waiting_rows, self._waiting_bytes = [], 0, 0

    def _settle(self) -> None:
        encoded, self._encoded = self._encoded, None
        if encoded is not None:
            encoded.result()

    def _write(self, table: pa.Table) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self.path,
                table.schema,
                compression="zstd",
                use_dictionary=_repeating_columns(table),  # pyright: ignore[reportArgumentType]
                # What is constant comes as a dictionary; to readers it is what the schema says.
                store_schema=False,
            )
        self._writer.write_table(table)


def _repeating_columns(table: pa.Table) -> list[str]:
    """Return the columns that a dictionary makes smaller; making one costs more than it saves else.

    Told from the first rows of a file: identifiers and amounts rarely repeat, codes always do.
    """
    sample = table.slice(0, _SAMPLE_ROWS)
    limit = sample.num_rows * _REPEATING_SHARE
    return [
        name
        for name, column in zip(sample.column_names, sample.columns, strict=True)
        if not types.is_list(column.type) and len(column.unique()) <= limit
    ]


def accepted_batch(
    columns: pa.RecordBatch, lines: pa.Int64Array, origin: Sequence[object]
) -> pa.RecordBatch:
    """Return accepted rows as they are stored; ``origin`` is key, version, time (µs), hash."""
    count = len(lines)
    key, version, modified_at, contract_hash = origin
    arrays = [
        *columns.columns,
        _constant(key, pa.string(), count),
        _constant(version, pa.string(), count),
        _constant(modified_at, pa.timestamp("us", tz="UTC"), count),
        lines,
        _constant(contract_hash, pa.string(), count),
    ]
    return pa.RecordBatch.from_arrays(arrays, names=[*columns.schema.names, *_PROVENANCE])


def rejected_batch(
    rejects: Sequence[Reject], *, dataset: str, source: SourceObject, contract_hash: str
) -> pa.RecordBatch:
    """Return rejected rows as Arrow, with their raw bytes where those are no text."""
    texts = [_as_text(reject.raw) for reject in rejects]
    return _found_batch(
        quarantine.arrow_schema(),
        rejects,
        _origin(dataset, source, contract_hash)
        | {
            "raw_row": pa.array([text for text, _ in texts], type=pa.string()),
            "raw_bytes": pa.array([raw for _, raw in texts], type=pa.binary()),
        },
    )


def warned_batch(
    warned: Sequence[Warned], *, dataset: str, source: SourceObject, contract_hash: str
) -> pa.RecordBatch:
    """Return as Arrow what accepted rows, or the file, were warned of."""
    origin = _origin(dataset, source, contract_hash)
    return _found_batch(quarantine.warnings_arrow_schema(), warned, origin)


def _origin(dataset: str, source: SourceObject, contract_hash: str) -> dict[str, object]:
    return {
        "dataset": dataset,
        "source_bucket": source.bucket,
        "source_key": source.key,
        "source_version": source.version,
        "contract_hash": contract_hash,
    }


def _found_batch(
    schema: pa.Schema, found: Sequence[Reject | Warned], more: Mapping[str, object]
) -> pa.RecordBatch:
    """Return one row for each finding, built by column; what is no array holds for all of them."""
    rules = (dict.fromkeys(v.rule.value for v in one.violations) for one in found)
    columns: dict[str, object] = {
        "line": pa.array([one.line for one in found], type=pa.int64()),
        "rules": pa.array([", ".join(names) for names in rules], type=pa.string()),
        "violations": _violations(found, schema.field("violations").type),
        **more,
    }
    arrays = [
        column if isinstance(column, pa.Array) else _constant(column, pa.string(), len(found))
        for column in (columns[name] for name in schema.names)
    ]
    return pa.RecordBatch.from_arrays(arrays, names=schema.names)


def _violations(found: Sequence[Reject | Warned], wanted: pa.DataType) -> pa.Array:
    offsets = list(accumulate((len(one.violations) for one in found), initial=0))
    every = [violation for one in found for violation in one.violations]
    fields = [
        pa.array([violation.column for violation in every], type=pa.string()),
        pa.array([violation.rule.value for violation in every], type=pa.string()),
        pa.array([violation.value for violation in every], type=pa.string()),
        pa.array([violation.message for violation in every], type=pa.string()),
    ]
    structures = pa.StructArray.from_arrays(fields, names=quarantine.VIOLATION_FIELDS)
    return pa.ListArray.from_arrays(pa.array(offsets, type=pa.int32()), structures).cast(wanted)


def _constant(value: object, data_type: pa.DataType, count: int) -> pa.Array:
    """Return a value ``count`` times, held once."""
    indices = pa.repeat(pa.scalar(0, type=pa.int8()), count)
    return pa.DictionaryArray.from_arrays(indices, pa.array([value], type=data_type))


def _as_text(raw: bytes) -> tuple[str, bytes | None]:
    try:
        return raw.decode(), None
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace"), raw

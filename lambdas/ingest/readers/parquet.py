"""Parquet: typed columns. A position is the row's ordinal in the file, from 1."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types

from lambdas.ingest.errors import UnusableObjectError
from lambdas.ingest.readers.byte_source import ByteSource
from lambdas.ingest.readers.header import column_positions
from lambdas.ingest.rows import CellForm, RowBatch
from tarn.contract.model import Column, ColumnKind, Contract

MAGIC: Final = b"PAR1"
_BATCH_ROWS: Final = 8192


class ParquetReader:
    """Reads row groups; the columns' types have to hold the contract's kinds without loss."""

    cells: CellForm = CellForm.NATIVE

    def batches(self, source: ByteSource, contract: Contract, scratch: Path) -> Iterator[RowBatch]:
        """Yield the rows. The file is copied to ``scratch`` first: its index is at its end."""
        copy = scratch / "source.parquet"
        with copy.open("wb") as file:
            file.writelines(source)
        try:
            with pq.ParquetFile(copy) as parquet:
                yield from _batches(parquet, contract)
        except (pa.ArrowException, OSError) as error:
            reason = f"the file cannot be read as Parquet: {error}"
            raise UnusableObjectError(reason) from error
        finally:
            copy.unlink()


def _batches(parquet: pq.ParquetFile, contract: Contract) -> Iterator[RowBatch]:
    schema: pa.Schema = parquet.schema_arrow
    positions = column_positions(schema.names, contract)
    _check_types(schema, positions, contract)
    first = 1
    for batch in parquet.iter_batches(batch_size=_BATCH_ROWS):
        yield _batch(batch, positions, contract, first)
        first += batch.num_rows


def _batch(
    batch: pa.RecordBatch, positions: Sequence[int | None], contract: Contract, first: int
) -> RowBatch:
    return RowBatch(
        lines=range(first, first + batch.num_rows),
        columns=[
            None
            if position is None
            else _cells(batch.column(position), column, new=column.name in contract.added)
            for position, column in zip(positions, contract.columns, strict=True)
        ],
        raw=lambda index: _raw(batch, index),
    )


def _raw(batch: pa.RecordBatch, index: int) -> bytes:
    """Spell a row as JSON: bytes of a binary file say nothing to a reader."""
    row = batch.slice(index, 1)
    names = batch.schema.names
    cells = [_spelled(row.column(place)) for place in range(len(names))]
    text = json.dumps(dict(zip(names, cells, strict=True)), default=str, ensure_ascii=False)
    return text.encode("utf-8", "replace")


def _spelled(array: pa.Array) -> object:
    if types.is_timestamp(array.type):
        array = _without_zone(array).cast(pa.string())
    return array.to_pylist()[0]


def _cells(array: pa.Array, column: Column, *, new: bool) -> Sequence[object]:
    """Return Python values; a time finer than microseconds stays text, so that it is judged.

    ``new``: the contract does not have the column, and it is text whatever its type.
    """
    if new:
        return _texts(array)
    match column.type.kind:
        case ColumnKind.DATE:
            return array.cast(pa.date32()).cast(pa.int32()).to_pylist()
        case ColumnKind.TIMESTAMP:
            return _microseconds(array)
        case ColumnKind.DECIMAL:
            # Integers and decimals of any width become decimals of the widest kind.
            is_decimal = types.is_decimal(array.type)
            return (array if is_decimal else array.cast(pa.decimal128(38, 0))).to_pylist()
        case _:
            return array.to_pylist()


def _texts(array: pa.Array) -> Sequence[object]:
    if types.is_nested(array.type):
        return [
            None if value is None else json.dumps(value, default=str, ensure_ascii=False)
            for value in array.to_pylist()
        ]
    if types.is_timestamp(array.type):
        array = _without_zone(array)
    return array.cast(pa.string()).to_pylist()


def _without_zone(array: pa.Array) -> pa.Array:
    """Without pandas and a time zone database only naive times of any resolution can be spelled."""
    unit = str(cast("Any", array.type).unit)
    return array.cast(pa.timestamp(unit, tz="UTC")).cast(pa.int64()).cast(pa.timestamp(unit))


def _microseconds(array: pa.Array) -> Sequence[object]:
    try:
        return array.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).to_pylist()
    except pa.ArrowInvalid:
        nanoseconds = array.cast(pa.timestamp("ns", tz="UTC")).cast(pa.int64()).to_pylist()
        return [
            value if value is None else (str(value) if value % 1000 else value // 1000)
            for value in nanoseconds
        ]


def _check_types(schema: pa.Schema, positions: Sequence[int | None], contract: Contract) -> None:
    problems = [
        f"{column.name} is {schema.types[position]}, not {column.type.kind}"
        for position, column in zip(positions, contract.columns, strict=True)
        if position is not None
        and column.name not in contract.added
        and not _holds(schema.types[position], column)
    ]
    if problems:
        reason = f"the types do not fit the contract of {contract.dataset}: {'; '.join(problems)}"
        raise UnusableObjectError(reason)


def _holds(found: pa.DataType, column: Column) -> bool:
    if types.is_null(found):
        return True
    match column.type.kind:
        case ColumnKind.STRING:
            value = cast("pa.DataType", getattr(found, "value_type", found))
            return types.is_string(value) or types.is_large_string(value)
        case ColumnKind.INTEGER:
            return types.is_integer(found)
        case ColumnKind.DOUBLE:
            return types.is_floating(found)
        case ColumnKind.DECIMAL:
            return types.is_decimal(found) or types.is_integer(found)
        case ColumnKind.BOOLEAN:
            return types.is_boolean(found)
        case ColumnKind.DATE:
            return types.is_date(found)
        case ColumnKind.TIMESTAMP:
            return types.is_timestamp(found)

"""A query's rows as the stream of Arrow that Snowflake's drivers read."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
from fakesnow.arrow import to_ipc, to_sf
from fakesnow.rowtype import ColumnInfo


def arrow_stream(table: pa.Table, rowtype: list[ColumnInfo]) -> bytes:
    """Return the rows in the layout that the drivers expect of each of Snowflake's types."""
    answer = to_sf(table, rowtype)
    for index, column in enumerate(table.columns):
        if pa.types.is_timestamp(column.type) and column.null_count:
            nulls = _with_nulls(answer.column(index), column.combine_chunks().is_null())
            answer = answer.set_column(index, answer.schema.field(index), nulls)
    return to_ipc(answer).to_pybytes()


def _with_nulls(moments: pa.ChunkedArray, absent: pa.BooleanArray) -> pa.StructArray:
    """Say where a struct of a moment's parts is NULL: fakesnow leaves that to its parts.

    A driver asks the struct only, and takes the parts for 1970-01-01.
    """
    struct = moments.combine_chunks()
    parts = [pc.fill_null(part, 0) for part in struct.flatten()]
    return pa.StructArray.from_arrays(parts, fields=list(struct.type), mask=absent)

"""The loads of the last 14 days as rows of SQL, with Snowflake's columns in Snowflake's order.

Sources: the references of COPY_HISTORY and VALIDATE_PIPE_LOAD (table functions) and of
LOAD_HISTORY (Information Schema view).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from local_cloud.snowflake.load_history import FileLoad
from local_cloud.snowflake.names import string_literal

_Value = str | int | datetime | None

COPY_HISTORY: Final[Mapping[str, str]] = {
    "FILE_NAME": "VARCHAR",
    "STAGE_LOCATION": "VARCHAR",
    "LAST_LOAD_TIME": "TIMESTAMP_LTZ",
    "ROW_COUNT": "NUMBER",
    "ROW_PARSED": "NUMBER",
    "FILE_SIZE": "NUMBER",
    "FIRST_ERROR_MESSAGE": "VARCHAR",
    "FIRST_ERROR_LINE_NUMBER": "NUMBER",
    "FIRST_ERROR_CHARACTER_POS": "NUMBER",
    "FIRST_ERROR_COLUMN_NAME": "VARCHAR",
    "ERROR_COUNT": "NUMBER",
    "ERROR_LIMIT": "NUMBER",
    "STATUS": "VARCHAR",
    "TABLE_CATALOG_NAME": "VARCHAR",
    "TABLE_SCHEMA_NAME": "VARCHAR",
    "TABLE_NAME": "VARCHAR",
    "PIPE_CATALOG_NAME": "VARCHAR",
    "PIPE_SCHEMA_NAME": "VARCHAR",
    "PIPE_NAME": "VARCHAR",
    "PIPE_RECEIVED_TIME": "TIMESTAMP_LTZ",
}
LOAD_HISTORY: Final[Mapping[str, str]] = {
    "SCHEMA_NAME": "VARCHAR",
    "FILE_NAME": "VARCHAR",
    "TABLE_NAME": "VARCHAR",
    "LAST_LOAD_TIME": "TIMESTAMP_LTZ",
    "STATUS": "VARCHAR",
    "ROW_COUNT": "NUMBER",
    "ROW_PARSED": "NUMBER",
    "FIRST_ERROR_MESSAGE": "VARCHAR",
    "FIRST_ERROR_LINE_NUMBER": "NUMBER",
    "FIRST_ERROR_CHARACTER_POSITION": "NUMBER",
    "FIRST_ERROR_COL_NAME": "VARCHAR",
    "ERROR_COUNT": "NUMBER",
    "ERROR_LIMIT": "NUMBER",
}
VALIDATE_PIPE_LOAD: Final[Mapping[str, str]] = {
    "ERROR": "VARCHAR",
    "FILE": "VARCHAR",
    "LINE": "NUMBER",
    "CHARACTER": "NUMBER",
    "BYTE_OFFSET": "NUMBER",
    "CATEGORY": "VARCHAR",
    "CODE": "NUMBER",
    "SQL_STATE": "VARCHAR",
    "COLUMN_NAME": "VARCHAR",
    "ROW_NUMBER": "NUMBER",
    "ROW_START_LINE": "NUMBER",
    "REJECTED_RECORD": "VARCHAR",
}


def copy_history(loads: Sequence[FileLoad]) -> str:
    """Return a query that gives one row a file, also of those that failed."""
    return _query(COPY_HISTORY, [_copy_history_row(load) for load in loads])


def load_history(loads: Sequence[FileLoad]) -> str:
    """Return a query that gives one row a file; of loads by hand only."""
    return _query(LOAD_HISTORY, [_load_history_row(load) for load in loads])


def pipe_errors(loads: Sequence[FileLoad]) -> str:
    """Return a query that gives the first error of each file that has one, and LAST_LOAD_TIME."""
    rows = [(*row, load.loaded_at) for load in loads if (row := _error_row(load)) is not None]
    return _query({**VALIDATE_PIPE_LOAD, "LAST_LOAD_TIME": "TIMESTAMP_LTZ"}, rows)


def _copy_history_row(load: FileLoad) -> tuple[_Value, ...]:
    first = load.first_error
    return (
        load.file,
        load.stage,
        load.loaded_at,
        load.rows,
        load.parsed,
        load.size,
        first and first.message,
        first and first.line,
        None,
        first and first.column,
        load.errors,
        load.error_limit,
        load.status.value,
        *load.table,
        *(load.pipe.path if load.pipe else (None, None, None)),
        load.received_at if load.pipe else None,
    )


def _load_history_row(load: FileLoad) -> tuple[_Value, ...]:
    first = load.first_error
    return (
        load.table[1],
        load.file,
        load.table[2],
        load.loaded_at,
        load.status.name,
        load.rows,
        load.parsed,
        first and first.message,
        first and first.line,
        None,
        first and first.column,
        load.errors,
        load.error_limit,
    )


def _error_row(load: FileLoad) -> tuple[_Value, ...] | None:
    first = load.first_error
    if first is None:
        return None
    category = "conversion" if first.line else "parsing"
    return (
        first.message,
        load.file,
        first.line,
        None,
        None,
        category,
        first.code,
        first.sqlstate,
        first.column,
        first.line,
        first.line,
        None,
    )


def _query(columns: Mapping[str, str], rows: Sequence[tuple[_Value, ...]]) -> str:
    if not rows:
        nothing = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns.items())
        return f"SELECT {nothing} WHERE FALSE"
    return " UNION ALL ".join(f"SELECT {_cells(columns, row)}" for row in rows)


def _cells(columns: Mapping[str, str], row: tuple[_Value, ...]) -> str:
    return ", ".join(
        f"CAST({_constant(value)} AS {kind}) AS {name}"
        for value, (name, kind) in zip(row, columns.items(), strict=True)
    )


def _constant(value: _Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, datetime):
        value = value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00:00")
    return string_literal(value) if isinstance(value, str) else str(value)

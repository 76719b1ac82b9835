"""COPY INTO a table: what the statement says, before anything is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from local_cloud.snowflake.errors import (
    SnowflakeSqlError,
    StatementUnsupportedError,
    invalid_property,
    invalid_value,
)
from local_cloud.snowflake.names import Path
from local_cloud.snowflake.on_error import ABORT_STATEMENT, OnError, read_on_error
from local_cloud.snowflake.sql_reader import SqlReader, Value
from local_cloud.snowflake.sql_tokens import TokenKind

_OPTIONS: Final = (
    "FILES",
    "PATTERN",
    "FILE_FORMAT",
    "MATCH_BY_COLUMN_NAME",
    "INCLUDE_METADATA",
    "ON_ERROR",
    "FORCE",
    "LOAD_UNCERTAIN_FILES",
    "PURGE",
    "RETURN_FAILED_ONLY",
    "SIZE_LIMIT",
)
_NOT_IN_PIPES: Final = ("FILES", "FORCE", "PURGE", "RETURN_FAILED_ONLY", "SIZE_LIMIT")
_UNKNOWN_HERE: Final = ("ENFORCE_LENGTH", "TRUNCATECOLUMNS", "VALIDATION_MODE")
_MOST_FILES: Final = 1000
METADATA: Final = (
    "METADATA$FILENAME",
    "METADATA$FILE_ROW_NUMBER",
    "METADATA$FILE_CONTENT_KEY",
    "METADATA$FILE_LAST_MODIFIED",
    "METADATA$START_SCAN_TIME",
)


@dataclass(frozen=True, kw_only=True)
class CopyStatement:
    """A COPY INTO; names are as written, ``prefix`` is the path below the stage."""

    table: Path
    stage: Path
    prefix: str
    files: tuple[str, ...] = ()
    pattern: str | None = None
    file_format: Path | None = None
    case_sensitive: bool = False
    metadata: Mapping[str, str]
    on_error: OnError = ABORT_STATEMENT
    force: bool = False
    load_uncertain_files: bool = False
    purge: bool = False
    return_failed_only: bool = False
    size_limit: int | None = None


def read_copy(reader: SqlReader, *, in_pipe: bool = False) -> CopyStatement:
    """Read the statement after COPY; what the local cloud cannot load is refused by name."""
    reader.expect("INTO")
    token = reader.peek()
    if token is not None and token.kind is TokenKind.STAGE:
        raise StatementUnsupportedError(what="COPY INTO a location (unloading)")
    table = reader.path()
    if reader.symbol("("):
        raise StatementUnsupportedError(what="COPY INTO a list of columns")
    reader.expect("FROM")
    stage, prefix = read_location(reader)
    options = reader.properties()
    reader.expect_end()
    _check_options(options, in_pipe=in_pipe)
    match = str(options.get("MATCH_BY_COLUMN_NAME") or "NONE").upper()
    if match not in ("CASE_INSENSITIVE", "CASE_SENSITIVE"):
        raise StatementUnsupportedError(what="COPY of Parquet without MATCH_BY_COLUMN_NAME")
    return CopyStatement(
        table=table,
        stage=stage,
        prefix=prefix,
        files=_files(options.get("FILES")),
        pattern=_pattern(options.get("PATTERN")),
        file_format=_format(options.get("FILE_FORMAT")),
        case_sensitive=match == "CASE_SENSITIVE",
        metadata=_metadata(options.get("INCLUDE_METADATA")),
        on_error=read_on_error(options.get("ON_ERROR"), in_pipe=in_pipe),
        force=_switch(options, "FORCE"),
        load_uncertain_files=_switch(options, "LOAD_UNCERTAIN_FILES"),
        purge=_switch(options, "PURGE"),
        return_failed_only=_switch(options, "RETURN_FAILED_ONLY"),
        size_limit=_size_limit(options.get("SIZE_LIMIT")),
    )


def _check_options(options: Mapping[str, Value], *, in_pipe: bool) -> None:
    """Refuse what nobody knows, and in a pipe what Snowflake's CREATE PIPE refuses."""
    for name, value in options.items():
        if name in _UNKNOWN_HERE:
            raise StatementUnsupportedError(what=f"COPY with {name}")
        if name not in _OPTIONS:
            raise invalid_property(name=name, kind="COPY", allowed=", ".join(_OPTIONS))
        aborts = name == "ON_ERROR" and str(value).upper() == "ABORT_STATEMENT"
        if in_pipe and (name in _NOT_IN_PIPES or aborts):
            option = "ON_ERROR = ABORT_STATEMENT" if aborts else name
            raise SnowflakeSqlError(
                code=2199,
                sqlstate="42601",
                message=f"SQL compilation error:\nThe COPY option {option} is not supported in a "
                "pipe: leave it out, or run the COPY by hand.",
            )
    force, uncertain = _switch(options, "FORCE"), _switch(options, "LOAD_UNCERTAIN_FILES")
    if force and uncertain:
        raise invalid_value(
            name="LOAD_UNCERTAIN_FILES", value=True, reason="FORCE = TRUE loads every file."
        )


def read_location(reader: SqlReader) -> tuple[Path, str]:
    """Take ``@<stage>[/<path>]``: the stage's name as written and the path below it."""
    if reader.symbol("("):
        raise StatementUnsupportedError(what="COPY FROM (SELECT ...)")
    token = reader.take()
    if token.kind is not TokenKind.STAGE and token.kind is not TokenKind.STRING:
        raise StatementUnsupportedError(what="COPY FROM anything but a named stage")
    name, _, prefix = token.text.removeprefix("@").partition("/")
    if name.startswith(("~", "%")):
        raise StatementUnsupportedError(what="user and table stages")
    return SqlReader(name).path(), prefix


def _format(value: Value) -> Path | None:
    if value is None:
        return None
    if isinstance(value, str):
        return SqlReader(value).path()
    if isinstance(value, Mapping) and value.get("FORMAT_NAME"):
        return SqlReader(str(value["FORMAT_NAME"])).path()
    if isinstance(value, Mapping) and str(value.get("TYPE")).upper() == "PARQUET":
        return None
    raise StatementUnsupportedError(what="COPY of other formats than Parquet")


def _metadata(value: Value) -> dict[str, str]:
    given = value if isinstance(value, Mapping) else {}
    found = {column: str(source).upper() for column, source in given.items()}
    for source in found.values():
        if source not in METADATA:
            raise invalid_value(
                name="INCLUDE_METADATA", value=source, reason=f"Known are {', '.join(METADATA)}."
            )
    return found


def _switch(options: Mapping[str, Value], name: str) -> bool:
    choice = str(options.get(name) or False).upper()
    if choice not in ("TRUE", "FALSE"):
        raise invalid_value(name=name, value=choice, reason="Allowed are TRUE and FALSE.")
    return choice == "TRUE"


def _size_limit(value: Value) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or value <= 0:
        raise invalid_value(name="SIZE_LIMIT", value=value, reason="Allowed are bytes, from 1.")
    return value


def _files(value: Value) -> tuple[str, ...]:
    found = tuple(str(one) for one in value) if isinstance(value, list) else ()
    if len(found) > _MOST_FILES:
        raise invalid_value(
            name="FILES", value=len(found), reason=f"At most {_MOST_FILES} files can be named."
        )
    return found


def _pattern(value: Value) -> str | None:
    if value is None:
        return None
    try:
        re.compile(str(value))
    except re.error as error:
        raise invalid_value(
            name="PATTERN", value=value, reason=f"It is no regular expression: {error}."
        ) from error
    return str(value)

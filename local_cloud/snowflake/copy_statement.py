"""COPY INTO a table: what the statement says, before anything is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from local_cloud.snowflake.errors import (
    StatementUnsupportedError,
    invalid_property,
    invalid_value,
)
from local_cloud.snowflake.names import Path
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
)
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
    skip_bad_files: bool = False
    force: bool = False


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
    stage, prefix = _stage(reader)
    options = reader.properties()
    reader.expect_end()
    for name in options:
        if name not in _OPTIONS:
            raise invalid_property(name=name, kind="COPY", allowed=", ".join(_OPTIONS))
    match = str(options.get("MATCH_BY_COLUMN_NAME") or "NONE").upper()
    if match not in ("CASE_INSENSITIVE", "CASE_SENSITIVE"):
        raise StatementUnsupportedError(what="COPY of Parquet without MATCH_BY_COLUMN_NAME")
    return CopyStatement(
        table=table,
        stage=stage,
        prefix=prefix,
        files=_texts(options.get("FILES")),
        pattern=_text(options.get("PATTERN")),
        file_format=_format(options.get("FILE_FORMAT")),
        case_sensitive=match == "CASE_SENSITIVE",
        metadata=_metadata(options.get("INCLUDE_METADATA")),
        skip_bad_files=_skips(options.get("ON_ERROR"), in_pipe=in_pipe),
        force=str(options.get("FORCE")).upper() == "TRUE",
    )


def _stage(reader: SqlReader) -> tuple[Path, str]:
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


def _skips(value: Value, *, in_pipe: bool) -> bool:
    """Pipes skip a bad file unless told otherwise; COPY by hand stops."""
    default = "SKIP_FILE" if in_pipe else "ABORT_STATEMENT"
    choice = str(value or default).upper()
    if choice not in ("SKIP_FILE", "ABORT_STATEMENT"):
        raise StatementUnsupportedError(what=f"ON_ERROR = {choice}")
    return choice == "SKIP_FILE"


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _text(value: Value) -> str | None:
    return None if value is None else str(value)

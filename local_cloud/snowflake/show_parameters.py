"""SHOW PARAMETERS IN an object: the parameters it has and who set them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from local_cloud.snowflake.context import Context, accept_kind
from local_cloud.snowflake.errors import StatementUnsupportedError
from local_cloud.snowflake.kinds import SPECS
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.results import Cell, Result, table
from local_cloud.snowflake.sql_reader import SqlReader, Value

_COLUMNS: Final = ("key", "value", "default", "level", "description", "type")
_CONTAINER_PARAMETERS: Final = (
    "CATALOG",
    "DATA_RETENTION_TIME_IN_DAYS",
    "DEFAULT_DDL_COLLATION",
    "EXTERNAL_VOLUME",
    "LOG_LEVEL",
    "MAX_DATA_EXTENSION_TIME_IN_DAYS",
    "QUOTED_IDENTIFIERS_IGNORE_CASE",
    "REPLACE_INVALID_CHARACTERS",
    "STORAGE_SERIALIZATION_POLICY",
    "TRACE_LEVEL",
)
_PARAMETERS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.WAREHOUSE: (
        "MAX_CONCURRENCY_LEVEL",
        "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS",
        "STATEMENT_TIMEOUT_IN_SECONDS",
    ),
    Kind.DATABASE: _CONTAINER_PARAMETERS,
    Kind.SCHEMA: (*_CONTAINER_PARAMETERS, "PIPE_EXECUTION_PAUSED"),
    Kind.TABLE: ("DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS"),
}


def show_parameters(context: Context, reader: SqlReader) -> Result:
    """Answer SHOW PARAMETERS [LIKE ...] IN <kind> name."""
    pattern = reader.string().upper() if reader.accept("LIKE") else None
    if not (reader.accept("IN") or reader.accept("FOR")):
        raise StatementUnsupportedError(what="SHOW PARAMETERS of the session")
    kind = accept_kind(reader)
    if kind is None or kind not in _PARAMETERS:
        raise StatementUnsupportedError(what=f"SHOW PARAMETERS IN {reader.rest()}")
    item = context.account.registry.get(kind, context.session.resolve(kind, reader.path()))
    context.account.access.require(context.session, item, "USAGE", "MONITOR", "SELECT")
    rows = [
        _row(item, name)
        for name in _PARAMETERS[kind]
        if pattern is None or name == pattern.replace("\\", "")
    ]
    return table(_COLUMNS, rows)


def _row(item: SnowflakeObject, name: str) -> dict[str, Cell]:
    default = SPECS[item.kind].properties[name].default
    value = item.properties.get(name)
    is_default = value is None or value == default
    return {
        "key": name,
        "value": _text(default if is_default else value),
        "default": _text(default),
        "level": "" if is_default else item.kind.value,
        "description": "",
        "type": _type(default),
    }


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _type(default: Value) -> str:
    if isinstance(default, bool):
        return "BOOLEAN"
    return "NUMBER" if isinstance(default, int) else "STRING"

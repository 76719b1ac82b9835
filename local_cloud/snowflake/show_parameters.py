"""SHOW PARAMETERS IN an object: the parameters it has and who set them."""

from __future__ import annotations

from typing import Final

from local_cloud.snowflake.context import Context, accept_kind
from local_cloud.snowflake.errors import StatementUnsupportedError
from local_cloud.snowflake.kinds import SPECS
from local_cloud.snowflake.objects import SnowflakeObject
from local_cloud.snowflake.parameters import PARAMETERS, in_force
from local_cloud.snowflake.results import Cell, Result, table
from local_cloud.snowflake.sql_reader import SqlReader, Value

_COLUMNS: Final = ("key", "value", "default", "level", "description", "type")


def show_parameters(context: Context, reader: SqlReader) -> Result:
    """Answer SHOW PARAMETERS [LIKE ...] IN <kind> name."""
    pattern = reader.string().upper() if reader.accept("LIKE") else None
    if not (reader.accept("IN") or reader.accept("FOR")):
        raise StatementUnsupportedError(what="SHOW PARAMETERS of the session")
    kind = accept_kind(reader)
    if kind is None or kind not in PARAMETERS:
        raise StatementUnsupportedError(what=f"SHOW PARAMETERS IN {reader.rest()}")
    item = context.account.registry.get(kind, context.session.resolve(kind, reader.path()))
    context.account.access.require(context.session, item, "USAGE", "MONITOR", "SELECT")
    rows = [
        _row(item, name)
        for name in PARAMETERS[kind]
        if pattern is None or name == pattern.replace("\\", "")
    ]
    return table(_COLUMNS, rows)


def _row(item: SnowflakeObject, name: str) -> dict[str, Cell]:
    default = SPECS[item.kind].properties[name].default
    value = item.properties.get(name)
    return {
        "key": name,
        "value": _text(in_force(item, name)),
        "default": _text(default),
        "level": "" if value is None else item.kind.value,
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

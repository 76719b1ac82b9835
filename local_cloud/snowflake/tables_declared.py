"""A relation's columns: what was declared about them, and what the engine has now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from local_cloud.snowflake.account_parts import AccountParts
from local_cloud.snowflake.column_types import ColumnDeclaration, from_engine
from local_cloud.snowflake.names import quoted
from local_cloud.snowflake.objects import SnowflakeObject
from local_cloud.snowflake.sql_reader import Value

COLUMNS: Final = "COLUMNS"
"""The property that keeps a relation's declared columns."""


def as_value(columns: Sequence[ColumnDeclaration]) -> list[Value]:
    """Write declared columns as a property's value."""
    return [
        {
            "name": one.name,
            "type": one.type,
            "nullable": one.nullable,
            "default": one.default,
            "comment": one.comment,
        }
        for one in columns
    ]


def columns_of(account: AccountParts, relation: SnowflakeObject) -> list[ColumnDeclaration]:
    """Return a relation's columns as they are now, with what was declared about them."""
    declared = {str(one["name"]): one for one in _records(relation.properties.get(COLUMNS))}
    rows = account.engine.fetch(f"DESCRIBE {quoted(relation.path)}")
    return [
        _current_column(str(row[0]), str(row[1]), row[2] == "YES", declared.get(str(row[0])))
        for row in rows
    ]


def _records(value: Value) -> list[dict[str, Value]]:
    if value is None or isinstance(value, (str, int, float)):
        return []
    return [dict(one) for one in value if isinstance(one, Mapping)]


def _current_column(
    name: str, engine_type: str, nullable: bool, declared: dict[str, Value] | None
) -> ColumnDeclaration:
    if declared is None:
        return ColumnDeclaration(name=name, type=from_engine(engine_type), nullable=nullable)
    default = declared.get("default")
    return ColumnDeclaration(
        name=name,
        type=str(declared.get("type")),
        nullable=nullable,
        default=None if default is None else str(default),
        comment=str(declared.get("comment") or ""),
    )


def with_columns(item: SnowflakeObject, columns: Sequence[ColumnDeclaration]) -> SnowflakeObject:
    """Return a relation with other declared columns."""
    return replace(item, properties={**item.properties, COLUMNS: as_value(columns)})

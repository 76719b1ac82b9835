"""Tables: created with their columns, and changed column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from local_cloud.providers.adapter import CheckFailure, Input
from local_cloud.providers.snowflake.column_types import data_type, same_type, shortest
from local_cloud.providers.snowflake.connection import Record, SnowflakeConnection
from local_cloud.providers.snowflake.loading import IN_UNQUOTED_SCHEMA
from local_cloud.providers.snowflake.object_adapter import (
    COMMENT,
    SnowflakeObjectAdapter,
    optional,
    whole,
)
from local_cloud.providers.snowflake.rules import between, not_empty
from local_cloud.providers.snowflake.sql import Clause, Form, assignments, literal, quoted
from local_cloud.providers.values import Properties, Value, flag, mapping, objects, text, text_or

_COLUMN: Final[Mapping[str, Input]] = {
    "comment": Input(default=""),
    "default": Input(
        fields={"constant": Input(), "expression": Input()},
        write_only=True,
    ),
    "name": Input(required=True, rule=not_empty),
    "nullable": Input(default=True),
    "type": Input(required=True, same=same_type, rule=data_type),
}


def _columns(value: Value) -> str | None:
    columns = value if isinstance(value, list) else []
    names = [one.get("name") for one in columns if isinstance(one, dict)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        return f"column {twice!r} is there twice"
    return None if names else "at least one column is needed"


class Table(SnowflakeObjectAdapter):
    """A table; columns are added, dropped and altered in place."""

    resource_type: ClassVar[str] = "snowflake:index/table:Table"
    source: ClassVar[str] = "pkg/resources/table.go"
    keyword: ClassVar[str] = "TABLE"
    containers: ClassVar[tuple[str, ...]] = ("database", "schema")
    plain_id: ClassVar[bool] = True
    describes: ClassVar[bool] = True
    computed: ClassVar[tuple[str, ...]] = ("fullyQualifiedName", "owner")
    clauses: ClassVar[Mapping[str, Clause]] = {
        "changeTracking": Clause(name="CHANGE_TRACKING", form=Form.FLAG),
        "comment": COMMENT,
        "dataRetentionTimeInDays": Clause(name="DATA_RETENTION_TIME_IN_DAYS", form=Form.NUMBER),
    }
    inputs: ClassVar[Mapping[str, Input]] = {
        **IN_UNQUOTED_SCHEMA,
        "changeTracking": Input(default=False, stored=True),
        "columns": Input(required=True, fields=_COLUMN, rule=_columns),
        "dataRetentionTimeInDays": Input(stored=True, rule=between(-1, 90)),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        found: list[CheckFailure] = []
        columns = inputs.get("columns")
        for index, column in enumerate(columns if isinstance(columns, list) else []):
            default = column.get("default") if isinstance(column, dict) else None
            if isinstance(default, dict) and len(default) != 1:
                reason = "exactly one of constant and expression is needed"
                path = f"columns[{index}].default"
                found.append(CheckFailure(property=path, reason=reason))
        return found

    def create_clauses(self, inputs: Properties) -> list[str]:
        columns = ", ".join(_definition(one) for one in objects(inputs, "columns"))
        return [f"({columns})", *assignments(self.clauses.items(), inputs)]

    def alter(
        self, backend: SnowflakeConnection, path: Sequence[str], old: Properties, new: Properties
    ) -> None:
        super().alter(backend, path, old, new)
        before = {text(one, "name"): one for one in objects(old, "columns")}
        after = {text(one, "name"): one for one in objects(new, "columns")}
        target = f"ALTER TABLE {quoted(*path)}"
        for name in before:
            if name not in after:
                backend.execute(f"{target} DROP COLUMN {quoted(name)}")
        for name, column in after.items():
            if name not in before:
                backend.execute(f"{target} ADD COLUMN {_definition(column)}")
            else:
                _alter_column(backend, target, before[name], column)

    def state(
        self,
        backend: SnowflakeConnection,
        row: Record,
        described: Sequence[Record],
        known: Properties,
    ) -> Properties:
        given = {text_or(one, "name", ""): one for one in objects(known, "columns")}
        retention = known.get("dataRetentionTimeInDays") is not None
        return {
            "changeTracking": row["change_tracking"] == "ON",
            "columns": [_live(one, given.get(str(one["name"]), {})) for one in described],
            "comment": optional(row["comment"]),
            "dataRetentionTimeInDays": whole(row["retention_time"]) if retention else None,
            "owner": row["owner"],
        }


def _definition(column: Properties) -> str:
    pieces = [quoted(text(column, "name")), text(column, "type")]
    default = mapping(column, "default")
    if default.get("constant") is not None:
        pieces.append(f"DEFAULT {literal(text(default, 'constant'))}")
    elif default.get("expression") is not None:
        pieces.append(f"DEFAULT {text(default, 'expression')}")
    if not flag(column, "nullable", otherwise=True):
        pieces.append("NOT NULL")
    if column.get("comment"):
        pieces.append(f"COMMENT {literal(text(column, 'comment'))}")
    return " ".join(pieces)


def _alter_column(
    backend: SnowflakeConnection, target: str, before: Properties, after: Properties
) -> None:
    column = f"{target} MODIFY COLUMN {quoted(text(after, 'name'))}"
    if not same_type(text(before, "type"), text(after, "type")):
        backend.execute(f"{column} SET DATA TYPE {text(after, 'type')}")
    was, is_now = (flag(one, "nullable", otherwise=True) for one in (before, after))
    if was != is_now:
        backend.execute(f"{column} {'DROP' if is_now else 'SET'} NOT NULL")
    comment = text_or(after, "comment", "")
    if text_or(before, "comment", "") != comment:
        backend.execute(f"{column} COMMENT {literal(comment)}")


def _live(row: Record, given: Properties) -> Properties:
    """One column as the program would write it: its own spelling of the type is kept."""
    type_name = str(row["type"])
    wanted = given.get("type")
    kept = isinstance(wanted, str) and same_type(wanted, type_name)
    live: dict[str, Value] = {
        "name": row["name"],
        "type": wanted if kept else shortest(type_name),
        "nullable": row["null?"] == "Y",
        "comment": row["comment"] or "",
    }
    if "default" in given:
        live["default"] = given["default"]
    return live


ADAPTERS = (Table(),)

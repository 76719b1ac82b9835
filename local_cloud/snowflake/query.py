"""Queries and changes of rows: checked against grants, then run by the query engine."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Final

from sqlglot import Expr, exp

from local_cloud.snowflake.compute import on_warehouse
from local_cloud.snowflake.context import Context
from local_cloud.snowflake.engine import QueryAnswer
from local_cloud.snowflake.errors import SnowflakeSqlError, StatementUnsupportedError
from local_cloud.snowflake.information_schema import narrowed
from local_cloud.snowflake.names import plain
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.relations import RENAMED, parse, path_of, relations
from local_cloud.snowflake.system_functions import answer
from local_cloud.snowflake.table_functions import with_rows
from local_cloud.snowflake.tables import require_on_relation, require_select

_CHANGES: Final[dict[type[Expr], tuple[str, ...]]] = {
    exp.Insert: ("INSERT",),
    exp.Update: ("UPDATE",),
    exp.Delete: ("DELETE",),
    exp.Merge: (),
    exp.TruncateTable: ("TRUNCATE",),
}
_PASSED_ON: Final = (
    exp.Transaction,
    exp.Commit,
    exp.Rollback,
    exp.Set,
)


def run_query(context: Context, parameters: Sequence[object] | None) -> QueryAnswer:
    """Run a statement that reads or changes rows."""
    statement = parse(context.sql)
    if isinstance(statement, exp.Query):
        return _run_select(context, statement, parameters)
    for kind, privileges in _CHANGES.items():
        if isinstance(statement, kind):
            needed = _merged(statement) if isinstance(statement, exp.Merge) else privileges
            return _run_change(context, statement, needed, parameters)
    if isinstance(statement, exp.Set):
        for node in relations(statement):
            require_select(context, path_of(node))
    if isinstance(statement, _PASSED_ON) or _is_session_setting(statement):
        return context.session.engine.run(context.sql, parameters)
    raise StatementUnsupportedError(what=" ".join(context.sql.split()[:3]).upper())


def _is_session_setting(statement: Expr) -> bool:
    return isinstance(statement, exp.Alter) and statement.args.get("kind") == "SESSION"


def _run_select(
    context: Context, statement: exp.Query, parameters: Sequence[object] | None
) -> QueryAnswer:
    sources = list(relations(statement))
    for node in sources:
        require_select(context, path_of(node))
    with on_warehouse(context) if sources else nullcontext():
        answered = narrowed(context, with_rows(context, answer(context, statement)))
        changed = answered != statement or statement.meta.get(RENAMED)
        sql = answered.sql(dialect="snowflake") if changed else context.sql
        return context.session.engine.run(sql, parameters)


def _run_change(
    context: Context,
    statement: Expr,
    privileges: tuple[str, ...],
    parameters: Sequence[object] | None,
) -> QueryAnswer:
    target = _target(statement)
    changed = None
    for privilege in privileges:
        changed = require_on_relation(context, path_of(target), privilege)
    _require_changeable(changed)
    for node in relations(statement):
        if node is not target:
            require_select(context, path_of(node))
    if isinstance(statement, exp.TruncateTable) and changed is not None:
        context.account.loads.forget_table(changed.path)
    renamed = statement.meta.get(RENAMED)
    sql = statement.sql(dialect="snowflake") if renamed else context.sql
    with on_warehouse(context):
        return context.session.engine.run(sql, parameters)


def _merged(statement: exp.Merge) -> tuple[str, ...]:
    """Return the privileges that the clauses of a MERGE need: each of them."""
    needed = {"SELECT"}
    for clause in statement.find_all(exp.When):
        then = clause.args.get("then")
        if isinstance(then, (exp.Insert, exp.Update)):
            needed.add(then.key.upper())
        else:
            needed.add("DELETE")
    return tuple(sorted(needed))


def _target(statement: Expr) -> exp.Table:
    if isinstance(statement, exp.TruncateTable):
        found = next(iter(statement.expressions), None)
    else:
        found = statement.this
        if isinstance(found, exp.Schema):
            found = found.this
    if not isinstance(found, exp.Table):
        raise StatementUnsupportedError(what=f"{statement.key.upper()} of this form")
    return found


def _require_changeable(item: SnowflakeObject | None) -> None:
    if item is not None and item.kind is Kind.ICEBERG_TABLE:
        raise SnowflakeSqlError(
            code=91356,
            sqlstate="0A000",
            message=f"Iceberg table {plain(item.path)} is managed by an external catalog and "
            "cannot be changed from Snowflake: write it with a job, Snowflake reads it again.",
        )
    if item is not None and item.kind is Kind.VIEW:
        raise SnowflakeSqlError(
            code=2003,
            sqlstate="42S02",
            message=f"SQL compilation error:\nView {plain(item.path)} cannot be changed.",
        )

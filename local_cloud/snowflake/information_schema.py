"""INFORMATION_SCHEMA shows what the session's role may see, and no more.

The engine's views list every table; here each is narrowed to the objects that SHOW would list.
Source: docs.snowflake.com, "Snowflake Information Schema" (general usage notes).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlglot import Expr, exp

from local_cloud.snowflake.context import Context
from local_cloud.snowflake.errors import StatementUnsupportedError
from local_cloud.snowflake.names import Path, string_literal
from local_cloud.snowflake.objects import RELATIONS, Kind
from local_cloud.snowflake.relations import path_of, relations

INFORMATION_SCHEMA: Final = "INFORMATION_SCHEMA"


def narrowed(context: Context, statement: Expr) -> Expr:
    """Let each view of INFORMATION_SCHEMA in a query show only what the role may see."""
    for node in list(relations(statement)):
        path = path_of(node)
        if len(path) >= 2 and path[-2] == INFORMATION_SCHEMA:
            _narrow(context, node, path)
    return statement


def _narrow(context: Context, node: exp.Table, path: Path) -> None:
    condition = _CONDITIONS.get(path[-1])
    if condition is None:
        raise StatementUnsupportedError(what=f"INFORMATION_SCHEMA.{path[-1]}")
    alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(path[-1]))
    source = node.copy()
    source.set("alias", None)
    rows = exp.select("*").from_(source).where(condition(context, path), dialect="snowflake")
    node.replace(exp.Subquery(this=rows, alias=alias.copy()))


def _database(context: Context, path: Path) -> str:
    return path[-3] if len(path) > 2 else context.session.database or ""


def _of_relations(context: Context, path: Path, *, columns: tuple[str, str]) -> str:
    access, database = context.account.access, _database(context, path)
    seen = [
        f"({string_literal(one.path[1])}, {string_literal(one.name)})"
        for one in context.account.registry.all(*RELATIONS)
        if one.path[0] == database and access.sees(context.session, one)
    ]
    return f"({', '.join(columns)}) IN ({', '.join(seen)})" if seen else "FALSE"


def _tables(context: Context, path: Path) -> str:
    return _of_relations(context, path, columns=("TABLE_SCHEMA", "TABLE_NAME"))


def _schemata(context: Context, path: Path) -> str:
    access, database = context.account.access, _database(context, path)
    seen = [
        string_literal(one.name)
        for one in context.account.registry.all(Kind.SCHEMA)
        if one.path[0] == database and access.sees(context.session, one)
    ]
    return f"SCHEMA_NAME IN ({', '.join([string_literal(INFORMATION_SCHEMA), *seen])})"


def _databases(context: Context, _: Path) -> str:
    access = context.account.access
    seen = [
        string_literal(one.name)
        for one in context.account.registry.all(Kind.DATABASE)
        if access.sees(context.session, one)
    ]
    return f"DATABASE_NAME IN ({', '.join(seen)})" if seen else "FALSE"


_CONDITIONS: Final[Mapping[str, Callable[[Context, Path], str]]] = {
    "TABLES": _tables,
    "VIEWS": _tables,
    "COLUMNS": _tables,
    "SCHEMATA": _schemata,
    "DATABASES": _databases,
}

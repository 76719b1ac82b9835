"""Which tables and views a query names, and how their names are completed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fakesnow.dialect import parse_one
from sqlglot import Expr, exp

from local_cloud.snowflake.engine import translated
from local_cloud.snowflake.errors import StatementUnsupportedError
from local_cloud.snowflake.names import Path, in_schema
from local_cloud.snowflake.sql_reader import SqlReader

RENAMED: Final = "renamed"
"""The mark of a statement whose text names its relations in another way than its tree."""


def parse(sql: str) -> Expr:
    """Parse one statement of Snowflake SQL; what it reads from has a name that can be judged."""
    with translated():
        parsed = parse_one(sql)
    named = [_name_source(node) for node in list(parsed.find_all(exp.Table))]
    parsed.meta[RENAMED] = any(named)
    foreign = next(parsed.find_all(exp.ReadCSV, exp.ReadParquet), None)
    if foreign is not None:
        raise StatementUnsupportedError(what=foreign.sql(dialect="snowflake"))
    return parsed


def _name_source(node: exp.Table) -> bool:
    """Resolve IDENTIFIER('a.b') in place; refuse the engine's own functions and files."""
    named = node.this
    if isinstance(named, exp.DynamicIdentifier):
        given = named.this
        if isinstance(given, exp.Literal) and given.is_string:
            _set_path(node, SqlReader(str(given.this)).path())
            return True
    if isinstance(
        named, (exp.Func, exp.DynamicIdentifier, exp.Literal, exp.Parameter, exp.Placeholder)
    ):
        raise StatementUnsupportedError(what=f"FROM {named.sql(dialect='snowflake')}")
    return False


def _set_path(node: exp.Table, path: Path) -> None:
    parts = (*(None for _ in range(3 - len(path))), *path)
    for key, part in zip(("catalog", "db", "this"), parts, strict=True):
        node.set(key, None if part is None else exp.to_identifier(part, quoted=True))


def relations(expression: Expr) -> Iterator[exp.Table]:
    """Yield the nodes that name a table or view; common table expressions are left out."""
    local_names = {cte.alias_or_name.upper() for cte in expression.find_all(exp.CTE)}
    for node in expression.find_all(exp.Table):
        if not isinstance(node.this, exp.Identifier):
            continue
        if not node.db and node.name.upper() in local_names:
            continue
        yield node


def path_of(node: exp.Table) -> Path:
    """Return a node's name as written, unquoted parts in upper case."""
    parts = (node.args.get("catalog"), node.args.get("db"), node.this)
    return tuple(_meaning(part) for part in parts if isinstance(part, exp.Identifier))


def qualify(expression: Expr, *, database: str | None, schema: str | None) -> None:
    """Complete every table's name in place, so that it means the same in every session."""
    for node in relations(expression):
        path = in_schema(path_of(node), database=database, schema=schema)
        node.set("catalog", exp.to_identifier(path[0], quoted=True))
        node.set("db", exp.to_identifier(path[1], quoted=True))
        node.set("this", exp.to_identifier(path[2], quoted=True))


def _meaning(identifier: exp.Identifier) -> str:
    name = str(identifier.this)
    return name if identifier.args.get("quoted") else name.upper()

"""Which tables and views a query names, and how their names are completed."""

from __future__ import annotations

from collections.abc import Iterator

from fakesnow.dialect import parse_one
from sqlglot import Expr, exp

from local_cloud.snowflake.engine import translated
from local_cloud.snowflake.names import Path, in_schema


def parse(sql: str) -> Expr:
    """Parse one statement of Snowflake SQL."""
    with translated():
        return parse_one(sql)


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

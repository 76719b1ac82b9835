"""Which columns the views of warehouse/*.sql read, by their SQL: through CTEs, through stars."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

DIRECTORY: Final = "warehouse"
_HEADER: Final = re.compile(r"-- (?P<name>view|reads): (?P<value>.+)")

Source = tuple[str, str]
"""A table or view as ``SCHEMA.NAME``, and one of its columns."""
Tables = Mapping[str, tuple[str, ...]]
"""Columns by ``SCHEMA.NAME``; all names in upper case, as Snowflake keeps them."""


@dataclass(frozen=True, kw_only=True)
class View:
    """What one view reads, and what each of its own columns is made of.

    ``resolved`` is false where the SQL could not be understood: then all that is known is the
    tables that its header names.
    """

    name: str
    tables: frozenset[str]
    reads: frozenset[Source]
    columns: Mapping[str, frozenset[Source]]
    resolved: bool = True


def read_views(root: Path, tables: Tables) -> tuple[View, ...]:
    """Read the views of a working tree; a view comes after those that it reads.

    A view that reads itself in a circle is left unresolved. No file is an error here: the program
    itself refuses what is wrong with it.
    """
    waiting = {name: (reads, sql) for name, reads, sql in _files(root / DIRECTORY)}
    known: dict[str, tuple[str, ...]] = dict(tables)
    views: list[View] = []
    while waiting:
        ready = [name for name, (reads, _) in waiting.items() if not waiting.keys() & reads]
        for name in ready or list(waiting):
            reads, sql = waiting.pop(name)
            view = _resolved(name, sql, known) if ready else None
            view = view or _unresolved(name, reads)
            known[name] = tuple(view.columns)
            views.append(view)
    return tuple(views)


def _files(directory: Path) -> Iterator[tuple[str, frozenset[str], str]]:
    for file in sorted(directory.glob("*.sql")):
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        found = (_HEADER.fullmatch(line.rstrip()) for line in lines)
        header = {match["name"]: match["value"] for match in found if match}
        statement = "\n".join(line for line in lines if not line.startswith("--"))
        reads = frozenset(each.strip() for each in header.get("reads", "").split(",") if each)
        yield header.get("view", file.stem.upper()), reads, statement


def _unresolved(name: str, reads: frozenset[str]) -> View:
    return View(name=name, tables=reads, reads=frozenset(), columns={}, resolved=False)


def _resolved(name: str, sql: str, known: Tables) -> View | None:
    try:
        statement = parse_one(sql, dialect="snowflake")
        tree = qualify(
            statement,
            dialect="snowflake",
            schema=_schema(statement, known),
            quote_identifiers=False,
            validate_qualify_columns=False,
        )
        scopes = traverse_scope(tree)
    except (SqlglotError, RecursionError):
        return None
    if not scopes:
        return None
    reads = (each for scope in scopes for column in scope.columns for each in _of(column, scope))
    tables = {_name(table) for scope in scopes for table in scope.tables}
    whole = scopes[-1]
    return View(
        name=name,
        tables=frozenset(tables & known.keys()),
        reads=frozenset(reads),
        columns={each: frozenset(_made_of(whole, each)) for each in _names(whole)},
    )


def _schema(statement: exp.Expr, known: Tables) -> dict[str, object]:
    """Declare the tables that the statement names; their columns may have any type."""
    schemas: dict[str, dict[str, dict[str, str]]] = {}
    for table in statement.find_all(exp.Table):
        namespace, plain = table.db.upper(), table.name.upper()
        columns = known.get(f"{namespace}.{plain}")
        if columns is not None:
            schemas.setdefault(namespace, {})[plain] = dict.fromkeys(columns, "VARCHAR")
    return dict(schemas)


def _name(table: exp.Table) -> str:
    return f"{table.db}.{table.name}"


def _names(scope: Scope) -> list[str]:
    query = scope.expression
    return query.named_selects if isinstance(query, exp.Query) else []


def _of(column: exp.Column, scope: Scope) -> Iterator[Source]:
    """Follow a column to the tables that it comes from, also out of a subquery in its place."""
    for each in (scope, *scope.subquery_scopes):
        source = each.sources.get(column.table)
        if isinstance(source, exp.Table):
            yield _name(source), column.name
        elif isinstance(source, Scope) and source is not scope:
            yield from _made_of(source, column.name)


def _made_of(scope: Scope, name: str) -> Iterator[Source]:
    """Return what one column of a query's result is computed from."""
    if scope.set_operation_scopes:
        names = _names(scope.set_operation_scopes[0])
        position = names.index(name) if name in names else -1
        for branch in scope.set_operation_scopes:
            # The branches of a union meet by position, not by name.
            own = _names(branch)
            if 0 <= position < len(own):
                yield from _made_of(branch, own[position])
    elif isinstance(scope.expression, exp.Query):
        for projection in scope.expression.selects:
            if projection.alias_or_name == name:
                for column in projection.find_all(exp.Column):
                    yield from _of(column, scope)

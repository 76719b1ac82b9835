"""SHOW: lists what the session's role may see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from local_cloud.snowflake.context import Context, accept_plural
from local_cloud.snowflake.errors import StatementUnsupportedError
from local_cloud.snowflake.listings import LISTINGS
from local_cloud.snowflake.names import Path
from local_cloud.snowflake.objects import INTEGRATIONS, RELATIONS, Kind, SnowflakeObject
from local_cloud.snowflake.results import CellType, Result, table
from local_cloud.snowflake.show_grants import show_future_grants, show_grants
from local_cloud.snowflake.show_parameters import show_parameters
from local_cloud.snowflake.sql_reader import SqlReader
from local_cloud.snowflake.tables import missing_relation

_TERSE = ("name", "kind", "database_name", "schema_name")


_NEVER_ANY = ("FUNCTIONS", "PROCEDURES", "VARIABLES")


@dataclass(frozen=True, kw_only=True)
class _Filter:
    scope: Path
    like: str | None
    starts_with: str | None
    limit: int | None

    def keeps(self, item: SnowflakeObject) -> bool:
        if item.path[: len(self.scope)] != self.scope:
            return False
        if self.like is not None and not like(self.like, item.name):
            return False
        return self.starts_with is None or item.name.startswith(self.starts_with)


def like(pattern: str, name: str) -> bool:
    """Match a SHOW pattern: % and _ are wild, a backslash takes that away, case is ignored."""
    parts: list[str] = []
    escaped = False
    for character in pattern:
        if escaped:
            parts.append(re.escape(character))
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            parts.append({"%": ".*", "_": "."}.get(character) or re.escape(character))
    return re.fullmatch("".join(parts), name, re.IGNORECASE | re.DOTALL) is not None


def show(context: Context, reader: SqlReader) -> Result | None:
    """Answer a SHOW statement; None when the query engine knows it better."""
    if reader.accept("FUTURE GRANTS"):
        return show_future_grants(context, reader)
    if reader.accept("GRANTS"):
        return show_grants(context, reader)
    if reader.accept("PARAMETERS"):
        return show_parameters(context, reader)
    if reader.accept("COLUMNS"):
        return show_columns(context, reader)
    if reader.word() in _NEVER_ANY:
        return None
    terse = reader.accept("TERSE")
    kinds = _kinds(reader)
    chosen = _read_filter(context, reader, kinds[0])
    listed = list_objects(context, kinds, chosen)
    return _terse(listed) if terse and kinds[0] in RELATIONS else listed


def _terse(listed: Result) -> Result:
    """Keep what SHOW TERSE TABLES and SHOW TERSE VIEWS show, in their order."""
    kinds = [{**row, "kind": row.get("kind", "VIEW")} for row in listed.records()]
    return table((("created_on", CellType.TIMESTAMP), *_TERSE), kinds)


def show_columns(context: Context, reader: SqlReader) -> None:
    """Check a SHOW COLUMNS of one relation, which the query engine answers."""
    if reader.accept("LIKE"):
        reader.string()
    reader.expect("IN")
    if reader.word() in ("ACCOUNT", "DATABASE", "SCHEMA"):
        raise StatementUnsupportedError(what=f"SHOW COLUMNS IN {reader.word()}")
    reader.accept_one_of(("TABLE", "VIEW"))
    path = context.session.resolve(Kind.TABLE, reader.path())
    reader.expect_end()
    item = context.account.registry.at(Kind.TABLE, path)
    if item is None:
        raise missing_relation(path)
    context.account.access.require_visible(context.session, item)
    context.account.access.require_usage(context.session, path)


def _kinds(reader: SqlReader) -> tuple[Kind, ...]:
    if reader.accept("INTEGRATIONS"):
        return tuple(sorted(INTEGRATIONS))
    if reader.accept("OBJECTS"):
        return tuple(sorted(RELATIONS))
    kind = accept_plural(reader)
    if kind is None:
        raise StatementUnsupportedError(what=f"SHOW {reader.rest()}")
    return (Kind.TABLE, Kind.ICEBERG_TABLE) if kind is Kind.TABLE else (kind,)


def _read_filter(context: Context, reader: SqlReader, kind: Kind) -> _Filter:
    pattern: str | None = None
    scope: Path | None = None
    starts: str | None = None
    limit: int | None = None
    while not reader.done:
        if reader.accept("LIKE"):
            pattern = reader.string()
        elif reader.accept("IN"):
            scope = _scope(context, reader)
        elif reader.accept("STARTS WITH"):
            starts = reader.string()
        elif reader.accept("LIMIT"):
            limit = int(reader.take().text)
        elif not reader.accept("HISTORY"):
            raise reader.unexpected()
    if scope is None:
        scope = _default_scope(context, kind)
    return _Filter(scope=scope, like=pattern, starts_with=starts, limit=limit)


def _scope(context: Context, reader: SqlReader) -> Path:
    session, registry = context.session, context.account.registry
    if reader.accept("ACCOUNT"):
        return ()
    if reader.accept("DATABASE"):
        path = (session.database or "",) if reader.done else reader.path()
        return registry.get(Kind.DATABASE, path).path
    word_given = reader.accept("SCHEMA")
    if word_given and reader.done:
        return (session.database or "", session.schema or "")
    path = reader.path()
    if not word_given and len(path) == 1 and registry.find(Kind.DATABASE, path):
        return path
    return registry.get(Kind.SCHEMA, session.resolve(Kind.SCHEMA, path)).path


def _default_scope(context: Context, kind: Kind) -> Path:
    session = context.session
    if kind.depth == 1 or session.database is None:
        return ()
    if kind is Kind.SCHEMA or session.schema is None:
        return (session.database,)
    return (session.database, session.schema)


def list_objects(context: Context, kinds: Sequence[Kind], chosen: _Filter) -> Result:
    """List the visible objects of some kinds, ordered by name."""
    account = context.account
    found = [
        item
        for item in account.registry.all(*kinds)
        if chosen.keeps(item) and account.access.sees(context.session, item)
    ]
    listing = LISTINGS[kinds[0]]
    rows = [listing.row(account, item) for item in found[: chosen.limit]]
    marked = [{**row, **_marks(context, kinds[0], str(row["name"]))} for row in rows]
    return table(listing.columns, marked)


def _marks(context: Context, kind: Kind, name: str) -> dict[str, str]:
    """Tell what an object is to the session and its user: Y or N."""
    session, account = context.session, context.account
    user = account.registry.get(Kind.USER, (session.user,))
    if kind is Kind.WAREHOUSE:
        marks = {
            "is_current": name == session.warehouse,
            "is_default": name == user.text("DEFAULT_WAREHOUSE"),
        }
    elif kind is Kind.ROLE:
        held = account.access.primary_roles(session) - {session.role}
        marks = {
            "is_current": name == session.role,
            "is_default": name == user.text("DEFAULT_ROLE"),
            "is_inherited": name in held,
        }
    else:
        return {}
    return {mark: "Y" if it_is else "N" for mark, it_is in marks.items()}

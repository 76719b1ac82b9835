"""Runs one statement: the account's own kinds here, rows in the query engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Final

from sqlglot import exp

from local_cloud.snowflake.alter import alter
from local_cloud.snowflake.compute import on_warehouse
from local_cloud.snowflake.context import Context
from local_cloud.snowflake.copy_into import copy_into
from local_cloud.snowflake.create import create
from local_cloud.snowflake.describe import describe
from local_cloud.snowflake.engine import QueryAnswer
from local_cloud.snowflake.errors import StatementUnsupportedError, several_statements
from local_cloud.snowflake.grant_statements import grant, revoke
from local_cloud.snowflake.list_stage import list_stage
from local_cloud.snowflake.names import in_schema
from local_cloud.snowflake.objects import Kind
from local_cloud.snowflake.query import run_query
from local_cloud.snowflake.relations import parse
from local_cloud.snowflake.removal import drop
from local_cloud.snowflake.results import Result
from local_cloud.snowflake.show import show
from local_cloud.snowflake.sql_reader import SqlReader
from local_cloud.snowflake.use import use

Handler = Callable[[Context, SqlReader], "Result | None"]

_HANDLERS: Final[Mapping[str, Handler]] = {
    "CREATE": create,
    "ALTER": alter,
    "DROP": drop,
    "SHOW": show,
    "DESCRIBE": describe,
    "DESC": describe,
    "GRANT": grant,
    "REVOKE": revoke,
    "USE": use,
    "COPY": copy_into,
    "LIST": list_stage,
    "LS": list_stage,
}
_READING: Final = ("SHOW", "DESC", "DESCRIBE")
_IN_ENGINE: Final = (("CREATE", "SEQUENCE"), ("DROP", "SEQUENCE"), ("ALTER", "SESSION"))


def described(sql: str) -> str:
    """Return the statement that gives a statement's columns without running it."""
    word = SqlReader(sql).word()
    if word in _READING:
        return sql
    statement = parse(sql)
    if not isinstance(statement, exp.Query):
        raise StatementUnsupportedError(what=f"describing the result of {word or sql[:20]}")
    # A bound LIMIT would need its value; without any rows the placeholders may be anything.
    limited = exp.select("*").from_(statement.subquery("DESCRIBED")).limit(0)
    return limited.sql(dialect="snowflake")


def execute(context: Context, parameters: Sequence[object] | None = None) -> Result | QueryAnswer:
    """Run a statement with the session's rights; one statement of a session at a time."""
    with context.session.lock:
        reader = SqlReader(context.sql)
        if reader.symbol_count(";"):
            raise several_statements(count=reader.symbol_count(";") + 1)
        words = (reader.word(), reader.word(1))
        handler = _HANDLERS.get(words[0])
        if handler is None or words in _IN_ENGINE:
            return _in_engine(context, words, parameters)
        reader.take()
        with on_warehouse(context) if words[0] == "COPY" else nullcontext():
            result = handler(context, reader)
        if result is None:
            return context.session.engine.run(context.sql, parameters)
        return result


def _require_sequence(context: Context, verb: str) -> None:
    """Refuse a sequence in a schema where the role may not create, or that it does not own.

    The account keeps no sequences, so who owns the schema stands for who owns the sequence.
    """
    reader = SqlReader(context.sql)
    reader.expect(f"{verb} SEQUENCE")
    reader.accept_one_of(("IF NOT EXISTS", "IF EXISTS"))
    path = in_schema(
        reader.path(), database=context.session.database, schema=context.session.schema
    )
    access = context.account.access
    context.account.registry.require_container(Kind.TABLE, path)
    if verb == "CREATE":
        access.require_in(context.session, Kind.SCHEMA, path[:2], "CREATE SEQUENCE")
    else:
        schema = context.account.registry.get(Kind.SCHEMA, path[:2])
        access.require(context.session, schema, "CREATE SEQUENCE")


def _in_engine(
    context: Context, words: tuple[str, str], parameters: Sequence[object] | None
) -> QueryAnswer:
    if words in _IN_ENGINE:
        if words[1] == "SEQUENCE":
            _require_sequence(context, words[0])
        return context.session.engine.run(context.sql, parameters)
    return run_query(context, parameters)

"""What tells of the account's past, answered as rows inside the query.

The table functions COPY_HISTORY and VALIDATE_PIPE_LOAD, and the view LOAD_HISTORY.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlglot import Expr, exp

from local_cloud.snowflake.context import Context
from local_cloud.snowflake.errors import StatementUnsupportedError, missing_property
from local_cloud.snowflake.load_tables import (
    COPY_HISTORY,
    VALIDATE_PIPE_LOAD,
    copy_history,
    load_history,
    pipe_errors,
)
from local_cloud.snowflake.names import Path
from local_cloud.snowflake.objects import Kind
from local_cloud.snowflake.pipe_state import pipe_id
from local_cloud.snowflake.relations import parse, path_of
from local_cloud.snowflake.sql_reader import SqlReader
from local_cloud.snowflake.tables import missing_relation

_IN_ENGINE: Final = ("", "FLATTEN", "GENERATOR", "RESULT_SCAN", "SPLIT_TO_TABLE")
_BOUNDS: Final = {"START_TIME": ">=", "END_TIME": "<="}
_Arguments = Mapping[str, Expr]


def with_rows(context: Context, statement: Expr) -> Expr:
    """Replace what tells of loads by the loads; another table function is refused."""
    return statement.transform(lambda node: _replaced(context, node))


def _replaced(context: Context, node: Expr) -> Expr:
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        path = path_of(node)
        if path[-2:] == ("INFORMATION_SCHEMA", "LOAD_HISTORY"):
            return _rows(node, "LOAD_HISTORY", _loads_of(context, path))
        return node
    if not isinstance(node, exp.TableFromRows):
        return node
    call = node.this.expression if isinstance(node.this, exp.Dot) else node.this
    name = str(call.this).upper() if isinstance(call, exp.Anonymous) else ""
    if name in _IN_ENGINE:
        return node
    if name == "COPY_HISTORY":
        return _rows(node, name, _copy_history(context, _arguments(call)))
    if name == "VALIDATE_PIPE_LOAD":
        return _rows(node, name, _validate_pipe_load(context, _arguments(call)))
    raise StatementUnsupportedError(what=f"TABLE({name})")


def _rows(node: Expr, name: str, query: str) -> Expr:
    alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(name))
    return exp.Subquery(this=parse(query), alias=alias)


def _arguments(call: Expr) -> dict[str, Expr]:
    return {
        str(one.this.name).upper(): one.expression
        for one in call.expressions
        if isinstance(one, exp.Kwarg)
    }


def _required(arguments: _Arguments, name: str, function: str) -> Expr:
    found = arguments.get(name)
    if found is None:
        raise missing_property(name=name, kind=function)
    return found


def _copy_history(context: Context, arguments: _Arguments) -> str:
    """Give what any privilege on the table and USAGE around it let the role know."""
    account, session = context.account, context.session
    name = _required(arguments, "TABLE_NAME", "COPY_HISTORY").name
    _required(arguments, "START_TIME", "COPY_HISTORY")
    path = session.resolve(Kind.TABLE, SqlReader(name).path())
    item = account.registry.at(Kind.TABLE, path)
    if item is None or not account.access.sees(session, item):
        raise missing_relation(path)
    account.access.require_usage(session, path)
    loads = account.loads.of_table(path)
    if "PIPE_NAME" in arguments:
        pipe = session.resolve(Kind.PIPE, SqlReader(arguments["PIPE_NAME"].name).path())
        loads = [one for one in loads if one.pipe is not None and one.pipe.path == pipe]
    return _between(arguments, COPY_HISTORY, copy_history(loads))


def _between(arguments: _Arguments, columns: Iterable[str], query: str) -> str:
    bounds = [
        f"LAST_LOAD_TIME {sign} {arguments[name].sql(dialect='snowflake')}"
        for name, sign in _BOUNDS.items()
        if name in arguments
    ]
    names = ", ".join(columns)
    return f"SELECT {names} FROM ({query}) AS LOADS WHERE {' AND '.join(bounds)}"  # noqa: S608


def _validate_pipe_load(context: Context, arguments: _Arguments) -> str:
    account, session = context.account, context.session
    name = _required(arguments, "PIPE_NAME", "VALIDATE_PIPE_LOAD").name
    _required(arguments, "START_TIME", "VALIDATE_PIPE_LOAD")
    path = session.resolve(Kind.PIPE, SqlReader(name).path())
    pipe = account.registry.get(Kind.PIPE, path)
    account.access.require(session, pipe, "MONITOR")
    loads = account.loads.of_pipe(pipe_id(pipe))
    return _between(arguments, VALIDATE_PIPE_LOAD, pipe_errors(loads))


def _loads_of(context: Context, path: Path) -> str:
    account, session = context.account, context.session
    database = path[0] if len(path) == 3 else session.database or ""
    loads = [
        load
        for load in account.loads.of_database(database)
        if (item := account.registry.at(Kind.TABLE, load.table)) is not None
        and account.access.sees(session, item)
    ]
    return load_history(loads)

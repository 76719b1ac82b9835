"""Table functions that tell of the account's past, answered as rows inside the query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlglot import Expr, exp

from local_cloud.snowflake.context import Context
from local_cloud.snowflake.errors import StatementUnsupportedError, missing_property
from local_cloud.snowflake.load_history import FileLoad
from local_cloud.snowflake.names import string_literal
from local_cloud.snowflake.relations import parse
from local_cloud.snowflake.sql_reader import SqlReader
from local_cloud.snowflake.tables import require_select

_HISTORY: Final[Mapping[str, str]] = {
    "FILE_NAME": "VARCHAR",
    "STAGE_LOCATION": "VARCHAR",
    "LAST_LOAD_TIME": "TIMESTAMP_LTZ",
    "ROW_COUNT": "NUMBER",
    "ROW_PARSED": "NUMBER",
    "FILE_SIZE": "NUMBER",
    "FIRST_ERROR_MESSAGE": "VARCHAR",
    "ERROR_COUNT": "NUMBER",
    "ERROR_LIMIT": "NUMBER",
    "STATUS": "VARCHAR",
    "TABLE_CATALOG_NAME": "VARCHAR",
    "TABLE_SCHEMA_NAME": "VARCHAR",
    "TABLE_NAME": "VARCHAR",
    "PIPE_CATALOG_NAME": "VARCHAR",
    "PIPE_SCHEMA_NAME": "VARCHAR",
    "PIPE_NAME": "VARCHAR",
}
_BOUNDS: Final = {"START_TIME": ">=", "END_TIME": "<="}


def with_rows(context: Context, statement: Expr) -> Expr:
    """Replace COPY_HISTORY by the loads it tells of; another table function is refused."""
    return statement.transform(lambda node: _replaced(context, node))


def _replaced(context: Context, node: Expr) -> Expr:
    if not isinstance(node, exp.TableFromRows):
        return node
    call = node.this.expression if isinstance(node.this, exp.Dot) else node.this
    name = str(call.this).upper() if isinstance(call, exp.Anonymous) else ""
    if name in ("", "FLATTEN", "GENERATOR", "RESULT_SCAN", "SPLIT_TO_TABLE"):
        return node
    if name != "COPY_HISTORY":
        raise StatementUnsupportedError(what=f"TABLE({name})")
    rows = parse(_copy_history(context, _arguments(call)))
    alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier("COPY_HISTORY"))
    return exp.Subquery(this=rows, alias=alias)


def _arguments(call: Expr) -> dict[str, Expr]:
    return {
        str(one.this.name).upper(): one.expression
        for one in call.expressions
        if isinstance(one, exp.Kwarg)
    }


def _copy_history(context: Context, arguments: Mapping[str, Expr]) -> str:
    table = arguments.get("TABLE_NAME")
    if table is None:
        raise missing_property(name="TABLE_NAME", kind="COPY_HISTORY")
    path = SqlReader(table.name).path()
    require_select(context, path)
    full = (context.session.database or "", context.session.schema or "", *path)[-3:]
    bounds = [
        f"LAST_LOAD_TIME {sign} {arguments[name].sql(dialect='snowflake')}"
        for name, sign in _BOUNDS.items()
        if name in arguments
    ]
    where = f" WHERE {' AND '.join(bounds)}" if bounds else ""
    return f"SELECT * FROM ({_rows(context.account.loads.of_table(full))}) AS LOADS{where}"  # noqa: S608


def _rows(loads: Sequence[FileLoad]) -> str:
    if not loads:
        columns = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in _HISTORY.items())
        return f"SELECT {columns} WHERE FALSE"
    return " UNION ALL ".join(f"SELECT {_row(load)}" for load in loads)


def _row(load: FileLoad) -> str:
    pipe = load.pipe or (None, None, None)
    values = (
        load.file,
        load.stage,
        load.loaded_at.strftime("%Y-%m-%d %H:%M:%S.%f+00:00"),
        load.rows,
        load.rows,
        load.size,
        load.error or None,
        1 if load.error else 0,
        1,
        load.status,
        *load.table,
        *pipe,
    )
    return ", ".join(
        f"CAST({_constant(value)} AS {kind}) AS {name}"
        for value, (name, kind) in zip(values, _HISTORY.items(), strict=True)
    )


def _constant(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    return string_literal(value) if isinstance(value, str) else str(value)

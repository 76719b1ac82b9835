"""The functions that ask about the session or about Snowflake itself.

They are answered before the query engine sees the statement, as constants.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

from sqlglot import Expr, exp

from local_cloud.snowflake.account import LOCATOR
from local_cloud.snowflake.context import Context
from local_cloud.snowflake.errors import SnowflakeSqlError, StatementUnsupportedError
from local_cloud.snowflake.names import Path
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.pipe_statements import force_resume
from local_cloud.snowflake.sql_reader import SqlReader
from local_cloud.snowflake.stages import verify_integration

_SESSION: Final[Mapping[str, Callable[[Context], str | None]]] = {
    "CURRENT_ROLE": lambda context: context.session.role,
    "CURRENT_USER": lambda context: context.session.user,
    "CURRENT_WAREHOUSE": lambda context: context.session.warehouse,
    "CURRENT_DATABASE": lambda context: context.session.database,
    "CURRENT_SCHEMA": lambda context: context.session.schema,
    "CURRENT_ACCOUNT": lambda _: LOCATOR,
    "CURRENT_ACCOUNT_NAME": lambda _: LOCATOR,
    "CURRENT_ORGANIZATION_NAME": lambda _: "TARN",
    "CURRENT_REGION": lambda context: f"AWS_{context.account.settings.region.upper()}".replace(
        "-", "_"
    ),
}


def answer(context: Context, statement: Expr) -> Expr:
    """Replace session and system functions by what they return."""
    return statement.transform(lambda node: _constant(context, node))


def _constant(context: Context, node: Expr) -> Expr:
    name = _function_name(node)
    if name in _SESSION:
        return _aliased(node, name, _SESSION[name](context))
    if name == "GET_DDL":
        arguments = [_literal(name, one) for one in node.expressions]
        return _aliased(node, name, _definition(context, arguments))
    if name.startswith("SYSTEM$"):
        function = _SYSTEM.get(name)
        if function is None:
            raise StatementUnsupportedError(what=name)
        arguments = [_literal(name, one) for one in node.expressions]
        return _aliased(node, name, function(context, arguments))
    return node


def _function_name(node: Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return str(node.this).upper()
    if isinstance(node, exp.Func):
        return node.sql_name().upper()
    if isinstance(node, exp.Column) and not node.table and isinstance(node.this, exp.Identifier):
        bare = str(node.this.this).upper()
        return bare if bare in _SESSION and not node.this.args.get("quoted") else ""
    return ""


def _aliased(node: Expr, name: str, value: str | None) -> Expr:
    constant = exp.Null() if value is None else exp.Literal.string(value)
    if isinstance(node.parent, exp.Select):
        return exp.alias_(constant, f"{name}()", quoted=True)
    return constant


def _literal(function: str, node: Expr) -> str:
    if isinstance(node, exp.Literal):
        return str(node.this)
    raise SnowflakeSqlError(
        code=1015,
        sqlstate="22023",
        message=f"SQL compilation error:\nargument of {function} needs to be constant, "
        f"found '{node.sql(dialect='snowflake')}'",
    )


def _named(context: Context, kind: Kind, name: str) -> SnowflakeObject:
    path: Path = context.session.resolve(kind, SqlReader(name).path())
    item = context.account.registry.get(kind, path)
    context.account.access.require(context.session, item, "MONITOR", "OPERATE", "USAGE", "SELECT")
    return item


def _definition(context: Context, arguments: list[str]) -> str:
    """The text that made a view, pipe, stage or integration; tables keep no text."""
    kind = next((one for one in Kind if one.value == arguments[0].upper()), None)
    if kind is None or len(arguments) != 2:
        raise StatementUnsupportedError(what=f"GET_DDL of {arguments[0]}")
    item = _named(context, kind, arguments[1])
    if not item.statement:
        raise StatementUnsupportedError(what=f"GET_DDL of {kind.value}")
    return f"{item.statement.rstrip(';')};"


def _pipe_status(context: Context, arguments: list[str]) -> str:
    pipe = _pipe(context, arguments[0], "MONITOR")
    return json.dumps(context.account.pipes.status(pipe.path))


def _pipe(context: Context, name: str, privilege: str) -> SnowflakeObject:
    path: Path = context.session.resolve(Kind.PIPE, SqlReader(name).path())
    pipe = context.account.registry.get(Kind.PIPE, path)
    context.account.access.require(context.session, pipe, privilege)
    return pipe


def _force_resume(context: Context, arguments: list[str]) -> str:
    pipe = _pipe(context, arguments[0], "OPERATE")
    options = {one.strip().upper() for one in ",".join(arguments[1:]).split(",")}
    return force_resume(context, pipe, options - {""})


def _auto_refresh_status(context: Context, arguments: list[str]) -> str:
    table = _named(context, Kind.ICEBERG_TABLE, arguments[0])
    return context.account.iceberg.status_json(table.path)


def _verify_volume(context: Context, arguments: list[str]) -> str:
    volume = _named(context, Kind.EXTERNAL_VOLUME, arguments[0])
    return json.dumps(context.account.iceberg.verify_volume(volume))


def _verify_catalog(context: Context, arguments: list[str]) -> str:
    catalog = _named(context, Kind.CATALOG_INTEGRATION, arguments[0])
    return json.dumps(context.account.iceberg.verify_catalog(catalog))


def _validate_storage(context: Context, arguments: list[str]) -> str:
    integration = _named(context, Kind.STORAGE_INTEGRATION, arguments[0])
    return json.dumps(verify_integration(context.account, integration))


_SYSTEM: Final[Mapping[str, Callable[[Context, list[str]], str]]] = {
    "SYSTEM$PIPE_STATUS": _pipe_status,
    "SYSTEM$PIPE_FORCE_RESUME": _force_resume,
    "SYSTEM$AUTO_REFRESH_STATUS": _auto_refresh_status,
    "SYSTEM$VERIFY_EXTERNAL_VOLUME": _verify_volume,
    "SYSTEM$VERIFY_CATALOG_INTEGRATION": _verify_catalog,
    "SYSTEM$VALIDATE_STORAGE_INTEGRATION": _validate_storage,
}

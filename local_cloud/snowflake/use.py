"""USE: a session's role, warehouse, database and schema."""

from __future__ import annotations

from local_cloud.snowflake.context import Context
from local_cloud.snowflake.errors import StatementUnsupportedError, role_not_granted
from local_cloud.snowflake.names import Path
from local_cloud.snowflake.objects import Kind
from local_cloud.snowflake.results import Result, status
from local_cloud.snowflake.sql_reader import SqlReader

_DONE = "Statement executed successfully."


def use(context: Context, reader: SqlReader) -> Result:
    """Change what the session works with, when its user or role may."""
    if reader.accept("SECONDARY ROLES"):
        choice = reader.accept_one_of(("ALL", "NONE"))
        if choice is None:
            raise StatementUnsupportedError(what="USE SECONDARY ROLES with names")
        context.session.all_roles = choice == "ALL"
    elif reader.accept("ROLE"):
        use_role(context, reader.identifier())
    elif reader.accept("WAREHOUSE"):
        use_warehouse(context, reader.identifier())
    elif reader.accept("SCHEMA"):
        use_schema(context, context.session.resolve(Kind.SCHEMA, reader.path()))
    else:
        reader.accept("DATABASE")
        path = reader.path()
        if len(path) == 1:
            use_database(context, path)
        else:
            use_schema(context, path)
    reader.expect_end()
    return status(_DONE)


def use_role(context: Context, role: str) -> None:
    """Take on a role that the session's user holds."""
    account, session = context.account, context.session
    known = account.registry.find(Kind.ROLE, (role,)) is not None
    if not known or not account.grants.may_use(session.user, role):
        raise role_not_granted(role=role)
    session.role = role


def use_warehouse(context: Context, name: str) -> None:
    """Work with a warehouse that the role may use."""
    account, session = context.account, context.session
    warehouse = account.registry.get(Kind.WAREHOUSE, (name,))
    account.access.require(session, warehouse, "USAGE")
    session.warehouse = name


def use_database(context: Context, path: Path) -> None:
    """Make a database current, and its PUBLIC schema if it has one."""
    account, session = context.account, context.session
    database = account.registry.get(Kind.DATABASE, path)
    account.access.require(session, database, "USAGE")
    session.engine.use(path)
    if account.registry.find(Kind.SCHEMA, (*path, "PUBLIC")) is not None:
        session.engine.use((*path, "PUBLIC"))


def use_schema(context: Context, path: Path) -> None:
    """Make a schema current."""
    account, session = context.account, context.session
    account.access.require(session, account.registry.get(Kind.DATABASE, path[:1]), "USAGE")
    account.access.require(session, account.registry.get(Kind.SCHEMA, path), "USAGE")
    session.engine.use(path)

"""GRANT ROLE and REVOKE ROLE: which roles and users hold a role."""

from __future__ import annotations

from local_cloud.snowflake.context import Context
from local_cloud.snowflake.errors import SnowflakeSqlError, StatementUnsupportedError
from local_cloud.snowflake.objects import Kind
from local_cloud.snowflake.results import Result, status
from local_cloud.snowflake.sql_reader import SqlReader

_DONE = "Statement executed successfully."


def grant_role_statement(context: Context, reader: SqlReader) -> Result:
    """Put a role into another one, or give it to a user."""
    role = _existing_role(context, reader.identifier())
    reader.expect("TO")
    _require_owner_of_role(context, role)
    if reader.accept("USER"):
        user = context.account.registry.get(Kind.USER, (reader.identifier(),)).name
        context.account.grants.grant_role(role=role, to_user=user)
    else:
        parent = grantee(context, reader)
        if parent in context.account.grants.closure([role]) - {"PUBLIC"}:
            raise SnowflakeSqlError(
                code=3068,
                sqlstate="42501",
                message=f"SQL compilation error: Granting role {role} to {parent} would make a "
                "role contain itself.",
            )
        context.account.grants.grant_role(role=role, to_role=parent, to_user=None)
    reader.expect_end()
    return status(_DONE)


def revoke_role_statement(context: Context, reader: SqlReader) -> Result:
    """Take a role out of another one, or from a user."""
    role = _existing_role(context, reader.identifier())
    reader.expect("FROM")
    _require_owner_of_role(context, role)
    if reader.accept("USER"):
        context.account.grants.revoke_role(role=role, of_user=reader.identifier())
    else:
        parent = grantee(context, reader)
        context.account.grants.revoke_role(role=role, of_role=parent, of_user=None)
    reader.expect_end()
    return status(_DONE)


def grantee(context: Context, reader: SqlReader) -> str:
    """Take the role that privileges are given to."""
    if reader.accept("DATABASE ROLE"):
        raise StatementUnsupportedError(what="database roles")
    reader.accept("ROLE")
    return _existing_role(context, reader.identifier())


def _existing_role(context: Context, name: str) -> str:
    return context.account.registry.get(Kind.ROLE, (name,)).name


def _require_owner_of_role(context: Context, role: str) -> None:
    account, session = context.account, context.session
    item = account.registry.get(Kind.ROLE, (role,))
    if not account.access.on_account(session, "MANAGE GRANTS"):
        account.access.require_owner(session, item)

"""Login: who connects, and with which role, warehouse and schema the session begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_cloud.snowflake.account import Account
from local_cloud.snowflake.context import Context
from local_cloud.snowflake.errors import SnowflakeSqlError, role_not_granted
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.session import Session
from local_cloud.snowflake.sql_reader import SqlReader
from local_cloud.snowflake.use import use_database, use_schema, use_warehouse
from tarn.errors import PermanentError


class LoginRefusedError(PermanentError):
    """Nobody of this name may connect."""

    code = "390100"

    def __init__(self, *, user: str) -> None:
        """Name the user, not the reason, as Snowflake does."""
        super().__init__(f"Incorrect username or password was specified. (user '{user}')")
        self.user = user


def log_in(account: Account, data: Mapping[str, Any], parameters: Mapping[str, str]) -> Session:
    """Open a session for a known, enabled user."""
    name = str(data.get("LOGIN_NAME") or "")
    user = _user(account, name)
    role = parameters.get("roleName") or user.text("DEFAULT_ROLE") or "PUBLIC"
    session = Session(
        user=user.name,
        role=_identifier(role),
        engine=account.engine.connect(),
        all_roles="ALL" in [one.upper() for one in user.texts("DEFAULT_SECONDARY_ROLES")],
    )
    try:
        _begin(account, session, user, parameters)
    except SnowflakeSqlError:
        session.engine.close()
        raise
    account.sessions[session.token] = session
    return session


def _user(account: Account, name: str) -> SnowflakeObject:
    for user in account.registry.all(Kind.USER):
        login = user.text("LOGIN_NAME") or user.name
        if login.upper() == name.upper() and not user.flag("DISABLED"):
            return user
    raise LoginRefusedError(user=name)


def _begin(
    account: Account, session: Session, user: SnowflakeObject, parameters: Mapping[str, str]
) -> None:
    known = account.registry.find(Kind.ROLE, (session.role,)) is not None
    if not known or not account.grants.may_use(session.user, session.role):
        raise role_not_granted(role=session.role)
    context = Context(account=account, session=session, sql="")
    _lenient(use_warehouse, context, parameters.get("warehouse") or user.text("DEFAULT_WAREHOUSE"))
    database, schema = parameters.get("databaseName"), parameters.get("schemaName")
    if not database:
        namespace = user.text("DEFAULT_NAMESPACE")
        database, _, schema = namespace.partition(".")
    if database:
        _lenient(use_database, context, database)
    if database and schema:
        _lenient(use_schema, context, f"{database}.{schema}")


def _lenient(step: Any, context: Context, name: str) -> None:  # noqa: ANN401 - one of three steps
    """Begin without what is not there (yet): Snowflake lets the login succeed."""
    if not name:
        return
    path = SqlReader(name).path()
    try:
        step(context, path[0] if step is use_warehouse else path)
    except SnowflakeSqlError:
        return


def _identifier(name: str) -> str:
    return SqlReader(name).identifier()

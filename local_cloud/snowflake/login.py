"""Login: who connects, and with which role, warehouse and schema the session begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_cloud.snowflake.account import Account
from local_cloud.snowflake.authentication import LoginRefusedError, authenticate
from local_cloud.snowflake.context import Context
from local_cloud.snowflake.errors import SnowflakeSqlError
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.session import Session
from local_cloud.snowflake.sql_reader import SqlReader
from local_cloud.snowflake.use import use_database, use_schema, use_warehouse


def log_in(account: Account, data: Mapping[str, Any], parameters: Mapping[str, str]) -> Session:
    """Open a session for a user who proves to be one, in a role that they hold."""
    name = str(data.get("LOGIN_NAME") or "")
    try:
        user = authenticate(_user(account, name), data)
        role = _role(account, user, parameters.get("roleName") or "")
    except LoginRefusedError as error:
        account.journal.record(
            "snowflake", "login refused", user=name[:255], code=error.code, reason=error.reason
        )
        raise
    session = Session(
        user=user.name,
        role=role,
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


def _user(account: Account, name: str) -> SnowflakeObject | None:
    for user in account.registry.all(Kind.USER):
        login = user.text("LOGIN_NAME") or user.name
        if login.upper() == name.upper():
            return user
    return None


def _role(account: Account, user: SnowflakeObject, asked: str) -> str:
    """Return the role that a session begins in, which the user must hold."""
    role = _identifier(asked or user.text("DEFAULT_ROLE") or "PUBLIC")
    known = account.registry.find(Kind.ROLE, (role,)) is not None
    if known and account.grants.may_use(user.name, role):
        return role
    code, complaint, other = _complaint(role, asked=bool(asked), known=known)
    raise LoginRefusedError(
        code=code,
        message=f"{complaint}. Contact your local system administrator, or attempt to login "
        f"{other}, e.g. PUBLIC.",
        reason=f"role {role} of user {user.name}",
        sqlstate="08004",
    )


def _complaint(role: str, *, asked: bool, known: bool) -> tuple[str, str, str]:
    """Return the code, what is wrong with the role, and what would help."""
    if not asked:
        what = f"User's configured default role '{role}' is not granted to this user"
        other = "using a CLI client with a connect string selecting another role"
        return "390187", what, other
    what = f"Role '{role}' specified in the connect string"
    if known:
        return "390186", f"{what} is not granted to this user", "with another role"
    return "390189", f"{what} does not exist or not authorized", "with another role"


def _begin(
    account: Account, session: Session, user: SnowflakeObject, parameters: Mapping[str, str]
) -> None:
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
    try:
        path = SqlReader(name).path()
        step(context, path[0] if step is use_warehouse else path)
    except SnowflakeSqlError:
        return


def _identifier(name: str) -> str:
    return SqlReader(name).identifier()

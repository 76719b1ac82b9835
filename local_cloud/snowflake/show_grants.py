"""SHOW GRANTS and SHOW FUTURE GRANTS."""

from __future__ import annotations

from collections.abc import Iterable

from local_cloud.snowflake.context import Context, accept_kind
from local_cloud.snowflake.errors import StatementUnsupportedError
from local_cloud.snowflake.grants import ACCOUNT, FutureGrant, Grant
from local_cloud.snowflake.names import Path, plain
from local_cloud.snowflake.objects import INTEGRATIONS, Kind, SnowflakeObject
from local_cloud.snowflake.results import Cell, CellType, Result, table
from local_cloud.snowflake.sql_reader import SqlReader

_CREATED = ("created_on", CellType.TIMESTAMP)
_COLUMNS = (
    _CREATED,
    "privilege",
    "granted_on",
    "name",
    "granted_to",
    "grantee_name",
    "grant_option",
    "granted_by",
)
_FUTURE_COLUMNS = (
    _CREATED,
    "privilege",
    "grant_on",
    "name",
    "grant_to",
    "grantee_name",
    "grant_option",
)
_OF_COLUMNS = (_CREATED, "role", "granted_to", "grantee_name", "granted_by")


def show_grants(context: Context, reader: SqlReader) -> Result:
    """Answer SHOW GRANTS ON, TO or OF."""
    if reader.accept("OF ROLE"):
        return _of_role(context, reader.identifier())
    if reader.accept("TO ROLE"):
        return _to_role(context, reader.identifier())
    if reader.accept("TO USER"):
        return _to_user(context, reader.identifier())
    if reader.accept("ON ACCOUNT"):
        return _grants(one for one in context.account.grants.all() if one.kind == ACCOUNT)
    if reader.accept("ON"):
        return _on_object(context, reader)
    if reader.done:
        return _to_user(context, context.session.user)
    raise StatementUnsupportedError(what=f"SHOW GRANTS {reader.rest()}")


def _grants(grants: Iterable[Grant], owned: Iterable[SnowflakeObject] = ()) -> Result:
    rows = [_row(one) for one in grants]
    rows += [_ownership(one) for one in owned if one.owner]
    return table(_COLUMNS, rows)


def _row(grant: Grant) -> dict[str, Cell]:
    return {
        "created_on": grant.created_on,
        "privilege": grant.privilege,
        "granted_on": grant.kind.replace(" ", "_"),
        "name": "TARN_LOCAL" if grant.kind == ACCOUNT else plain(grant.path),
        "granted_to": "ROLE",
        "grantee_name": grant.role,
        "grant_option": "true" if grant.grant_option else "false",
        "granted_by": grant.granted_by,
    }


def _ownership(item: SnowflakeObject) -> dict[str, Cell]:
    return {
        "created_on": item.created_on,
        "privilege": "OWNERSHIP",
        "granted_on": item.kind.privilege_kind.replace(" ", "_"),
        "name": plain(item.path),
        "granted_to": "ROLE",
        "grantee_name": item.owner,
        "grant_option": "true",
        "granted_by": item.owner,
    }


def _on_object(context: Context, reader: SqlReader) -> Result:
    kind = accept_kind(reader)
    integration = kind is None and reader.accept("INTEGRATION")
    if kind is None and not integration:
        raise StatementUnsupportedError(what=f"SHOW GRANTS ON {reader.rest()}")
    path = context.session.resolve(kind or Kind.STORAGE_INTEGRATION, reader.path())
    registry = context.account.registry
    at = registry.at(kind or Kind.STORAGE_INTEGRATION, path)
    found = at if at is not None and (integration or at.kind is kind) else None
    item = found or registry.get(kind or Kind.STORAGE_INTEGRATION, path)
    _require_visible(context, item)
    name = "INTEGRATION" if item.kind in INTEGRATIONS else item.kind.value
    return _grants(
        (one for one in context.account.grants.all() if (one.kind, one.path) == (name, item.path)),
        [item],
    )


def _require_visible(context: Context, item: SnowflakeObject) -> None:
    """Tell of an object's grants only whom it exists for, and who manages grants."""
    access = context.account.access
    if not access.on_account(context.session, "MANAGE GRANTS"):
        access.require_visible(context.session, item)


def _to_role(context: Context, role: str) -> Result:
    account = context.account
    account.registry.get(Kind.ROLE, (role,))
    held = [
        Grant(privilege="USAGE", kind="ROLE", path=(one,), role=role, granted_by="")
        for one in account.grants.held_by_role(role)
    ]
    direct = [one for one in account.grants.all() if one.role == role]
    owned = [one for one in account.registry.all(*Kind) if one.owner == role]
    return _grants([*held, *direct], owned)


def _to_user(context: Context, user: str) -> Result:
    context.account.registry.get(Kind.USER, (user,))
    rows: list[dict[str, Cell]] = [
        {"role": role, "granted_to": "USER", "grantee_name": user, "granted_by": ""}
        for role in sorted(context.account.grants.roles_of_user(user))
    ]
    return table(_OF_COLUMNS, rows)


def _of_role(context: Context, role: str) -> Result:
    context.account.registry.get(Kind.ROLE, (role,))
    roles, users = context.account.grants.holders(role)
    rows: list[dict[str, Cell]] = [
        {"role": role, "granted_to": word, "grantee_name": one, "granted_by": ""}
        for word, names in (("ROLE", roles), ("USER", users))
        for one in names
    ]
    return table(_OF_COLUMNS, rows)


def show_future_grants(context: Context, reader: SqlReader) -> Result:
    """Answer SHOW FUTURE GRANTS IN a database or schema, or TO a role."""
    promises = context.account.grants.all_future()
    if reader.accept("TO ROLE"):
        role = reader.identifier()
        return _future(one for one in promises if one.role == role)
    container = _container(context, reader)
    return _future(one for one in promises if one.container == container)


def _container(context: Context, reader: SqlReader) -> Path:
    registry = context.account.registry
    if reader.accept("IN DATABASE"):
        item = registry.get(Kind.DATABASE, reader.path())
    else:
        reader.expect("IN SCHEMA")
        item = registry.get(Kind.SCHEMA, context.session.resolve(Kind.SCHEMA, reader.path()))
    _require_visible(context, item)
    return item.path


def _future(promises: Iterable[FutureGrant]) -> Result:
    rows: list[dict[str, Cell]] = [
        {
            "created_on": one.created_on,
            "privilege": one.privilege,
            "grant_on": one.kind.replace(" ", "_"),
            "name": f"{plain(one.container)}.<{one.kind}>",
            "grant_to": "ROLE",
            "grantee_name": one.role,
            "grant_option": "true" if one.grant_option else "false",
        }
        for one in promises
    ]
    return table(_FUTURE_COLUMNS, rows)

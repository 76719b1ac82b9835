"""GRANT and REVOKE."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from local_cloud.snowflake.context import Context, accept_kind, accept_plural
from local_cloud.snowflake.errors import (
    SnowflakeSqlError,
    StatementUnsupportedError,
    insufficient_privileges,
)
from local_cloud.snowflake.grants import ACCOUNT, FutureGrant, Grant
from local_cloud.snowflake.kinds import MANAGED_ACCESS
from local_cloud.snowflake.names import Path, plain
from local_cloud.snowflake.objects import INTEGRATIONS, Kind, SnowflakeObject
from local_cloud.snowflake.privileges import ONLY_PROMISED, PRIVILEGES
from local_cloud.snowflake.results import Result, status
from local_cloud.snowflake.role_grants import (
    grant_role_statement,
    grantee,
    revoke_role_statement,
)
from local_cloud.snowflake.sql_reader import SqlReader

_DONE = "Statement executed successfully."
_ALL = "ALL"


@dataclass(frozen=True, kw_only=True)
class _Target:
    """What a statement is about: objects that are there, or a promise for a container."""

    kind: str
    items: tuple[SnowflakeObject, ...] = ()
    promised_in: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        return ((),) if self.kind == ACCOUNT else tuple(item.path for item in self.items)


def grant(context: Context, reader: SqlReader) -> Result:
    """Give a role, or privileges, to a role or user."""
    if reader.accept("ROLE"):
        return grant_role_statement(context, reader)
    privileges = _privileges(reader)
    target = _target(context, reader)
    reader.expect("TO")
    role = grantee(context, reader)
    option = reader.accept("WITH GRANT OPTION")
    if privileges == ["OWNERSHIP"]:
        copies = reader.accept_one_of(("COPY CURRENT GRANTS", "REVOKE CURRENT GRANTS"))
        reader.expect_end()
        return _give_ownership(context, target, role, keep=copies == "COPY CURRENT GRANTS")
    reader.expect_end()
    wanted = _expanded(privileges, target.kind)
    _require_may_grant(context, target, wanted)
    for privilege in wanted:
        _give(context, target, privilege, role, option=option)
    return status(_DONE)


def revoke(context: Context, reader: SqlReader) -> Result:
    """Take a role, or privileges, away."""
    if reader.accept("ROLE"):
        return revoke_role_statement(context, reader)
    option_only = reader.accept("GRANT OPTION FOR")
    privileges = _privileges(reader)
    target = _target(context, reader)
    reader.expect("FROM")
    role = grantee(context, reader)
    reader.accept_one_of(("CASCADE", "RESTRICT"))
    reader.expect_end()
    wanted = _expanded(privileges, target.kind)
    _require_may_grant(context, target, wanted)
    for privilege in wanted:
        _take(context, target, privilege, role, option_only=option_only)
    return status(_DONE)


def _privileges(reader: SqlReader) -> list[str]:
    if reader.accept("ALL PRIVILEGES") or reader.accept("ALL"):
        return [_ALL]
    found: list[str] = []
    words: list[str] = []
    while not reader.accept("ON"):
        if reader.accept_symbol(","):
            found.append(" ".join(words))
            words = []
        else:
            words.append(reader.identifier())
    return [*found, " ".join(words)]


def _target(context: Context, reader: SqlReader) -> _Target:
    reader.accept("ON")
    if reader.accept("ACCOUNT"):
        return _Target(kind=ACCOUNT)
    if reader.accept("FUTURE"):
        kind_name = _future_kind(reader)
        return _Target(kind=kind_name, promised_in=_container(context, reader))
    if reader.accept("ALL"):
        kind = accept_plural(reader)
        if kind is None:
            raise StatementUnsupportedError(what=f"ALL {reader.rest()}")
        return _all_present(context, kind, _container(context, reader))
    kind = accept_kind(reader)
    if kind is None and not reader.accept("INTEGRATION"):
        raise StatementUnsupportedError(what=f"privileges on {reader.rest()}")
    return _one(context, kind or Kind.STORAGE_INTEGRATION, reader.path())


def _future_kind(reader: SqlReader) -> str:
    """A promise may be for a kind that the local cloud cannot create: it stays a promise."""
    kind = accept_plural(reader)
    if kind is not None:
        return kind.privilege_kind
    other = reader.accept_one_of(tuple(f"{name}S" for name in ONLY_PROMISED))
    if other is None:
        raise StatementUnsupportedError(what=f"FUTURE {reader.rest()}")
    return other.removesuffix("S")


def _one(context: Context, kind: Kind, path: Path) -> _Target:
    registry = context.account.registry
    resolved = context.session.resolve(kind, path)
    found = registry.at(kind, resolved)
    both_integrations = found is not None and {found.kind, kind} <= INTEGRATIONS
    same_table = found is not None and {found.kind, kind} == {Kind.TABLE, Kind.ICEBERG_TABLE}
    item = found if found and (both_integrations or same_table) else registry.get(kind, resolved)
    return _Target(kind=item.kind.privilege_kind, items=(item,))


def _container(context: Context, reader: SqlReader) -> Path:
    registry = context.account.registry
    if reader.accept("IN DATABASE"):
        return registry.get(Kind.DATABASE, reader.path()).path
    reader.expect("IN SCHEMA")
    path = context.session.resolve(Kind.SCHEMA, reader.path())
    return registry.get(Kind.SCHEMA, path).path


def _all_present(context: Context, kind: Kind, container: Path) -> _Target:
    items = tuple(
        item
        for item in context.account.registry.all(kind)
        if item.path[: len(container)] == container
    )
    return _Target(kind=kind.privilege_kind, items=items)


def _expanded(privileges: Iterable[str], kind: str) -> list[str]:
    known = PRIVILEGES.get(kind, ())
    wanted = list(known) if list(privileges) == [_ALL] else list(privileges)
    for privilege in wanted:
        if privilege not in known:
            raise SnowflakeSqlError(
                code=3008,
                sqlstate="42501",
                message=f"SQL compilation error: Invalid privilege '{privilege}' for {kind}. "
                f"Known are: {', '.join(known)}.",
            )
    return wanted


def _require_may_grant(context: Context, target: _Target, privileges: Iterable[str]) -> None:
    account, session = context.account, context.session
    if account.access.on_account(session, "MANAGE GRANTS"):
        return
    if target.kind == ACCOUNT or target.promised_in is not None:
        raise insufficient_privileges(kind="ACCOUNT", name="TARN_LOCAL")
    for item in target.items:
        if account.access.may_pass_on(session, item, privileges):
            continue
        account.access.require_owner(session, item)
        _require_unmanaged(context, item)


def _require_unmanaged(context: Context, item: SnowflakeObject) -> None:
    """In a schema with managed access its owner grants, not the owner of the object."""
    if len(item.path) < 3:
        return
    schema = context.account.registry.get(Kind.SCHEMA, item.path[:2])
    if schema.flag(MANAGED_ACCESS):
        context.account.access.require_owner(context.session, schema)


def _give(context: Context, target: _Target, privilege: str, role: str, *, option: bool) -> None:
    grants = context.account.grants
    if target.promised_in is not None:
        grants.grant_future(
            FutureGrant(
                privilege=privilege,
                kind=target.kind,
                container=target.promised_in,
                role=role,
                grant_option=option,
            )
        )
        return
    for path in target.paths:
        grants.grant(
            Grant(
                privilege=privilege,
                kind=target.kind,
                path=path,
                role=role,
                granted_by=context.session.role,
                grant_option=option,
            )
        )


def _take(
    context: Context, target: _Target, privilege: str, role: str, *, option_only: bool
) -> None:
    grants = context.account.grants
    if target.promised_in is not None:
        grants.revoke_future(
            privilege=privilege, kind=target.kind, container=target.promised_in, role=role
        )
        return
    for path in target.paths:
        held = grants.allows(
            roles=frozenset({role}), privilege=privilege, kind=target.kind, path=path
        )
        grants.revoke(privilege=privilege, kind=target.kind, path=path, role=role)
        if option_only and held:
            grants.grant(
                Grant(
                    privilege=privilege,
                    kind=target.kind,
                    path=path,
                    role=role,
                    granted_by=context.session.role,
                )
            )


def _give_ownership(context: Context, target: _Target, role: str, *, keep: bool) -> Result:
    account, session = context.account, context.session
    if target.promised_in is not None:
        raise StatementUnsupportedError(what="OWNERSHIP on FUTURE objects")
    for item in target.items:
        if not account.access.on_account(session, "MANAGE GRANTS"):
            account.access.require_owner(session, item)
        held = [g for g in account.grants.all() if (g.kind, g.path) == (target.kind, item.path)]
        if held and not keep:
            raise SnowflakeSqlError(
                code=3036,
                sqlstate="2BP01",
                message=f"Dependent grant of privilege '{held[0].privilege}' on securable "
                f"'{plain(item.path)}' to role '{held[0].role}' exists. It must be revoked first, "
                "or use COPY CURRENT GRANTS.",
            )
        account.registry.change(item.kind, item.path, lambda old: replace(old, owner=role))
    return status(_DONE)

"""Grants: a role to a role or user, and privileges to a role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from local_cloud.providers.adapter import (
    CheckFailure,
    CreateResult,
    Input,
    ReadResult,
    ResourceAdapter,
)
from local_cloud.providers.snowflake.connection import Record, SnowflakeConnection
from local_cloud.providers.snowflake.grant_targets import Target, from_identity, target_of
from local_cloud.providers.snowflake.sql import parts, requoted
from local_cloud.providers.values import Properties, Value, flag, text, text_or, texts

_ALL: Final = "ALL PRIVILEGES"


def _same_name(one: Value, other: Value) -> bool:
    """Whether two spellings, quoted or not, name one object."""
    return parts(str(one)) == parts(str(other))


_NAME: Final = Input(replace=True, same=_same_name)
_NEEDED_NAME: Final = Input(required=True, replace=True, same=_same_name)


class GrantAccountRole(ResourceAdapter[SnowflakeConnection]):
    """A role held by another role or by a user; nothing of it changes in place."""

    resource_type: ClassVar[str] = "snowflake:index/grantAccountRole:GrantAccountRole"
    source: ClassVar[str] = "pkg/resources/grant_account_role.go"
    inputs: ClassVar[Mapping[str, Input]] = {
        "parentRoleName": _NAME,
        "roleName": _NEEDED_NAME,
        "userName": _NAME,
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        if ("parentRoleName" in inputs) == ("userName" in inputs):
            reason = "exactly one of parentRoleName and userName is needed"
            return [CheckFailure(property="parentRoleName", reason=reason)]
        return []

    def create(self, backend: SnowflakeConnection, inputs: Properties) -> CreateResult:
        kind, grantee = _grantee(inputs)
        role = requoted(text(inputs, "roleName"))
        backend.execute(f"GRANT ROLE {role} TO {kind} {grantee}")
        return CreateResult(id=f"{role}|{kind}|{grantee}")

    def read(
        self, backend: SnowflakeConnection, identity: str, known: Properties
    ) -> ReadResult | None:
        role, kind, grantee = identity.split("|")
        name = parts(grantee)[0]
        rows = backend.find(f"SHOW GRANTS OF ROLE {role}") or []
        if not any(row["granted_to"] == kind and row["grantee_name"] == name for row in rows):
            return None
        holder = "userName" if kind == "USER" else "parentRoleName"
        state: Properties = {"roleName": _as_given(known, "roleName", role)}
        return ReadResult(id=identity, state={**state, holder: _as_given(known, holder, grantee)})

    def update(
        self, backend: SnowflakeConnection, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        """Nothing can change in place."""
        return None

    def delete(self, backend: SnowflakeConnection, identity: str, state: Properties) -> None:
        role, kind, grantee = identity.split("|")
        backend.find(f"REVOKE ROLE {role} FROM {kind} {grantee}")


def _grantee(inputs: Properties) -> tuple[str, str]:
    user = text_or(inputs, "userName", "")
    if user:
        return "USER", requoted(user)
    return "ROLE", requoted(text(inputs, "parentRoleName"))


def _as_given(known: Properties, name: str, live: str) -> Value:
    """The program's own spelling of an identifier, when it means the live one."""
    given = known.get(name)
    if isinstance(given, str) and parts(given) == parts(live):
        return given
    return parts(live)[-1] if len(parts(live)) == 1 else live


_PLURAL_FIELDS: Final[Mapping[str, Input]] = {
    "inDatabase": _NAME,
    "inSchema": _NAME,
    "objectTypePlural": Input(required=True, replace=True, ignore_case=True),
}
_TARGETS: Final = ("onAccount", "onAccountObject", "onSchema", "onSchemaObject")


class GrantPrivilegesToAccountRole(ResourceAdapter[SnowflakeConnection]):
    """Privileges of one role on one target; only the list of privileges changes in place."""

    resource_type: ClassVar[str] = (
        "snowflake:index/grantPrivilegesToAccountRole:GrantPrivilegesToAccountRole"
    )
    source: ClassVar[str] = "pkg/resources/grant_privileges_to_account_role.go"
    inputs: ClassVar[Mapping[str, Input]] = {
        "accountRoleName": _NEEDED_NAME,
        "allPrivileges": Input(default=False),
        "onAccount": Input(default=False, replace=True),
        "onAccountObject": Input(
            replace=True,
            fields={
                "objectName": _NEEDED_NAME,
                "objectType": Input(required=True, replace=True, ignore_case=True),
            },
        ),
        "onSchema": Input(
            replace=True,
            fields={
                "allSchemasInDatabase": _NAME,
                "futureSchemasInDatabase": _NAME,
                "schemaName": _NAME,
            },
        ),
        "onSchemaObject": Input(
            replace=True,
            fields={
                "all": Input(replace=True, fields=_PLURAL_FIELDS),
                "future": Input(replace=True, fields=_PLURAL_FIELDS),
                "objectName": _NAME,
                "objectType": Input(replace=True, ignore_case=True),
            },
        ),
        "privileges": Input(unordered=True),
        "withGrantOption": Input(default=False, replace=True),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        failures: list[CheckFailure] = []
        given = [name for name in _TARGETS if inputs.get(name)]
        if len(given) != 1:
            reason = f"exactly one of {', '.join(_TARGETS)} is needed"
            failures.append(CheckFailure(property="onSchemaObject", reason=reason))
        if bool(inputs.get("privileges")) == bool(inputs.get("allPrivileges")):
            reason = "exactly one of privileges and allPrivileges is needed"
            failures.append(CheckFailure(property="privileges", reason=reason))
        return failures

    def create(self, backend: SnowflakeConnection, inputs: Properties) -> CreateResult:
        target = target_of(inputs)
        _grant(backend, inputs, target, _privileges(inputs))
        return CreateResult(id=_identity(inputs, target))

    def read(
        self, backend: SnowflakeConnection, identity: str, known: Properties
    ) -> ReadResult | None:
        inputs = known if known.get("accountRoleName") else from_identity(identity)
        target = target_of(inputs)
        state: Properties = {name: value for name, value in inputs.items() if name in self.inputs}
        if not target.show or flag(inputs, "allPrivileges"):
            # What was granted on all present objects cannot be told from single grants.
            return ReadResult(id=identity, state=state)
        rows = backend.find(target.show)
        held = _held(rows or [], target, inputs)
        live: list[Value] = [one for one in texts(inputs, "privileges") if one.upper() in held]
        if not live:
            return None
        return ReadResult(id=identity, state={**state, "privileges": live})

    def update(
        self, backend: SnowflakeConnection, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        target = target_of(new)
        before, after = _privileges(old), _privileges(new)
        _revoke(backend, old, target, [one for one in before if one not in after])
        _grant(backend, new, target, [one for one in after if one not in before])
        return {name: new[name] for name in ("privileges", "allPrivileges") if name in new}

    def delete(self, backend: SnowflakeConnection, identity: str, state: Properties) -> None:
        _revoke(backend, state, target_of(state), _privileges(state))


def _privileges(inputs: Properties) -> list[str]:
    if flag(inputs, "allPrivileges"):
        return [_ALL]
    return [one.upper() for one in texts(inputs, "privileges")]


def _identity(inputs: Properties, target: Target) -> str:
    role = requoted(text(inputs, "accountRoleName"))
    option = "true" if flag(inputs, "withGrantOption") else "false"
    names = "ALL" if flag(inputs, "allPrivileges") else ",".join(_privileges(inputs))
    return f"{role}|{option}|false|{names}|{target.tail}"


def _grant(
    backend: SnowflakeConnection, inputs: Properties, target: Target, names: Sequence[str]
) -> None:
    if not names:
        return
    role = requoted(text(inputs, "accountRoleName"))
    option = " WITH GRANT OPTION" if flag(inputs, "withGrantOption") else ""
    backend.execute(f"GRANT {', '.join(names)} ON {target.words} TO ROLE {role}{option}")


def _revoke(
    backend: SnowflakeConnection, inputs: Properties, target: Target, names: Sequence[str]
) -> None:
    if names:
        role = requoted(text(inputs, "accountRoleName"))
        backend.find(f"REVOKE {', '.join(names)} ON {target.words} FROM ROLE {role}")


def _held(rows: Sequence[Record], target: Target, inputs: Properties) -> frozenset[str]:
    role = parts(text(inputs, "accountRoleName"))[0]
    option = "true" if flag(inputs, "withGrantOption") else "false"
    return frozenset(
        str(row["privilege"])
        for row in rows
        if target.matches(row) and row["grantee_name"] == role and row["grant_option"] == option
    )


ADAPTERS = (GrantAccountRole(), GrantPrivilegesToAccountRole())

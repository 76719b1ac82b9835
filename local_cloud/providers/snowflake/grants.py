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
from local_cloud.providers.snowflake.grant_rules import (
    ACCOUNT_OBJECTS,
    ALL_PLURALS,
    FUTURE_PLURALS,
    SCHEMA_OBJECTS,
    contradictions,
    exactly_one,
    plural_of,
    privilege_names,
)
from local_cloud.providers.snowflake.grant_targets import Target, from_identity, target_of
from local_cloud.providers.snowflake.identifiers import parts, path_of, same_identifier
from local_cloud.providers.snowflake.sql import pattern, requoted
from local_cloud.providers.values import Properties, Value, flag, text, text_or, texts

_ALL: Final = "ALL PRIVILEGES"


_ONE: Final = path_of("name")
_SCHEMA: Final = path_of("database", "schema")
_HOLDER: Final = Input(replace=True, rule=_ONE)


class GrantAccountRole(ResourceAdapter[SnowflakeConnection]):
    """A role held by another role or by a user; nothing of it changes in place."""

    resource_type: ClassVar[str] = "snowflake:index/grantAccountRole:GrantAccountRole"
    source: ClassVar[str] = "pkg/resources/grant_account_role.go"
    inputs: ClassVar[Mapping[str, Input]] = {
        "parentRoleName": _HOLDER,
        # Other quotes around it are another text, and grant_account_role.go compares texts.
        "roleName": Input(required=True, replace=True, rule=_ONE),
        "userName": _HOLDER,
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        return list(exactly_one(inputs, ("parentRoleName", "userName")))

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


_NAME: Final = Input(replace=True, same=same_identifier, rule=_ONE)
_NEEDED_NAME: Final = Input(required=True, replace=True, same=same_identifier, rule=_ONE)
_SCHEMA_NAME: Final = Input(replace=True, same=same_identifier, rule=_SCHEMA)


def _group(plurals: tuple[str, ...]) -> Input:
    kind = Input(required=True, replace=True, rule=plural_of(plurals))
    return Input(
        replace=True,
        fields={"inDatabase": _NAME, "inSchema": _SCHEMA_NAME, "objectTypePlural": kind},
    )


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
                "objectType": Input(required=True, replace=True, choices=ACCOUNT_OBJECTS),
            },
        ),
        "onSchema": Input(
            replace=True,
            fields={
                "allSchemasInDatabase": _NAME,
                "futureSchemasInDatabase": _NAME,
                "schemaName": _SCHEMA_NAME,
            },
        ),
        "onSchemaObject": Input(
            replace=True,
            fields={
                "all": _group(ALL_PLURALS),
                "future": _group(FUTURE_PLURALS),
                "objectName": Input(
                    replace=True,
                    same=same_identifier,
                    rule=path_of("database", "schema", "name"),
                ),
                "objectType": Input(replace=True, choices=SCHEMA_OBJECTS),
            },
        ),
        "privileges": Input(unordered=True, rule=privilege_names),
        "withGrantOption": Input(default=False, replace=True),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        return list(contradictions(inputs))

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
        if rows is None or not _has_role(backend, inputs):
            return None
        held = _held(rows, target, inputs)
        # A refresh after the last one was revoked leaves no wanted privileges in the state.
        wanted = texts(inputs, "privileges") or texts(from_identity(identity), "privileges")
        live: list[Value] = [one for one in wanted if one in held]
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
    return texts(inputs, "privileges")


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


def _has_role(backend: SnowflakeConnection, inputs: Properties) -> bool:
    (role,) = parts(text(inputs, "accountRoleName"))
    rows = backend.execute(f"SHOW ROLES LIKE {pattern(role)}")
    return any(row["name"] == role for row in rows)


def _held(rows: Sequence[Record], target: Target, inputs: Properties) -> frozenset[str]:
    role = parts(text(inputs, "accountRoleName"))[0]
    option = "true" if flag(inputs, "withGrantOption") else "false"
    return frozenset(
        str(row["privilege"])
        for row in rows
        if target.matches(row) and row["grantee_name"] == role and row["grant_option"] == option
    )


ADAPTERS = (GrantAccountRole(), GrantPrivilegesToAccountRole())

"""What privileges are on: read from the inputs or from an id, and written as SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from local_cloud.providers.snowflake.connection import Record
from local_cloud.providers.snowflake.identifiers import parts
from local_cloud.providers.snowflake.sql import requoted
from local_cloud.providers.values import Properties, Value, flag, mapping, text, text_or


@dataclass(frozen=True, kw_only=True)
class Target:
    """What privileges are on: the words of GRANT ... ON, the id's tail, and how to look."""

    words: str
    tail: str
    show: str
    granted_on: str = ""
    name: str = ""
    future: bool = False

    def matches(self, row: Record) -> bool:
        """Whether a row of SHOW GRANTS is about this target."""
        if self.future:
            return row["grant_on"] == self.granted_on
        return not self.granted_on or row["granted_on"] == self.granted_on


def target_of(inputs: Properties) -> Target:
    """Read the one target that the inputs name."""
    if flag(inputs, "onAccount"):
        return Target(words="ACCOUNT", tail="OnAccount", show="SHOW GRANTS ON ACCOUNT")
    account_object = mapping(inputs, "onAccountObject")
    if account_object:
        kind = text(account_object, "objectType")
        name = requoted(text(account_object, "objectName"))
        return Target(
            words=f"{kind} {name}",
            tail=f"OnAccountObject|{kind}|{name}",
            show=f"SHOW GRANTS ON {kind} {name}",
        )
    schema = mapping(inputs, "onSchema")
    return _schema_target(schema) if schema else _object_target(mapping(inputs, "onSchemaObject"))


def _schema_target(schema: Properties) -> Target:
    name = text_or(schema, "schemaName", "")
    if name:
        path = requoted(name)
        return Target(
            words=f"SCHEMA {path}",
            tail=f"OnSchema|OnSchema|{path}",
            show=f"SHOW GRANTS ON SCHEMA {path}",
        )
    future = text_or(schema, "futureSchemasInDatabase", "")
    if future:
        path = requoted(future)
        return Target(
            words=f"FUTURE SCHEMAS IN DATABASE {path}",
            tail=f"OnSchema|OnFutureSchemasInDatabase|{path}",
            show=f"SHOW FUTURE GRANTS IN DATABASE {path}",
            granted_on="SCHEMA",
            future=True,
        )
    path = requoted(text(schema, "allSchemasInDatabase"))
    return Target(
        words=f"ALL SCHEMAS IN DATABASE {path}",
        tail=f"OnSchema|OnAllSchemasInDatabase|{path}",
        show="",
    )


def _object_target(schema_object: Properties) -> Target:
    future, everything = mapping(schema_object, "future"), mapping(schema_object, "all")
    if not future and not everything:
        kind = text(schema_object, "objectType")
        path = requoted(text(schema_object, "objectName"))
        return Target(
            words=f"{kind} {path}",
            tail=f"OnSchemaObject|OnObject|{kind}|{path}",
            show=f"SHOW GRANTS ON {kind} {path}",
        )
    given = future or everything
    plural = text(given, "objectTypePlural").upper()
    schema = text_or(given, "inSchema", "")
    where = "SCHEMA" if schema else "DATABASE"
    path = requoted(schema or text(given, "inDatabase"))
    scope = "InSchema" if schema else "InDatabase"
    if future:
        return Target(
            words=f"FUTURE {plural} IN {where} {path}",
            tail=f"OnSchemaObject|OnFuture|{plural}|{scope}|{path}",
            show=f"SHOW FUTURE GRANTS IN {where} {path}",
            granted_on=plural.removesuffix("S").replace(" ", "_"),
            future=True,
        )
    return Target(
        words=f"ALL {plural} IN {where} {path}",
        tail=f"OnSchemaObject|OnAll|{plural}|{scope}|{path}",
        show="",
    )


def from_identity(identity: str) -> Properties:
    """The inputs that an id tells, for an import."""
    role, option, _, names, *tail = identity.split("|")
    inputs: Properties = {
        "accountRoleName": parts(role)[0],
        "withGrantOption": option == "true",
    }
    if names == "ALL":
        inputs["allPrivileges"] = True
    else:
        inputs["privileges"] = list[Value](names.split(","))
    return {**inputs, **_target_inputs(tail)}


def _target_inputs(tail: Sequence[str]) -> Properties:
    match list(tail):
        case ["OnAccount"]:
            return {"onAccount": True}
        case ["OnAccountObject", kind, name]:
            return {"onAccountObject": {"objectType": kind, "objectName": parts(name)[0]}}
        case ["OnSchema", "OnSchema", name]:
            return {"onSchema": {"schemaName": name}}
        case ["OnSchema", "OnFutureSchemasInDatabase", name]:
            return {"onSchema": {"futureSchemasInDatabase": parts(name)[0]}}
        case ["OnSchema", "OnAllSchemasInDatabase", name]:
            return {"onSchema": {"allSchemasInDatabase": parts(name)[0]}}
        case ["OnSchemaObject", "OnObject", kind, name]:
            return {"onSchemaObject": {"objectType": kind, "objectName": name}}
        case ["OnSchemaObject", choice, plural, scope, name]:
            where = "inSchema" if scope == "InSchema" else "inDatabase"
            place = name if scope == "InSchema" else parts(name)[0]
            group: Properties = {"objectTypePlural": plural, where: place}
            return {"onSchemaObject": {"future" if choice == "OnFuture" else "all": group}}
        case _:
            return {}

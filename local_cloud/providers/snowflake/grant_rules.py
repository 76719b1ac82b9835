"""What the provider accepts as privileges and as their target.

Source: grant_privileges_to_account_role.go for what excludes what, grants_validations.go of
pkg/sdk for the types. Where the provider accepts a spelling at preview and shows a change in every
later one (it compares with what Snowflake shows, in upper case), the local cloud refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from local_cloud.providers.adapter import CheckFailure
from local_cloud.providers.values import Properties, Unknown, Value

Rule: TypeAlias = "Callable[[Value], str | None]"
TARGETS: Final = ("onAccount", "onAccountObject", "onSchema", "onSchemaObject")
ACCOUNT_OBJECTS: Final = (
    "USER",
    "RESOURCE MONITOR",
    "WAREHOUSE",
    "COMPUTE POOL",
    "DATABASE",
    "INTEGRATION",
    "CONNECTION",
    "FAILOVER GROUP",
    "REPLICATION GROUP",
    "EXTERNAL VOLUME",
)
SCHEMA_OBJECTS: Final = tuple(
    """AGENT|AGGREGATION POLICY|ALERT|AUTHENTICATION POLICY|CORTEX SEARCH SERVICE|
    DATA METRIC FUNCTION|DATASET|DBT PROJECT|DYNAMIC TABLE|EVENT TABLE|EXPERIMENT|EXTERNAL TABLE|
    FILE FORMAT|FUNCTION|GATEWAY|GIT REPOSITORY|HYBRID TABLE|IMAGE REPOSITORY|ICEBERG TABLE|
    INTERACTIVE TABLE|JOIN POLICY|MASKING POLICY|MATERIALIZED VIEW|MCP SERVER|MODEL|MODEL MONITOR|
    NETWORK RULE|NOTEBOOK|NOTEBOOK PROJECT|ONLINE FEATURE TABLE|PACKAGES POLICY|PASSWORD POLICY|
    PIPE|PRIVACY POLICY|PROCEDURE|PROJECTION POLICY|ROW ACCESS POLICY|SECRET|SEMANTIC VIEW|SERVICE|
    SESSION POLICY|SEQUENCE|SNAPSHOT|SNAPSHOT POLICY|SNAPSHOT SET|STAGE|STORAGE LIFECYCLE POLICY|
    STREAM|STREAMLIT|TABLE|TAG|TASK|VIEW|WORKSPACE""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_NOT_ALL: Final = ("GATEWAY", "JOIN POLICY", "NOTEBOOK PROJECT", "STORAGE LIFECYCLE POLICY")
_NOT_FUTURE: Final = (
    *_NOT_ALL,
    "AGGREGATION POLICY",
    "EXPERIMENT",
    "MASKING POLICY",
    "PACKAGES POLICY",
    "PROJECTION POLICY",
    "ROW ACCESS POLICY",
    "SESSION POLICY",
    "SNAPSHOT",
    "TAG",
)


def _plural(kind: str) -> str:
    return f"{kind[:-1]}IES" if kind.endswith("Y") else f"{kind}S"


ALL_PLURALS: Final = tuple(_plural(one) for one in SCHEMA_OBJECTS if one not in _NOT_ALL)
FUTURE_PLURALS: Final = tuple(_plural(one) for one in SCHEMA_OBJECTS if one not in _NOT_FUTURE)
_PRIVILEGE: Final = re.compile(r"[A-Z ._]+")


def plural_of(plurals: Sequence[str]) -> Rule:
    """A plural type in any case; the provider writes it in upper case itself."""

    def rule(value: Value) -> str | None:
        if isinstance(value, str) and value.upper() in plurals:
            return None
        return f"{value!r} is not allowed; one of {', '.join(plurals)} is"

    return rule


def privilege_names(value: Value) -> str | None:
    """A list of privileges as Snowflake shows them."""
    names = value if isinstance(value, list) else []
    for name in names:
        if not isinstance(name, str) or not _PRIVILEGE.fullmatch(name.upper()):
            return f"{name!r} is no privilege: letters, blanks, dots and _ make one"
        if name.upper() == "OWNERSHIP":
            return "OWNERSHIP is given by snowflake.GrantOwnership only"
        if name != name.upper():
            return (
                f"{name!r} must be written {name.upper()!r}: the provider compares privileges with"
                " what Snowflake shows, and every preview would show a change"
            )
    if "IMPORTED PRIVILEGES" in names and len(names) > 1:
        return "IMPORTED PRIVILEGES cannot be given together with other privileges"
    return None


def contradictions(inputs: Properties) -> Iterable[CheckFailure]:
    """What excludes each other, or is missing."""
    yield from exactly_one(inputs, TARGETS)
    yield from exactly_one(inputs, ("privileges", "allPrivileges"))
    schema = inputs.get("onSchema")
    if isinstance(schema, dict):
        choices = ("schemaName", "allSchemasInDatabase", "futureSchemasInDatabase")
        yield from exactly_one(schema, choices, "onSchema.")
    schema_object = inputs.get("onSchemaObject")
    if isinstance(schema_object, dict):
        yield from _schema_object(schema_object)


def _schema_object(given: Properties) -> Iterable[CheckFailure]:
    prefix = "onSchemaObject."
    yield from exactly_one(given, ("objectName", "all", "future"), prefix)
    if bool(given.get("objectName")) != bool(given.get("objectType")):
        reason = "objectType and objectName are given together or not at all"
        yield CheckFailure(property=f"{prefix}objectType", reason=reason)
    for name in ("all", "future"):
        group = given.get(name)
        if isinstance(group, dict):
            yield from exactly_one(group, ("inDatabase", "inSchema"), f"{prefix}{name}.")


def exactly_one(
    given: Properties, names: Sequence[str], prefix: str = ""
) -> Iterable[CheckFailure]:
    """A failure unless one of these inputs is given, and no other of them."""
    present = [name for name in names if isinstance(given.get(name), Unknown) or given.get(name)]
    if len(present) != 1:
        found = " and ".join(present) if present else "none"
        reason = f"exactly one of {', '.join(names)} is needed, and here is {found}"
        yield CheckFailure(property=prefix + (present[-1] if present else names[0]), reason=reason)

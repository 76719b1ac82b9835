"""Snowflake: what costs, who may do what, and what loads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.resources import Resource, StackFacts
from guardrails.rule import ResourceRule, Rule

WAREHOUSE: Final = "snowflake:index/warehouse:Warehouse"
MONITOR: Final = "snowflake:index/resourceMonitor:ResourceMonitor"
STAGE: Final = "snowflake:index/stageExternalS3:StageExternalS3"
PIPE: Final = "snowflake:index/pipe:Pipe"
DATABASE: Final = "snowflake:index/database:Database"
SCHEMA: Final = "snowflake:index/schema:Schema"
GRANT_ROLE: Final = "snowflake:index/grantAccountRole:GrantAccountRole"
GRANTS: Final = (
    "snowflake:index/grantPrivilegesToAccountRole:GrantPrivilegesToAccountRole",
    "snowflake:index/grantPrivilegesToDatabaseRole:GrantPrivilegesToDatabaseRole",
    "snowflake:index/grantOwnership:GrantOwnership",
    "snowflake:index/grantDatabaseRole:GrantDatabaseRole",
    GRANT_ROLE,
)
_INTEGRATION: Final = "snowflake:index/storageIntegrationAws:StorageIntegrationAws"
_USERS: Final = (
    "snowflake:index/user:User",
    "snowflake:index/serviceUser:ServiceUser",
    "snowflake:index/legacyServiceUser:LegacyServiceUser",
)
LONGEST_IDLE_SECONDS: Final = 600
_ROLE_INPUTS: Final = ("accountRoleName", "databaseRoleName", "parentRoleName", "roleName")
_DOCS: Final = "https://docs.snowflake.com/en"


def _suspends(warehouse: Resource) -> Iterator[str]:
    seconds = warehouse.number("autoSuspend")
    if not seconds or seconds > LONGEST_IDLE_SECONDS:
        idle = f"{seconds:.0f} s" if seconds else "never"
        yield f"Warehouse {warehouse.name} suspends after {idle} without a query."


def _monitored(warehouse: Resource) -> Iterator[str]:
    if not warehouse.states("resourceMonitor"):
        yield f"Warehouse {warehouse.name} has no resource monitor."


def _monitor_suspends(monitor: Resource) -> Iterator[str]:
    if not monitor.states("creditQuota"):
        yield f"Resource monitor {monitor.name} has no quota."
    if not monitor.states("suspendTrigger") and not monitor.states("suspendImmediateTrigger"):
        yield f"Resource monitor {monitor.name} suspends nothing."


def _named_roles(grant: Resource) -> Iterator[tuple[str, str]]:
    for path in _ROLE_INPUTS:
        if grant.states(path):
            yield path, grant.text(path).strip('"').upper().rsplit(".", 1)[-1].strip('"')


def _no_accountadmin(resource: Resource) -> Iterator[str]:
    if resource.type in _USERS:
        if resource.text("defaultRole").strip('"').upper() == "ACCOUNTADMIN":
            yield f"User {resource.name} works as ACCOUNTADMIN by default."
        return
    for path, role in _named_roles(resource):
        if role == "ACCOUNTADMIN":
            yield f"{resource.name} has ACCOUNTADMIN as {path}."


def _no_public(grant: Resource) -> Iterator[str]:
    for path, role in _named_roles(grant):
        if role == "PUBLIC" and path != "roleName":
            yield f"{grant.name} grants to PUBLIC, which is every user of the account."


def _slash(stage: Resource) -> Iterator[str]:
    url = stage.text("url")
    if not url.endswith("/"):
        yield f"Stage {stage.name} is over {url}, without a slash at its end."


def _reports_errors(pipe: Resource) -> Iterator[str]:
    if not pipe.states("errorIntegration"):
        yield f"Pipe {pipe.name} tells nobody when it cannot load a file."


def _keeps_history(resource: Resource) -> Iterator[str]:
    days = resource.number("dataRetentionTimeInDays")
    if days is not None and days < 1:
        yield f"{resource.name} keeps no history: nothing that is dropped can be had back."


def _narrow_locations(integration: Resource) -> Iterator[str]:
    for location in integration.texts("storageAllowedLocations"):
        if location == "*" or not location.endswith("/"):
            yield f"Integration {integration.name} allows {location!r}."


def _managed(schema: Resource) -> Iterator[str]:
    if not schema.enabled("withManagedAccess"):
        yield f"In schema {schema.name} whoever owns an object may grant it to others."


def _keeps_data(facts: StackFacts) -> bool:
    return not facts.data_removal_allowed


RULES: Final[tuple[Rule, ...]] = (
    ResourceRule(
        name="warehouse-suspends",
        types=(WAREHOUSE,),
        summary=f"A warehouse suspends after at most {LONGEST_IDLE_SECONDS} s without a query.",
        reason="An idle warehouse costs as much as a busy one.",
        fix="Set autoSuspend to 60, or what your caches need.",
        source=f"{_DOCS}/user-guide/warehouses-considerations",
        check=_suspends,
    ),
    ResourceRule(
        name="warehouse-has-monitor",
        types=(WAREHOUSE,),
        summary="A warehouse has a resource monitor.",
        reason="One runaway query could spend the year's credits.",
        fix="Set resourceMonitor.",
        source=f"{_DOCS}/user-guide/resource-monitors",
        check=_monitored,
    ),
    ResourceRule(
        name="monitor-suspends",
        types=(MONITOR,),
        summary="A resource monitor has a quota, and suspends when it is reached.",
        reason="A monitor that only notifies stops no cost at night.",
        fix="Set creditQuota and suspendTrigger.",
        source=f"{_DOCS}/user-guide/resource-monitors",
        check=_monitor_suspends,
    ),
    ResourceRule(
        name="no-accountadmin",
        types=(*GRANTS, *_USERS),
        summary="Nothing is granted to or through ACCOUNTADMIN; it is nobody's default role.",
        reason="Who has that role may do everything, policies and bills included.",
        fix="Grant to a role of the platform, and let SYSADMIN inherit that.",
        source=f"{_DOCS}/user-guide/security-access-control-considerations",
        reference="CIS Snowflake 1.10 to 1.13",
        check=_no_accountadmin,
    ),
    ResourceRule(
        name="no-grants-to-public",
        types=GRANTS,
        summary="Nothing is granted to the role PUBLIC.",
        reason="Every user of the account has it, those of other teams too.",
        fix="Grant to a role of the platform.",
        source=f"{_DOCS}/user-guide/security-access-control-overview",
        check=_no_public,
    ),
    ResourceRule(
        name="stage-path-ends-with-slash",
        types=(STAGE,),
        summary="The address of a stage ends with a slash.",
        reason="A stage over `s3://lake/sales` also loads `s3://lake/sales_test`.",
        fix="End the address with a slash.",
        source=f"{_DOCS}/sql-reference/sql/create-stage",
        check=_slash,
    ),
    ResourceRule(
        name="pipe-reports-errors",
        types=(PIPE,),
        summary="A pipe has a notification integration for errors.",
        reason="Snowpipe skips a file that it cannot load and says so only to those who ask.",
        fix="Set errorIntegration to a notification integration.",
        source=f"{_DOCS}/user-guide/data-load-snowpipe-errors",
        check=_reports_errors,
    ),
    ResourceRule(
        name="history-is-kept",
        types=(DATABASE, SCHEMA, "snowflake:index/table:Table"),
        summary="Snowflake keeps at least one day of history.",
        reason="Without it, a DROP or a bad UPDATE is final.",
        fix="Set dataRetentionTimeInDays to at least 1.",
        source=f"{_DOCS}/user-guide/data-time-travel",
        holds_for=_keeps_data,
        only="stacks that keep their data",
        check=_keeps_history,
    ),
    ResourceRule(
        name="integration-names-locations",
        types=(_INTEGRATION,),
        summary="A storage integration names its locations, each with a slash at its end.",
        reason="A stage could otherwise read any bucket that the role may read.",
        fix="List the locations in storageAllowedLocations.",
        source=f"{_DOCS}/sql-reference/sql/create-storage-integration",
        check=_narrow_locations,
    ),
    ResourceRule(
        name="schema-manages-access",
        types=(SCHEMA,),
        summary="Only the owner of a schema grants what lies in it.",
        reason="Who makes an object could grant it to anybody, and nobody would review that.",
        fix="Set withManagedAccess to true.",
        source=f"{_DOCS}/user-guide/security-access-control-configure",
        check=_managed,
    ),
)

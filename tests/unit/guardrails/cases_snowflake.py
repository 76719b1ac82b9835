"""Snowflake."""

from __future__ import annotations

from guardrails.resources import StackFacts
from guardrails.rules.snowflake import (
    DATABASE,
    GRANT_ROLE,
    GRANTS,
    MONITOR,
    PIPE,
    SCHEMA,
    STAGE,
    WAREHOUSE,
)
from tests.unit.guardrails.case import Case, resource

INTEGRATION = "snowflake:index/storageIntegrationAws:StorageIntegrationAws"

CASES = (
    Case(
        rule="warehouse-suspends",
        passing=[resource(WAREHOUSE, autoSuspend=60)],
        failing=[resource(WAREHOUSE, autoSuspend=3600)],
        says="suspends after 3600 s",
    ),
    Case(
        rule="warehouse-suspends",
        label="zero means never",
        passing=[resource(WAREHOUSE, autoSuspend=600)],
        failing=[resource(WAREHOUSE, autoSuspend=0)],
        says="suspends after never",
    ),
    Case(
        rule="warehouse-has-monitor",
        passing=[resource(WAREHOUSE, resourceMonitor="M")],
        failing=[resource(WAREHOUSE)],
        says="has no resource monitor",
    ),
    Case(
        rule="monitor-suspends",
        passing=[resource(MONITOR, creditQuota=10, suspendTrigger=95)],
        failing=[resource(MONITOR, creditQuota=10, notifyTriggers=[50])],
        says="suspends nothing",
    ),
    Case(
        rule="no-accountadmin",
        passing=[resource(GRANT_ROLE, roleName="TARN_READER", parentRoleName="SYSADMIN")],
        failing=[resource(GRANT_ROLE, roleName="TARN_READER", parentRoleName="ACCOUNTADMIN")],
        says="has ACCOUNTADMIN as parentRoleName",
    ),
    Case(
        rule="no-accountadmin",
        label="a user's default",
        passing=[resource("snowflake:index/user:User", defaultRole="TARN_READER")],
        failing=[resource("snowflake:index/user:User", defaultRole='"ACCOUNTADMIN"')],
        says="works as ACCOUNTADMIN",
    ),
    Case(
        rule="no-grants-to-public",
        passing=[resource(GRANTS[0], accountRoleName="TARN_READER")],
        failing=[resource(GRANTS[0], accountRoleName="public")],
        says="grants to PUBLIC",
    ),
    Case(
        rule="stage-path-ends-with-slash",
        passing=[resource(STAGE, url="s3://lake/sales/")],
        failing=[resource(STAGE, url="s3://lake/sales")],
        says="without a slash at its end",
    ),
    Case(
        rule="pipe-reports-errors",
        passing=[resource(PIPE, errorIntegration="ERRORS")],
        failing=[resource(PIPE)],
        says="tells nobody",
    ),
    Case(
        rule="history-is-kept",
        passing=[resource(DATABASE, dataRetentionTimeInDays=1)],
        failing=[resource(DATABASE, dataRetentionTimeInDays=0)],
        says="keeps no history",
        facts=StackFacts(environment="prod"),
    ),
    Case(
        rule="integration-names-locations",
        passing=[resource(INTEGRATION, storageAllowedLocations=["s3://lake/"])],
        failing=[resource(INTEGRATION, storageAllowedLocations=["*"])],
        says="allows '*'",
    ),
    Case(
        rule="schema-manages-access",
        passing=[resource(SCHEMA, withManagedAccess="true")],
        failing=[resource(SCHEMA)],
        says="whoever owns an object may grant it",
    ),
)

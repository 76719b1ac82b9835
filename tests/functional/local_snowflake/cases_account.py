"""What is in the account: compute, containers, roles, and what connects to AWS."""

from __future__ import annotations

from local_cloud.providers.values import Properties, Value
from tests.functional.local_snowflake.account import TestAccount
from tests.functional.local_snowflake.snowflake_case import (
    SnowflakeCase,
    asked,
    elsewhere,
    meddled,
    named,
)

_PARAMETERS: dict[str, Value] = {
    "dataRetentionTimeInDays": 5,
    "maxDataExtensionTimeInDays": 7,
    "defaultDdlCollation": "en-ci",
    "externalVolume": "SOME_VOLUME",
    "catalog": "SOME_CATALOG",
    "logLevel": "WARN",
    "traceLevel": "ALWAYS",
    "replaceInvalidCharacters": True,
    "storageSerializationPolicy": "COMPATIBLE",
}
# The account refuses to rename these (see its limits); test_decisions has the plan.
_NOT_RENAMED = frozenset({"name"})


def _storage(account: TestAccount) -> Properties:
    return {
        "name": named(account, "SI"),
        "comment": "before",
        "enabled": True,
        "storageProvider": "S3",
        "storageAllowedLocations": [f"s3://{account.bucket}/"],
        "storageAwsRoleArn": account.role("x"),
    }


def _location(account: TestAccount, name: str) -> Value:
    return {
        "storageLocationName": name,
        "storageProvider": "S3",
        "storageBaseUrl": f"s3://{account.bucket}/",
        "storageAwsRoleArn": account.role("x"),
    }


def _catalog(account: TestAccount) -> Properties:
    return {
        "name": named(account, "CI"),
        "comment": "before",
        "enabled": True,
        "glueAwsRoleArn": account.role("x"),
        "glueCatalogId": account.settings.account_id,
        "glueRegion": account.settings.region,
        "catalogNamespace": "curated",
    }


def _monitor(account: TestAccount) -> str:
    name = named(account, "OF_W")
    account.admin.rows(f"CREATE RESOURCE MONITOR IF NOT EXISTS {name} WITH CREDIT_QUOTA = 5")
    return name


CASES = (
    SnowflakeCase(
        resource_type="snowflake:index/warehouse:Warehouse",
        describe=asked("WAREHOUSE"),
        inputs=lambda a: {
            "name": named(a, "W"),
            "comment": "before",
            "warehouseSize": "XSMALL",
            "autoSuspend": 60,
            "autoResume": "true",
            "initiallySuspended": True,
        },
        meddle=meddled("WAREHOUSE", "SET AUTO_SUSPEND = 17 WAREHOUSE_SIZE = LARGE"),
        drift=frozenset({"autoSuspend", "warehouseSize"}),
        changes=lambda a: {
            "comment": "after",
            "warehouseSize": "2X-Large",
            "warehouseType": "SNOWPARK-OPTIMIZED",
            "autoSuspend": 120,
            "autoResume": "false",
            "enableQueryAcceleration": "true",
            "queryAccelerationMaxScaleFactor": 4,
            "maxClusterCount": 3,
            "minClusterCount": 2,
            "scalingPolicy": "ECONOMY",
            "maxConcurrencyLevel": 4,
            "statementQueuedTimeoutInSeconds": 11,
            "statementTimeoutInSeconds": 77,
            "resourceMonitor": _monitor(a),
            "name": named(a, "W2"),
        },
        columns={"warehouseSize": "size", "warehouseType": "type"},
        kept=frozenset({"initiallySuspended"}),
        unsettable=frozenset({"warehouseSize"}),
        unread=frozenset({"initiallySuspended"}),
    ),
    SnowflakeCase(
        resource_type="snowflake:index/resourceMonitor:ResourceMonitor",
        describe=asked("RESOURCE MONITOR"),
        inputs=lambda a: {
            "name": named(a, "RM"),
            "creditQuota": 10,
            "frequency": "MONTHLY",
            "startTimestamp": "IMMEDIATELY",
            "notifyTriggers": [50, 80],
            "suspendTrigger": 95,
            "suspendImmediateTrigger": 99,
        },
        meddle=meddled("RESOURCE MONITOR", "SET CREDIT_QUOTA = 11"),
        drift=frozenset({"creditQuota"}),
        changes=lambda _: {
            "creditQuota": 20,
            "notifyTriggers": [60],
            "suspendTrigger": 90,
            "suspendImmediateTrigger": 100,
            "notifyUsers": ["TARN_ADMIN"],
            "frequency": "WEEKLY",
            "endTimestamp": "2031-01-01 00:00",
        },
        replacing=lambda a: {"name": named(a, "RM2")},
        columns={
            "notifyTriggers": "notify_at",
            "suspendTrigger": "suspend_at",
            "suspendImmediateTrigger": "suspend_immediately_at",
            "endTimestamp": "end_time",
        },
        kept=frozenset({"startTimestamp"}),
        unsettable=frozenset({"frequency"}),
        unread=frozenset({"startTimestamp"}),
    ),
    SnowflakeCase(
        resource_type="snowflake:index/database:Database",
        describe=asked("DATABASE"),
        inputs=lambda a: {
            "name": named(a, "DB"),
            "comment": "before",
            "dataRetentionTimeInDays": 3,
            "dropPublicSchemaOnCreation": True,
        },
        meddle=meddled("DATABASE", "SET COMMENT = 'meddled' DATA_RETENTION_TIME_IN_DAYS = 9"),
        drift=frozenset({"comment", "dataRetentionTimeInDays"}),
        changes=lambda _: {"comment": "after", **_PARAMETERS},
        replacing=lambda _: {"isTransient": True},
        kept=frozenset({"dropPublicSchemaOnCreation"}),
        also=frozenset({"retention_time"}),
        untried=_NOT_RENAMED,
        unread=frozenset({"dropPublicSchemaOnCreation"}),
    ),
    SnowflakeCase(
        resource_type="snowflake:index/schema:Schema",
        describe=asked("SCHEMA"),
        inputs=lambda a: {
            "name": "S",
            "database": a.database,
            "comment": "before",
            "withManagedAccess": "true",
        },
        meddle=meddled("SCHEMA", "DISABLE MANAGED ACCESS"),
        drift=frozenset({"withManagedAccess"}),
        changes=lambda _: {
            "comment": "after",
            "withManagedAccess": "false",
            "pipeExecutionPaused": True,
            **_PARAMETERS,
        },
        replacing=lambda a: {
            "database": elsewhere(a)["database"],
            "isTransient": "true",
        },
        also=frozenset({"retention_time"}),
        untried=_NOT_RENAMED,
    ),
    SnowflakeCase(
        resource_type="snowflake:index/accountRole:AccountRole",
        describe=asked("ROLE"),
        inputs=lambda a: {"name": named(a, "R"), "comment": "before"},
        meddle=meddled("ROLE", "SET COMMENT = 'meddled'"),
        drift=frozenset({"comment"}),
        changes=lambda _: {"comment": "after"},
        untried=_NOT_RENAMED,
    ),
    SnowflakeCase(
        resource_type="snowflake:index/storageIntegrationAws:StorageIntegrationAws",
        describe=asked("STORAGE INTEGRATION"),
        inputs=_storage,
        meddle=meddled("STORAGE INTEGRATION", "SET ENABLED = FALSE"),
        drift=frozenset({"enabled"}),
        changes=lambda a: {
            "comment": "after",
            "enabled": False,
            "storageAwsRoleArn": a.role("y"),
            "storageAllowedLocations": ["s3://other/"],
            "storageBlockedLocations": ["s3://other/secret/"],
            "storageAwsExternalId": "given",
            "storageAwsObjectAcl": "bucket-owner-full-control",
        },
        replacing=lambda a: {"name": named(a, "SI2"), "storageProvider": "S3GOV"},
        planned=frozenset({"storageProvider"}),
    ),
    SnowflakeCase(
        resource_type="snowflake:index/externalVolume:ExternalVolume",
        describe=asked("EXTERNAL VOLUME"),
        inputs=lambda a: {
            "name": named(a, "EV"),
            "comment": "before",
            "allowWrites": "false",
            "storageLocations": [_location(a, "one")],
        },
        meddle=meddled("EXTERNAL VOLUME", "SET ALLOW_WRITES = TRUE"),
        drift=frozenset({"allowWrites"}),
        changes=lambda a: {
            "comment": "after",
            "allowWrites": "true",
            "storageLocations": [_location(a, "two"), _location(a, "three")],
        },
        replacing=lambda a: {"name": named(a, "EV2")},
    ),
    SnowflakeCase(
        resource_type="snowflake:index/catalogIntegrationAwsGlue:CatalogIntegrationAwsGlue",
        describe=asked("CATALOG INTEGRATION"),
        inputs=_catalog,
        meddle=meddled("CATALOG INTEGRATION", "SET ENABLED = FALSE REFRESH_INTERVAL_SECONDS = 90"),
        drift=frozenset({"enabled", "refreshIntervalSeconds"}),
        changes=lambda _: {"comment": "after", "enabled": False, "refreshIntervalSeconds": 60},
        replacing=lambda a: {
            "glueAwsRoleArn": a.role("y"),
            "glueCatalogId": "222222222222",
            "glueRegion": "eu-west-1",
            "catalogNamespace": "other",
            "name": named(a, "CI2"),
        },
        unread=frozenset({"glueRegion"}),
    ),
)

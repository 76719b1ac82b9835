"""The conformance table of the Snowflake adapters: one row a resource type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from local_cloud.providers.snowflake.sql import quoted
from local_cloud.providers.values import Properties, Value
from tests.functional.local_snowflake.account import TestAccount

Rows = list[dict[str, Any]]
Given = Callable[[TestAccount], Properties]


def _nothing(_: TestAccount) -> dict[str, Value]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Case:
    """How one type is tried.

    `meddle` changes the object behind Pulumi's back and `drift` names the inputs in which that
    must show; `changes` gives another value for each input that changes in place, `replacing` for
    each that replaces; `hidden` names inputs that SHOW and DESC cannot tell.
    """

    resource_type: str
    keyword: str
    inputs: Given
    meddle: str
    drift: str
    changes: Callable[[TestAccount], dict[str, Value]] = field(default=_nothing)
    replacing: Callable[[TestAccount], dict[str, Value]] = field(default=_nothing)
    hidden: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """The readable id of the case."""
        return self.resource_type.rsplit(":", 1)[-1]

    def path(self, inputs: Properties) -> tuple[str, ...]:
        """The object's name with its containers."""
        names = ("database", "schema", "name")
        return tuple(str(inputs[name]) for name in names if name in inputs)

    def backend(self, account: TestAccount, inputs: Properties) -> Rows:
        """What SHOW and DESC say about the object; empty when it is gone."""
        path = self.path(inputs)
        scope = {1: "ACCOUNT", 2: f"DATABASE {quoted(*path[:-1])}"}.get(
            len(path), f"SCHEMA {quoted(*path[:-1])}"
        )
        shown = account.admin.records(f"SHOW {self.keyword}S IN {scope}")
        found = [row for row in shown if row["name"] == path[-1]]
        if not found or self.keyword in ("ROLE", "RESOURCE MONITOR"):
            return found
        return [*found, *account.admin.records(f"DESC {self.keyword} {quoted(*path)}")]


def _name(account: TestAccount, kind: str) -> str:
    return f"{kind}_{account.suffix.upper()}"


def _in_schema(account: TestAccount, name: str) -> Properties:
    return {"database": account.database, "schema": "RAW", "name": name, "comment": "before"}


def _stage(account: TestAccount) -> Properties:
    return {
        **_in_schema(account, "S"),
        "url": f"s3://{account.bucket}/",
        "storageIntegration": account.integration,
    }


def _storage(account: TestAccount) -> Properties:
    return {
        "name": _name(account, "SI"),
        "comment": "before",
        "enabled": True,
        "storageProvider": "S3",
        "storageAllowedLocations": [f"s3://{account.bucket}/"],
        "storageAwsRoleArn": account.role("x"),
    }


def _volume(account: TestAccount) -> Properties:
    return {
        "name": _name(account, "EV"),
        "comment": "before",
        "allowWrites": "false",
        "storageLocations": [_location(account, "one")],
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
        "name": _name(account, "CI"),
        "comment": "before",
        "enabled": True,
        "glueAwsRoleArn": account.role("x"),
        "glueCatalogId": account.settings.account_id,
        "glueRegion": account.settings.region,
        "catalogNamespace": "curated",
    }


def _pipe(account: TestAccount) -> Properties:
    return {
        **_in_schema(account, "LOADS"),
        "copyStatement": account.copy_statement(),
        "autoIngest": True,
    }


def _view(account: TestAccount) -> Properties:
    return {**_in_schema(account, "V"), "statement": f"SELECT ID FROM {account.table}"}


def _iceberg(account: TestAccount) -> Properties:
    source = f"t{account.suffix}"
    if not account.lake.table_exists(f"{account.namespace}.{source}"):
        account.lake_table(source, pa.table({"id": [1]}))
    return {
        **_in_schema(account, "ICE"),
        "externalVolume": account.volume,
        "catalog": account.catalog,
        "catalogNamespace": account.namespace,
        "catalogTableName": source,
        "autoRefresh": "true",
    }


_RENAMED: dict[str, Value] = {"name": "OTHER"}

CASES = (
    Case(
        resource_type="snowflake:index/warehouse:Warehouse",
        keyword="WAREHOUSE",
        inputs=lambda a: {
            "name": _name(a, "W"),
            "comment": "before",
            "warehouseSize": "XSMALL",
            "autoSuspend": 60,
            "autoResume": "true",
            "initiallySuspended": True,
        },
        meddle="SET AUTO_SUSPEND = 17",
        drift="autoSuspend",
        changes=lambda a: {
            "comment": "after",
            "warehouseSize": "SMALL",
            "autoSuspend": 120,
            "autoResume": "false",
            "maxClusterCount": 2,
            "statementTimeoutInSeconds": 77,
            "name": _name(a, "W2"),
        },
        hidden=frozenset({"initiallySuspended", "warehouseSize", "statementTimeoutInSeconds"}),
    ),
    Case(
        resource_type="snowflake:index/resourceMonitor:ResourceMonitor",
        keyword="RESOURCE MONITOR",
        inputs=lambda a: {
            "name": _name(a, "RM"),
            "creditQuota": 10,
            "frequency": "MONTHLY",
            "startTimestamp": "IMMEDIATELY",
            "notifyTriggers": [50, 80],
            "suspendTrigger": 95,
            "suspendImmediateTrigger": 99,
        },
        meddle="SET CREDIT_QUOTA = 11",
        drift="creditQuota",
        changes=lambda _: {"creditQuota": 20, "notifyTriggers": [60], "suspendTrigger": 90},
        replacing=lambda a: {"name": _name(a, "RM2")},
        hidden=frozenset({"startTimestamp"}),
    ),
    Case(
        resource_type="snowflake:index/database:Database",
        keyword="DATABASE",
        inputs=lambda a: {
            "name": _name(a, "DB"),
            "comment": "before",
            "dataRetentionTimeInDays": 3,
        },
        meddle="SET COMMENT = 'meddled'",
        drift="comment",
        changes=lambda _: {"comment": "after", "dataRetentionTimeInDays": 5},
        replacing=lambda _: {"isTransient": True},
    ),
    Case(
        resource_type="snowflake:index/schema:Schema",
        keyword="SCHEMA",
        inputs=lambda a: {
            "name": "S",
            "database": a.database,
            "comment": "before",
            "withManagedAccess": "true",
        },
        meddle="DISABLE MANAGED ACCESS",
        drift="withManagedAccess",
        changes=lambda _: {"comment": "after", "withManagedAccess": "false"},
        replacing=lambda _: {"database": "ELSEWHERE"},
        hidden=frozenset({"withManagedAccess"}),
    ),
    Case(
        resource_type="snowflake:index/accountRole:AccountRole",
        keyword="ROLE",
        inputs=lambda a: {"name": _name(a, "R"), "comment": "before"},
        meddle="SET COMMENT = 'meddled'",
        drift="comment",
        changes=lambda _: {"comment": "after"},
    ),
    Case(
        resource_type="snowflake:index/storageIntegrationAws:StorageIntegrationAws",
        keyword="STORAGE INTEGRATION",
        inputs=_storage,
        meddle="SET ENABLED = FALSE",
        drift="enabled",
        changes=lambda a: {
            "comment": "after",
            "enabled": False,
            "storageAwsRoleArn": a.role("y"),
            "storageAllowedLocations": ["s3://other/"],
            "storageAwsExternalId": "given",
        },
        replacing=lambda a: {"name": _name(a, "SI2")},
    ),
    Case(
        resource_type="snowflake:index/externalVolume:ExternalVolume",
        keyword="EXTERNAL VOLUME",
        inputs=_volume,
        meddle="SET ALLOW_WRITES = TRUE",
        drift="allowWrites",
        changes=lambda a: {
            "comment": "after",
            "allowWrites": "true",
            "storageLocations": [_location(a, "two")],
        },
        replacing=lambda a: {"name": _name(a, "EV2")},
    ),
    Case(
        resource_type="snowflake:index/catalogIntegrationAwsGlue:CatalogIntegrationAwsGlue",
        keyword="CATALOG INTEGRATION",
        inputs=_catalog,
        meddle="SET ENABLED = FALSE",
        drift="enabled",
        changes=lambda _: {"comment": "after", "enabled": False, "refreshIntervalSeconds": 60},
        replacing=lambda a: {
            "glueAwsRoleArn": a.role("y"),
            "glueCatalogId": "222222222222",
            "glueRegion": "eu-west-1",
            "catalogNamespace": "other",
            "name": _name(a, "CI2"),
        },
    ),
    Case(
        resource_type="snowflake:index/stageExternalS3:StageExternalS3",
        keyword="STAGE",
        inputs=_stage,
        meddle="SET COMMENT = 'meddled'",
        drift="comment",
        changes=lambda a: {"comment": "after", "url": f"s3://{a.bucket}/deeper/", **_RENAMED},
        replacing=lambda _: {"schema": "PUBLIC", "database": "ELSEWHERE"},
    ),
    Case(
        resource_type="snowflake:index/fileFormatParquet:FileFormatParquet",
        keyword="FILE FORMAT",
        inputs=lambda a: {**_in_schema(a, "F"), "useLogicalType": "true"},
        meddle="SET USE_LOGICAL_TYPE = FALSE",
        drift="useLogicalType",
        changes=lambda _: {
            "comment": "after",
            "useLogicalType": "false",
            "compression": "SNAPPY",
            **_RENAMED,
        },
        replacing=lambda _: {"schema": "PUBLIC"},
    ),
    Case(
        resource_type="snowflake:index/table:Table",
        keyword="TABLE",
        inputs=lambda a: {
            **_in_schema(a, "TAB"),
            "columns": [
                {"name": "A", "type": "NUMBER(19,0)", "comment": "the a"},
                {"name": "B", "type": "VARCHAR", "comment": "the b"},
                {"name": "C", "type": "TIMESTAMP_LTZ(6)"},
            ],
        },
        meddle="MODIFY COLUMN A COMMENT 'meddled'",
        drift="columns",
        changes=lambda _: {
            "comment": "after",
            "columns": [
                {"name": "A", "type": "NUMBER(38,0)", "comment": "the other a"},
                {"name": "D", "type": "BOOLEAN"},
            ],
            **_RENAMED,
        },
        replacing=lambda _: {"schema": "PUBLIC"},
    ),
    Case(
        resource_type="snowflake:index/pipe:Pipe",
        keyword="PIPE",
        inputs=_pipe,
        meddle="SET COMMENT = 'meddled'",
        drift="comment",
        changes=lambda _: {"comment": "after"},
        replacing=lambda a: {
            "copyStatement": a.copy_statement("other/"),
            "autoIngest": False,
            "name": "OTHER",
        },
        hidden=frozenset({"autoIngest"}),
    ),
    Case(
        resource_type="snowflake:index/view:View",
        keyword="VIEW",
        inputs=_view,
        meddle="SET COMMENT = 'meddled'",
        drift="comment",
        changes=lambda a: {
            "comment": "after",
            "isSecure": "true",
            "statement": f"SELECT NAME FROM {a.table}",
            **_RENAMED,
        },
        replacing=lambda _: {"schema": "PUBLIC"},
    ),
    Case(
        resource_type="snowflake:index/icebergTableFromAwsGlue:IcebergTableFromAwsGlue",
        keyword="ICEBERG TABLE",
        inputs=_iceberg,
        meddle="SET AUTO_REFRESH = FALSE",
        drift="autoRefresh",
        changes=lambda _: {"comment": "after", "autoRefresh": "false"},
        replacing=lambda _: {"catalogTableName": "other", "catalog": "OTHER", "name": "OTHER"},
        hidden=frozenset({"autoRefresh"}),
    ),
)

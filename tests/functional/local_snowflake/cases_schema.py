"""What lies in a schema."""

from __future__ import annotations

import pyarrow as pa

from local_cloud.providers.values import Properties, Value
from tests.functional.local_snowflake.account import TestAccount
from tests.functional.local_snowflake.snowflake_case import (
    SnowflakeCase,
    asked,
    elsewhere,
    in_schema,
    meddled,
    named,
)

_RENAMED: dict[str, Value] = {"name": "OTHER"}


def _integration(account: TestAccount) -> str:
    name = named(account, "OTHER_I")
    account.admin.rows(
        f"CREATE STORAGE INTEGRATION IF NOT EXISTS {name} TYPE = EXTERNAL_STAGE "
        f"STORAGE_PROVIDER = 'S3' ENABLED = TRUE STORAGE_AWS_ROLE_ARN = '{account.role('other')}' "
        f"STORAGE_ALLOWED_LOCATIONS = ('s3://{account.bucket}/')"
    )
    return name


def _stage(account: TestAccount) -> Properties:
    return {
        **in_schema(account, "S"),
        "url": f"s3://{account.bucket}/",
        "storageIntegration": account.integration,
    }


def _table(account: TestAccount) -> Properties:
    return {
        **in_schema(account, "TAB"),
        "columns": [
            {"name": "A", "type": "NUMBER(19,0)", "comment": "the a"},
            {"name": "B", "type": "VARCHAR", "comment": "the b"},
            {"name": "C", "type": "TIMESTAMP_LTZ(6)"},
        ],
    }


def _view(account: TestAccount) -> Properties:
    return {
        **in_schema(account, "V"),
        "statement": f"SELECT ID FROM {account.table}",
        "columns": [{"columnName": "ID", "comment": "the id"}],
        "copyGrants": True,
    }


def _source(account: TestAccount, name: str) -> str:
    source = f"{name}{account.suffix}"
    if not account.lake.table_exists(f"{account.namespace}.{source}"):
        account.lake_table(source, pa.table({"id": [1]}))
    return source


def _iceberg(account: TestAccount) -> Properties:
    return {
        **in_schema(account, "ICE"),
        "externalVolume": account.volume,
        "catalog": account.catalog,
        "catalogNamespace": account.namespace,
        "catalogTableName": _source(account, "t"),
        "autoRefresh": "true",
    }


_FLAGS = (
    "replaceInvalidCharacters",
    "trimSpace",
    "useVectorizedScanner",
)

CASES = (
    SnowflakeCase(
        resource_type="snowflake:index/stageExternalS3:StageExternalS3",
        describe=asked("STAGE"),
        inputs=_stage,
        meddle=meddled("STAGE", "SET COMMENT = 'meddled'"),
        drift=frozenset({"comment"}),
        changes=lambda a: {
            "comment": "after",
            "url": f"s3://{a.bucket}/deeper/",
            "storageIntegration": _integration(a),
            **_RENAMED,
        },
        replacing=elsewhere,
    ),
    SnowflakeCase(
        resource_type="snowflake:index/fileFormatParquet:FileFormatParquet",
        describe=asked("FILE FORMAT"),
        inputs=lambda a: {**in_schema(a, "F"), "useLogicalType": "true"},
        meddle=meddled("FILE FORMAT", "SET USE_LOGICAL_TYPE = FALSE"),
        drift=frozenset({"useLogicalType"}),
        changes=lambda _: {
            "comment": "after",
            "useLogicalType": "false",
            "binaryAsText": "false",
            "compression": "SNAPPY",
            "nullIfs": ["-", "none"],
            **dict.fromkeys(_FLAGS, "true"),
            **_RENAMED,
        },
        replacing=elsewhere,
        columns={"nullIfs": "null_if"},
        also=frozenset({"format_options"}),
    ),
    SnowflakeCase(
        resource_type="snowflake:index/table:Table",
        describe=asked("TABLE"),
        inputs=_table,
        meddle=meddled("TABLE", "MODIFY COLUMN A COMMENT 'meddled'"),
        drift=frozenset({"columns"}),
        changes=lambda _: {
            "comment": "after",
            "columns": [
                {"name": "A", "type": "NUMBER(38,0)", "comment": "the other a"},
                {"name": "D", "type": "BOOLEAN"},
            ],
            "changeTracking": True,
            "dataRetentionTimeInDays": 4,
            **_RENAMED,
        },
        replacing=elsewhere,
        columns={"dataRetentionTimeInDays": "retention_time"},
    ),
    SnowflakeCase(
        resource_type="snowflake:index/pipe:Pipe",
        describe=asked("PIPE"),
        inputs=lambda a: {
            **in_schema(a, "LOADS"),
            "copyStatement": a.copy_statement(),
            "autoIngest": True,
        },
        meddle=meddled("PIPE", "SET COMMENT = 'meddled'"),
        drift=frozenset({"comment"}),
        changes=lambda _: {"comment": "after", "errorIntegration": "SOME_INTEGRATION"},
        replacing=lambda a: {
            "copyStatement": a.copy_statement("other/"),
            "autoIngest": False,
            **_RENAMED,
            **elsewhere(a),
        },
        columns={"copyStatement": "definition"},
    ),
    SnowflakeCase(
        resource_type="snowflake:index/view:View",
        describe=asked("VIEW"),
        inputs=_view,
        meddle=meddled("VIEW", "SET COMMENT = 'meddled'"),
        drift=frozenset({"comment"}),
        changes=lambda a: {
            "comment": "after",
            "isSecure": "true",
            "statement": f"SELECT ID + 1 AS ID FROM {a.table}",
            "columns": [{"columnName": "NUMBER", "comment": "a number"}],
            **_RENAMED,
        },
        replacing=elsewhere,
        kept=frozenset({"copyGrants"}),
        unsettable=frozenset({"columns"}),
        unread=frozenset({"copyGrants", "columns"}),
    ),
    SnowflakeCase(
        resource_type="snowflake:index/icebergTableFromAwsGlue:IcebergTableFromAwsGlue",
        describe=asked("ICEBERG TABLE"),
        inputs=_iceberg,
        meddle=meddled("ICEBERG TABLE", "SET AUTO_REFRESH = FALSE"),
        drift=frozenset({"autoRefresh"}),
        changes=lambda _: {
            "comment": "after",
            "autoRefresh": "false",
            "replaceInvalidCharacters": True,
        },
        replacing=lambda a: {
            "catalogTableName": _source(a, "u"),
            **_RENAMED,
            **elsewhere(a),
            "catalog": "OTHER",
            "externalVolume": "OTHER",
            "catalogNamespace": "other",
        },
        planned=frozenset({"catalog", "externalVolume", "catalogNamespace"}),
        columns={"catalog": "catalog_name", "externalVolume": "external_volume_name"},
        kept=frozenset({"replaceInvalidCharacters"}),
        unread=frozenset({"catalogNamespace"}),
    ),
)

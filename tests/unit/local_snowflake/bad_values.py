"""Good inputs of every type, and one bad value for every rule of the provider."""

from __future__ import annotations

from typing import NamedTuple

from local_cloud.providers.values import Properties, Value
from tests.unit.local_snowflake.decisions import (
    CATALOG,
    DATABASE,
    FORMAT,
    GRANT,
    ICEBERG,
    MONITOR,
    PIPE,
    ROLE,
    ROLE_GRANT,
    SCHEMA,
    STAGE,
    STORAGE,
    TABLE,
    VIEW,
    VOLUME,
    WAREHOUSE,
)

_ARN = "arn:aws:iam::123456789012:role/one"
_IN_SCHEMA: Properties = {"database": "D", "schema": "S", "name": "N"}
_A_COLUMN: Properties = {"name": "A", "type": "INT"}
_LOCATION: Properties = {
    "storageLocationName": "one",
    "storageProvider": "S3",
    "storageBaseUrl": "s3://lake/",
    "storageAwsRoleArn": _ARN,
}
GOOD: dict[str, Properties] = {
    WAREHOUSE: {"name": "W", "warehouseSize": "2X-Large", "autoSuspend": 0, "autoResume": "true"},
    MONITOR: {
        "name": "M",
        "creditQuota": 1,
        "frequency": "monthly",
        "startTimestamp": "IMMEDIATELY",
    },
    DATABASE: {"name": '"D"', "dataRetentionTimeInDays": 90, "logLevel": "warn"},
    SCHEMA: {"name": "S", "database": "D", "withManagedAccess": "true"},
    ROLE: {"name": "R"},
    STORAGE: {
        "name": "I",
        "enabled": True,
        "storageProvider": "s3",
        "storageAllowedLocations": ["s3://lake/path/", "*"],
        "storageAwsRoleArn": _ARN,
    },
    CATALOG: {
        "name": "C",
        "enabled": True,
        "glueAwsRoleArn": _ARN,
        "glueCatalogId": "123456789012",
        "glueRegion": "eu-central-1",
    },
    VOLUME: {"name": "V", "storageLocations": [_LOCATION]},
    STAGE: {**_IN_SCHEMA, "url": "s3://lake/path/", "storageIntegration": "I"},
    FORMAT: {**_IN_SCHEMA, "compression": "snappy"},
    PIPE: {**_IN_SCHEMA, "copyStatement": "COPY INTO T FROM @S"},
    TABLE: {**_IN_SCHEMA, "columns": [{"name": "A", "type": "NUMBER(19,0)"}]},
    VIEW: {**_IN_SCHEMA, "statement": "SELECT 1 AS A"},
    ICEBERG: {**_IN_SCHEMA, "externalVolume": "V", "catalog": "C", "catalogTableName": "t"},
    ROLE_GRANT: {"roleName": "R", "parentRoleName": '"SYSADMIN"'},
    GRANT: {"accountRoleName": "R", "privileges": ["USAGE"], "onSchema": {"schemaName": 'D."S"'}},
}


class Bad(NamedTuple):
    """A change that spoils good inputs, the path that is named, and a part of the reason."""

    resource_type: str
    path: str
    change: Properties
    reason: str

    @property
    def label(self) -> str:
        """The readable id of the row."""
        return f"{self.resource_type.rsplit(':', 1)[-1]}-{self.path}-{self.reason[:30]}"


def _column(**field: Value) -> Properties:
    return {"columns": [{**_A_COLUMN, **field}]}


def _location(**field: Value) -> Properties:
    return {"storageLocations": [{**_LOCATION, **field}]}


def _on(**target: Value) -> Properties:
    return {"onSchema": None, **target}


def _future(**group: Value) -> Properties:
    return _on(onSchemaObject={"future": {"objectTypePlural": "TABLES", **group}})


_FLAGS = "'true', 'false'"
_SIZES = "XSMALL"
BAD = (
    Bad(WAREHOUSE, "warehouseSize", {"warehouseSize": "HUGE"}, _SIZES),
    Bad(WAREHOUSE, "warehouseType", {"warehouseType": "FAST"}, "'SNOWPARK-OPTIMIZED'"),
    Bad(WAREHOUSE, "scalingPolicy", {"scalingPolicy": "MANY"}, "'ECONOMY'"),
    Bad(WAREHOUSE, "autoResume", {"autoResume": "yes"}, _FLAGS),
    Bad(WAREHOUSE, "enableQueryAcceleration", {"enableQueryAcceleration": "1"}, _FLAGS),
    Bad(WAREHOUSE, "autoSuspend", {"autoSuspend": -1}, "from 0"),
    Bad(WAREHOUSE, "maxClusterCount", {"maxClusterCount": 0}, "from 1"),
    Bad(WAREHOUSE, "minClusterCount", {"minClusterCount": 0}, "from 1"),
    Bad(WAREHOUSE, "maxClusterCount", {"minClusterCount": 3, "maxClusterCount": 2}, "which is 3"),
    Bad(WAREHOUSE, "maxConcurrencyLevel", {"maxConcurrencyLevel": 0}, "from 1"),
    Bad(WAREHOUSE, "statementTimeoutInSeconds", {"statementTimeoutInSeconds": 604801}, "604800"),
    Bad(
        WAREHOUSE,
        "statementQueuedTimeoutInSeconds",
        {"statementQueuedTimeoutInSeconds": -1},
        "from 0",
    ),
    Bad(
        WAREHOUSE,
        "queryAccelerationMaxScaleFactor",
        {"queryAccelerationMaxScaleFactor": 101},
        "to 100",
    ),
    Bad(WAREHOUSE, "resourceMonitor", {"resourceMonitor": "A.B"}, "'.'"),
    Bad(WAREHOUSE, "name", {"name": "a|b"}, "'|'"),
    Bad(WAREHOUSE, "name", {"name": "x" * 256}, "1 to 255"),
    Bad(WAREHOUSE, "name", {"name": ""}, "1 to 255"),
    Bad(MONITOR, "creditQuota", {"creditQuota": 0}, "from 1"),
    Bad(MONITOR, "frequency", {"frequency": "HOURLY"}, "'WEEKLY'"),
    Bad(MONITOR, "frequency", {"startTimestamp": None}, "needs startTimestamp"),
    Bad(MONITOR, "startTimestamp", {"frequency": None}, "needs frequency"),
    Bad(MONITOR, "notifyTriggers", {"notifyTriggers": [50, 0]}, "not 0"),
    Bad(MONITOR, "suspendTrigger", {"suspendTrigger": 0}, "from 1"),
    Bad(MONITOR, "suspendImmediateTrigger", {"suspendImmediateTrigger": 0}, "from 1"),
    Bad(MONITOR, "notifyUsers", {"notifyUsers": ["a.b"]}, "'.'"),
    Bad(MONITOR, "name", {"name": 'we"ird'}, "'\"'"),
    Bad(DATABASE, "dataRetentionTimeInDays", {"dataRetentionTimeInDays": 91}, "to 90"),
    Bad(DATABASE, "maxDataExtensionTimeInDays", {"maxDataExtensionTimeInDays": -1}, "from 0"),
    Bad(DATABASE, "logLevel", {"logLevel": "LOUD"}, "'WARN'"),
    Bad(DATABASE, "traceLevel", {"traceLevel": "LOUD"}, "'ON_EVENT'"),
    Bad(DATABASE, "catalog", {"catalog": "a.b"}, "'.'"),
    Bad(DATABASE, "externalVolume", {"externalVolume": ""}, "1 to 255"),
    Bad(
        DATABASE,
        "storageSerializationPolicy",
        {"storageSerializationPolicy": "FAST"},
        "'COMPATIBLE'",
    ),
    Bad(SCHEMA, "withManagedAccess", {"withManagedAccess": "TRUE"}, _FLAGS),
    Bad(SCHEMA, "isTransient", {"isTransient": "no"}, _FLAGS),
    Bad(SCHEMA, "database", {"database": None}, "needs input 'database'"),
    Bad(ROLE, "name", {"name": "a(b)"}, "'('"),
    Bad(STORAGE, "storageProvider", {"storageProvider": "GCS"}, "'S3'"),
    Bad(STORAGE, "storageAllowedLocations", {"storageAllowedLocations": []}, "at least one"),
    Bad(STORAGE, "storageAllowedLocations", {"storageAllowedLocations": ["lake/"]}, "protocol"),
    Bad(STORAGE, "storageBlockedLocations", {"storageBlockedLocations": ["*"]}, "protocol"),
    Bad(STORAGE, "storageAwsRoleArn", {"storageAwsRoleArn": "role"}, "arn:aws:iam"),
    Bad(STORAGE, "storageAwsObjectAcl", {"storageAwsObjectAcl": "private"}, "bucket-owner"),
    Bad(STORAGE, "storageAwsExternalId", {"storageAwsExternalId": ""}, "a text"),
    Bad(STORAGE, "name", {"name": '"I"'}, "without quotes"),
    Bad(CATALOG, "glueAwsRoleArn", {"glueAwsRoleArn": "arn:aws:s3:::lake"}, "arn:aws:iam"),
    Bad(CATALOG, "glueCatalogId", {"glueCatalogId": "12"}, "123456789012"),
    Bad(CATALOG, "glueRegion", {"glueRegion": ""}, "eu-central-1"),
    Bad(CATALOG, "catalogNamespace", {"catalogNamespace": ""}, "a text"),
    Bad(CATALOG, "refreshIntervalSeconds", {"refreshIntervalSeconds": 29}, "from 30"),
    Bad(CATALOG, "name", {"name": '"C"'}, "without quotes"),
    Bad(VOLUME, "storageLocations", {"storageLocations": []}, "at least one"),
    Bad(VOLUME, "storageLocations", {"storageLocations": None}, "needs input"),
    Bad(VOLUME, "allowWrites", {"allowWrites": "on"}, _FLAGS),
    Bad(VOLUME, "storageLocations[0].storageBaseUrl", _location(storageBaseUrl="lake"), "s3://"),
    Bad(VOLUME, "storageLocations[0].storageAwsRoleArn", _location(storageAwsRoleArn="r"), "arn"),
    Bad(VOLUME, "storageLocations[0].storageProvider", _location(storageProvider="GCS"), "'S3'"),
    Bad(VOLUME, "storageLocations[0].encryptionType", _location(encryptionType="X"), "'NONE'"),
    Bad(
        VOLUME,
        "storageLocations[0].encryptionKmsKeyId",
        _location(encryptionKmsKeyId="k"),
        "AWS_SSE_KMS only",
    ),
    Bad(
        VOLUME,
        "storageLocations[0].storageLocationName",
        _location(storageLocationName="terraform_provider_sentinel_storage_location"),
        "reserved",
    ),
    Bad(
        VOLUME,
        "storageLocations[1].storageLocationName",
        {"storageLocations": [_LOCATION, {**_LOCATION, "storageLocationName": '"one"'}]},
        "another location already",
    ),
    Bad(STAGE, "url", {"url": "lake/path/"}, "with the protocol"),
    Bad(STAGE, "url", {"url": "gcs://lake/"}, "s3://bucket"),
    Bad(STAGE, "storageIntegration", {"storageIntegration": "a.b"}, "'.'"),
    Bad(STAGE, "schema", {"schema": "D.S"}, "'.'"),
    Bad(FORMAT, "compression", {"compression": "GZIP"}, "'SNAPPY'"),
    Bad(FORMAT, "useLogicalType", {"useLogicalType": "on"}, _FLAGS),
    Bad(PIPE, "copyStatement", {"copyStatement": "SELECT 1"}, "COPY INTO"),
    Bad(PIPE, "name", {"name": '"P"'}, "without quotes"),
    Bad(PIPE, "database", {"database": '"D"'}, "without quotes"),
    Bad(TABLE, "schema", {"schema": '"S"'}, "without quotes"),
    Bad(TABLE, "columns", {"columns": []}, "at least one"),
    Bad(TABLE, "columns", {"columns": [_A_COLUMN, _A_COLUMN]}, "'A' is there twice"),
    Bad(TABLE, "columns[0].type", _column(type="WORD"), "no data type"),
    Bad(TABLE, "columns[0].type", _column(type="TIMESTAMP"), "TIMESTAMP_NTZ"),
    Bad(TABLE, "columns[0].type", _column(type="INTEGER(3)"), "no data type"),
    Bad(TABLE, "columns[0].type", _column(type="NUMBER(1,2,3)"), "no data type"),
    Bad(TABLE, "columns[0].name", _column(name=""), "a text"),
    Bad(
        TABLE,
        "columns[0].default",
        _column(default={"constant": "1", "expression": "2"}),
        "exactly one of",
    ),
    Bad(TABLE, "dataRetentionTimeInDays", {"dataRetentionTimeInDays": 91}, "-1 to 90"),
    Bad(VIEW, "isSecure", {"isSecure": "maybe"}, _FLAGS),
    Bad(VIEW, "statement", {"statement": ""}, "a text"),
    Bad(VIEW, "columns[0].columnName", {"columns": [{"columnName": ""}]}, "a text"),
    Bad(ICEBERG, "catalogTableName", {"catalogTableName": ""}, "a text"),
    Bad(ICEBERG, "catalogNamespace", {"catalogNamespace": ""}, "a text"),
    Bad(ICEBERG, "autoRefresh", {"autoRefresh": "on"}, _FLAGS),
    Bad(ICEBERG, "catalog", {"catalog": None}, "needs input"),
    Bad(ROLE_GRANT, "userName", {"userName": "U"}, "parentRoleName and userName"),
    Bad(ROLE_GRANT, "parentRoleName", {"parentRoleName": None}, "here is none"),
    Bad(ROLE_GRANT, "roleName", {"roleName": "A.B"}, "<name>"),
    Bad(GRANT, "accountRoleName", {"accountRoleName": "A.B"}, "<name>"),
    Bad(GRANT, "privileges", {"privileges": []}, "exactly one of"),
    Bad(GRANT, "privileges", {"privileges": ["usage"]}, "'USAGE'"),
    Bad(GRANT, "privileges", {"privileges": ["OWNERSHIP"]}, "GrantOwnership"),
    Bad(GRANT, "privileges", {"privileges": ["USAGE; DROP"]}, "no privilege"),
    Bad(GRANT, "privileges", {"privileges": ["IMPORTED PRIVILEGES", "USAGE"]}, "together"),
    Bad(GRANT, "allPrivileges", {"allPrivileges": True}, "privileges and allPrivileges"),
    Bad(GRANT, "onSchema", {"onAccount": True}, "onAccount and onSchema"),
    Bad(GRANT, "onAccount", _on(), "here is none"),
    Bad(GRANT, "onSchema.schemaName", {"onSchema": {"schemaName": "S"}}, "<database>.<schema>"),
    Bad(GRANT, "onSchema.schemaName", {"onSchema": {"schemaName": 'D."S'}}, "<database>.<schema>"),
    Bad(
        GRANT,
        "onSchema.allSchemasInDatabase",
        {"onSchema": {"schemaName": "D.S", "allSchemasInDatabase": "D"}},
        "schemaName and allSchemasInDatabase",
    ),
    Bad(
        GRANT,
        "onAccountObject.objectType",
        _on(onAccountObject={"objectType": "TABLE", "objectName": "T"}),
        "'WAREHOUSE'",
    ),
    Bad(
        GRANT,
        "onAccountObject.objectType",
        _on(onAccountObject={"objectType": "database", "objectName": "T"}),
        "'DATABASE'",
    ),
    Bad(
        GRANT,
        "onSchemaObject.objectName",
        _on(onSchemaObject={"objectType": "TABLE", "objectName": "D.T"}),
        "<database>.<schema>.<name>",
    ),
    Bad(
        GRANT,
        "onSchemaObject.objectType",
        _on(onSchemaObject={"objectName": "D.S.T"}),
        "together",
    ),
    Bad(
        GRANT,
        "onSchemaObject.objectType",
        _on(onSchemaObject={"objectType": "DATABASE", "objectName": "D.S.T"}),
        "'TABLE'",
    ),
    Bad(GRANT, "onSchemaObject.future.inDatabase", _future(), "here is none"),
    Bad(
        GRANT,
        "onSchemaObject.future.inSchema",
        _future(inDatabase="D", inSchema="D.S"),
        "inDatabase and inSchema",
    ),
    Bad(
        GRANT,
        "onSchemaObject.future.objectTypePlural",
        _future(objectTypePlural="TAGS", inSchema="D.S"),
        "TABLES",
    ),
    Bad(
        GRANT,
        "onSchemaObject.all.objectTypePlural",
        _on(onSchemaObject={"all": {"objectTypePlural": "WAREHOUSES", "inSchema": "D.S"}}),
        "ICEBERG TABLES",
    ),
    Bad(
        GRANT,
        "onSchemaObject.future",
        _on(
            onSchemaObject={
                "all": {"objectTypePlural": "TABLES", "inSchema": "D.S"},
                "future": {"objectTypePlural": "TABLES", "inSchema": "D.S"},
            }
        ),
        "all and future",
    ),
)

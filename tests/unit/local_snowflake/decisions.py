"""Update or replace, for every input of every type: what the provider's Go source decides.

The file of each type is the adapter's `source`; where a decision hangs on a value, the rule's name
in that file is in the comment.
"""

from __future__ import annotations

from local_cloud.providers.values import Properties, Value
from tests.unit.local_snowflake.decision import (
    MISSING,
    Decision,
    Verdict,
    replaces,
    row,
    same,
    updates,
)

_PREFIX = "snowflake:index"
WAREHOUSE = f"{_PREFIX}/warehouse:Warehouse"
MONITOR = f"{_PREFIX}/resourceMonitor:ResourceMonitor"
DATABASE = f"{_PREFIX}/database:Database"
SCHEMA = f"{_PREFIX}/schema:Schema"
ROLE = f"{_PREFIX}/accountRole:AccountRole"
STORAGE = f"{_PREFIX}/storageIntegrationAws:StorageIntegrationAws"
CATALOG = f"{_PREFIX}/catalogIntegrationAwsGlue:CatalogIntegrationAwsGlue"
VOLUME = f"{_PREFIX}/externalVolume:ExternalVolume"
STAGE = f"{_PREFIX}/stageExternalS3:StageExternalS3"
FORMAT = f"{_PREFIX}/fileFormatParquet:FileFormatParquet"
PIPE = f"{_PREFIX}/pipe:Pipe"
TABLE = f"{_PREFIX}/table:Table"
VIEW = f"{_PREFIX}/view:View"
ICEBERG = f"{_PREFIX}/icebergTableFromAwsGlue:IcebergTableFromAwsGlue"
ROLE_GRANT = f"{_PREFIX}/grantAccountRole:GrantAccountRole"
GRANT = f"{_PREFIX}/grantPrivilegesToAccountRole:GrantPrivilegesToAccountRole"

_ARN = "arn:aws:iam::123456789012:role/one"
_OTHER_ARN = "arn:aws:iam::123456789012:role/two"
_COMMENT = ("before", "after")
_NAME = ("A", "B")
_QUOTES = ('"A"', "A")
_CASE = ("A", "a")
_FLAG = ("false", "true")


def _monitor(**triggers: Value) -> Properties:
    return {"name": "M", "creditQuota": 10, **triggers}


def _trigger_decisions() -> tuple[Decision, ...]:
    """ForceNewIfAllKeysAreNotSet: triggers change in place until the last one goes."""
    values: dict[str, Value] = {
        "notifyTriggers": [50],
        "suspendTrigger": 90,
        "suspendImmediateTrigger": 100,
    }
    last = [
        Decision(
            resource_type=MONITOR,
            input=name,
            old=_monitor(**{name: value}),
            new=_monitor(),
            verdict=Verdict.REPLACE,
            note="the last trigger",
        )
        for name, value in values.items()
    ]
    one_of_two = Decision(
        resource_type=MONITOR,
        input="suspendTrigger",
        old=_monitor(suspendTrigger=90, notifyTriggers=[50]),
        new=_monitor(notifyTriggers=[50]),
        verdict=Verdict.UPDATE,
        note="one of two triggers",
    )
    return (*last, one_of_two)


_PARAMETERS = {
    "catalog": ("C", "D"),
    "dataRetentionTimeInDays": (1, 2),
    "defaultDdlCollation": ("en", "de"),
    "externalVolume": ("V", "W"),
    "logLevel": ("INFO", "WARN"),
    "maxDataExtensionTimeInDays": (1, 2),
    "replaceInvalidCharacters": (False, True),
    "storageSerializationPolicy": ("COMPATIBLE", "OPTIMIZED"),
    "traceLevel": ("ALWAYS", "OFF"),
}

ACCOUNT_OBJECTS = (
    *updates(
        WAREHOUSE,
        autoResume=_FLAG,
        autoSuspend=(60, 120),
        comment=_COMMENT,
        enableQueryAcceleration=_FLAG,
        maxClusterCount=(1, 2),
        maxConcurrencyLevel=(8, 4),
        minClusterCount=(1, 2),
        name=_NAME,
        queryAccelerationMaxScaleFactor=(8, 4),
        resourceMonitor=("M", "N"),
        scalingPolicy=("STANDARD", "ECONOMY"),
        statementQueuedTimeoutInSeconds=(0, 4),
        statementTimeoutInSeconds=(172800, 4),
        warehouseSize=("SMALL", "LARGE"),
        warehouseType=("STANDARD", "SNOWPARK-OPTIMIZED"),
    ),
    # IgnoreAfterCreation
    row(WAREHOUSE, "initiallySuspended", (True, False), Verdict.NONE),
    row(WAREHOUSE, "initiallySuspended", (True, MISSING), Verdict.NONE, "taken out"),
    # ForceNewIfChange("warehouse_size"): a size cannot be unset, whatever it was.
    row(WAREHOUSE, "warehouseSize", ("LARGE", MISSING), Verdict.REPLACE, "taken out"),
    row(WAREHOUSE, "warehouseSize", ("XSMALL", MISSING), Verdict.REPLACE, "the default taken out"),
    row(WAREHOUSE, "warehouseSize", (MISSING, "LARGE"), Verdict.UPDATE, "given"),
    row(WAREHOUSE, "warehouseSize", ("2X-Large", "XXLARGE"), Verdict.NONE, "another spelling"),
    row(WAREHOUSE, "name", _CASE, Verdict.UPDATE, "another case"),
    *same(WAREHOUSE, name=_QUOTES, resourceMonitor=_QUOTES, warehouseType=("standard", "STANDARD")),
    *same(WAREHOUSE, autoSuspend=(600, MISSING), scalingPolicy=("economy", "ECONOMY")),
    *replaces(MONITOR, name=_NAME),
    *updates(
        MONITOR,
        creditQuota=(10, 20),
        endTimestamp=("2030-01-01 00:00", "2031-01-01 00:00"),
        frequency=("MONTHLY", "WEEKLY"),
        notifyTriggers=([50], [60]),
        notifyUsers=(["A"], ["B"]),
        startTimestamp=("IMMEDIATELY", "2030-01-01 00:00"),
        suspendImmediateTrigger=(99, 100),
        suspendTrigger=(90, 95),
    ),
    *same(MONITOR, name=_QUOTES, frequency=("monthly", "MONTHLY"), notifyTriggers=([1, 2], [2, 1])),
    *_trigger_decisions(),
    *updates(DATABASE, comment=_COMMENT, name=_NAME, **_PARAMETERS),
    *replaces(DATABASE, isTransient=(False, True)),
    row(DATABASE, "dropPublicSchemaOnCreation", (True, False), Verdict.NONE),
    *same(DATABASE, name=_QUOTES, catalog=_QUOTES, externalVolume=_QUOTES),
    *same(DATABASE, isTransient=(False, MISSING), logLevel=("info", "INFO")),
    *updates(
        SCHEMA,
        comment=_COMMENT,
        name=_NAME,
        pipeExecutionPaused=(False, True),
        withManagedAccess=_FLAG,
        **_PARAMETERS,
    ),
    *replaces(SCHEMA, database=_NAME, isTransient=_FLAG),
    *same(SCHEMA, name=_QUOTES, database=_QUOTES, traceLevel=("off", "OFF")),
    row(SCHEMA, "database", _CASE, Verdict.REPLACE, "another case"),
    *updates(ROLE, comment=_COMMENT, name=_NAME),
    *same(ROLE, name=_QUOTES),
)

INTEGRATIONS = (
    *updates(
        STORAGE,
        comment=_COMMENT,
        enabled=(True, False),
        storageAllowedLocations=(["s3://a/"], ["s3://b/"]),
        storageAwsExternalId=("one", "two"),
        storageAwsObjectAcl=(MISSING, "bucket-owner-full-control"),
        storageAwsRoleArn=(_ARN, _OTHER_ARN),
        storageBlockedLocations=(["s3://a/x/"], ["s3://a/y/"]),
    ),
    *replaces(STORAGE, name=_NAME, storageProvider=("S3", "S3GOV")),
    *same(
        STORAGE,
        storageProvider=("s3", "S3"),
        storageAllowedLocations=(["s3://a/", "s3://b/"], ["s3://b/", "s3://a/"]),
    ),
    # No suppressIdentifierQuoting here: other quotes are another name.
    row(STORAGE, "name", _QUOTES, Verdict.REPLACE, "quotes"),
    *updates(CATALOG, comment=_COMMENT, enabled=(True, False), refreshIntervalSeconds=(60, 90)),
    *replaces(
        CATALOG,
        catalogNamespace=("raw", "curated"),
        glueAwsRoleArn=(_ARN, _OTHER_ARN),
        glueCatalogId=("123456789012", "210987654321"),
        glueRegion=("eu-west-1", "eu-central-1"),
        name=_NAME,
    ),
    row(CATALOG, "catalogNamespace", ("raw", MISSING), Verdict.REPLACE, "taken out"),
    row(CATALOG, "refreshIntervalSeconds", (30, MISSING), Verdict.NONE, "the default taken out"),
    *updates(VOLUME, allowWrites=_FLAG, comment=_COMMENT),
    *replaces(VOLUME, name=_NAME),
    *same(VOLUME, name=_QUOTES),
    *(
        row(VOLUME, f"storageLocations.{name}", pair, Verdict.UPDATE)
        for name, pair in {
            "encryptionKmsKeyId": ("k", "l"),
            "encryptionType": ("NONE", "AWS_SSE_S3"),
            "storageAwsExternalId": ("one", "two"),
            "storageAwsRoleArn": (_ARN, _OTHER_ARN),
            "storageBaseUrl": ("s3://a/", "s3://b/"),
            "storageLocationName": _NAME,
            "storageProvider": ("S3", "S3GOV"),
        }.items()
    ),
    row(VOLUME, "storageLocations.encryptionType", ("NONE", MISSING), Verdict.NONE, "the default"),
    row(VOLUME, "storageLocations.storageProvider", ("s3", "S3"), Verdict.NONE, "another case"),
)

"""Resource types that cost nothing by themselves: one table, with the reason for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SETTING: Final = "a setting of a priced resource"
_PERMISSION: Final = "permissions are free"
_DEFINITION: Final = "a definition; what runs or is stored through it is priced elsewhere"

FREE: Final[Mapping[str, str]] = {
    "aws:cloudwatch/eventTarget:EventTarget": _SETTING,
    "aws:glue/catalogDatabase:CatalogDatabase": "a million catalog objects are free",
    "aws:glue/catalogTable:CatalogTable": "a million catalog objects are free",
    "aws:glue/securityConfiguration:SecurityConfiguration": _SETTING,
    "aws:glue/trigger:Trigger": "the runs it starts are priced at the job",
    "aws:glue/workflow:Workflow": "the runs it starts are priced at the job",
    "aws:iam/policy:Policy": _PERMISSION,
    "aws:iam/role:Role": _PERMISSION,
    "aws:iam/rolePolicy:RolePolicy": _PERMISSION,
    "aws:kms/alias:Alias": "the key is priced",
    "aws:lambda/layerVersion:LayerVersion": "75 GB of code are free in a region",
    "aws:lambda/permission:Permission": _PERMISSION,
    "aws:s3/bucketLogging:BucketLogging": "what it writes is in the bucket of access logs",
    "aws:s3/bucketNotification:BucketNotification": "S3 sends notifications for nothing",
    "aws:s3/bucketObjectv2:BucketObjectv2": "part of its bucket",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _SETTING,
    "aws:s3/bucketPolicy:BucketPolicy": _PERMISSION,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _SETTING,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        "the key and its requests are priced"
    ),
    "aws:s3/bucketVersioning:BucketVersioning": "files land once, so versions add nothing",
    "aws:sns/topicPolicy:TopicPolicy": _PERMISSION,
    "aws:sns/topicSubscription:TopicSubscription": "the topic is priced",
    "aws:sqs/queuePolicy:QueuePolicy": _PERMISSION,
    "snowflake:index/accountRole:AccountRole": _PERMISSION,
    "snowflake:index/catalogIntegrationAwsGlue:CatalogIntegrationAwsGlue": _DEFINITION,
    "snowflake:index/database:Database": "its tables are priced",
    "snowflake:index/externalVolume:ExternalVolume": _DEFINITION,
    "snowflake:index/fileFormatParquet:FileFormatParquet": _DEFINITION,
    "snowflake:index/grantAccountRole:GrantAccountRole": _PERMISSION,
    "snowflake:index/grantPrivilegesToAccountRole:GrantPrivilegesToAccountRole": _PERMISSION,
    "snowflake:index/schema:Schema": _DEFINITION,
    "snowflake:index/stageExternalS3:StageExternalS3": _DEFINITION,
    "snowflake:index/storageIntegrationAws:StorageIntegrationAws": _DEFINITION,
    "snowflake:index/view:View": "queries are priced at the warehouse",
}

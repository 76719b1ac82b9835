"""What is lost or stops when a resource goes or is made anew, by type (Pulumi's token)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from review.model import RiskClass

_LOSS: Final = RiskClass.DATA_LOSS
_SECURITY: Final = RiskClass.SECURITY
_COST: Final = RiskClass.COST_UP

STATEFUL: Final[Mapping[str, str]] = {
    "aws:s3/bucket:Bucket": "the bucket with every object and version in it",
    "aws:sqs/queue:Queue": "the queue with every message that waits in it",
    "aws:dynamodb/table:Table": "the table with every item in it",
    "aws:kms/key:Key": "the key, and with it all that was encrypted under it",
    "aws:cloudwatch/logGroup:LogGroup": "the log group with all that was logged",
    "aws:glue/catalogDatabase:CatalogDatabase": "the catalog's database with its tables",
    "aws:glue/catalogTable:CatalogTable": (
        "the catalog's table, and with it the knowledge which files are its rows"
    ),
    "snowflake:index/database:Database": "the database with every schema and table in it",
    "snowflake:index/schema:Schema": "the schema with every table in it",
    "snowflake:index/table:Table": "the table with every row in it",
    "snowflake:index/stageExternalS3:StageExternalS3": (
        "the stage, and with it what its pipes know of the files that they have loaded"
    ),
}
"""What holds data -> what goes with it."""

INTERRUPTED: Final[Mapping[str, str]] = {
    "aws:lambda/function:Function": "the function: events wait or fail meanwhile",
    "aws:lambda/eventSourceMapping:EventSourceMapping": (
        "the trigger between queue and function: messages wait meanwhile"
    ),
    "aws:lambda/permission:Permission": "the permission by which a service calls the function",
    "aws:sqs/queue:Queue": "the queue: who sends to it fails meanwhile",
    "aws:sns/topic:Topic": "the topic with its subscriptions: what is told meanwhile is lost",
    "aws:sns/topicSubscription:TopicSubscription": "the subscription: nobody hears meanwhile",
    "aws:s3/bucketNotification:BucketNotification": (
        "the bucket's notification: new objects are not noticed meanwhile"
    ),
    "aws:cloudwatch/eventRule:EventRule": "the event rule: its events are lost meanwhile",
    "aws:cloudwatch/eventTarget:EventTarget": "the event rule's target: its events are lost",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "the alarm: nobody is warned meanwhile",
    "aws:glue/job:Job": "the job, and its bookmark and run history",
    "aws:glue/trigger:Trigger": "the trigger: its jobs are not started meanwhile",
    "aws:glue/workflow:Workflow": "the workflow with its triggers",
    "aws:dynamodb/table:Table": "the table: who reads or writes it fails meanwhile",
    "aws:iam/role:Role": "the role: who works under it is refused meanwhile",
    "snowflake:index/pipe:Pipe": (
        "the pipe: files that arrive meanwhile are not loaded, and it forgets which it has loaded"
    ),
    "snowflake:index/warehouse:Warehouse": "the warehouse: its queries fail meanwhile",
    "snowflake:index/accountRole:AccountRole": "the role with all that was granted to it",
    "snowflake:index/storageIntegrationAws:StorageIntegrationAws": (
        "the integration: its stages cannot read until the role in AWS trusts the new one"
    ),
    "snowflake:index/catalogIntegrationAwsGlue:CatalogIntegrationAwsGlue": (
        "the integration: its Iceberg tables are not refreshed meanwhile"
    ),
    "snowflake:index/externalVolume:ExternalVolume": (
        "the volume: its Iceberg tables cannot be read meanwhile"
    ),
    "snowflake:index/icebergTableFromAwsGlue:IcebergTableFromAwsGlue": (
        "Snowflake's table over the lake: queries on it fail meanwhile, and no row is lost"
    ),
    "snowflake:index/view:View": "the view: queries on it fail meanwhile",
    "snowflake:index/grantPrivilegesToAccountRole:GrantPrivilegesToAccountRole": (
        "the grant: what needs these privileges is refused"
    ),
    "snowflake:index/grantAccountRole:GrantAccountRole": (
        "the grant of a role: who works under it is refused"
    ),
}
"""What others wait for -> what stops when it goes or is made anew."""

ONLY_WHEN_REMOVED: Final = frozenset(
    {
        "aws:s3/bucketNotification:BucketNotification",
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "snowflake:index/grantPrivilegesToAccountRole:GrantPrivilegesToAccountRole",
        "snowflake:index/grantAccountRole:GrantAccountRole",
    }
)
"""Of INTERRUPTED, what is replaced so quickly, or so often by design, that only its end counts."""


@dataclass(frozen=True, kw_only=True)
class Removed:
    """A setting of something that stays."""

    risk_class: RiskClass
    sentence: str


_KMS: Final = "new data is no longer encrypted under the lake's key"
REMOVED: Final[Mapping[str, Removed]] = {
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Removed(
        risk_class=_SECURITY, sentence="public access to the bucket becomes possible"
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        Removed(risk_class=_SECURITY, sentence=_KMS)
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": Removed(
        risk_class=_SECURITY, sentence="access lists count again, besides the bucket's policy"
    ),
    "aws:s3/bucketVersioning:BucketVersioning": Removed(
        risk_class=_LOSS, sentence="an object that is overwritten or deleted is gone for good"
    ),
    "aws:s3/bucketLogging:BucketLogging": Removed(
        risk_class=_SECURITY, sentence="nobody can tell who read the bucket"
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": Removed(
        risk_class=_COST, sentence="nothing moves or removes old objects: they are paid for"
    ),
    "snowflake:index/resourceMonitor:ResourceMonitor": Removed(
        risk_class=_COST, sentence="nothing suspends warehouses when the credits are used up"
    ),
    "snowflake:index/maskingPolicy:MaskingPolicy": Removed(
        risk_class=_SECURITY, sentence="what was masked is shown in clear"
    ),
    "snowflake:index/tableColumnMaskingPolicyApplication:TableColumnMaskingPolicyApplication": (
        Removed(risk_class=_SECURITY, sentence="the column is shown in clear")
    ),
    "snowflake:index/rowAccessPolicy:RowAccessPolicy": Removed(
        risk_class=_SECURITY, sentence="every row is shown to whoever may read the table"
    ),
    "snowflake:index/networkPolicy:NetworkPolicy": Removed(
        risk_class=_SECURITY, sentence="the account can be reached from anywhere"
    ),
}
"""Settings whose end is a risk while what they belong to stays."""

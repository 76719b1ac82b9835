"""Values that have to stay what they are: protection of data, encryption, what is switched on.

Types are Pulumi's tokens, paths are its property paths. Each sentence says what would happen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from review.model import RiskClass

_LOSS: Final = RiskClass.DATA_LOSS
_SECURITY: Final = RiskClass.SECURITY
_OUTAGE: Final = RiskClass.OUTAGE
_COST: Final = RiskClass.COST_UP


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A value that is no longer one of ``safe`` (or, when empty, no longer there)."""

    path: str
    risk_class: RiskClass
    sentence: str
    safe: tuple[object, ...] = ()


_FLAGS: Final = (
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets",
)
_KMS: Final = "new data is no longer encrypted under the lake's key"


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A value of which each change is a risk."""

    path: str
    risk_class: RiskClass
    sentence: str


CHANGED: Final[Mapping[str, tuple[Changed, ...]]] = {
    "snowflake:index/stageExternalS3:StageExternalS3": (
        Changed(
            path="url", risk_class=_OUTAGE,
            sentence="its pipes read {new} instead of {old}: what lands at the old place is not "
            "loaded",
        ),
    ),
    "aws:lambda/function:Function": (
        Changed(
            path="handler", risk_class=_OUTAGE,
            sentence="the function begins at {new}: every call fails if that is not there",
        ),
    ),
}  # fmt: skip

LOST: Final[Mapping[str, tuple[Lost, ...]]] = {
    "aws:s3/bucketNotification:BucketNotification": (
        Lost(
            path="eventbridge", risk_class=_OUTAGE, safe=(True,),
            sentence="EventBridge hears of no new object: what its rules start is not started",
        ),
    ),
    "aws:s3/bucket:Bucket": (
        Lost(
            path="forceDestroy", risk_class=_LOSS, safe=(False, None),
            sentence="deleting the bucket would now delete what is in it",
        ),
    ),
    "aws:s3/bucketVersioning:BucketVersioning": (
        Lost(
            path="versioningConfiguration.status", risk_class=_LOSS, safe=("Enabled",),
            sentence="an object that is overwritten or deleted is gone for good",
        ),
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": tuple(
        Lost(
            path=flag, risk_class=_SECURITY, safe=(True,),
            sentence=f"public access to the bucket becomes possible ({flag} is off)",
        )
        for flag in _FLAGS
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": (
        Lost(
            path="rule.objectOwnership", risk_class=_SECURITY, safe=("BucketOwnerEnforced",),
            sentence="access lists count again, besides the bucket's policy",
        ),
    ),
    "aws:sqs/queue:Queue": (
        Lost(path="kmsMasterKeyId", risk_class=_SECURITY, sentence=_KMS),
        Lost(
            path="redrivePolicy", risk_class=_LOSS,
            sentence="a message that fails again and again is deleted instead of kept apart",
        ),
    ),
    "aws:sns/topic:Topic": (
        Lost(path="kmsMasterKeyId", risk_class=_SECURITY, sentence=_KMS),
    ),
    "aws:cloudwatch/logGroup:LogGroup": (
        Lost(path="kmsKeyId", risk_class=_SECURITY, sentence=_KMS),
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": (
        Lost(
            path="actionsEnabled", risk_class=_OUTAGE, safe=(True, None),
            sentence="the alarm tells nobody",
        ),
        Lost(path="alarmActions", risk_class=_OUTAGE, sentence="the alarm tells nobody"),
    ),
    "aws:cloudwatch/eventRule:EventRule": (
        Lost(
            path="state", risk_class=_OUTAGE, safe=("ENABLED", None),
            sentence="the event rule is paused: its events are lost",
        ),
    ),
    "aws:dynamodb/table:Table": (
        Lost(
            path="pointInTimeRecovery.enabled", risk_class=_LOSS, safe=(True,),
            sentence="the table can no longer be set back to an earlier moment",
        ),
        Lost(
            path="deletionProtectionEnabled", risk_class=_LOSS, safe=(True,),
            sentence="nothing in AWS keeps the table from being deleted",
        ),
        Lost(
            path="serverSideEncryption.enabled", risk_class=_SECURITY, safe=(True,),
            sentence="the table is no longer encrypted under the lake's key",
        ),
    ),
    "aws:kms/key:Key": (
        Lost(
            path="enableKeyRotation", risk_class=_SECURITY, safe=(True,),
            sentence="the key is no longer rotated",
        ),
        Lost(
            path="isEnabled", risk_class=_OUTAGE, safe=(True, None),
            sentence="the key is disabled: nothing under it can be read or written",
        ),
    ),
    "aws:lambda/eventSourceMapping:EventSourceMapping": (
        Lost(
            path="enabled", risk_class=_OUTAGE, safe=(True, None),
            sentence="the trigger is paused: messages wait, and are deleted when they get too old",
        ),
    ),
    "aws:glue/trigger:Trigger": (
        Lost(
            path="enabled", risk_class=_OUTAGE, safe=(True, None),
            sentence="the trigger is paused: its jobs are not started",
        ),
    ),
    "aws:glue/job:Job": (
        Lost(
            path="securityConfiguration", risk_class=_SECURITY,
            sentence="what the job writes and logs is no longer encrypted under the lake's key",
        ),
    ),
    "aws:glue/securityConfiguration:SecurityConfiguration": tuple(
        Lost(path=f"encryptionConfiguration.{path}", risk_class=_SECURITY, safe=safe, sentence=said)
        for path, safe, said in (
            (
                "s3Encryption.s3EncryptionMode", ("SSE-KMS",),
                "what jobs write is no longer encrypted under the lake's key",
            ),
            (
                "cloudwatchEncryption.cloudwatchEncryptionMode", ("SSE-KMS",),
                "what jobs log is no longer encrypted under the lake's key",
            ),
        )
    ),
    "aws:iam/role:Role": (
        Lost(
            path="permissionsBoundary", risk_class=_SECURITY,
            sentence="no boundary limits what the role may be allowed",
        ),
    ),
    "snowflake:index/pipe:Pipe": (
        Lost(
            path="autoIngest", risk_class=_OUTAGE, safe=(True,),
            sentence="the pipe is paused: files that arrive are not loaded",
        ),
    ),
    "snowflake:index/storageIntegrationAws:StorageIntegrationAws": (
        Lost(
            path="enabled", risk_class=_OUTAGE, safe=(True,),
            sentence="the integration is off: its stages cannot be read",
        ),
    ),
    "snowflake:index/warehouse:Warehouse": (
        Lost(
            path="resourceMonitor", risk_class=_COST,
            sentence="nothing suspends the warehouse when its credits are used up",
        ),
    ),
    "snowflake:index/view:View": (
        Lost(
            path="isSecure", risk_class=_SECURITY, safe=("true", "default", None),
            sentence="who may read the view may find out what it hides",
        ),
    ),
}  # fmt: skip

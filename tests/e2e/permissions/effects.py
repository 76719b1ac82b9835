"""What it means when an action is missing, in words, by statement and action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.e2e.permissions.mutations import Mutation

_WITHOUT_TLS: Final = "it is reached without TLS"
_NO_JOB: Final = "the job does not start"
_PARTS_STAY: Final = "the parts of a failed upload stay, and cost"

_BY_HOLDER: Final[Mapping[tuple[str, str, str], str]] = {
    ("ingest", "ServiceAssumesRole", "sts:AssumeRole"): "the function does not start",
    ("events-glue", "ServiceAssumesRole", "sts:AssumeRole"): "arrivals do not wake the transform",
    ("table-optimizer", "ServiceAssumesRole", "sts:AssumeRole"): "no optimizer can be made or run",
    ("table-optimizer", "CommitToTables", "glue:GetTable"): "no optimizer can be made or run",
    ("table-optimizer", "ChangeCuratedObjects", "s3:GetObject"): "nothing is compacted",
    ("table-optimizer", "ChangeCuratedObjects", "s3:PutObject"): "nothing is compacted",
    ("table-optimizer", "ChangeCuratedObjects", "s3:DeleteObject"): "orphaned files stay",
    ("table-optimizer", "WriteLogs", "logs:CreateLogGroup"): "the optimizers have no log",
    ("table-optimizer", "WriteLogs", "logs:CreateLogStream"): "the optimizers have no log",
    ("table-optimizer", "WriteLogs", "logs:PutLogEvents"): "the optimizers have no log",
    ("snowflake-catalog", "ReadTables", "glue:GetTable"): "Iceberg tables show no new commits",
}
"""Where the same statement means something else for one holder."""

_EFFECTS: Final[Mapping[tuple[str, str], str]] = {
    ("AccountAdministersThroughIam", "kms:*"): "no role can use the key, nobody can change it",
    ("AlarmsNotify", "kms:Decrypt"): "alarms reach nobody",
    ("AlarmsNotify", "kms:GenerateDataKey*"): "alarms reach nobody",
    ("AlarmsPublish", "sns:Publish"): "alarms reach nobody",
    ("ChangeCuratedObjects", "s3:AbortMultipartUpload"): _PARTS_STAY,
    ("ChangeCuratedObjects", "s3:DeleteObject"): "the files of an overtaken commit stay",
    ("ChangeCuratedObjects", "s3:PutObject"): "nothing is written to the Iceberg tables",
    ("CheckAndMarkFiles", "dynamodb:BatchGetItem"): "pending files cannot be looked at again",
    ("CheckAndMarkFiles", "dynamodb:UpdateItem"): "merged files stay pending for ever",
    ("CommitToTables", "glue:UpdateTable"): "nothing is committed to the Iceberg tables",
    ("DenyInsecureTransport", "s3:*"): _WITHOUT_TLS,
    ("DenyInsecureTransport", "sns:*"): _WITHOUT_TLS,
    ("DenyInsecureTransport", "sqs:*"): _WITHOUT_TLS,
    ("EventsNotify", "kms:Decrypt"): "failed jobs are told to nobody",
    ("EventsNotify", "kms:GenerateDataKey*"): "failed jobs are told to nobody",
    ("FailedJobsPublish", "sns:Publish"): "failed jobs are told to nobody",
    ("FindCuratedObjects", "s3:ListBucket"): "orphaned files are not found",
    ("FindPendingFiles", "dynamodb:Query"): "no pending file is found",
    ("KeepLedger", "dynamodb:GetItem"): "a repeated announcement ends as an error",
    ("KeepLedger", "dynamodb:UpdateItem"): "no file can be taken",
    ("LandingBucketAnnounces", "sqs:SendMessage"): "landed files are not announced",
    ("LogDeliveryWrites", "s3:PutObject"): "there are no access logs",
    ("LogsEncrypt", "kms:Decrypt"): "logs cannot be read",
    ("LogsEncrypt", "kms:DescribeKey"): "log groups cannot be given the key",
    ("LogsEncrypt", "kms:GenerateDataKey*"): "logs cannot be written",
    ("LookIntoBucket", "s3:GetBucketLocation"): "Snowflake does not find the bucket",
    ("LookIntoBucket", "s3:ListBucket"): "Snowflake cannot look for files",
    ("PublishJobMetrics", "cloudwatch:PutMetricData"): "the job has no metrics",
    ("ReadArtifacts", "s3:GetObject"): _NO_JOB,
    ("ReadCuratedRows", "s3:GetObject"): "the model cannot be made",
    ("ReadLandingVersions", "s3:GetObjectVersion"): "no landed file is read",
    ("ReadObjects", "s3:GetObject"): "Snowflake reads no file",
    ("ReadRows", "s3:GetObject"): "no validated file is merged",
    ("ReadTables", "glue:GetTable"): "the Iceberg tables are not found",
    ("ReadTables", "glue:GetTables"): "Iceberg tables show no new commits",
    ("S3NotifiesQueues", "kms:Decrypt"): "landed files are not announced",
    ("S3NotifiesQueues", "kms:GenerateDataKey*"): "landed files are not announced",
    ("SeeWhatIsMissing", "s3:ListBucket"): "a file that has gone is retried as if forbidden",
    ("AccountAssumesRole", "sts:AssumeRole"): "nobody can operate the platform",
    ("AnnounceAgain", "sqs:SendMessage"): "nothing is replayed or redriven",
    ("DecideOnQuarantine", "s3:PutObject"): "no quarantined row can be discarded",
    ("FindDecisions", "s3:ListBucket"): "quarantined rows cannot be listed",
    ("FindLandedVersions", "s3:ListBucketVersions"): "a replay finds no file",
    ("JudgeLandedVersions", "s3:GetObjectVersion"): "a dry run cannot judge the files",
    ("ReadContracts", "s3:GetObject"): "a replay does not know the deployed contract",
    ("ReadLedger", "dynamodb:BatchGetItem"): "what was decided about a file is not known",
    ("ReadQuarantine", "s3:GetObject"): "quarantined rows cannot be listed",
    ("TakeDeadLetters", "sqs:DeleteMessage"): "redriven messages stay among the dead letters",
    ("TakeDeadLetters", "sqs:ReceiveMessage"): "dead letters cannot be seen or redriven",
    ("ServiceAssumesRole", "sts:AssumeRole"): _NO_JOB,
    ("SnowflakeAssumesRole", "sts:AssumeRole"): "Snowflake reads nothing through it",
    ("TakeMessages", "sqs:ChangeMessageVisibility"): "a file that failed for now waits longer",
    ("TakeMessages", "sqs:DeleteMessage"): "handled files are announced again, up to dead letters",
    ("TakeMessages", "sqs:GetQueueAttributes"): "Lambda does not poll the queue",
    ("TakeMessages", "sqs:ReceiveMessage"): "Lambda does not poll the queue",
    ("UseLakeKey", "kms:Decrypt"): "nothing encrypted can be read",
    ("UseLakeKey", "kms:GenerateDataKey"): "nothing can be written encrypted",
    ("WakeWorkflow", "glue:NotifyEvent"): "arrivals do not wake the transform",
    ("WriteLogs", "logs:AssociateKmsKey"): "the job has no log",
    ("WriteLogs", "logs:CreateLogGroup"): "the job has no log",
    ("WriteLogs", "logs:CreateLogStream"): "there is no log",
    ("WriteLogs", "logs:PutLogEvents"): "there is no log",
    ("WriteOutputs", "s3:AbortMultipartUpload"): _PARTS_STAY,
    ("WriteOutputs", "s3:PutObject"): "no row is accepted or quarantined",
}


def effect(mutation: Mutation) -> str | None:
    """Say what a missing action means; None when nobody has said it yet."""
    action = mutation.action or ""
    own = _BY_HOLDER.get((mutation.policy.holder, mutation.sid, action))
    return own or _EFFECTS.get((mutation.sid, action))

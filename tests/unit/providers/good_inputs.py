"""Good inputs of every AWS type, and changes of them that its provider refuses at preview.

A change names the inputs that differ from the good ones (None takes one out) and the property
under which the refusal must be shown.
"""

from __future__ import annotations

import json
from typing import Final, TypeAlias

from local_cloud.providers.values import Archive, Properties, Value

Refusal: TypeAlias = "tuple[dict[str, Value], str]"

ARN: Final = "arn:aws:sqs:eu-west-1:111111111111:queue"
POLICY: Final = json.dumps({"Version": "2012-10-17", "Statement": []})
LONG: Final = "x" * 9000
CODE: Final = Archive(digest="1", path="/code.zip")
_ATTRIBUTE: Final[Properties] = {"name": "file", "type": "S"}
_ON_ONE_METRIC: Final = ("metricName", "namespace", "period", "statistic", "dimensions")

GOOD: Final[dict[str, Properties]] = {
    "cloudwatch/dashboard:Dashboard": {"dashboardName": "lake", "dashboardBody": "{}"},
    "cloudwatch/eventRule:EventRule": {"name": "arrivals", "eventPattern": "{}"},
    "cloudwatch/eventTarget:EventTarget": {"rule": "arrivals", "targetId": "queue", "arn": ARN},
    "cloudwatch/logGroup:LogGroup": {"name": "/aws/lambda/ingest"},
    "cloudwatch/metricAlarm:MetricAlarm": {
        "name": "waiting",
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 3,
        "threshold": 17.5,
        "metricName": "ApproximateAgeOfOldestMessage",
        "namespace": "AWS/SQS",
        "period": 300,
        "statistic": "Maximum",
        "dimensions": {"QueueName": "files"},
    },
    "dynamodb/table:Table": {
        "name": "ledger",
        "billingMode": "PAY_PER_REQUEST",
        "hashKey": "file",
        "attributes": [_ATTRIBUTE],
    },
    "glue/catalogDatabase:CatalogDatabase": {"name": "lake"},
    "glue/catalogTable:CatalogTable": {"name": "flights", "databaseName": "lake"},
    "glue/catalogTableOptimizer:CatalogTableOptimizer": {
        "catalogId": "111111111111",
        "databaseName": "lake",
        "tableName": "flights",
        "type": "compaction",
        "configuration": {"enabled": True, "roleArn": "arn:aws:iam::111111111111:role/upkeep"},
    },
    "glue/job:Job": {
        "name": "curate",
        "roleArn": "arn:aws:iam::111111111111:role/curate",
        "command": {"scriptLocation": "s3://code/curate.py"},
    },
    "glue/securityConfiguration:SecurityConfiguration": {
        "name": "lake",
        "encryptionConfiguration": {
            "cloudwatchEncryption": {},
            "jobBookmarksEncryption": {},
            "s3Encryption": {},
        },
    },
    "glue/trigger:Trigger": {
        "name": "hourly",
        "type": "SCHEDULED",
        "schedule": "cron(0 * * * ? *)",
        "actions": [{"jobName": "curate"}],
    },
    "glue/workflow:Workflow": {"name": "transform"},
    "iam/policy:Policy": {"name": "boundary", "policy": POLICY},
    "iam/role:Role": {"name": "ingest", "assumeRolePolicy": POLICY},
    "iam/rolePolicy:RolePolicy": {"name": "read", "role": "ingest", "policy": POLICY},
    "kms/alias:Alias": {"name": "alias/lake", "targetKeyId": "1234"},
    "kms/key:Key": {"enableKeyRotation": True},
    "lambda/eventSourceMapping:EventSourceMapping": {
        "eventSourceArn": ARN,
        "functionName": "ingest",
    },
    "lambda/function:Function": {
        "name": "ingest",
        "role": "arn:aws:iam::111111111111:role/ingest",
        "runtime": "python3.11",
        "handler": "app.handler",
        "code": CODE,
    },
    "lambda/layerVersion:LayerVersion": {"layerName": "pyarrow", "code": CODE},
    "lambda/permission:Permission": {
        "statementId": "events",
        "function": "ingest",
        "action": "lambda:InvokeFunction",
        "principal": "events.amazonaws.com",
    },
    "s3/bucket:Bucket": {"bucket": "lake"},
    "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        "bucket": "lake",
        "rules": [{"id": "age", "status": "Enabled"}],
    },
    "s3/bucketLogging:BucketLogging": {
        "bucket": "lake",
        "targetBucket": "logs",
        "targetPrefix": "lake/",
    },
    "s3/bucketNotification:BucketNotification": {"bucket": "lake"},
    "s3/bucketObjectv2:BucketObjectv2": {"bucket": "lake", "key": "k", "content": "c"},
    "s3/bucketOwnershipControls:BucketOwnershipControls": {
        "bucket": "lake",
        "rule": {"objectOwnership": "BucketOwnerEnforced"},
    },
    "s3/bucketPolicy:BucketPolicy": {"bucket": "lake", "policy": POLICY},
    "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {"bucket": "lake"},
    "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        "bucket": "lake",
        "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
    },
    "s3/bucketVersioning:BucketVersioning": {
        "bucket": "lake",
        "versioningConfiguration": {"status": "Enabled"},
    },
    "sns/topic:Topic": {"name": "alarms"},
    "sns/topicPolicy:TopicPolicy": {"arn": ARN, "policy": POLICY},
    "sns/topicSubscription:TopicSubscription": {
        "topic": ARN,
        "protocol": "sqs",
        "endpoint": ARN,
    },
    "sqs/queue:Queue": {"name": "files"},
    "sqs/queuePolicy:QueuePolicy": {"queueUrl": "http://127.0.0.1/1/files", "policy": POLICY},
}

_QUERY: Final[Properties] = {"id": "m1", "expression": "m2 / 2"}
_MEASURED: Final[Properties] = {"metricName": "Errors", "period": 60, "stat": "Sum"}


def query(**fields: Value) -> dict[str, Value]:
    """An alarm over one query, in the place of its metric."""
    return {**dict.fromkeys(_ON_ONE_METRIC), "metricQueries": [{**_QUERY, **fields}]}


def measured(**fields: Value) -> dict[str, Value]:
    metric: Properties = {**_MEASURED, **fields}
    return {**dict.fromkeys(_ON_ONE_METRIC), "metricQueries": [{"id": "m", "metric": metric}]}


def lifecycle(**fields: Value) -> dict[str, Value]:
    return {"rules": [{"id": "age", "status": "Enabled", **fields}]}


def index(**fields: Value) -> dict[str, Value]:
    index: Properties = {"name": "i", "hashKey": "file", "projectionType": "ALL", **fields}
    return {"globalSecondaryIndexes": [{k: v for k, v in index.items() if v is not None}]}


def column(**fields: Value) -> dict[str, Value]:
    return {"storageDescriptor": {"columns": [{"name": "c", **fields}]}}


def iceberg(table: Properties, **fields: Value) -> dict[str, Value]:
    schema: Properties = {"fields": []}
    given: Properties = {"location": "s3://lake/t/", "schema": schema, **table}
    definition: Properties = {"metadataOperation": "CREATE", "icebergTableInput": given, **fields}
    return {"openTableFormatInput": {"icebergInput": definition}}


def upkeep(**fields: Value) -> dict[str, Value]:
    good = GOOD["glue/catalogTableOptimizer:CatalogTableOptimizer"]["configuration"]
    assert isinstance(good, dict)
    return {"configuration": {**good, **fields}}


def trigger(**action: Value) -> dict[str, Value]:
    return {"actions": [{"jobName": "curate", **action}]}


def predicate(*conditions: Value, **fields: Value) -> dict[str, Value]:
    return {"type": "CONDITIONAL", "predicate": {"conditions": [*conditions], **fields}}


def encrypted(name: str, **fields: Value) -> dict[str, Value]:
    good = GOOD["glue/securityConfiguration:SecurityConfiguration"]["encryptionConfiguration"]
    assert isinstance(good, dict)
    return {"encryptionConfiguration": {**good, name: fields}}


def notified(**fields: Value) -> dict[str, Value]:
    return {"queues": [{"queueArn": ARN, "events": ["s3:ObjectCreated:*"], **fields}]}

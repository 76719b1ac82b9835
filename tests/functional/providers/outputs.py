"""The formats of all outputs that the AWS types compute, as regular expressions.

{account} and {region} stand for the tests' own, which are not the local cloud's defaults.
"""

from __future__ import annotations

import json
import re
from typing import Final

from tests.functional.providers.engine import Managed
from tests.functional.providers.world import World

ABSENT: Final = None
_EMPTY: Final = ""
_REGION: Final = "{region}"
_TAGS: Final = r"\{{.*\}}"
_NUMBER: Final = r"\d+"
_TIME: Final = r"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+0000)"
_UUID: Final = r"[0-9a-f]{{8}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{12}}"
_SHA256: Final = r"[A-Za-z0-9+/]{{43}}="


def _arn(service: str, resource: str) -> str:
    return rf"arn:aws:{service}:{{region}}:{{account}}:{resource}"


_FUNCTION: Final = _arn("lambda", r"function:[\w-]+")
_GATEWAY: Final = r"arn:aws:apigateway:{region}:lambda:path"
_INVOKE: Final = rf"{_GATEWAY}/2015-03-31/functions"
_NOWHERE: Final[dict[str, str | None]] = {}
_HERE: Final[dict[str, str | None]] = {"region": _REGION}
_KEY: Final = _arn("kms", f"key/{_UUID}")


def _tagged(service: str, resource: str) -> dict[str, str | None]:
    return {"arn": _arn(service, resource), "region": _REGION, "tagsAll": _TAGS}


OUTPUTS: Final[dict[str, dict[str, str | None]]] = {
    "aws:cloudwatch/dashboard:Dashboard": {
        "dashboardArn": r"arn:aws:cloudwatch::{account}:dashboard/[\w-]+",
        "region": _REGION,
    },
    "aws:cloudwatch/eventRule:EventRule": _tagged("events", r"rule/[\w-]+"),
    "aws:cloudwatch/eventTarget:EventTarget": _HERE,
    "aws:cloudwatch/logGroup:LogGroup": _tagged("logs", r"log-group:/aws/lambda/[\w-]+"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": _tagged("cloudwatch", r"alarm:[\w-]+"),
    "aws:dynamodb/table:Table": {
        **_tagged("dynamodb", r"table/[\w-]+"),
        "streamArn": ABSENT,
        "streamLabel": ABSENT,
    },
    "aws:glue/catalogDatabase:CatalogDatabase": _tagged("glue", r"database/\w+"),
    "aws:glue/catalogTable:CatalogTable": {
        "arn": _arn("glue", r"table/\w+/\w+"),
        "region": _REGION,
    },
    "aws:glue/catalogTableOptimizer:CatalogTableOptimizer": _HERE,
    "aws:glue/job:Job": _tagged("glue", r"job/[\w-]+"),
    "aws:glue/securityConfiguration:SecurityConfiguration": _HERE,
    "aws:glue/trigger:Trigger": {**_tagged("glue", r"trigger/[\w-]+"), "state": "CREATED"},
    "aws:glue/workflow:Workflow": _tagged("glue", r"workflow/[\w-]+"),
    "aws:iam/policy:Policy": {
        "arn": r"arn:aws:iam::{account}:policy/[\w-]+",
        "attachmentCount": "0",
        "policyId": r"A[A-Z0-9]{{16,20}}",
        "tagsAll": _TAGS,
    },
    "aws:iam/role:Role": {
        "arn": r"arn:aws:iam::{account}:role/[\w-]+",
        "createDate": r"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
        "tagsAll": _TAGS,
        "uniqueId": r"AROA[A-Z0-9]{{16,17}}",
    },
    "aws:iam/rolePolicy:RolePolicy": _NOWHERE,
    "aws:kms/alias:Alias": {
        "arn": _arn("kms", r"alias/[\w-]+"),
        "region": _REGION,
        "targetKeyArn": _KEY,
    },
    "aws:kms/key:Key": {**_tagged("kms", f"key/{_UUID}"), "keyId": _UUID},
    "aws:lambda/eventSourceMapping:EventSourceMapping": {
        **_tagged("lambda", f"event-source-mapping:{_UUID}"),
        "functionArn": _FUNCTION,
        "lastModified": _TIME,
        "lastProcessingResult": r".*",
        "state": "Enabled",
        "stateTransitionReason": r".*",
        "uuid": _UUID,
    },
    "aws:lambda/function:Function": {
        "arn": _FUNCTION,
        "codeSha256": _SHA256,
        "invokeArn": rf"{_INVOKE}/{_FUNCTION}/invocations",
        "lastModified": _TIME,
        "qualifiedArn": rf"{_FUNCTION}:\$LATEST",
        "qualifiedInvokeArn": rf"{_INVOKE}/{_FUNCTION}:\$LATEST/invocations",
        "region": _REGION,
        "responseStreamingInvokeArn": (
            rf"{_GATEWAY}/2021-11-15/functions/{_FUNCTION}/response-streaming-invocations"
        ),
        "signingJobArn": _EMPTY,
        "signingProfileVersionArn": _EMPTY,
        "sourceCodeSize": _NUMBER,
        "tagsAll": _TAGS,
        "version": r"\$LATEST",
    },
    "aws:lambda/layerVersion:LayerVersion": {
        "arn": _arn("lambda", r"layer:[\w-]+:1"),
        "codeSha256": _SHA256,
        "createdDate": _TIME,
        "layerArn": _arn("lambda", r"layer:[\w-]+"),
        "region": _REGION,
        "signingJobArn": _EMPTY,
        "signingProfileVersionArn": _EMPTY,
        "sourceCodeSize": _NUMBER,
        "version": "1",
    },
    "aws:lambda/permission:Permission": _NOWHERE,
    "aws:s3/bucket:Bucket": {
        "arn": r"arn:aws:s3:::[\w-]+",
        "bucketDomainName": r"[\w-]+\.s3\.amazonaws\.com",
        "bucketRegion": _REGION,
        "bucketRegionalDomainName": r"[\w-]+\.s3\.{region}\.amazonaws\.com",
        "hostedZoneId": "Z3GKZC51ZF0DB4",
        "region": _REGION,
        "tagsAll": _TAGS,
        "websiteDomain": ABSENT,
        "websiteEndpoint": ABSENT,
    },
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _HERE,
    "aws:s3/bucketLogging:BucketLogging": _HERE,
    "aws:s3/bucketNotification:BucketNotification": _HERE,
    "aws:s3/bucketObjectv2:BucketObjectv2": {
        "arn": r"arn:aws:s3:::[\w-]+/some/path/script\.py",
        "checksumCrc32": r"([A-Za-z0-9+/]{{6}}==)?",
        "checksumCrc32c": _EMPTY,
        "checksumCrc64nvme": _EMPTY,
        "checksumSha1": _EMPTY,
        "checksumSha256": _EMPTY,
        "etag": r"[0-9a-f]{{32}}",
        "region": _REGION,
        "tagsAll": _TAGS,
        "versionId": ABSENT,
    },
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _HERE,
    "aws:s3/bucketPolicy:BucketPolicy": _HERE,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _HERE,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _HERE,
    "aws:s3/bucketVersioning:BucketVersioning": _HERE,
    "aws:sns/topic:Topic": {
        **_tagged("sns", r"[\w-]+"),
        "beginningArchiveTime": _EMPTY,
        "owner": "{account}",
    },
    "aws:sns/topicPolicy:TopicPolicy": {"owner": "{account}", "region": _REGION},
    "aws:sns/topicSubscription:TopicSubscription": {
        "arn": _arn("sns", rf"[\w-]+:{_UUID}"),
        "confirmationWasAuthenticated": "true|false",
        "ownerId": "{account}",
        "pendingConfirmation": "false",
        "region": _REGION,
    },
    # AWS's queues are at https://sqs.<region>.amazonaws.com; these must be found on this machine.
    "aws:sqs/queue:Queue": {
        **_tagged("sqs", r"[\w-]+"),
        "url": r"http://127\.0\.0\.1:\d+/{account}/[\w-]+",
    },
    "aws:sqs/queuePolicy:QueuePolicy": _HERE,
}


def misshapen_outputs(world: World, token: str, managed: Managed) -> dict[str, str]:
    """The outputs of a resource that do not have their format, as they are."""
    found: dict[str, str] = {}
    for name, pattern in OUTPUTS[token].items():
        value = managed.state.get(name)
        if pattern is None or value is None:
            shown, is_good = repr(value), pattern is None and value is None
        else:
            shown = value if isinstance(value, str) else json.dumps(value)
            expected = pattern.format(account=world.account, region=world.region)
            is_good = re.fullmatch(expected, shown) is not None
        if not is_good:
            found[name] = shown
    return found

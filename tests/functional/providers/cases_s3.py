"""S3: buckets, their settings, objects."""

from __future__ import annotations

from local_cloud.providers.values import Properties, Value
from tests.functional.providers.ask import ask
from tests.functional.providers.case import Case, Description
from tests.functional.providers.engine import Managed
from tests.functional.providers.world import World, policy


def _bucket(world: World, managed: Managed) -> Description | None:
    if ask(world, "s3", "head_bucket", Bucket=managed.id) is None:
        return None
    tags = ask(world, "s3", "get_bucket_tagging", Bucket=managed.id) or {}
    return {"name": managed.id, "tags": tags}


def _setting(operation: str, key: str):  # noqa: ANN202 - a describe function
    """What a get operation says of the bucket, if it says anything under the key."""

    def describe(world: World, managed: Managed) -> Description | None:
        answer = ask(world, "s3", operation, Bucket=managed.id) or {}
        return {"bucket": managed.id, key: answer[key]} if answer.get(key) else None

    return describe


def _notifications(world: World, managed: Managed) -> Description | None:
    answer = ask(world, "s3", "get_bucket_notification_configuration", Bucket=managed.id) or {}
    found = {name: value for name, value in answer.items() if name.endswith("Configurations")}
    return {"bucket": managed.id, **found} if found else None


def _object(world: World, managed: Managed) -> Description | None:
    bucket, key = str(managed.inputs["bucket"]), str(managed.inputs["key"])
    head = ask(world, "s3", "head_object", Bucket=bucket, Key=key)
    if head is None:
        return None
    body = world.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    tags = ask(world, "s3", "get_object_tagging", Bucket=bucket, Key=key)
    return {"bucket": bucket, "key": key, "head": head, "tags": tags, "body": body}


def _deny(world: World, action: str) -> str:
    everything = f"arn:aws:s3:::{world.bucket}/*"
    return policy({"Effect": "Deny", "Principal": "*", "Action": action, "Resource": everything})


def _encryption(world: World, key: str) -> list[Value]:
    by_default: Properties = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key}
    return [{"applyServerSideEncryptionByDefault": by_default, "bucketKeyEnabled": True}]


def _suspend(world: World, managed: Managed) -> object:
    return world.client("s3").put_bucket_versioning(
        Bucket=managed.id, VersioningConfiguration={"Status": "Suspended"}
    )


def _lifecycle(days: int) -> list[Value]:
    return [
        {
            "id": "age",
            "status": "Enabled",
            "filter": {"prefix": "old/"},
            "transitions": [{"days": days, "storageClass": "GLACIER_IR"}],
            "noncurrentVersionTransitions": [{"noncurrentDays": 31, "storageClass": "GLACIER"}],
        },
        {
            "id": "tidy",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
        },
        {"id": "end", "status": "Enabled", "filter": {}, "expiration": {"days": 400}},
    ]


CASES = (
    Case(
        resource_type="aws:s3/bucket:Bucket",
        inputs=lambda world: {"bucket": world.name("subject"), "tags": {"team": "lake"}},
        describe=_bucket,
        changes=lambda _: {"tags": {"team": "shore", "tier": "gold"}},
        replacing=lambda world: {"bucket": world.name("other"), "objectLockEnabled": True},
        meddle=lambda world, managed: world.client("s3").put_bucket_tagging(
            Bucket=managed.id, Tagging={"TagSet": [{"Key": "team", "Value": "rogue"}]}
        ),
        drift=frozenset({"tags"}),
    ),
    Case(
        resource_type="aws:s3/bucketVersioning:BucketVersioning",
        inputs=lambda world: {
            "bucket": world.bucket,
            "versioningConfiguration": {"status": "Enabled"},
        },
        describe=_setting("get_bucket_versioning", "Status"),
        changes=lambda _: {"versioningConfiguration": {"status": "Suspended"}},
        replacing=lambda world: {"bucket": world.log_bucket},
        meddle=_suspend,
        drift=frozenset({"versioningConfiguration"}),
        stays=True,
    ),
    Case(
        resource_type="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        inputs=lambda world: {"bucket": world.bucket, "blockPublicAcls": True},
        describe=_setting("get_public_access_block", "PublicAccessBlockConfiguration"),
        changes=lambda _: {
            "blockPublicAcls": False,
            "blockPublicPolicy": True,
            "ignorePublicAcls": True,
            "restrictPublicBuckets": True,
        },
        replacing=lambda world: {"bucket": world.log_bucket},
        meddle=lambda world, managed: world.client("s3").put_public_access_block(
            Bucket=managed.id,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": False,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": False,
                "RestrictPublicBuckets": False,
            },
        ),
        drift=frozenset({"blockPublicAcls", "ignorePublicAcls"}),
    ),
    Case(
        resource_type="aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        inputs=lambda world: {
            "bucket": world.bucket,
            "rule": {"objectOwnership": "BucketOwnerEnforced"},
        },
        describe=_setting("get_bucket_ownership_controls", "OwnershipControls"),
        changes=lambda _: {"rule": {"objectOwnership": "BucketOwnerPreferred"}},
        replacing=lambda world: {"bucket": world.log_bucket},
        meddle=lambda world, managed: world.client("s3").put_bucket_ownership_controls(
            Bucket=managed.id,
            OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
        ),
        drift=frozenset({"rule"}),
    ),
    Case(
        resource_type="aws:s3/bucketPolicy:BucketPolicy",
        inputs=lambda world: {"bucket": world.bucket, "policy": _deny(world, "s3:PutObject")},
        describe=_setting("get_bucket_policy", "Policy"),
        changes=lambda world: {"policy": _deny(world, "s3:GetObject")},
        replacing=lambda world: {"bucket": world.log_bucket},
        meddle=lambda world, managed: world.client("s3").put_bucket_policy(
            Bucket=managed.id, Policy=_deny(world, "s3:DeleteObject")
        ),
        drift=frozenset({"policy"}),
    ),
    Case(
        resource_type=(
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
        ),
        inputs=lambda world: {"bucket": world.bucket, "rules": _encryption(world, world.key_arn)},
        describe=_setting("get_bucket_encryption", "ServerSideEncryptionConfiguration"),
        changes=lambda world: {"rules": _encryption(world, world.other_key_arn)},
        replacing=lambda world: {"bucket": world.log_bucket},
        meddle=lambda world, managed: world.client("s3").put_bucket_encryption(
            Bucket=managed.id,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
        ),
        drift=frozenset({"rules"}),
    ),
    Case(
        resource_type="aws:s3/bucketLogging:BucketLogging",
        inputs=lambda world: {
            "bucket": world.bucket,
            "targetBucket": world.log_bucket,
            "targetPrefix": "lake/",
        },
        describe=_setting("get_bucket_logging", "LoggingEnabled"),
        changes=lambda world: {"targetPrefix": "shore/", "targetBucket": world.log_bucket_too},
        replacing=lambda world: {"bucket": world.log_bucket},
        meddle=lambda world, managed: world.client("s3").put_bucket_logging(
            Bucket=managed.id,
            BucketLoggingStatus={
                "LoggingEnabled": {"TargetBucket": world.log_bucket, "TargetPrefix": "rogue/"}
            },
        ),
        drift=frozenset({"targetPrefix"}),
    ),
    Case(
        resource_type="aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        inputs=lambda world: {
            "bucket": world.bucket,
            "rules": _lifecycle(90),
            "transitionDefaultMinimumObjectSize": "varies_by_storage_class",
        },
        describe=_setting("get_bucket_lifecycle_configuration", "Rules"),
        changes=lambda _: {"rules": _lifecycle(123)},
        replacing=lambda world: {"bucket": world.log_bucket},
        meddle=lambda world, managed: world.client("s3").put_bucket_lifecycle_configuration(
            Bucket=managed.id,
            LifecycleConfiguration={
                "Rules": [
                    {
                        "ID": "rogue",
                        "Status": "Enabled",
                        "Filter": {"Prefix": ""},
                        "Expiration": {"Days": 1},
                    }
                ]
            },
        ),
        drift=frozenset({"rules"}),
        kept=frozenset({"transitionDefaultMinimumObjectSize"}),
    ),
    Case(
        resource_type="aws:s3/bucketNotification:BucketNotification",
        inputs=lambda world: {
            "bucket": world.bucket,
            "eventbridge": True,
            "queues": [
                {
                    "id": "arrivals",
                    "queueArn": world.queue_arn,
                    "events": ["s3:ObjectCreated:*"],
                    "filterPrefix": "in/",
                }
            ],
        },
        describe=_notifications,
        changes=lambda world: {
            "eventbridge": False,
            "queues": [
                {
                    "id": "others",
                    "queueArn": world.queue_arn,
                    "events": ["s3:ObjectRemoved:*"],
                    "filterSuffix": ".csv",
                }
            ],
            "topics": [{"id": "t", "topicArn": world.topic_arn, "events": ["s3:ObjectRestore:*"]}],
        },
        replacing=lambda world: {"bucket": world.log_bucket},
        meddle=lambda world, managed: world.client("s3").put_bucket_notification_configuration(
            Bucket=managed.id,
            NotificationConfiguration={
                "QueueConfigurations": [
                    {
                        "Id": "rogue",
                        "QueueArn": world.queue_arn,
                        "Events": ["s3:ObjectCreated:Put"],
                    }
                ]
            },
        ),
        drift=frozenset({"eventbridge", "queues"}),
        untried=frozenset({"lambdaFunctions"}),  # needs a permission; test_notifications tries it
        stays=True,
    ),
    Case(
        resource_type="aws:s3/bucketObjectv2:BucketObjectv2",
        inputs=lambda world: {
            "bucket": world.bucket,
            "key": "some/path/script.py",
            "content": "print('first')",
            "contentType": "text/x-python",
            "tags": {"team": "lake"},
        },
        describe=_object,
        changes=lambda world: {
            "content": "print('second')",
            "contentType": "text/plain",
            "tags": {"team": "shore"},
            "metadata": {"origin": "program"},
            "cacheControl": "no-store",
            "contentDisposition": "inline",
            "contentEncoding": "identity",
            "contentLanguage": "en",
            "storageClass": "STANDARD_IA",
            "serverSideEncryption": "aws:kms",
            "kmsKeyId": world.key_arn,
            "bucketKeyEnabled": True,
            "sourceHash": "abc",
        },
        replacing=lambda world: {
            "bucket": world.log_bucket,
            "key": "other/path/script.py",
        },
        meddle=lambda world, managed: world.client("s3").put_object_tagging(
            Bucket=str(managed.inputs["bucket"]),
            Key=str(managed.inputs["key"]),
            Tagging={"TagSet": [{"Key": "team", "Value": "rogue"}]},
        ),
        drift=frozenset({"tags"}),
        kept=frozenset({"sourceHash"}),
        untried=frozenset({"contentBase64", "source"}),  # test_objects tries them
    ),
)

"""S3: names, keys, the sizes of what is stored and configured."""

from __future__ import annotations

from typing import Any, Final

from tests.functional.local_aws.laboratory import Document, Laboratory, policy
from tests.functional.local_aws.limits.row import Build, Row

NAMES: Final = "AmazonS3/latest/userguide/bucketnamingrules.html"
KEYS: Final = "AmazonS3/latest/userguide/object-keys.html"
OBJECTS: Final = "AmazonS3/latest/userguide/UsingMetadata.html"


def bucket(laboratory: Laboratory) -> None:
    """Make the bucket."""
    laboratory.client("s3").create_bucket(Bucket=laboratory.bucket)


def announced(laboratory: Laboratory) -> None:
    """Make the bucket and the queue."""
    bucket(laboratory)
    laboratory.queue()


def bucket_named(laboratory: Laboratory, name: str) -> Document:
    """Return a CreateBucket call."""
    return {"Bucket": name.replace("{suffix}", laboratory.suffix)}


def at_bucket(parameter: str, **more: object) -> Build:
    """Return a call on the bucket with one parameter."""
    return lambda laboratory, value: {"Bucket": laboratory.bucket, **more, parameter: value}


def tags(count: int) -> Document:
    """Return so many tags."""
    return {"TagSet": [{"Key": f"k{number}", "Value": "v"} for number in range(count)]}


def tagged(laboratory: Laboratory, count: int) -> Document:
    """Return a PutObjectTagging call with so many tags."""
    laboratory.client("s3").put_object(Bucket=laboratory.bucket, Key="k", Body=b"")
    return {"Bucket": laboratory.bucket, "Key": "k", "Tagging": tags(count)}


def lifecycle(count: int) -> Document:
    """Return so many lifecycle rules."""
    rules = [
        {
            "ID": f"r{number}",
            "Status": "Enabled",
            "Filter": {"Prefix": f"p{number}/"},
            "Expiration": {"Days": 1},
        }
        for number in range(count)
    ]
    return {"Rules": rules}


def bucket_policy(laboratory: Laboratory, size: int) -> Document:
    """Return a PutBucketPolicy call with a document of this size."""
    statement: Document = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{laboratory.bucket}/*",
    }
    missing = size - len(policy({"Sid": "", **statement}))
    return {
        "Bucket": laboratory.bucket,
        "Policy": policy({"Sid": "x" * missing, **statement}),
    }


def upload(laboratory: Laboratory, first_part: int) -> Document:
    """Upload two parts, the first of this size; return the call that completes them."""
    s3 = laboratory.client("s3")
    where = {"Bucket": laboratory.bucket, "Key": f"k{first_part}"}
    upload_id = s3.create_multipart_upload(**where)["UploadId"]
    parts = [
        {
            "PartNumber": number,
            "ETag": s3.upload_part(
                **where, UploadId=upload_id, PartNumber=number, Body=bytes(size)
            )["ETag"],
        }
        for number, size in ((1, first_part), (2, 1))
    ]
    return {**where, "UploadId": upload_id, "MultipartUpload": {"Parts": parts}}


def notifications(laboratory: Laboratory, filters: list[dict[str, str]]) -> Document:
    """Return a call that announces what each filter takes to the queue."""
    queues = [
        {
            "Id": str(number),
            "QueueArn": laboratory.queue_arn,
            "Events": ["s3:ObjectCreated:*"],
            "Filter": {
                "Key": {
                    "FilterRules": [{"Name": name, "Value": text} for name, text in each.items()]
                }
            },
        }
        for number, each in enumerate(filters)
    ]
    return {
        "Bucket": laboratory.bucket,
        "NotificationConfiguration": {"QueueConfigurations": queues},
    }


def call(service: str, operation: str, build: Any, prepare: Any) -> Any:  # noqa: ANN401 - shorthand
    """Return a maker of rows of one call."""
    return lambda limit, good, bad, code, source: Row(
        limit, service, operation, build, good, bad, code, source, prepare
    )


new_bucket: Final = call("s3", "create_bucket", bucket_named, lambda _lab: None)

ROWS: Final = (
    new_bucket(
        "bucket name length",
        "b-{suffix}".ljust(61, "x"),
        "b-{suffix}".ljust(65, "x"),
        "InvalidBucketName",
        NAMES,
    ),
    new_bucket("bucket name case", "a{suffix}", "A{suffix}", "InvalidBucketName", NAMES),
    new_bucket("bucket name dots", "a.b-{suffix}", "a..b-{suffix}", "InvalidBucketName", NAMES),
    new_bucket("bucket name end", "a-{suffix}", "a-{suffix}-", "InvalidBucketName", NAMES),
    new_bucket(
        "reserved bucket name", "s3alias-{suffix}", "{suffix}-s3alias", "InvalidBucketName", NAMES
    ),
    Row(
        "key",
        "s3",
        "put_object",
        at_bucket("Key"),
        "ü" * 512,
        "ü" * 512 + "x",
        "KeyTooLongError",
        KEYS,
        bucket,
    ),
    Row(
        "metadata",
        "s3",
        "put_object",
        at_bucket("Metadata", Key="k"),
        {"a": "x" * 2_047},
        {"a": "x" * 2_048},
        "MetadataTooLarge",
        OBJECTS,
        bucket,
    ),
    Row(
        "tags of an object",
        "s3",
        "put_object_tagging",
        tagged,
        10,
        11,
        "BadRequest",
        "AmazonS3/latest/userguide/object-tagging.html",
        bucket,
    ),
    Row(
        "lifecycle rules",
        "s3",
        "put_bucket_lifecycle_configuration",
        at_bucket("LifecycleConfiguration"),
        lifecycle(1000),
        lifecycle(1001),
        "MalformedXML",
        "AmazonS3/latest/userguide/intro-lifecycle-rules.html",
        bucket,
    ),
    Row(
        "objects deleted at once",
        "s3",
        "delete_objects",
        at_bucket("Delete"),
        {"Objects": [{"Key": str(n)} for n in range(1000)]},
        {"Objects": [{"Key": str(n)} for n in range(1001)]},
        "MalformedXML",
        "AmazonS3/latest/API/API_DeleteObjects.html",
        bucket,
    ),
    Row(
        "bucket policy",
        "s3",
        "put_bucket_policy",
        bucket_policy,
        20_480,
        20_481,
        "PolicyTooLarge",
        "AmazonS3/latest/userguide/add-bucket-policy.html",
        bucket,
    ),
    Row(
        "first part",
        "s3",
        "complete_multipart_upload",
        upload,
        5 * 1024 * 1024,
        5 * 1024 * 1024 - 1,
        "EntityTooSmall",
        "AmazonS3/latest/userguide/qfacts.html",
        bucket,
    ),
    Row(
        "prefixes that overlap",
        "s3",
        "put_bucket_notification_configuration",
        notifications,
        [{"prefix": "a/"}, {"prefix": "b/"}],
        [{"prefix": "a/"}, {"prefix": "a/b"}],
        "InvalidArgument",
        "AmazonS3/latest/userguide/notification-how-to-filtering.html",
        announced,
    ),
    Row(
        "suffixes that overlap",
        "s3",
        "put_bucket_notification_configuration",
        notifications,
        [{"prefix": "a", "suffix": ".csv"}, {"prefix": "a", "suffix": ".tsv"}],
        [{"prefix": "a", "suffix": "v"}, {"prefix": "ab", "suffix": ".csv"}],
        "InvalidArgument",
        "AmazonS3/latest/userguide/notification-how-to-filtering.html",
        announced,
    ),
)

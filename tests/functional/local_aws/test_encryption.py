"""Whoever reads or writes what a key encrypts needs the key, through that service and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.functional.local_aws.laboratory import ACCOUNT, REGION, Laboratory, allow, policy

GENERATE, DECRYPT = "kms:GenerateDataKey", "kms:Decrypt"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A bucket, a queue, a topic and a table of one test, all under one key."""

    key: str
    bucket: str
    queue_url: str
    topic: str
    table: str
    upload: str


Call = Callable[[Any, Place], object]


@pytest.fixture
def place(laboratory: Laboratory) -> Place:
    """Make everything, with an object, an item, a message and an upload under way."""
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
    key = laboratory.client("kms").create_key(
        Policy=policy({**root, "Action": "kms:*", "Resource": "*"})
    )["KeyMetadata"]["Arn"]
    s3, bucket, suffix = laboratory.client("s3"), laboratory.bucket, laboratory.suffix
    s3.create_bucket(Bucket=bucket)
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default}]
        },
    )
    s3.put_object(Bucket=bucket, Key="held", Body=b"x")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    url = laboratory.queue(KmsMasterKeyId=key)
    laboratory.client("sqs").send_message(QueueUrl=url, MessageBody="held")
    topic = laboratory.client("sns").create_topic(
        Name=f"topic-{suffix}", Attributes={"KmsMasterKeyId": key}
    )["TopicArn"]
    laboratory.client("dynamodb").create_table(
        TableName=f"table-{suffix}",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
    )
    return Place(
        key=key,
        bucket=bucket,
        queue_url=url,
        topic=topic,
        table=f"table-{suffix}",
        upload=upload,
    )


def _copy(s3: Any, place: Place) -> object:  # noqa: ANN401 - boto3 is untyped
    source = {"Bucket": place.bucket, "Key": "held"}
    return s3.copy_object(Bucket=place.bucket, Key="copy", CopySource=source)


def _upload_part(s3: Any, place: Place) -> object:  # noqa: ANN401 - boto3 is untyped
    return s3.upload_part(
        Bucket=place.bucket, Key="parts", UploadId=place.upload, PartNumber=1, Body=b"x"
    )


USES = [
    ("s3", GENERATE, lambda s3, p: s3.put_object(Bucket=p.bucket, Key="new", Body=b"y")),
    ("s3", DECRYPT, lambda s3, p: s3.get_object(Bucket=p.bucket, Key="held")),
    ("s3", GENERATE, _copy),
    ("s3", DECRYPT, _copy),
    ("s3", GENERATE, lambda s3, p: s3.create_multipart_upload(Bucket=p.bucket, Key="more")),
    ("s3", GENERATE, _upload_part),
    ("s3", DECRYPT, _upload_part),
    ("sqs", GENERATE, lambda sqs, p: sqs.send_message(QueueUrl=p.queue_url, MessageBody="m")),
    ("sqs", DECRYPT, lambda sqs, p: sqs.send_message(QueueUrl=p.queue_url, MessageBody="m")),
    ("sqs", DECRYPT, lambda sqs, p: sqs.receive_message(QueueUrl=p.queue_url)),
    ("sns", GENERATE, lambda sns, p: sns.publish(TopicArn=p.topic, Message="m")),
    ("sns", DECRYPT, lambda sns, p: sns.publish(TopicArn=p.topic, Message="m")),
    ("dynamodb", DECRYPT, lambda db, p: db.get_item(TableName=p.table, Key={"id": {"S": "1"}})),
    ("dynamodb", DECRYPT, lambda db, p: db.put_item(TableName=p.table, Item={"id": {"S": "1"}})),
    ("dynamodb", DECRYPT, lambda db, p: db.scan(TableName=p.table)),
]
"""A service, an action that the call needs of the key, and the call."""


@pytest.mark.parametrize(("service", "action", "call"), USES)
def test_a_call_needs_the_key_through_its_service(
    laboratory: Laboratory, place: Place, service: str, action: str, call: Call
) -> None:
    def client(name: str, *actions: str, through: str) -> Any:  # noqa: ANN401 - boto3 is untyped
        condition = {"StringEquals": {"kms:ViaService": f"{through}.{REGION}.amazonaws.com"}}
        everything = allow(f"{service}:*", "*")
        use = allow([*actions], place.key, Condition=condition)
        return laboratory.client(service, laboratory.user_key(everything, use, name=name))

    other = {GENERATE: DECRYPT, DECRYPT: GENERATE}[action]
    elsewhere = "s3" if service != "s3" else "sqs"
    call(client("trusted", GENERATE, DECRYPT, through=service), place)
    lacking = client("lacking", other, through=service)
    with pytest.raises(ClientError, match=f"{action} on resource: {place.key}"):
        call(lacking, place)
    strange = client("strange", GENERATE, DECRYPT, through=elsewhere)
    with pytest.raises(ClientError, match=f"on resource: {place.key}"):
        call(strange, place)

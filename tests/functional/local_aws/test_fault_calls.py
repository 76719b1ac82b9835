"""Faults of AWS calls, as boto3 sees them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.functional.local_aws.chaos import Chaos
from tests.functional.local_aws.laboratory import ACCOUNT

CALLS: dict[str, Callable[[Chaos], object]] = {
    "s3": lambda chaos: chaos.victim("s3").list_objects_v2(Bucket=chaos.bucket),
    "dynamodb": lambda chaos: chaos.victim("dynamodb").scan(TableName="none"),
    "sqs": lambda chaos: chaos.victim("sqs").receive_message(QueueUrl=f"http://x/{ACCOUNT}/none"),
    "lambda": lambda chaos: chaos.victim("lambda").get_function(FunctionName="f"),
    "glue": lambda chaos: chaos.victim("glue").get_databases(),
    "kms": lambda chaos: chaos.victim("kms").decrypt(CiphertextBlob=b"x"),
    "sns": lambda chaos: chaos.victim("sns").publish(
        TopicArn=f"arn:aws:sns:us-east-1:{ACCOUNT}:none", Message="m"
    ),
    "sts": lambda chaos: chaos.victim("sts").get_caller_identity(),
    "logs": lambda chaos: chaos.victim("logs").create_log_group(logGroupName="/a"),
}


@pytest.mark.parametrize(
    ("service", "action", "code", "status"),
    [
        ("s3", "throttle", "SlowDown", 503),
        ("s3", "error", "InternalError", 500),
        ("dynamodb", "throttle", "ProvisionedThroughputExceededException", 400),
        ("dynamodb", "error", "InternalServerError", 500),
        ("sqs", "throttle", "RequestThrottled", 400),
        ("lambda", "throttle", "TooManyRequestsException", 429),
        ("lambda", "error", "ServiceException", 500),
        ("glue", "throttle", "ThrottlingException", 400),
        ("glue", "error", "InternalServiceException", 500),
        ("kms", "throttle", "ThrottlingException", 400),
        ("sns", "throttle", "Throttled", 429),
        ("sts", "throttle", "Throttling", 400),
        ("logs", "error", "ServiceUnavailableException", 500),
    ],
)
def test_each_service_fails_with_its_own_code(
    chaos: Chaos, service: str, action: str, code: str, status: int
) -> None:
    rule = chaos.fault(action, service)

    with pytest.raises(ClientError) as raised:
        CALLS[service](chaos)

    answer: Any = raised.value.response
    assert answer["Error"]["Code"] == code
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    assert [event["message"] for event in chaos.rules.told(rule)] == [action]


def test_an_error_before_changes_nothing_and_an_error_after_changes_everything(
    chaos: Chaos,
) -> None:
    chaos.fault("error", "s3", operation="PutObject", resource=f"{chaos.bucket}/before")
    chaos.fault(
        "error", "s3", operation="PutObject", resource=f"{chaos.bucket}/after", when="after"
    )

    for key in ("before", "after"):
        with pytest.raises(ClientError, match="InternalError"):
            chaos.s3.put_object(Bucket=chaos.bucket, Key=key, Body=b"x" * 200_000)

    listed = chaos.client("s3").list_objects_v2(Bucket=chaos.bucket)["Contents"]
    assert [(each["Key"], each["Size"]) for each in listed] == [("after", 200_000)]


def test_a_connection_is_cut_before_or_after_the_effect(chaos: Chaos) -> None:
    table, dynamodb = chaos.table(), chaos.victim("dynamodb")
    for when in ("before", "after"):
        chaos.fault("cut", "dynamodb", operation="PutItem", when=when, nth=1)
        with pytest.raises(ConnectionClosedError):
            dynamodb.put_item(TableName=table, Item={"id": {"S": when}})
        chaos.rules.clear()

    items = chaos.client("dynamodb").scan(TableName=table)["Items"]
    assert [item["id"]["S"] for item in items] == ["after"]


def test_a_call_that_fails_by_itself_keeps_its_own_error(chaos: Chaos) -> None:
    chaos.fault("error", "s3", operation="GetObject", when="after")

    with pytest.raises(ClientError, match="NoSuchKey"):
        chaos.s3.get_object(Bucket=chaos.bucket, Key="missing")


def test_a_client_that_tries_again_gets_through(chaos: Chaos) -> None:
    rule = chaos.fault("throttle", "s3", operation="PutObject", times=2)
    patient = chaos.victim("s3", retries={"total_max_attempts": 4, "mode": "standard"})

    answer = patient.put_object(Bucket=chaos.bucket, Key="key", Body=b"content")

    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert chaos.rules.counts(rule) == (3, 2)


def test_latency_is_felt_and_a_clear_ends_it_at_once(chaos: Chaos) -> None:
    chaos.fault("latency", "s3", operation="ListObjectsV2", seconds=[0.3, 0.4], times=1)
    started = time.monotonic()
    chaos.s3.list_objects_v2(Bucket=chaos.bucket)
    assert 0.3 <= time.monotonic() - started < 2

    chaos.fault("latency", "s3", operation="ListObjectsV2", seconds=600)
    waiting = threading.Thread(target=lambda: chaos.s3.list_objects_v2(Bucket=chaos.bucket))
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    chaos.rules.clear()
    waiting.join(5)
    assert not waiting.is_alive()


def test_root_is_spared_unless_the_rule_names_a_principal(chaos: Chaos) -> None:
    root, user = chaos.client("s3"), f"worker-{chaos.suffix}"
    chaos.fault("throttle", "s3", operation="ListBuckets")
    root.list_buckets()
    with pytest.raises(ClientError, match="SlowDown"):
        chaos.s3.list_buckets()
    chaos.rules.clear()

    chaos.fault("throttle", "s3", operation="ListBuckets", principal="root")
    chaos.s3.list_buckets()
    with pytest.raises(ClientError, match="SlowDown"):
        root.list_buckets()
    chaos.rules.clear()

    chaos.fault("throttle", "s3", operation="ListBuckets", principal=user)
    root.list_buckets()
    with pytest.raises(ClientError, match="SlowDown"):
        chaos.s3.list_buckets()


@pytest.mark.parametrize(
    "resource", ["{bucket}/raw/*.csv", "arn:aws:s3:::{bucket}/raw/*", "*/raw/day.csv"]
)
def test_a_resource_is_named_by_pattern_or_arn(chaos: Chaos, resource: str) -> None:
    chaos.fault("throttle", "s3", resource=resource.format(bucket=chaos.bucket))

    chaos.s3.put_object(Bucket=chaos.bucket, Key="other/day.csv", Body=b"")
    with pytest.raises(ClientError, match="SlowDown"):
        chaos.s3.put_object(Bucket=chaos.bucket, Key="raw/day.csv", Body=b"")


def test_the_same_seed_hits_the_same_calls(chaos: Chaos) -> None:
    def hits(seed: int) -> list[int]:
        rule = chaos.fault(
            "throttle", "s3", id="half", operation="ListObjectsV2", probability=0.5, seed=seed
        )
        for _ in range(20):
            try:
                chaos.s3.list_objects_v2(Bucket=chaos.bucket)
            except ClientError:
                continue
        numbers = [event["facts"]["call"] for event in chaos.rules.told(rule)]
        chaos.rules.ask("DELETE", "/half")
        return numbers

    first = hits(1)
    assert 3 < len(first) < 17
    assert hits(1) == first + first, "the journal holds both rounds"
    assert hits(2)[2 * len(first) :] != first


def test_rules_of_a_set_are_all_added_or_none(chaos: Chaos) -> None:
    good = {"action": "throttle", "service": "s3"}
    status, answer = chaos.rules.ask(
        "POST", body={"seed": 1, "rules": [good, {**good, "operation": "PutObjekt"}]}
    )

    assert status == 400
    assert "PutObjekt" in answer["error"]
    assert chaos.rules.ask("GET") == (200, [])
    assert chaos.rules.ask("DELETE", "/nothing")[0] == 404
    assert chaos.rules.ask("PUT")[0] == 405

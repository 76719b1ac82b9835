"""Events: what S3 tells, what EventBridge matches, what schedules fire, and who may deliver."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.functional.local_aws.laboratory import (
    ACCOUNT,
    REGION,
    Document,
    Laboratory,
    allow,
    eventually,
    policy,
)


def open_queue(laboratory: Laboratory, *principals: str) -> str:
    """Make the queue, open to these services."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": list(principals)},
        "Action": "sqs:SendMessage",
        "Resource": laboratory.queue_arn,
    }
    return laboratory.queue(Policy=policy(statement))


def announcing_bucket(laboratory: Laboratory, *, bridge: bool = False) -> Any:  # noqa: ANN401 - boto3
    """Make a versioned bucket that announces everything; return root's S3 client."""
    s3 = laboratory.client("s3")
    s3.create_bucket(Bucket=laboratory.bucket)
    s3.put_bucket_versioning(
        Bucket=laboratory.bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    events = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
    configuration: Document = {
        "QueueConfigurations": [{"QueueArn": laboratory.queue_arn, "Events": events}]
    }
    if bridge:
        configuration = {"EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(
        Bucket=laboratory.bucket, NotificationConfiguration=configuration
    )
    return s3


def records(laboratory: Laboratory, url: str) -> list[Document]:
    """Take what the queue holds, as S3's records."""
    bodies = [json.loads(body) for body in laboratory.messages(url)]
    return [record for body in bodies for record in body.get("Records", [])]


def rule(laboratory: Laboratory, *targets: Document, **options: str) -> str:
    """Make a rule with targets and return its name."""
    events, name = laboratory.client("events"), f"rule-{laboratory.suffix}"
    events.put_rule(Name=name, **options)
    events.put_targets(
        Rule=name, Targets=[{"Id": str(number), **each} for number, each in enumerate(targets)]
    )
    return name


def bucket_pattern(laboratory: Laboratory, *kinds: str) -> str:
    """Match the bucket's events of these kinds."""
    return json.dumps(
        {
            "source": ["aws.s3"],
            "detail-type": list(kinds),
            "detail": {
                "bucket": {"name": [laboratory.bucket]},
                "object": {"key": [{"prefix": "flights/"}]},
            },
        }
    )


def test_a_multipart_upload_is_told_once(laboratory: Laboratory) -> None:
    url = open_queue(laboratory, "s3.amazonaws.com")
    s3 = announcing_bucket(laboratory)
    target = {"Bucket": laboratory.bucket, "Key": "flights/large.csv"}
    upload = s3.create_multipart_upload(**target)["UploadId"]
    part = s3.upload_part(**target, UploadId=upload, PartNumber=1, Body=b"x" * 10)["ETag"]
    s3.complete_multipart_upload(
        **target, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]}
    )
    s3.put_object(Bucket=laboratory.bucket, Key="flights/last", Body=b"")

    seen: list[Document] = []
    eventually(lambda: seen.extend(records(laboratory, url)) or len(seen) >= 2)

    names = [(each["eventName"], each["s3"]["object"]["key"]) for each in seen]
    assert names == [
        ("ObjectCreated:CompleteMultipartUpload", "flights/large.csv"),
        ("ObjectCreated:Put", "flights/last"),
    ]


def test_a_delete_in_a_versioned_bucket_is_told_as_a_marker(laboratory: Laboratory) -> None:
    url = open_queue(laboratory, "s3.amazonaws.com")
    s3 = announcing_bucket(laboratory)
    version = s3.put_object(Bucket=laboratory.bucket, Key="a/b", Body=b"x")["VersionId"]
    marker = s3.delete_object(Bucket=laboratory.bucket, Key="a/b")["VersionId"]

    seen: list[Document] = []
    eventually(lambda: seen.extend(records(laboratory, url)) or len(seen) >= 2)

    told = [(each["eventName"], each["s3"]["object"]["versionId"]) for each in seen]
    assert told == [
        ("ObjectCreated:Put", version),
        ("ObjectRemoved:DeleteMarkerCreated", marker),
    ]
    first, second = (each["s3"]["object"]["sequencer"] for each in seen)
    assert first < second


def test_s3_reaches_a_queue_of_another_account(laboratory: Laboratory) -> None:
    other = "111111111111"
    key = {"AccessKeyId": other, "SecretAccessKey": "x"}
    sqs, name = laboratory.client("sqs", key), f"pipe-{laboratory.suffix}"
    arn = f"arn:aws:sqs:{REGION}:{other}:{name}"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    url = sqs.create_queue(QueueName=name, Attributes={"Policy": policy(statement)})["QueueUrl"]
    s3 = laboratory.client("s3")
    s3.create_bucket(Bucket=laboratory.bucket)
    s3.put_bucket_notification_configuration(
        Bucket=laboratory.bucket,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
    s3.put_object(Bucket=laboratory.bucket, Key="a/b", Body=b"x")

    taken = eventually(
        lambda: [
            body
            for message in sqs.receive_message(QueueUrl=url).get("Messages", [])
            if "Records" in (body := json.loads(message["Body"]))
        ]
    )

    assert taken[0]["Records"][0]["s3"]["bucket"]["name"] == laboratory.bucket


def test_a_rule_gets_what_its_pattern_matches_and_nothing_else(laboratory: Laboratory) -> None:
    url = open_queue(laboratory, "events.amazonaws.com")
    s3 = announcing_bucket(laboratory, bridge=True)
    rule(
        laboratory,
        {"Arn": laboratory.queue_arn},
        EventPattern=bucket_pattern(laboratory, "Object Created"),
    )
    for key in ("weather/1", "flights/ü 1"):
        s3.put_object(Bucket=laboratory.bucket, Key=key, Body=b"x", Tagging="a=b")
    s3.delete_object(Bucket=laboratory.bucket, Key="flights/ü 1")
    s3.put_object(Bucket=laboratory.bucket, Key="flights/2", Body=b"x")

    seen: list[Document] = []
    eventually(lambda: seen.extend(map(json.loads, laboratory.messages(url))) or len(seen) >= 2)

    assert laboratory.control("status")["services"]["aws"]["queues"][laboratory.queue_arn] == {
        "visible": 0,
        "in_flight": 2,
        "delayed": 0,
    }
    assert [each["detail"]["object"]["key"] for each in seen] == ["flights/ü 1", "flights/2"]
    assert {each["detail"]["reason"] for each in seen} == {"PutObject"}
    assert len({each["id"] for each in seen}) == 2
    assert len({each["detail"]["object"]["sequencer"] for each in seen}) == 2
    assert seen[0]["resources"] == [f"arn:aws:s3:::{laboratory.bucket}"]


def test_a_disabled_rule_gets_nothing(laboratory: Laboratory) -> None:
    url = open_queue(laboratory, "events.amazonaws.com")
    events = laboratory.client("events")
    source = f"test-{laboratory.suffix}"
    name = rule(
        laboratory, {"Arn": laboratory.queue_arn}, EventPattern=json.dumps({"source": [source]})
    )
    entry = {"Source": source, "DetailType": "t", "Detail": json.dumps({"number": 1})}
    events.disable_rule(Name=name)
    events.put_events(Entries=[entry])
    events.enable_rule(Name=name)
    events.put_events(Entries=[{**entry, "Detail": json.dumps({"number": 2})}])
    [message] = eventually(lambda: laboratory.messages(url))
    assert json.loads(message)["detail"] == {"number": 2}


def test_a_target_may_want_a_part_of_the_event(laboratory: Laboratory) -> None:
    url = open_queue(laboratory, "events.amazonaws.com")
    source = f"test-{laboratory.suffix}"
    transformer = {
        "InputPathsMap": {"who": "$.detail.who", "size": "$.detail.size"},
        "InputTemplate": '{"name": "<who>", "bytes": <size>}',
    }
    rule(
        laboratory,
        {"Arn": laboratory.queue_arn, "InputTransformer": transformer},
        EventPattern=json.dumps({"source": [source]}),
    )
    detail = json.dumps({"who": 'a "quoted" name', "size": 7})
    laboratory.client("events").put_events(
        Entries=[{"Source": source, "DetailType": "t", "Detail": detail}]
    )
    [message] = eventually(lambda: laboratory.messages(url))
    assert json.loads(message) == {"name": 'a "quoted" name', "bytes": 7}


def test_a_rule_invokes_a_function_that_lets_it(laboratory: Laboratory) -> None:
    function = laboratory.deploy(
        "def handler(event, context):\n    print('got', event['detail']['number'])\n",
        laboratory.function_role(),
    )
    source = f"test-{laboratory.suffix}"
    rule(laboratory, {"Arn": function}, EventPattern=json.dumps({"source": [source]}))
    entry = {"Source": source, "DetailType": "t", "Detail": json.dumps({"number": 1})}
    laboratory.client("events").put_events(Entries=[entry])
    refused = eventually(
        lambda: [
            each
            for each in laboratory.control("events?last=100")
            if each["facts"].get("to") == function
        ]
    )
    assert "no resource-based policy allows the lambda:InvokeFunction" in refused[0]["message"]

    laboratory.client("lambda").add_permission(
        FunctionName=laboratory.function,
        StatementId="events",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=f"arn:aws:events:{REGION}:{ACCOUNT}:rule/rule-{laboratory.suffix}",
    )
    laboratory.client("events").put_events(Entries=[{**entry, "Detail": json.dumps({"number": 2})}])
    assert eventually(lambda: [line for line in laboratory.log_lines() if "got" in line]) == [
        "got 2"
    ]


@pytest.mark.parametrize("trusted", ["events.amazonaws.com", "lambda.amazonaws.com"])
def test_a_workflow_is_woken_with_the_role_of_the_target(
    laboratory: Laboratory, trusted: str
) -> None:
    glue, name = laboratory.client("glue"), f"workflow-{laboratory.suffix}"
    glue.create_workflow(Name=name)
    arn = f"arn:aws:glue:{REGION}:{ACCOUNT}:workflow/{name}"
    role = laboratory.role(
        allow("glue:NotifyEvent", arn), trust={"Principal": {"Service": trusted}}
    )
    source = f"test-{laboratory.suffix}"
    rule(
        laboratory,
        {"Arn": arn, "RoleArn": role},
        EventPattern=json.dumps({"source": [source]}),
    )
    laboratory.client("events").put_events(
        Entries=[{"Source": source, "DetailType": "t", "Detail": "{}"}]
    )
    told = eventually(
        lambda: [
            each["message"]
            for each in laboratory.control("events?last=100")
            if arn in (each["facts"].get("to"), each["facts"].get("workflow"))
            or each["facts"].get("workflow") == name
        ]
    )
    assert ("no role trust policy allows" in told[0]) == (trusted != "events.amazonaws.com")


def test_a_schedule_that_is_not_one_is_refused(laboratory: Laboratory) -> None:
    with pytest.raises(ClientError, match="ScheduleExpression is not valid"):
        laboratory.client("events").put_rule(Name="any", ScheduleExpression="cron(0 99 * * ? *)")


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:m",
        f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/c",
    ],
)
def test_a_target_that_is_not_known_is_refused_by_name(laboratory: Laboratory, arn: str) -> None:
    with pytest.raises(ClientError, match="does not know the EventBridge target"):
        rule(laboratory, {"Arn": arn}, ScheduleExpression="rate(1 day)")


def test_an_encrypted_queue_takes_events_only_from_whom_its_key_lets_in(
    laboratory: Laboratory,
) -> None:
    kms = laboratory.client("kms")
    account = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    service = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{laboratory.bucket}"},
        },
    }
    key = kms.create_key(Policy=policy(account))["KeyMetadata"]["Arn"]
    url = open_queue(laboratory, "s3.amazonaws.com")
    laboratory.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"KmsMasterKeyId": key})
    s3 = announcing_bucket(laboratory)
    s3.put_object(Bucket=laboratory.bucket, Key="a/1", Body=b"x")
    refused = eventually(
        lambda: [
            each["message"]
            for each in laboratory.control("events?last=100")
            if each["facts"].get("to") == laboratory.queue_arn
        ]
    )
    assert "no key policy allows the kms:GenerateDataKey action" in refused[0]

    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(account, service))
    s3.put_object(Bucket=laboratory.bucket, Key="a/2", Body=b"x")
    [record] = eventually(lambda: records(laboratory, url))
    assert record["s3"]["object"]["key"] == "a/2"

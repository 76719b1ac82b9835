"""What AWS's services do by themselves needs permission too: their own, or their role's."""

from __future__ import annotations

import json
from collections.abc import Callable

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

ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
ADMINISTERS = {"Effect": "Allow", "Principal": ROOT, "Action": "kms:*", "Resource": "*"}


def lets_in(service: str, actions: list[str], **more: object) -> Document:
    """Return a statement of a key's policy that lets a service in."""
    principal = {"Service": service}
    return {"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*", **more}


def new_key(laboratory: Laboratory, *statements: Document) -> str:
    """Make a key that the account administers, and return its ARN."""
    made = laboratory.client("kms").create_key(Policy=policy(ADMINISTERS, *statements))
    return made["KeyMetadata"]["Arn"]


def refusal(call: Callable[[], object], code: str) -> str:
    """Return the message of the refusal that a call must meet."""
    with pytest.raises(ClientError) as caught:
        call()
    assert caught.value.response["Error"]["Code"] == code
    return str(caught.value.response["Error"].get("Message"))


class TestMissingObject:
    """Only those who may list a bucket learn that an object is missing."""

    @pytest.mark.parametrize(("lists", "status"), [(True, 404), (False, 403)])
    def test_missing_or_forbidden(self, laboratory: Laboratory, lists: bool, status: int) -> None:
        bucket = laboratory.bucket
        laboratory.client("s3").create_bucket(Bucket=bucket)
        statements = [allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*")]
        if lists:
            statements.append(allow("s3:ListBucket", f"arn:aws:s3:::{bucket}"))
        s3 = laboratory.client("s3", laboratory.user_key(*statements))
        for call in (s3.get_object, s3.head_object):
            with pytest.raises(ClientError) as caught:
                call(Bucket=bucket, Key="absent")
            assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status

    def test_a_delete_marker_hides_like_absence(self, laboratory: Laboratory) -> None:
        bucket, root = laboratory.bucket, laboratory.client("s3")
        root.create_bucket(Bucket=bucket)
        root.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        root.put_object(Bucket=bucket, Key="k", Body=b"x")
        root.delete_object(Bucket=bucket, Key="k")
        key = laboratory.user_key(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"))
        s3 = laboratory.client("s3", key)
        assert "s3:ListBucket" in refusal(
            lambda: s3.get_object(Bucket=bucket, Key="k"), "AccessDenied"
        )


class TestPassRole:
    """Who gives a role to a service must be allowed to pass it."""

    @pytest.mark.parametrize(
        ("passed_to", "code"),
        [
            (None, "AccessDeniedException"),
            ("glue.amazonaws.com", "AccessDeniedException"),
            # It may pass, so the request goes on, and there is no such function.
            ("lambda.amazonaws.com", "ResourceNotFoundException"),
        ],
    )
    def test_to_a_function(self, laboratory: Laboratory, passed_to: str | None, code: str) -> None:
        role = laboratory.role()
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{laboratory.function}"
        statements = [allow("lambda:UpdateFunctionConfiguration", arn)]
        if passed_to is not None:
            condition = {"StringEquals": {"iam:PassedToService": passed_to}}
            statements.append(allow("iam:PassRole", role, Condition=condition))
        functions = laboratory.client("lambda", laboratory.user_key(*statements))
        message = refusal(
            lambda: functions.update_function_configuration(
                FunctionName=laboratory.function, Role=role
            ),
            code,
        )
        assert ("iam:PassRole" in message) == (code == "AccessDeniedException")

    def test_to_a_job_by_name_and_to_a_target(self, laboratory: Laboratory) -> None:
        role = laboratory.role()
        key = laboratory.user_key(allow(["glue:CreateJob", "events:PutTargets"], "*"))
        command = {"Name": "glueetl", "ScriptLocation": "s3://b/k.py"}
        glue, events = laboratory.client("glue", key), laboratory.client("events", key)
        name = role.rpartition("/")[2]
        assert f"iam:PassRole on resource: {role}" in refusal(
            lambda: glue.create_job(Name="any", Role=name, Command=command),
            "AccessDeniedException",
        )
        target = {"Id": "t", "Arn": f"arn:aws:glue:{REGION}:{ACCOUNT}:workflow/w", "RoleArn": role}
        assert "iam:PassRole" in refusal(
            lambda: events.put_targets(Rule="any", Targets=[target]), "AccessDeniedException"
        )


def test_a_key_obeys_its_policy_for_root_too(laboratory: Laboratory) -> None:
    kms = laboratory.client("kms")
    key = kms.create_key(Policy=policy(lets_in("s3.amazonaws.com", ["kms:Decrypt"])))
    arn = key["KeyMetadata"]["Arn"]
    for call in (
        lambda: kms.put_key_policy(KeyId=arn, PolicyName="default", Policy=policy(ADMINISTERS)),
        lambda: kms.schedule_key_deletion(KeyId=arn),
    ):
        assert "no key policy allows" in refusal(call, "AccessDeniedException")


class TestEncryptedLogs:
    """CloudWatch Logs encrypts as itself."""

    GROUP = "/test/encrypted"

    def group(self, laboratory: Laboratory) -> str:
        """Name a group of this test's own."""
        return f"{self.GROUP}-{laboratory.suffix}"

    def logs_use(self, laboratory: Laboratory, *actions: str) -> Document:
        """Let Logs use a key for the group."""
        arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{self.group(laboratory)}"
        condition = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": arn}}
        return lets_in(f"logs.{REGION}.amazonaws.com", list(actions), Condition=condition)

    def test_a_key_that_does_not_let_logs_in_is_refused(self, laboratory: Laboratory) -> None:
        logs, key = laboratory.client("logs"), new_key(laboratory)
        message = refusal(
            lambda: logs.create_log_group(logGroupName=self.group(laboratory), kmsKeyId=key),
            "AccessDeniedException",
        )
        assert "does not exist or is not allowed to be used" in message

    def test_writing_and_reading_need_the_key(self, laboratory: Laboratory) -> None:
        kms, logs = laboratory.client("kms"), laboratory.client("logs")
        actions = ["kms:DescribeKey", "kms:GenerateDataKey*", "kms:Decrypt"]
        key = new_key(laboratory, self.logs_use(laboratory, *actions))
        stream = {"logGroupName": self.group(laboratory), "logStreamName": "s"}
        logs.create_log_group(logGroupName=self.group(laboratory), kmsKeyId=key)
        logs.create_log_stream(**stream)
        event = {"timestamp": 1_700_000_000_000, "message": "m"}

        def put() -> object:
            return logs.put_log_events(**stream, logEvents=[event])

        def keep(*left: str) -> None:
            statement = self.logs_use(laboratory, *left)
            kms.put_key_policy(
                KeyId=key, PolicyName="default", Policy=policy(ADMINISTERS, statement)
            )

        put()
        keep("kms:DescribeKey", "kms:Decrypt")
        assert "kms:GenerateDataKey" in refusal(put, "AccessDeniedException")
        logs.get_log_events(**stream)
        keep("kms:DescribeKey", "kms:GenerateDataKey*")
        put()
        assert "kms:Decrypt" in refusal(
            lambda: logs.get_log_events(**stream), "AccessDeniedException"
        )


class TestAlarms:
    """An alarm whose state is set tells its topic, if the topic and its key let it."""

    @pytest.fixture
    def topic(self, laboratory: Laboratory) -> str:
        """A topic encrypted with a key that lets CloudWatch in; a queue hears what it gets."""
        use = lets_in("cloudwatch.amazonaws.com", ["kms:Decrypt", "kms:GenerateDataKey*"])
        key = new_key(laboratory, use)
        sns = laboratory.client("sns")
        arn = sns.create_topic(
            Name=f"topic-{laboratory.suffix}", Attributes={"KmsMasterKeyId": key}
        )["TopicArn"]
        url = laboratory.queue()
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=laboratory.queue_arn)
        assert url
        return arn

    def alarm(self, laboratory: Laboratory, topic: str) -> None:
        """Make an alarm, and raise it."""
        cloudwatch = laboratory.client("cloudwatch")
        name = f"alarm-{laboratory.suffix}"
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            Namespace="Test",
            MetricName="m",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[topic],
        )
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="test")

    def test_it_arrives(self, laboratory: Laboratory, topic: str) -> None:
        publish = {
            **lets_in("cloudwatch.amazonaws.com", ["sns:Publish"]),
            "Resource": topic,
            "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:*:{ACCOUNT}:alarm:*"}},
        }
        laboratory.client("sns").set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=policy(publish)
        )
        self.alarm(laboratory, topic)
        url = laboratory.client("sqs").get_queue_url(QueueName=laboratory.queue_name)["QueueUrl"]
        (body,) = eventually(lambda: laboratory.messages(url))
        told = json.loads(json.loads(body)["Message"])
        assert (told["NewStateValue"], told["NewStateReason"]) == ("ALARM", "test")

    def test_a_topic_that_does_not_let_it_in_hears_nothing(
        self, laboratory: Laboratory, topic: str
    ) -> None:
        other = {**lets_in("events.amazonaws.com", ["sns:Publish"]), "Resource": topic}
        laboratory.client("sns").set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=policy(other)
        )
        self.alarm(laboratory, topic)

        def refused() -> bool:
            return any(
                "no topic policy allows the sns:Publish action" in event["message"]
                and event["facts"]["to"] == topic
                for event in laboratory.control("events")
            )

        assert eventually(refused)


@pytest.mark.parametrize("lets", [True, False])
def test_access_logs_are_delivered_where_the_policy_lets_them(
    laboratory: Laboratory, lets: bool
) -> None:
    s3 = laboratory.client("s3")
    bucket, target = laboratory.bucket, f"logs-{laboratory.suffix}"
    for name in (bucket, target):
        s3.create_bucket(Bucket=name)
    source = f"arn:aws:s3:::{bucket}"
    write = {
        **lets_in("logging.s3.amazonaws.com", ["s3:PutObject"]),
        "Resource": f"arn:aws:s3:::{target}/*",
        "Condition": {"ArnEquals": {"aws:SourceArn": source if lets else f"{source}-other"}},
    }
    s3.put_bucket_policy(Bucket=target, Policy=policy(write))
    logging = {"TargetBucket": target, "TargetPrefix": "zone/"}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": logging})
    s3.put_object(Bucket=bucket, Key="one/object", Body=b"x")

    def delivered() -> str:
        listed = s3.list_objects_v2(Bucket=target, Prefix="zone/").get("Contents", [])
        return "".join(
            s3.get_object(Bucket=target, Key=each["Key"])["Body"].read().decode() for each in listed
        )

    def refused() -> bool:
        return any(
            "access log not delivered" in event["message"] and event["facts"]["bucket"] == bucket
            for event in laboratory.control("events")
        )

    if lets:
        assert "REST.PUT.OBJECT one/object" in eventually(delivered)
    else:
        assert eventually(refused)
        assert delivered() == ""

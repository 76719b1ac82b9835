"""Situations that a clean run of the sample year does not bring: faults, repetitions, alarms.

Each is what the program's code or a service does by itself, with its own principal; together with
the run they make every request that the policies are there for.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

import pytest
from botocore.exceptions import ClientError

from tests.e2e.checkout import Checkout
from tests.e2e.notifications import notification
from tests.e2e.permissions.sessions import Sessions

PATIENCE_SECONDS: Final = 120
OPERATOR: Final = "tarn-local-operator"
PROBE_KEY: Final = "permission-probe/object"
"""Under no dataset's prefix, so that nobody takes it for data."""


class Situations:
    """Drives one deployed cloud; nothing that it does adds or changes a row."""

    def __init__(self, cloud: Checkout) -> None:
        self.cloud = cloud
        self.sessions = Sessions(cloud)
        shown = cloud.pulumi("stack", "output", "-s", "local", "--json")
        assert shown.returncode == 0, shown.stderr
        self.outputs: Mapping[str, Any] = json.loads(shown.stdout)

    def drive(self) -> None:
        """Bring about every situation."""
        self.until_the_jobs_have_ended()
        self.deliver_again()
        self.announce_what_is_missing()
        self.announce_what_is_held()
        self.operate()
        self.give_up_an_upload("tarn-local-ingest", self.outputs["validatedBucket"], PROBE_KEY)
        for role, dataset in (
            ("tarn-local-curate", "airlines"),
            ("tarn-local-flight-performance", "flight_performance"),
        ):
            key = f"{dataset}/data/{PROBE_KEY}"
            self.give_up_an_upload(role, self.outputs["curatedBucket"], key)
            self.lose_a_commit(role, self.outputs["curatedBucket"], key)
        self.look_into_the_stage()
        self.verify("SYSTEM$VERIFY_EXTERNAL_VOLUME('TARN_LOCAL_CURATED')")
        self.come_over_plain_http()
        self.raise_an_alarm()
        self.fail_a_job()
        self.read_a_log()

    def until_the_jobs_have_ended(self) -> None:
        """Wait for what the run has set off; a job's requests come until its end."""
        glue = self.cloud.client("glue")
        workflow = str(self.outputs["glueWorkflow"])

        def idle() -> bool:
            runs = glue.get_workflow_runs(Name=workflow)["Runs"]
            return all(run["Status"] not in ("RUNNING", "STOPPING") for run in runs)

        eventually("the workflow is idle", idle)

    def deliver_again(self) -> None:
        """SQS delivers at least once: a file that is decided already is announced again."""
        s3 = self.cloud.client("s3")
        bucket = str(self.outputs["landingBucket"])
        held = s3.list_object_versions(Bucket=bucket, Prefix="airlines/")["Versions"][0]
        self.announce(bucket, held["Key"], held["VersionId"])
        self.until_the_queue_is_empty()

    def announce_what_is_missing(self) -> None:
        """An object may be gone before its message is read."""
        self.announce(str(self.outputs["landingBucket"]), "planes/gone.csv", "gone")
        self.until_the_queue_is_empty()

    def announce_what_is_held(self) -> None:
        """A message may be delivered while another attempt has the file: it returns soon."""
        s3, dynamodb = self.cloud.client("s3"), self.cloud.client("dynamodb")
        bucket = str(self.outputs["landingBucket"])
        held = s3.list_object_versions(Bucket=bucket, Prefix="airlines/")["Versions"][0]
        file = f"{bucket}/{held['Key']}#{held['VersionId']}"
        table = {"TableName": self.outputs["ledgerTable"]}
        item = dynamodb.get_item(**table, Key={"file": {"S": file}})["Item"]
        until = {"N": str(round(time.time() * 1000) + 2_000)}
        leased = {"status": {"S": "leased"}, "lease_owner": {"S": "x"}, "lease_expires_at": until}
        dynamodb.put_item(**table, Item={**item, **leased})
        self.announce(bucket, held["Key"], held["VersionId"])
        self.until_decided("tarn-local-ingest", "sqs:ChangeMessageVisibility")
        dynamodb.put_item(**table, Item=item)
        self.until_the_queue_is_empty()

    def operate(self) -> None:
        """An operator replays, judges a landed version, redrives, and discards a row."""
        bucket = str(self.outputs["landingBucket"])
        held = self.cloud.client("s3").list_object_versions(Bucket=bucket, Prefix="airlines/")
        key, version = held["Versions"][0]["Key"], held["Versions"][0]["VersionId"]
        self.become_operator()
        self.cloud.ask("replay", "airlines")
        # A replay judges nothing here while no contract has changed.
        s3 = self.sessions.client("s3", OPERATOR)
        s3.get_object(Bucket=bucket, Key=key, VersionId=version)["Body"].read()
        self.cloud.client("sqs").send_message(
            QueueUrl=self.outputs["ingestDeadLetterQueueUrl"],
            MessageBody=notification(bucket, key, version),
        )
        self.cloud.ask("redrive")
        self.until_the_queue_is_empty()
        where = ("weather", "--file", "weather/weather.csv")
        self.cloud.ask("quarantine", "discard", *where, "--note", "a gust of bad data")

    def become_operator(self) -> None:
        """Root needs nobody's trust; a person of the account becomes an operator by it."""
        role = str(self.outputs["operatorRoleArn"])
        allowed = {"Action": "sts:AssumeRole", "Resource": role}
        sts = self.sessions.person("sts", allowed=allowed)
        sts.assume_role(RoleArn=role, RoleSessionName="probe")

    def announce(self, bucket: str, key: str, version: str) -> None:
        """Send what S3 would send."""
        self.cloud.client("sqs").send_message(
            QueueUrl=self.outputs["ingestQueueUrl"], MessageBody=notification(bucket, key, version)
        )

    def until_the_queue_is_empty(self) -> None:
        """Wait until every announced file has been dealt with."""
        sqs, url = self.cloud.client("sqs"), self.outputs["ingestQueueUrl"]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

        def empty() -> bool:
            held = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            return sum(int(held[name]) for name in names) == 0

        eventually("the queue is empty", empty)

    def give_up_an_upload(self, role: str, bucket: str, key: str) -> None:
        """An upload in parts that fails is aborted, by boto3 as by Iceberg's S3FileIO."""
        s3 = self.sessions.client("s3", role)
        begun = s3.create_multipart_upload(Bucket=bucket, Key=key)
        s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=begun["UploadId"])

    def lose_a_commit(self, role: str, bucket: str, key: str) -> None:
        """Iceberg deletes the files that it wrote for a commit which another one overtook."""
        s3 = self.sessions.client("s3", role)
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
        s3.delete_object(Bucket=bucket, Key=key)

    def look_into_the_stage(self) -> None:
        """An operator lets a pipe look for files whose events were lost; what it knows it skips."""
        self.cloud.snowflake("ALTER PIPE TARN_LOCAL.RAW.AIRLINES REFRESH")

    def verify(self, call: str) -> str:
        """Let Snowflake try a role, as an operator does after a change."""
        return str(self.cloud.snowflake(f"SELECT {call}")[0][0])

    def come_over_plain_http(self) -> None:
        """Everything that has a policy of its own is asked without TLS."""
        for bucket in self.cloud.client("s3").list_buckets()["Buckets"]:
            refused(self.plain_http("s3").list_objects_v2, Bucket=bucket["Name"])
        for name in ("ingestQueueUrl", "ingestDeadLetterQueueUrl"):
            url = self.outputs[name]
            refused(
                self.plain_http("sqs").get_queue_attributes, QueueUrl=url, AttributeNames=["All"]
            )
        refused(self.plain_http("sns").get_topic_attributes, TopicArn=self.topic())

    def plain_http(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its types at run time
        """Return a client of root whose requests say that they came without TLS."""
        client = self.cloud.client(service)

        def mark(request: Any, **_: object) -> None:  # noqa: ANN401 - botocore's request
            request.headers["X-Forwarded-Proto"] = "http"

        client.meta.events.register("before-sign", mark)
        return client

    def topic(self) -> str:
        """Return the ARN of the topic of alarms."""
        return str(self.cloud.client("sns").list_topics()["Topics"][0]["TopicArn"])

    def raise_an_alarm(self) -> None:
        """CloudWatch tells the topic, through the key."""
        self.set_alarm()
        self.until_decided("cloudwatch.amazonaws.com", "kms:Decrypt")

    def set_alarm(self) -> None:
        """Raise an alarm, and call it off."""
        cloudwatch = self.cloud.client("cloudwatch")
        for state in ("ALARM", "OK"):
            cloudwatch.set_alarm_state(
                AlarmName="tarn-local-dead-letters", StateValue=state, StateReason="probe"
            )

    def fail_a_job(self) -> None:
        """EventBridge tells the topic, through the key."""
        self.start_job("tarn-local-flight-performance")
        self.until_decided("events.amazonaws.com", "kms:Decrypt")

    def start_job(self, job: str) -> None:
        """Start a job with an argument that fails it before Spark starts."""
        glue = self.cloud.client("glue")

        def started() -> bool:
            try:
                glue.start_job_run(JobName=job, Arguments={"--extra-jars": "absent.jar"})
            except glue.exceptions.ConcurrentRunsExceededException:
                return False
            return True

        eventually(f"{job} is free", started)

    def read_a_log(self) -> None:
        """An operator reads what the function said: Logs decrypts it."""
        group = f"/aws/lambda/{self.outputs['ingestFunction']}"
        self.cloud.client("logs").filter_log_events(logGroupName=group, limit=1)

    def decisions(self) -> Sequence[Mapping[str, Any]]:
        """Return what the local cloud recorded of its decisions."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        page = f"http://127.0.0.1:{self.cloud.aws_port}/_tarn/decisions"
        with opener.open(page, timeout=30) as answer:
            return cast("Sequence[Mapping[str, Any]]", json.load(answer))

    def until_decided(self, caller: str, action: str) -> None:
        """Wait until a service, which works in the background, has asked."""

        def asked() -> bool:
            return any(
                each["caller"]["name"] == caller and each["action"] == action
                for each in self.decisions()
            )

        eventually(f"{caller} asked for {action}", asked)


def refused(call: Callable[..., object], **arguments: object) -> None:
    """Make a call that must meet a refusal."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def eventually(what: str, holds: Callable[[], bool]) -> None:
    """Wait until something holds; say what did not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"still not so after {PATIENCE_SECONDS} s: {what}"
        time.sleep(0.1)

"""Clients that ask the backend, and the simpler things that a case's subject refers to."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import boto3

from local_cloud.settings import (
    ROOT_ACCESS_KEY_ID,
    ROOT_SECRET_ACCESS_KEY,
    LocalCloudSettings,
)


def policy(*statements: Mapping[str, object]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str) -> str:
    """A trust policy for a service."""
    return policy(
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    )


def handler_archive(answer: str = "ok") -> bytes:
    """A function's archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", f"def handler(event, context):\n    return {answer!r}\n")
    return packed.getvalue()


class Clients:
    """Boto3 clients of the account's root user, one a service."""

    def __init__(self, settings: LocalCloudSettings) -> None:
        self._settings = settings
        self._made: dict[str, Any] = {}

    def client(self, service: str):  # noqa: ANN201 - boto3 has no types
        """The client of a service."""
        if service not in self._made:
            self._made[service] = boto3.client(
                service,
                region_name=self._settings.region,
                endpoint_url=self._settings.aws_endpoint,
                aws_access_key_id=ROOT_ACCESS_KEY_ID,
                aws_secret_access_key=ROOT_SECRET_ACCESS_KEY,
            )
        return self._made[service]


class Around:
    """An account with buckets, keys, queues and roles; each is made when first asked for."""

    account = "210987654321"
    region = "eu-west-2"

    def __init__(self, clients: Clients, suffix: str) -> None:
        self._clients = clients
        self.suffix = suffix

    def client(self, service: str):  # noqa: ANN201 - boto3 has no types
        """A boto3 client of the account's root user."""
        return self._clients.client(service)

    def name(self, stem: str) -> str:
        """A name that no other test uses."""
        return f"{stem}-{self.suffix}"

    @cached_property
    def bucket(self) -> str:
        """A bucket."""
        name = self.name("around")
        self._create_bucket(name)
        return name

    def _create_bucket(self, name: str) -> None:
        here = {"LocationConstraint": self.region}
        self.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=here)

    @cached_property
    def log_bucket(self) -> str:
        """A bucket that takes access logs."""
        return self._log_bucket("logs")

    @cached_property
    def log_bucket_too(self) -> str:
        """Another bucket that takes access logs."""
        return self._log_bucket("logs-too")

    def _log_bucket(self, stem: str) -> str:
        name = self.name(stem)
        client = self.client("s3")
        self._create_bucket(name)
        delivery = {
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{name}/*",
        }
        client.put_bucket_policy(Bucket=name, Policy=policy(delivery))
        return name

    @cached_property
    def key_arn(self) -> str:
        """A KMS key, which lets Logs in."""
        return self._key()

    @cached_property
    def other_key_arn(self) -> str:
        """Another KMS key, which lets Logs in too."""
        return self._key()

    def _key(self) -> str:
        everything = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
        root = {"AWS": f"arn:aws:iam::{self.account}:root"}
        logs = {"Service": f"logs.{self.region}.amazonaws.com"}
        document = policy(*({**everything, "Principal": who} for who in (root, logs)))
        return self.client("kms").create_key(Policy=document)["KeyMetadata"]["Arn"]

    @cached_property
    def queue_url(self) -> str:
        """A queue that S3 may send to."""
        client = self.client("sqs")
        url = client.create_queue(QueueName=self.name("around"))["QueueUrl"]
        anyone = {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": "*",
        }
        client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(anyone)})
        return url

    @property
    def queue_arn(self) -> str:
        """The queue's ARN."""
        return f"arn:aws:sqs:{self.region}:{self.account}:{self.queue_url.rsplit('/', 1)[-1]}"

    @cached_property
    def role_arn(self) -> str:
        """A role that functions may take."""
        return self.function_role("around")

    def function_role(self, stem: str) -> str:
        """A role that functions may take, and that may use queues."""
        arn = self.role(stem, "lambda.amazonaws.com")
        actions = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "SendMessage")
        queues = {
            "Effect": "Allow",
            "Action": [f"sqs:{action}" for action in actions],
            "Resource": "*",
        }
        self.client("iam").put_role_policy(
            RoleName=self.name(stem), PolicyName="queues", PolicyDocument=policy(queues)
        )
        return arn

    @cached_property
    def optimizer_role_arn(self) -> str:
        """A role that Glue may take, and that may do what a table optimizer does."""
        arn = self.role("upkeep", "glue.amazonaws.com")
        everything = {"Effect": "Allow", "Action": ["glue:*", "s3:*", "logs:*"], "Resource": "*"}
        self.client("iam").put_role_policy(
            RoleName=self.name("upkeep"), PolicyName="upkeep", PolicyDocument=policy(everything)
        )
        return arn

    @cached_property
    def other_role(self) -> str:
        """The name of another role."""
        return self.role("elsewhere", "glue.amazonaws.com").rsplit("/", 1)[-1]

    @cached_property
    def other_queue_url(self) -> str:
        """Another queue."""
        return self.client("sqs").create_queue(QueueName=self.name("elsewhere"))["QueueUrl"]

    @property
    def other_queue_arn(self) -> str:
        """The other queue's ARN."""
        return f"arn:aws:sqs:{self.region}:{self.account}:{self.name('elsewhere')}"

    @cached_property
    def other_topic_arn(self) -> str:
        """Another topic."""
        return self.client("sns").create_topic(Name=self.name("elsewhere"))["TopicArn"]

    @cached_property
    def other_rule(self) -> str:
        """Another rule of the default event bus."""
        name = self.name("elsewhere")
        self.client("events").put_rule(Name=name, ScheduleExpression="rate(1 day)")
        return name

    def role(self, stem: str, service: str) -> str:
        """A role that a service may take."""
        return self.client("iam").create_role(
            RoleName=self.name(stem), AssumeRolePolicyDocument=trust(service)
        )["Role"]["Arn"]

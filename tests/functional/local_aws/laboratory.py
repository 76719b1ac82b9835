"""What the tests of the local AWS build with: clients, names, roles, functions, queues."""

from __future__ import annotations

import io
import json
import time
import urllib.request
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from local_cloud.settings import (
    ROOT_ACCESS_KEY_ID,
    ROOT_SECRET_ACCESS_KEY,
    LocalCloudSettings,
)

Document = dict[str, Any]
T = TypeVar("T")
ACCOUNT = "000000000000"
REGION = "us-east-1"


class Laboratory:
    """One test's view of the cloud."""

    def __init__(self, settings: LocalCloudSettings, suffix: str) -> None:
        self.settings = settings
        self.suffix = suffix
        self.queue_name = f"queue-{suffix}"
        self.queue_arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.queue_name}"
        self.bucket = f"bucket-{suffix}"
        self.function = f"function-{suffix}"

    def client(self, service: str, key: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - boto3 is untyped
        """Return a client of root, or of the given access key."""
        return boto3.client(
            service,
            endpoint_url=self.settings.aws_endpoint,
            region_name=REGION,
            aws_access_key_id=(key or {}).get("AccessKeyId", ROOT_ACCESS_KEY_ID),
            aws_secret_access_key=(key or {}).get("SecretAccessKey", ROOT_SECRET_ACCESS_KEY),
            aws_session_token=(key or {}).get("SessionToken"),
            config=Config(retries={"max_attempts": 1}, proxies={}),
        )

    def user_key(self, *statements: Document, name: str = "user") -> Document:
        """Make a user with these statements, and return an access key of theirs."""
        iam = self.client("iam")
        user = f"{name}-{self.suffix}"
        iam.create_user(UserName=user)
        if statements:
            iam.put_user_policy(
                UserName=user, PolicyName="policy", PolicyDocument=policy(*statements)
            )
        return iam.create_access_key(UserName=user)["AccessKey"]

    def role(self, *statements: Document, trust: Document | None = None, name: str = "role") -> str:
        """Make a role with these statements; a Lambda execution role unless told otherwise."""
        iam = self.client("iam")
        role = f"{name}-{self.suffix}"
        principal = trust or {"Principal": {"Service": "lambda.amazonaws.com"}}
        statement = {"Effect": "Allow", "Action": "sts:AssumeRole", **principal}
        arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=policy(statement))
        if statements:
            iam.put_role_policy(
                RoleName=role, PolicyName="policy", PolicyDocument=policy(*statements)
            )
        return arn["Role"]["Arn"]

    def function_role(self, *statements: Document) -> str:
        """Make a role for a function that is fed by the queue and writes its log."""
        return self.role(
            allow(
                ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
                self.queue_arn,
            ),
            allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], "*"),
            *statements,
        )

    def queue(self, **attributes: str) -> str:
        """Make the queue, open to S3, and return its URL."""
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": self.queue_arn,
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        }
        url = self.client("sqs").create_queue(
            QueueName=self.queue_name, Attributes={"Policy": policy(statement), **attributes}
        )
        return url["QueueUrl"]

    def deploy(self, source: str, role: str, **options: Any) -> str:  # noqa: ANN401 - boto3's options
        """Make the function from the text of its module, and return its ARN."""
        created = self.client("lambda").create_function(
            FunctionName=self.function,
            Runtime="python3.11",
            Role=role,
            Handler="module.handler",
            Code={"ZipFile": archive({"module.py": source})},
            **{"Timeout": 10, "MemorySize": 256, **options},
        )
        return created["FunctionArn"]

    def feed(self, **options: Any) -> None:  # noqa: ANN401 - boto3's options
        """Map the queue to the function."""
        self.client("lambda").create_event_source_mapping(
            EventSourceArn=self.queue_arn, FunctionName=self.function, **options
        )

    def invoke(self, payload: object = None) -> tuple[object, str | None]:
        """Invoke the function; return its answer and its error."""
        answer = self.client("lambda").invoke(
            FunctionName=self.function, Payload=json.dumps(payload or {}).encode()
        )
        return json.loads(answer["Payload"].read() or b"null"), answer.get("FunctionError")

    def log_lines(self) -> list[str]:
        """Return all that the function has logged."""
        logs, group = self.client("logs"), f"/aws/lambda/{self.function}"
        try:
            events = logs.filter_log_events(logGroupName=group)["events"]
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in events]

    def messages(self, url: str) -> list[str]:
        """Take what the queue holds now."""
        taken = self.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [message["Body"] for message in taken.get("Messages", [])]

    def control(self, page: str) -> Any:  # noqa: ANN401 - JSON
        """Ask the control API."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.settings.aws_endpoint}/_tarn/{page}", timeout=10) as answer:
            return json.load(answer)


def allow(action: str | Sequence[str], resource: str | Sequence[str], **more: object) -> Document:
    """Return a statement that allows."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def policy(*statements: Document) -> str:
    """Return a policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def archive(files: Mapping[str, str]) -> bytes:
    """Return a zip file of the files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as target:
        for name, text in files.items():
            target.writestr(name, text)
    return content.getvalue()


def eventually(look: Callable[[], T], seconds: float = 30) -> T:
    """Return the first true answer; what happens in another process can only be looked for."""
    deadline = time.monotonic() + seconds
    while not (answer := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer

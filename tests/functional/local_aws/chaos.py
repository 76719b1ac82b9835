"""What the tests of faults build with: the local AWS's laboratory, and rules."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from local_cloud.settings import LocalCloudSettings
from tests.functional.fault_rules import FaultRules
from tests.functional.local_aws.laboratory import REGION, Laboratory, allow


class Chaos(Laboratory):
    """A laboratory that can break things. Its rules end with the test."""

    def __init__(self, settings: LocalCloudSettings, suffix: str) -> None:
        super().__init__(settings, suffix)
        self.rules = FaultRules(settings)
        self.fault = self.rules.fault
        self.key = self.user_key(allow("*", "*"), name="worker")
        self.s3 = self.victim("s3")
        self.client("s3").create_bucket(Bucket=self.bucket)

    def victim(self, service: str, **config: Any) -> Any:  # noqa: ANN401 - boto3 is untyped
        """Return a client of a user, whom rules hit; it does not try again unless told to."""
        options = {"retries": {"total_max_attempts": 1}, **config}
        return boto3.client(
            service,
            endpoint_url=self.settings.aws_endpoint,
            region_name=REGION,
            aws_access_key_id=self.key["AccessKeyId"],
            aws_secret_access_key=self.key["SecretAccessKey"],
            config=Config(proxies={}, **options),
        )

    def table(self) -> str:
        """Make a DynamoDB table."""
        name = f"table-{self.suffix}"
        self.client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
        return name

    def announce(self) -> str:
        """Make the bucket announce its objects to the queue; return the queue's URL."""
        url = self.queue()
        queue = {"QueueArn": self.queue_arn, "Events": ["s3:ObjectCreated:*"]}
        self.client("s3").put_bucket_notification_configuration(
            Bucket=self.bucket, NotificationConfiguration={"QueueConfigurations": [queue]}
        )
        return url

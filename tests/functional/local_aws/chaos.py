"""What the tests of faults build with: the local AWS's laboratory, and rules."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, cast

import boto3
from botocore.config import Config

from local_cloud.settings import LocalCloudSettings
from tests.functional.local_aws.laboratory import REGION, Laboratory, allow

Rule = Mapping[str, object]


class Chaos(Laboratory):
    """A laboratory that can break things. Its rules end with the test."""

    def __init__(self, settings: LocalCloudSettings, suffix: str) -> None:
        super().__init__(settings, suffix)
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

    def ask(self, method: str, page: str = "", body: object = None) -> tuple[int, Any]:
        """Ask the control API about rules; return the status and the answer."""
        request = urllib.request.Request(  # noqa: S310 - loopback by settings
            f"{self.settings.aws_endpoint}/_tarn/faults{page}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=10) as answer:
                return int(answer.status), json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def fault(self, action: str, service: str, **fields: object) -> str:
        """Put a rule in force and return its id."""
        status, rules = self.ask("POST", body={"action": action, "service": service, **fields})
        assert status == 201, rules
        return str(rules[0]["id"])

    def counts(self, rule: str) -> tuple[int, int]:
        """Return how often a rule saw something that fits, and how often it acted."""
        found = next(each for each in self.ask("GET")[1] if each["id"] == rule)
        return found["seen"], found["injected"]

    def told(self, rule: str) -> list[dict[str, Any]]:
        """Return what the journal says of a rule's faults."""
        events = cast("list[dict[str, Any]]", self.control("events?last=2000"))
        return [
            event
            for event in events
            if event["facts"].get("rule") == rule and not event["message"].startswith("rule ")
        ]

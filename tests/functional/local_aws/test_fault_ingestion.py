"""The ingest function's own code under faults: every row judged once, whatever fails on the way."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boto3
import pytest

from lambdas.ingest import handler as entry
from tarn.ledger import Attribute, FileStatus
from tests.functional.ingest.lake import (
    ENVIRONMENT,
    LANDING,
    QUARANTINE,
    TABLE,
    VALIDATED,
    Lake,
    shipped_contracts,
    sqs_event,
)
from tests.functional.ingest.test_handler import AIRLINES, WEATHER, Context
from tests.functional.local_aws.chaos import Chaos

SEED = 20261124
FILES = {
    "weather/2013/02.csv": WEATHER,
    "airlines/airlines.csv": AIRLINES,
    "airlines/more.csv": b"carrier,name\nBB,Bee\nCC,Cee\n",
}
SECONDS = 200


@pytest.fixture
def lake(chaos: Chaos, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A lake on the local cloud, whose function works under a key that rules hit."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", chaos.settings.aws_endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", chaos.key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", chaos.key["SecretAccessKey"])
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    (tmp_path / "contracts.json").write_text(shipped_contracts().to_json(), encoding="utf-8")
    monkeypatch.setattr(entry, "_ARCHIVE", tmp_path)
    # The function refuses settings that it does not know, those of the test run among them.
    for name in [name for name in os.environ if name.startswith("TARN_")]:
        monkeypatch.delenv(name)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    # A try that died must not hold its file for longer than this test waits.
    monkeypatch.setenv("TARN_LEASE_SECONDS", "1")
    entry.ingestion.cache_clear()
    return Lake.create(s3=chaos.client("s3"), dynamodb=chaos.client("dynamodb"))


def announce(chaos: Chaos) -> str:
    """Make the landing bucket announce its objects to the queue; return the queue's URL."""
    url = chaos.queue(VisibilityTimeout="1")
    queue = {"QueueArn": chaos.queue_arn, "Events": ["s3:ObjectCreated:*"]}
    chaos.client("s3").put_bucket_notification_configuration(
        Bucket=LANDING, NotificationConfiguration={"QueueConfigurations": [queue]}
    )
    return url


def work(chaos: Chaos, url: str, messages: int) -> int:
    """Do what Lambda does with a queue until as many messages are done; return the failures."""
    sqs, deadline = chaos.client("sqs"), time.monotonic() + SECONDS
    failures = done = 0
    while done < messages:
        assert time.monotonic() < deadline, f"{done} of {messages} messages are done"
        received = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=1)
        for message in received.get("Messages", []):
            body = message["Body"]
            answer: Any = {"batchItemFailures": []}
            if "s3:TestEvent" not in body:
                answer = entry.handler(sqs_event(body), Context())
                failures += len(answer["batchItemFailures"])
                done += not answer["batchItemFailures"]
            if not answer["batchItemFailures"]:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return failures


def rows(lake: Lake, bucket: str) -> list[dict[str, Any]]:
    """Return every row of a bucket of Parquet."""
    listed: Sequence[Any] = lake.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return [row for each in listed for row in lake.rows(bucket, each["Key"])]


def test_files_under_doubled_events_and_failing_stores_are_ingested_once(
    chaos: Chaos, lake: Lake
) -> None:
    url = announce(chaos)
    chance = {"probability": 0.25, "seed": SEED}
    chaos.fault("duplicate", "s3", resource=f"{LANDING}/*")
    rules = [
        chaos.fault("error", "dynamodb", operation="*Item", when="after", **chance),
        chaos.fault("throttle", "dynamodb", operation="*Item", **chance),
        chaos.fault("error", "s3", operation="PutObject", when="after", **chance),
        chaos.fault("cut", "s3", operation="GetObject", **chance),
        # The clients try again by themselves; this is more than they try.
        chaos.fault("error", "s3", operation="PutObject", nth=[1, 2, 3, 4, 5]),
        chaos.fault("error", "dynamodb", operation="UpdateItem", when="after", nth=[3, 4, 5, 6]),
    ]
    for key, content in FILES.items():
        lake.land(key, content)

    failures = work(chaos, url, messages=2 * len(FILES))

    acted = {rule: chaos.rules.counts(rule)[1] for rule in rules}
    chaos.rules.clear()
    assert failures, "no fault got through the clients' own retries"
    assert all(acted.values()), f"a rule has never acted: {acted}"
    carriers = sorted(row["carrier"] for row in rows(lake, VALIDATED) if "carrier" in row)
    assert carriers == ["AA", "BB", "CC"]
    assert len(rows(lake, VALIDATED)) == 4
    assert [row["line"] for row in rows(lake, QUARANTINE)] == [3]
    items = chaos.client("dynamodb").scan(TableName=TABLE)["Items"]
    assert [item[Attribute.STATUS]["S"] for item in items] == [FileStatus.PUBLISHED] * len(FILES)
    assert json.dumps(items).count(LANDING) >= len(FILES)

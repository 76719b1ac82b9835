"""Deliveries as they really come: repeated, out of order, poisoned, interrupted.

They add rows to the sample year, so their file sorts after test_main_job.py, which counts it.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.checkout import Checkout
from tests.e2e.conftest import SampleYear
from tests.e2e.notifications import notification

pytestmark = pytest.mark.timeout(900)
PATIENCE_SECONDS = 120


def _outputs(checkout: Checkout) -> dict[str, Any]:
    shown = checkout.pulumi("stack", "output", "-s", "local", "--json")
    assert shown.returncode == 0, shown.stderr
    return json.loads(shown.stdout)


def _eventually(what: str, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"still not so after {PATIENCE_SECONDS} s: {what}"
        time.sleep(0.2)


def test_repeated_and_reordered_deliveries_change_nothing(sample_year: SampleYear) -> None:
    checkout = sample_year.checkout
    outputs = _outputs(checkout)
    bucket, queue = outputs["landingBucket"], outputs["ingestQueueUrl"]
    s3, sqs = checkout.client("s3"), checkout.client("sqs")
    key = "airlines/twice.csv"
    versions: list[str] = []
    for name in ("Older Name", "Newer Name"):
        # S3 tells a version's time in whole seconds; by the time one is curated, they differ.
        body = f"carrier,name\nZZ,{name}\n".encode()
        versions.append(s3.put_object(Bucket=bucket, Key=key, Body=body)["VersionId"])
        _eventually(f"{name} is curated", lambda name=name: _name_of(checkout) == name)

    for version in [*reversed(versions), *versions]:
        sqs.send_message(QueueUrl=queue, MessageBody=notification(bucket, key, version))
    _eventually("the queue is empty", lambda: _depth(sqs, queue) == 0)

    assert _name_of(checkout) == "Newer Name"
    raw = checkout.sql("SELECT COUNT(*) AS N FROM RAW.AIRLINES WHERE CARRIER = 'ZZ'")
    assert raw[0]["N"] == 2
    status = checkout.ask("status", "airlines")
    assert status["rows_read"] == status["rows_accepted"] + status["rows_quarantined"]


def _name_of(checkout: Checkout) -> str | None:
    rows = checkout.sql("SELECT NAME FROM CURATED.AIRLINES WHERE CARRIER = 'ZZ'")
    return rows[0]["NAME"] if rows else None


def _depth(sqs: Any, queue: str) -> int:  # noqa: ANN401
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)
    return sum(int(answer["Attributes"][name]) for name in names)


def test_poison_reaches_the_dead_letter_queue_and_is_not_lost(sample_year: SampleYear) -> None:
    checkout = sample_year.checkout
    outputs = _outputs(checkout)
    sqs = checkout.client("sqs")
    queue, dead_letters = outputs["ingestQueueUrl"], outputs["ingestDeadLetterQueueUrl"]
    timeout = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "0"})
    try:
        sqs.send_message(QueueUrl=queue, MessageBody="this is no notification")
        _eventually("the poison is in the dead-letter queue", lambda: _depth(sqs, dead_letters) > 0)
    finally:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=timeout["Attributes"])

    answer = sqs.receive_message(QueueUrl=dead_letters, WaitTimeSeconds=5)
    (message,) = answer["Messages"]
    assert message["Body"] == "this is no notification"
    sqs.delete_message(QueueUrl=dead_letters, ReceiptHandle=message["ReceiptHandle"])


def test_a_file_that_no_contract_claims_is_quarantined_whole(sample_year: SampleYear) -> None:
    checkout = sample_year.checkout
    outputs = _outputs(checkout)
    s3 = checkout.client("s3")
    body = b"what,is,this\n1,2,3\n"
    s3.put_object(Bucket=outputs["landingBucket"], Key="unheard-of/file.csv", Body=body)

    def objects() -> list[str]:
        listed = s3.list_objects_v2(Bucket=outputs["quarantineBucket"], Prefix="objects/")
        return [one["Key"] for one in listed.get("Contents", [])]

    _eventually(
        "the object is in quarantine", lambda: any(key.endswith("/file.csv") for key in objects())
    )
    (kept,) = [key for key in objects() if key.endswith("/file.csv")]
    held = s3.get_object(Bucket=outputs["quarantineBucket"], Key=kept)["Body"].read()
    assert held == body


def test_one_file_is_followed_from_station_to_station(sample_year: SampleYear) -> None:
    checkout = sample_year.checkout
    file = checkout.root / "new-airline.csv"
    file.write_text("carrier,name\nXY,A New Airline\nTOOLONG,Not A Code\n")

    journey = checkout.ask("put", str(file), "airlines")

    stations = [one["station"] for one in journey["arrivals"]]
    assert stations[0] == "landing bucket"
    assert stations[-1] == "Snowflake CURATED"
    (row,) = journey["quarantined"]
    assert row["line"] == 3
    assert row["violations"][0]["column"] == "carrier"


def test_a_cloud_killed_in_the_middle_is_made_anew_by_the_next_run(checkout: Checkout) -> None:
    run = checkout.start("up", "--format", "json")
    state = checkout.root / ".tarn" / "local" / "cloud.json"
    journal = checkout.root / ".tarn" / "local" / "journal.jsonl"
    _eventually("the function works", lambda: journal.is_file() and "lambda" in journal.read_text())
    os.kill(int(json.loads(state.read_text())["pid"]), signal.SIGKILL)
    run.communicate(timeout=PATIENCE_SECONDS * 3)
    assert run.returncode != 0

    result = checkout.ask("up")

    counts = {one["dataset"]: one["rows_in_snowflake"] for one in result["datasets"]}
    assert counts["flights"] == 336_776
    assert counts["weather"] == 26_114

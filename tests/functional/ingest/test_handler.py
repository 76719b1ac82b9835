"""Event to handler to validated Parquet, quarantine and ledger."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from lambdas.ingest import handler as entry
from lambdas.ingest.errors import ServiceTroubleError
from lambdas.ingest.message_returns import seconds_until_return
from lambdas.ingest.ports import Lease
from tarn.contract.model import ContractCatalog
from tarn.ledger import Attribute, FileStatus
from tarn.runtime import IngestVariable
from tests.functional.ingest.lake import (
    ENVIRONMENT,
    LEASE_SECONDS,
    QUARANTINE,
    ROOT,
    VALIDATED,
    Lake,
    notification,
    sqs_event,
)

Handle = Callable[..., list[str]]

WEATHER = (
    b"origin,year,month,day,hour,temp,dewp,humid,wind_dir,wind_speed,wind_gust,precip,pressure,"
    b"visib,time_hour\n"
    b"EWR,2013,2,12,2,39.02,26.96,61.63,250,8.05546,NA,0,1008.1,10,2013-02-12T07:00:00Z\n"
    b"EWR,2013,2,12,3,39.02,26.96,61.63,260,1048.36058,NA,0,1008.3,10,2013-02-12T08:00:00Z\n"
)


AIRLINES = b"carrier,name\nAA,American\n"


class Context:
    """What Powertools asks of a Lambda context."""

    function_name = "tarn-test-ingest"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:tarn-test-ingest"
    aws_request_id = "11111111-2222-3333-4444-555555555555"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture
def handle(
    lake: Lake, contracts: ContractCatalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Handle]:
    """Return the handler as Lambda calls it: messages in, ids of the failed ones out."""
    del lake
    (tmp_path / "contracts.json").write_text(contracts.to_json(), encoding="utf-8")
    monkeypatch.setattr(entry, "_ARCHIVE", tmp_path)
    for name in [name for name in os.environ if name.startswith("TARN_")]:
        monkeypatch.delenv(name)  # of the test run, not of a function: CI sets one
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    entry.ingestion.cache_clear()
    entry.returns.cache_clear()

    def call(*bodies: str, receipt_handle: str | None = None) -> list[str]:
        event: Any = sqs_event(*bodies)
        if receipt_handle:
            event["Records"][0]["receiptHandle"] = receipt_handle
        answer: Any = entry.handler(event, Context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    yield call
    entry.ingestion.cache_clear()
    entry.returns.cache_clear()


def test_good_rows_are_published_and_the_bad_one_is_quarantined_with_its_reason(
    lake: Lake, handle: Handle, contracts: ContractCatalog
) -> None:
    source = lake.land("weather/2013/02.csv", WEATHER)

    assert handle(notification(source)) == []

    item = lake.item(source)
    assert item[Attribute.STATUS] == FileStatus.PUBLISHED
    counts = [Attribute.ROWS_READ, Attribute.ROWS_ACCEPTED, Attribute.ROWS_QUARANTINED]
    assert [item[name] for name in counts] == ["2", "1", "1"]
    assert lake.pending("weather") == [source.ledger_id]
    [accepted] = lake.rows(VALIDATED, item[Attribute.VALIDATED_KEY])
    assert accepted["wind_speed"] == 8.05546
    assert (accepted["_source_line"], accepted["_source_version"]) == (2, source.version)
    [rejected] = lake.rows(QUARANTINE, item[Attribute.QUARANTINE_KEY])
    assert rejected["line"] == 3
    assert rejected["raw_row"] == WEATHER.splitlines()[2].decode()
    assert rejected["contract_hash"] == contracts["weather"].contract_hash
    assert rejected["violations"] == [
        {
            "column": "wind_speed",
            "rule": "range",
            "value": "1048.36058",
            "message": "wind_speed is above the maximum 300",
        }
    ]


def test_keys_arrive_as_in_a_url_and_are_read_as_they_are(lake: Lake, handle: Handle) -> None:
    source = lake.land("airlines/a b+ü (1).csv", AIRLINES)
    encoded = "airlines/a+b%2B%C3%BC+%281%29.csv"

    assert handle(notification(source, encoded_key=encoded)) == []

    assert lake.item(source)[Attribute.STATUS] == FileStatus.PUBLISHED


def test_the_test_event_of_a_new_notification_is_ignored(lake: Lake, handle: Handle) -> None:
    assert handle((ROOT / "tests/events/s3_test_event.json").read_text()) == []
    assert lake.contents() == {}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("not json", id="no JSON"),
        pytest.param("[]", id="no object"),
        pytest.param("{}", id="no records"),
        pytest.param('{"Records": [{"s3": {}}]}', id="no bucket"),
        pytest.param(
            json.dumps({"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": "k"}}}]}),
            id="no version",
        ),
    ],
)
def test_a_message_that_is_no_notification_fails_alone(
    lake: Lake, handle: Handle, body: str
) -> None:
    source = lake.land("airlines/a.csv", AIRLINES)

    assert handle(body, notification(source)) == ["message-0"]

    assert lake.item(source)[Attribute.STATUS] == FileStatus.PUBLISHED


def test_a_file_that_another_attempt_works_on_returns_to_the_queue(
    lake: Lake, handle: Handle, contracts: ContractCatalog
) -> None:
    lake.clock.now = time.time()
    held, free = (lake.land(f"airlines/{name}.csv", AIRLINES) for name in ("held", "free"))
    contract_hash = contracts["airlines"].contract_hash
    lake.ledger().lease(Lease(source=held, owner="other", contract_hash=contract_hash))

    assert handle(notification(held), notification(free)) == ["message-0"]

    assert lake.item(held)[Attribute.LEASE_OWNER] == "other"
    assert lake.item(free)[Attribute.STATUS] == FileStatus.PUBLISHED


def test_a_message_that_failed_for_now_comes_back_before_the_visibility_timeout(
    lake: Lake, handle: Handle, contracts: ContractCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="ingest", Attributes={"VisibilityTimeout": "1800"})["QueueUrl"]
    monkeypatch.setenv(IngestVariable.QUEUE_URL, url)
    source = lake.land("airlines/held.csv", AIRLINES)
    lake.clock.now = time.time() - LEASE_SECONDS + 1
    contract_hash = contracts["airlines"].contract_hash
    lake.ledger().lease(Lease(source=source, owner="other", contract_hash=contract_hash))
    sqs.send_message(QueueUrl=url, MessageBody=notification(source))
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]

    assert handle(message["Body"], receipt_handle=message["ReceiptHandle"]) == ["message-0"]

    again = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    assert again[0]["MessageId"] == message["MessageId"]
    assert handle(again[0]["Body"]) == []


@pytest.mark.parametrize(("tries", "seconds"), [(1, 15), (2, 30), (4, 120), (20, 900)])
def test_every_try_waits_twice_as_long_within_a_bound(tries: int, seconds: int) -> None:
    trouble = ServiceTroubleError(operation="reading", subject="x", cause="throttled")

    assert seconds_until_return(trouble, tries=tries) == seconds


def test_a_batch_in_which_every_message_fails_returns_every_message(handle: Handle) -> None:
    assert handle("poison", "poison") == ["message-0", "message-1"]


def test_the_same_message_three_times_changes_nothing(lake: Lake, handle: Handle) -> None:
    source = lake.land("weather/2013/02.csv", WEATHER)
    handle(notification(source))
    before, item = lake.contents(), lake.item(source)

    assert handle(notification(source), notification(source)) == []

    assert lake.contents() == before
    assert lake.item(source) == item


def test_metrics_are_written_by_dataset(
    lake: Lake, handle: Handle, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "ingest")

    handle(notification(lake.land("weather/2013/02.csv", WEATHER)))

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [metrics] = [line for line in lines if "_aws" in line]
    assert metrics["dataset"] == "weather"
    assert metrics["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Tarn"
    names = ("RowsRead", "RowsAccepted", "RowsQuarantined", "FilesQuarantined")
    assert [metrics[name] for name in names] == [[2.0], [1.0], [1.0], [0.0]]

"""Replay, redrive and quarantine over a small lake: plans, statuses, and nothing twice.

What moto cannot prove: the queue's events and the operator's rights; tests/e2e does.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import Any

import boto3
import pytest

from cli import redrive
from cli.announcing import announce
from cli.landed_files import Selection
from cli.operating import Operation
from cli.quarantine_commands import quarantined, record_discards
from cli.replay_plan import Choice, Counts, Plan, plan_replay
from cli.stations import Stations
from lambdas.ingest.notifications import sources_of
from tarn.contract.model import ContractCatalog
from tarn.keys import SourceObject
from tests.functional.ingest.lake import LANDING, QUARANTINE, TABLE, Lake, notification

BAD = b"carrier,name\nAA,American\n?,Nobody\n"
ODD_KEY = "airlines/a b+\u00fc (1).csv"


class Operated:
    """A lake with queues, and an operator who sees the contracts that the test deploys."""

    def __init__(self, lake: Lake, contracts: ContractCatalog) -> None:
        self.lake = lake
        self.sqs: Any = boto3.client("sqs")
        self.queue = self.sqs.create_queue(QueueName="ingest")["QueueUrl"]
        self.dead_letters = self.sqs.create_queue(QueueName="dead")["QueueUrl"]
        lake.s3.create_bucket(Bucket="artifacts")
        outputs = {
            "landingBucket": LANDING,
            "quarantineBucket": QUARANTINE,
            "ledgerTable": TABLE,
            "ingestQueueUrl": self.queue,
            "ingestDeadLetterQueueUrl": self.dead_letters,
            "contractsUri": "s3://artifacts/contracts/deployed.json",
            "datasets": ["airlines", "weather"],
        }
        stations = Stations(outputs=outputs, session=boto3.Session(), endpoint=None)
        self.operation = Operation(stations=stations, operator="arn:aws:iam::1:user/ann")
        self.deploy(contracts)

    def deploy(self, contracts: ContractCatalog) -> None:
        self.contracts = contracts
        self.lake.s3.put_object(
            Bucket="artifacts", Key="contracts/deployed.json", Body=contracts.to_json().encode()
        )

    def ingest(self, source: SourceObject) -> None:
        self.lake.ingestion(self.contracts).ingest(source, owner="test")

    def work(self) -> int:
        """Do what the function does with everything in the queue; return the messages."""
        done = 0
        while messages := self.sqs.receive_message(QueueUrl=self.queue).get("Messages"):
            for message in messages:
                for source in sources_of(message["Body"]):
                    self.ingest(source)
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                done += 1
        return done

    def plan(self, *, try_out: bool = False, **choice: Any) -> Plan:  # noqa: ANN401 - as the command line
        rule = choice.pop("rule", None)
        wanted = choice.pop("quarantined", rule is not None)
        selection = Selection(dataset="airlines", **choice)
        return plan_replay(
            self.operation,
            Choice(selection=selection, quarantined=wanted, rule=rule),
            try_out=try_out,
            on_judged=lambda _done, _all: None,
        )

    def replay(self) -> int:
        plan = self.plan()
        announce(
            self.operation.stations, [f.source for f in plan.files], on_sent=lambda _sent: None
        )
        return self.work()


@pytest.fixture
def operated(lake: Lake, contracts: ContractCatalog) -> Operated:
    return Operated(lake, contracts)


def lenient(contracts: ContractCatalog) -> ContractCatalog:
    """The contracts with a carrier that may be anything."""
    airlines = contracts["airlines"]
    columns = tuple(
        dataclasses.replace(column, pattern=None) if column.name == "carrier" else column
        for column in airlines.columns
    )
    return ContractCatalog([dataclasses.replace(airlines, columns=columns)])


def test_a_fixed_contract_lets_quarantined_rows_in_and_resolves_them(
    operated: Operated, contracts: ContractCatalog
) -> None:
    operated.ingest(operated.lake.land("airlines/bad.csv", BAD))
    [row] = quarantined(operated.operation, "airlines")
    assert (row["status"], row["rules"], row["raw_row"]) == ("open", "pattern", "?,Nobody")
    assert operated.replay() == 0, "decided under this contract: nothing to do"

    operated.deploy(lenient(contracts))
    plan = operated.plan(try_out=True)
    assert (len(plan.again), len(plan.new), len(plan.unchanged)) == (1, 0, 0)
    assert plan.now == Counts(read=2, accepted=1, quarantined=1)
    assert plan.foreseen == Counts(read=2, accepted=2)
    assert operated.replay() == 1

    assert operated.plan().unchanged
    [row] = quarantined(operated.operation, "airlines")
    assert row["status"] == "resolved"
    before = operated.lake.contents()
    assert operated.replay() == 0
    assert operated.lake.contents() == before


def test_a_row_that_is_rejected_again_is_one_open_row(
    operated: Operated, contracts: ContractCatalog
) -> None:
    operated.ingest(operated.lake.land("airlines/bad.csv", BAD))
    airlines = contracts["airlines"]
    operated.deploy(
        ContractCatalog([dataclasses.replace(airlines, null_markers=("", "NA", "none"))])
    )

    operated.replay()

    [row] = quarantined(operated.operation, "airlines")
    assert row["status"] == "open"
    assert row["contract_hash"] == operated.contracts["airlines"].contract_hash


def test_a_discarded_row_says_who_and_stays(operated: Operated) -> None:
    operated.ingest(operated.lake.land("airlines/bad.csv", BAD))
    rows = quarantined(operated.operation, "airlines")

    record_discards(operated.operation, "airlines", rows, note="a test")

    [row] = quarantined(operated.operation, "airlines")
    assert (row["status"], row["decided_by"]) == ("discarded", "arn:aws:iam::1:user/ann")


def test_a_choice_is_by_key_by_day_and_by_rule(operated: Operated) -> None:
    good = operated.lake.land("airlines/good.csv", b"carrier,name\nAA,American\n")
    bad = operated.lake.land("airlines/bad.csv", BAD)
    held = operated.lake.land("airlines/held.csv", b"what,is,this\n1,2,3\n")
    for source in (good, bad, held):
        operated.ingest(source)
    today = datetime.datetime.now(tz=datetime.UTC).date()
    tomorrow = today + datetime.timedelta(days=1)

    def chosen(**choice: Any) -> set[str]:  # noqa: ANN401 - as the command line
        plan = operated.plan(**choice)
        return {file.source.key for file in [*plan.files, *plan.unchanged]}

    assert chosen() == {good.key, bad.key, held.key}
    assert chosen(key=bad.key) == {bad.key}
    assert chosen(first_day=tomorrow) == set()
    assert chosen(last_day=tomorrow) == {good.key, bad.key, held.key}
    assert chosen(quarantined=True) == {bad.key, held.key}
    assert chosen(rule="pattern") == {bad.key}
    assert chosen(rule="unusable") == {held.key}
    assert chosen(rule="range") == set()


def test_a_file_whose_event_was_lost_is_new_and_any_key_is_announced(operated: Operated) -> None:
    source = operated.lake.land(ODD_KEY, BAD)
    assert [file.source for file in operated.plan().new] == [source]

    assert operated.replay() == 1

    assert operated.lake.item(source)["rows_read"] == "2"


def test_redrive_moves_what_names_a_file_and_tells_why_it_gave_up(operated: Operated) -> None:
    source = operated.lake.land("airlines/bad.csv", BAD)
    operated.lake.s3.delete_bucket(Bucket="tarn-test-validated")
    with pytest.raises(Exception, match="NoSuchBucket"):
        operated.ingest(source)
    operated.lake.s3.create_bucket(Bucket="tarn-test-validated")
    for body in (notification(source), "poison", json.dumps({"Records": [{}]})):
        operated.sqs.send_message(QueueUrl=operated.dead_letters, MessageBody=body)

    letters = redrive.take(operated.operation, hidden_seconds=60)
    reasons = redrive._reasons(operated.operation, letters)
    moved = redrive.move_back(operated.operation, letters)

    assert len(letters) == 3
    assert len(moved) == 1
    assert ["NoSuchBucket" in reasons[one] for one in moved] == [True]
    assert sum("no version of an object" in reason for reason in reasons.values()) == 2
    assert operated.work() == 1
    assert operated.lake.item(source)["status"] == "published"

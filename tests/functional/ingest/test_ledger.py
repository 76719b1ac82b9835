"""The ledger decides who works on a file; deliveries may repeat, race and come in any order.

What moto cannot prove: DynamoDB under real concurrency. The conditions are single writes, though,
and moto evaluates them.
"""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from botocore.exceptions import ConnectionClosedError

from lambdas.ingest.errors import (
    LeaseHeldError,
    LeaseLostError,
    RefusedCallError,
    RowsNotConservedError,
    ServiceTroubleError,
)
from lambdas.ingest.ingestion import Ingestion
from lambdas.ingest.ports import DECIDED_BEFORE, Lease, Outcome
from tarn.contract.model import ContractCatalog
from tarn.contract.rules import RowRule, Severity
from tarn.keys import SourceObject, output_digest, validated_key
from tarn.ledger import Attribute, FileStatus
from tests.functional.ingest.lake import LEASE_SECONDS, QUARANTINE, VALIDATED, Lake

AIRLINES = b"carrier,name\nAA,American\nUA,United\n"
OUTCOME = Outcome(
    dataset="airlines",
    version_time=1,
    size=2,
    duration_ms=3,
    rows_read=2,
    rows_accepted=2,
    validated_key="airlines/x.parquet",
)


@pytest.fixture
def ingestion(lake: Lake, contracts: ContractCatalog) -> Ingestion:
    return lake.ingestion(contracts)


@pytest.fixture
def source(lake: Lake) -> SourceObject:
    return lake.land("airlines/a.csv", AIRLINES)


def _lease(source: SourceObject, owner: str, contract_hash: str = "h1") -> Lease:
    return Lease(source=source, owner=owner, contract_hash=contract_hash)


def test_a_file_is_decided_once_whatever_the_number_of_deliveries(
    lake: Lake, ingestion: Ingestion, source: SourceObject
) -> None:
    assert ingestion.ingest(source, owner="first") is not None
    before, item = lake.contents(), lake.item(source)

    for owner in ("second", "third"):
        assert ingestion.ingest(source, owner=owner) is None

    assert lake.contents() == before
    assert lake.item(source) == item
    assert item[Attribute.ATTEMPTS] == "1"


@pytest.mark.parametrize("order", itertools.permutations([0, 1, 2]), ids=str)
def test_versions_of_one_key_are_ingested_apart_in_any_order(
    lake: Lake, ingestion: Ingestion, order: tuple[int, ...]
) -> None:
    names = ["American", "American Air", "American Airlines"]
    sources = [lake.land("airlines/a.csv", f"carrier,name\nAA,{name}\n".encode()) for name in names]

    for index in order:
        ingestion.ingest(sources[index], owner=f"attempt {index}")

    for source, name in zip(sources, names, strict=True):
        [row] = lake.rows(VALIDATED, lake.item(source)[Attribute.VALIDATED_KEY])
        assert (row["name"], row["_source_version"]) == (name, source.version)
    assert sorted(lake.pending("airlines")) == sorted(source.ledger_id for source in sources)


def test_a_live_lease_sends_the_message_back(lake: Lake, source: SourceObject) -> None:
    ledger = lake.ledger()
    assert ledger.lease(_lease(source, "first"))

    with pytest.raises(LeaseHeldError) as held:
        ledger.lease(_lease(source, "second"))

    assert held.value.seconds_left == LEASE_SECONDS
    assert lake.item(source)[Attribute.LEASE_OWNER] == "first"


def test_a_lease_that_ran_out_is_taken_over_and_its_owner_cannot_finish(
    lake: Lake, source: SourceObject
) -> None:
    ledger = lake.ledger()
    ledger.lease(_lease(source, "first"))
    lake.clock.now += LEASE_SECONDS
    assert ledger.lease(_lease(source, "second"))

    with pytest.raises(LeaseLostError):
        ledger.finish(_lease(source, "first"), OUTCOME)

    ledger.finish(_lease(source, "second"), OUTCOME)
    item = lake.item(source)
    assert (item[Attribute.STATUS], item[Attribute.ATTEMPTS]) == (FileStatus.PUBLISHED, "2")


def test_of_two_racing_attempts_both_write_the_same_names_and_one_is_recorded(
    lake: Lake, ingestion: Ingestion, source: SourceObject
) -> None:
    """The first attempt is overtaken while it works, as when a function is frozen."""
    slow = dataclasses.replace(ingestion, ledger=lake.ledger())
    lease = Lease(
        source=source,
        owner="slow",
        contract_hash=ingestion.contracts["airlines"].contract_hash,
    )
    slow.ledger.lease(lease)
    lake.clock.now += LEASE_SECONDS
    ingestion.ingest(source, owner="fast")
    before, item = lake.contents(), lake.item(source)

    with pytest.raises(LeaseLostError):
        slow.ledger.finish(lease, OUTCOME)

    assert lake.contents() == before
    assert lake.item(source) == item


def _lose_answers(lake: Lake, count: int) -> None:
    """Let DynamoDB do what it is asked ``count`` times without the client hearing of it."""
    left = [count]

    def lose(**_: object) -> None:
        if left[0]:
            left[0] -= 1
            raise ConnectionClosedError(endpoint_url="dynamodb")

    lake.dynamodb.meta.events.register("after-call.dynamodb.UpdateItem", lose)


def test_an_attempt_knows_its_own_lease_when_the_answer_was_lost(
    lake: Lake, source: SourceObject
) -> None:
    ledger = lake.ledger()
    _lose_answers(lake, 1)
    with pytest.raises(ServiceTroubleError):
        ledger._lease(_lease(source, "first"))

    assert ledger.lease(_lease(source, "first")) == 1

    with pytest.raises(LeaseHeldError):
        ledger.lease(_lease(source, "second"))


def test_a_lease_whose_answer_was_lost_for_good_is_free_at_once(
    lake: Lake, ingestion: Ingestion, source: SourceObject
) -> None:
    _lose_answers(lake, 1)
    with pytest.raises(ServiceTroubleError):
        ingestion.ingest(source, owner="first")

    assert ingestion.ingest(source, owner="second") is not None


def test_every_contract_that_takes_a_file_makes_the_next_decision(
    lake: Lake, source: SourceObject
) -> None:
    ledger = lake.ledger()
    assert ledger.lease(_lease(source, "first", "h1")) == 1
    lake.clock.now += LEASE_SECONDS
    assert ledger.lease(_lease(source, "second", "h1")) == 1
    ledger.finish(_lease(source, "second", "h1"), OUTCOME)

    assert ledger.lease(_lease(source, "third", "h1")) == DECIDED_BEFORE
    assert ledger.lease(_lease(source, "third", "h2")) == 2
    lake.clock.now += LEASE_SECONDS
    assert ledger.lease(_lease(source, "fourth", "h1")) == 3


def test_a_released_lease_is_free_at_once(lake: Lake, source: SourceObject) -> None:
    ledger = lake.ledger()
    ledger.lease(_lease(source, "first"))
    ledger.release(_lease(source, "other"), "trouble")
    with pytest.raises(LeaseHeldError):
        ledger.lease(_lease(source, "second"))

    ledger.release(_lease(source, "first"), "trouble")

    assert ledger.lease(_lease(source, "second"))


def test_an_attempt_that_fails_releases_its_lease(
    lake: Lake, ingestion: Ingestion, source: SourceObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    class DiskError(Exception):
        pass

    def broken(*_: object, **__: object) -> None:
        raise DiskError

    with monkeypatch.context() as patch:
        patch.setattr("lambdas.ingest.ingestion.judge_object", broken)
        with pytest.raises(DiskError):
            ingestion.ingest(source, owner="first")
    assert lake.item(source)[Attribute.STATUS] == FileStatus.LEASED

    assert ingestion.ingest(source, owner="second") is not None


def test_another_contract_decides_again_under_new_names(
    lake: Lake, ingestion: Ingestion, source: SourceObject, contracts: ContractCatalog
) -> None:
    ingestion.ingest(source, owner="old")
    old = lake.item(source)
    stricter = _with_longer_names(contracts)

    lake.ingestion(stricter).ingest(source, owner="new")

    item = lake.item(source)
    new_hash = stricter["airlines"].contract_hash
    assert item[Attribute.CONTRACT_HASH] == new_hash != old[Attribute.CONTRACT_HASH]
    counts = [item[Attribute.ROWS_ACCEPTED], item[Attribute.ROWS_QUARANTINED]]
    assert counts == ["1", "1"]
    digest = output_digest(source, new_hash)
    assert item[Attribute.VALIDATED_KEY] == validated_key("airlines", digest)
    assert len(lake.rows(VALIDATED, old[Attribute.VALIDATED_KEY])) == 2, "nothing is overwritten"
    assert item[Attribute.DECISION] == "2"
    [decided] = lake.rows(QUARANTINE, f"decisions/airlines/{digest}-2.parquet")
    assert (decided["status"], decided["contract_hash"]) == ("decided", new_hash)


def test_why_an_attempt_failed_is_kept_until_there_is_a_verdict(
    lake: Lake, ingestion: Ingestion, source: SourceObject
) -> None:
    lake.s3.delete_bucket(Bucket=VALIDATED)
    with pytest.raises(RefusedCallError):
        ingestion.ingest(source, owner="first")
    assert "NoSuchBucket" in lake.item(source)[Attribute.TROUBLE]
    lake.s3.create_bucket(Bucket=VALIDATED)

    ingestion.ingest(source, owner="second")

    assert Attribute.TROUBLE not in lake.item(source)


def test_an_object_that_is_held_whole_has_a_line_among_the_rejected_rows(
    lake: Lake, ingestion: Ingestion
) -> None:
    source = lake.land("airlines/a.csv", b"no,such,columns\n1,2,3\n")

    outcome = ingestion.ingest(source, owner="only")

    assert outcome is not None
    digest = output_digest(source, ingestion.contracts["airlines"].contract_hash)
    [row] = lake.rows(QUARANTINE, f"rows/airlines/{digest}.parquet")
    assert (row["rules"], row["line"], row["raw_row"]) == ("unusable", None, None)
    assert row["violations"][0]["message"] == outcome.reason


def test_a_new_attempt_takes_the_file_out_of_the_curate_jobs_work(
    lake: Lake, source: SourceObject
) -> None:
    ledger = lake.ledger()
    ledger.lease(_lease(source, "first", "h1"))
    ledger.finish(_lease(source, "first", "h1"), OUTCOME)
    assert lake.pending("airlines") == [source.ledger_id]

    ledger.lease(_lease(source, "second", "h2"))

    assert lake.pending("airlines") == []


def test_a_file_without_accepted_rows_waits_for_nobody(lake: Lake, ingestion: Ingestion) -> None:
    source = lake.land("airlines/a.csv", b"carrier,name\n?,American\n")

    ingestion.ingest(source, owner="only")

    item = lake.item(source)
    assert item[Attribute.STATUS] == FileStatus.PUBLISHED
    assert Attribute.VALIDATED_KEY not in item
    assert Attribute.LEASE_OWNER not in item
    assert lake.pending("airlines") == []


def _with_longer_names(contracts: ContractCatalog) -> ContractCatalog:
    airlines = contracts["airlines"]
    columns = tuple(
        dataclasses.replace(column, min_length=7) if column.name == "name" else column
        for column in airlines.columns
    )
    return ContractCatalog([dataclasses.replace(airlines, columns=columns)])


@pytest.mark.parametrize(("accepted", "quarantined"), [(1, 0), (2, 1), (0, 0), (3, -1)])
def test_a_verdict_that_lost_or_doubled_rows_is_never_recorded(
    lake: Lake, source: SourceObject, accepted: int, quarantined: int
) -> None:
    lease = _lease(source, "first")
    ledger = lake.ledger()
    assert ledger.lease(lease)
    outcome = dataclasses.replace(OUTCOME, rows_accepted=accepted, rows_quarantined=quarantined)

    with pytest.raises(RowsNotConservedError, match="2 rows were read"):
        ledger.finish(lease, outcome)

    assert lake.item(source)[Attribute.STATUS] == FileStatus.LEASED
    assert Attribute.PENDING not in lake.item(source)


def test_warnings_are_counted_by_rule_and_named_in_a_file_of_their_own(
    lake: Lake, contracts: ContractCatalog
) -> None:
    contract = contracts["airlines"]
    rule = RowRule(
        name="long names",
        severity=Severity.WARN,
        broken_when=[">", ["length", ["column", "name"]], ["literal", "integer", "6"]],
        text="LENGTH(name) > 6",
        columns=("name",),
    )
    ruled = dataclasses.replace(contract, row_rules=(rule,))
    source = lake.land("airlines/a.csv", AIRLINES)

    outcome = lake.ingestion(ContractCatalog([ruled])).ingest(source, owner="first")

    assert outcome is not None
    assert (outcome.rows_accepted, outcome.rows_warned) == (2, 1)
    item = lake.item(source)
    assert item[Attribute.ROWS_WARNED] == "1"
    assert item[Attribute.WARNINGS] == {"sql long names": {"N": "1"}}
    [warned] = lake.rows(QUARANTINE, item[Attribute.WARNINGS_KEY])
    assert (warned["dataset"], warned["source_key"], warned["line"]) == (
        "airlines",
        "airlines/a.csv",
        2,
    )
    assert warned["violations"][0]["value"] == "American"

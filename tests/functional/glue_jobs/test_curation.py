"""A run of the curate job over a ledger: everything that is pending, once, whatever happens."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from glue_jobs.curate.adapters import PendingFile
from glue_jobs.curate.run import (
    LONGEST_SETTLING_SECONDS,
    SETTLING_SECONDS,
    Curation,
    CurationFailedError,
)
from tarn.contract.evolution import meeting
from tarn.contract.model import Column, ColumnKind, ColumnType, Contract
from tarn.contract.rules import SchemaChange
from tarn.contract.schemas import arrow_schema
from tests.functional.glue_jobs.deliveries import Curated, Delivery, contract, delivery


class KilledError(BaseException):
    """The process ended here: nothing that the job does can catch that."""


class Ledger:
    """A ledger in memory that can end the run where it is called."""

    def __init__(self, validated: Path) -> None:
        self._validated = validated
        self.published: list[PendingFile] = []
        self.curated: list[PendingFile] = []
        self.killed_before_marking = False
        self.arrives_meanwhile: list[PendingFile] = []
        self.on_the_way: list[PendingFile] = []
        self.pauses = 0

    def publish(self, rows: Delivery, accepted_by: Contract) -> PendingFile:
        """Write a validated file; it waits from now on."""
        key = f"{accepted_by.dataset}/{uuid.uuid4().hex}.parquet"
        schema = arrow_schema(accepted_by)
        columns = {
            field.name: pa.array([row.get(field.name) for row in rows], field.type)
            for field in schema
        }
        (self._validated / key).parent.mkdir(exist_ok=True)
        pq.write_table(pa.table(columns), self._validated / key)
        file = PendingFile(
            file=key,
            validated_key=key,
            contract_hash=accepted_by.contract_hash,
            rows=len(rows),
            new_columns=accepted_by.added,
        )
        self.published.append(file)
        return file

    def pending(self, dataset: str, limit: int) -> list[PendingFile]:
        waiting = [file for file in self.published if file.file.startswith(f"{dataset}/")]
        late = (*self.arrives_meanwhile, *self.on_the_way)
        return [file for file in waiting if file not in late][:limit]

    def waiting(self, dataset: str) -> int:
        return len(self.pending(dataset, len(self.published)))

    def pause(self, _seconds: float) -> None:
        """One more file arrives while the run waits."""
        self.pauses += 1
        if self.on_the_way:
            self.on_the_way.pop()

    def mark_curated(self, files: Iterable[PendingFile]) -> int:
        if self.killed_before_marking:
            raise KilledError
        marked = [file for file in files if file in self.published]
        self.published = [file for file in self.published if file not in marked]
        self.curated.extend(marked)
        self.arrives_meanwhile = []
        return len(marked)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path)


@pytest.fixture
def curated(spark: SparkSession, database: str) -> Curated:
    return Curated(spark, database, contract())


@pytest.fixture
def curation(spark: SparkSession, database: str, ledger: Ledger, tmp_path: Path) -> Curation:
    return Curation(
        spark=spark,
        ledger=ledger,
        validated=str(tmp_path),
        database=database,
        sleep=ledger.pause,
    )


def test_a_run_takes_what_arrives_while_it_works(
    curation: Curation, ledger: Ledger, curated: Curated
) -> None:
    ledger.publish(delivery(("N1", "707"), hour=1), contract())
    late = ledger.publish(delivery(("N2", "727"), hour=2), contract())
    ledger.arrives_meanwhile = [late]
    first, second = curation.run([contract()])
    assert (first.files, second.files) == (1, 1)
    assert curated.models() == {"N1": "707", "N2": "727"}
    assert ledger.published == []


def test_files_that_arrive_one_after_the_other_are_merged_in_one_commit(
    curation: Curation, ledger: Ledger, curated: Curated
) -> None:
    ledger.publish(delivery(("N0", "707"), hour=1), contract())
    ledger.on_the_way = [
        ledger.publish(delivery((f"N{number}", "727"), hour=1), contract()) for number in (1, 2, 3)
    ]
    (summary,) = curation.run([contract()])
    assert summary.files == 4
    assert curated.snapshots() == 1
    assert ledger.pauses == 4  # three arrivals, and one pause in which nothing came


def test_a_producer_that_never_pauses_does_not_hold_the_merge_up(
    curation: Curation, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    Curated(curation.spark, curation.database, contract())
    ledger.publish(delivery(("N1", "707"), hour=1), contract())
    arrivals = iter(range(1, 1_000_000))
    monkeypatch.setattr(Ledger, "waiting", lambda *_: next(arrivals))
    (summary,) = curation.run([contract()])
    assert summary.marked == 1
    assert ledger.pauses <= 2 * LONGEST_SETTLING_SECONDS / SETTLING_SECONDS


def test_a_run_without_work_does_nothing(curation: Curation, curated: Curated) -> None:
    assert curation.run([contract()]) == []
    assert curated.snapshots() == 0


def test_a_run_killed_after_its_commit_is_repeated_without_effect(
    curation: Curation, ledger: Ledger, curated: Curated
) -> None:
    ledger.publish(delivery(("N1", "707"), hour=1), contract())
    ledger.killed_before_marking = True
    with pytest.raises(KilledError):
        curation.run([contract()])
    ledger.killed_before_marking = False
    (summary,) = curation.run([contract()])
    assert not summary.changed
    assert summary.marked == 1
    assert curated.snapshots() == 1
    assert curated.models() == {"N1": "707"}


def test_a_dataset_that_fails_does_not_hold_up_the_others(
    curation: Curation, ledger: Ledger, curated: Curated
) -> None:
    ledger.publish(delivery(("N1", "707"), hour=1), contract())
    without_table = replace(contract(), dataset="gliders")
    ledger.publish(delivery(("N9", "asw"), hour=1), without_table)
    with pytest.raises(CurationFailedError, match="gliders") as failure:
        curation.run([without_table, contract()])
    assert list(failure.value.failures) == ["gliders"]
    assert curated.models() == {"N1": "707"}


def test_a_file_that_stays_pending_does_not_hold_the_run_up(
    curation: Curation, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    Curated(curation.spark, curation.database, contract())
    ledger.publish(delivery(("N1", "707"), hour=1), contract())
    monkeypatch.setattr(ledger, "mark_curated", lambda _files: 0)
    (summary,) = curation.run([contract()])
    assert summary.marked == 0


def test_columns_that_older_files_lack_become_null(
    spark: SparkSession, curation: Curation, ledger: Ledger, curated: Curated
) -> None:
    seats = Column(name="seats", type=ColumnType(kind=ColumnKind.INTEGER))
    grown = contract(seats)
    ledger.publish(delivery(("N1", "707"), hour=1), contract())
    ledger.publish([{**delivery(("N2", "727"), hour=2)[0], "seats": 149}], grown)
    (summary,) = curation.run([grown])
    assert summary.rows == 2
    rows = spark.table(curated.table.name).select("tailnum", "seats").collect()
    assert {tuple(row) for row in rows} == {("N1", None), ("N2", 149)}


def test_a_column_that_files_brought_reaches_the_table_with_its_rows(
    spark: SparkSession, database: str, curation: Curation, ledger: Ledger
) -> None:
    plain = replace(contract(), schema_change=SchemaChange.EVOLVE)
    evolved = meeting(plain, ["seats"])
    curated = Curated(spark, database, plain)

    def seats() -> dict[str, str | None]:
        return {row.tailnum: row.seats for row in spark.table(curated.table.name).collect()}

    ledger.publish(delivery(("N1", "707"), ("N2", "717"), hour=1), plain)
    curation.run([plain])
    second = delivery(("N2", "727"), ("N3", "737"), hour=2)
    ledger.publish([row | {"seats": "150"} for row in second], evolved)
    curation.run([plain])
    assert seats() == {"N1": None, "N2": "150", "N3": "150"}

    # A newer row replaces the older one whole, also where its file lacks the column again.
    ledger.publish(delivery(("N3", "747"), hour=3), plain)
    curation.run([plain])
    assert seats() == {"N1": None, "N2": "150", "N3": None}
    assert curated.models() == {"N1": "707", "N2": "727", "N3": "747"}

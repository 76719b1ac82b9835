"""What a merge does to a table, on real Spark and Iceberg."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from glue_jobs import iceberg
from glue_jobs.curate.tables import ColumnTypeConflictError, CuratedTable
from tarn.contract.model import Column, ColumnKind, ColumnType, Contract, MergeMode
from tarn.contract.schemas import spark_ddl

MORNING = datetime(2026, 1, 1, tzinfo=UTC)


def contract(*extra: Column, merge: MergeMode = MergeMode.UPSERT) -> Contract:
    text = ColumnType(kind=ColumnKind.STRING)
    return Contract(
        dataset="planes",
        version="1.0.0",
        title="Planes",
        description="",
        owner="tests",
        columns=(Column(name="tailnum", type=text), Column(name="model", type=text), *extra),
        key=("tailnum",),
        merge=merge,
    )


def delivery(
    *rows: tuple[str | None, str], hour: int, source: str = "planes/a.csv", accepted_by: str = "h1"
) -> list[dict[str, object]]:
    """Rows of one version of one file; the version is younger with every hour."""
    return [
        {
            "tailnum": tailnum,
            "model": model,
            "_source_key": source,
            "_source_version": f"v{hour}",
            "_source_modified_at": MORNING + timedelta(hours=hour),
            "_source_line": line,
            "_contract_hash": accepted_by,
        }
        for line, (tailnum, model) in enumerate(rows, start=2)
    ]


class Curated:
    """A curated table and the ways in which tests feed it."""

    def __init__(self, spark: SparkSession, database: str, merged_by: Contract) -> None:
        self.spark = spark
        self.table = CuratedTable(spark=spark, database=database, contract=merged_by)
        spark.sql(f"CREATE TABLE {self.table.name} ({spark_ddl(merged_by)}) USING iceberg")

    def frame(self, rows: list[dict[str, object]]) -> DataFrame:
        schema = iceberg.schema_of(self.spark, spark_ddl(self.table.contract))
        return self.spark.createDataFrame([Row(**row) for row in rows], schema)

    def merge(self, *deliveries: list[dict[str, object]]) -> bool:
        return self.table.merge(self.frame(list(itertools.chain(*deliveries))))

    def models(self) -> dict[str, str]:
        rows = self.spark.table(self.table.name).collect()
        assert len({row.tailnum for row in rows}) == len(rows), "a key is there twice"
        return {row.tailnum: row.model for row in rows}

    def snapshots(self) -> int:
        return self.spark.table(f"{self.table.name}.snapshots").count()


@pytest.fixture
def curated(spark: SparkSession, database: str) -> Curated:
    return Curated(spark, database, contract())


@pytest.fixture
def replaced(spark: SparkSession, database: str) -> Curated:
    return Curated(spark, database, contract(merge=MergeMode.REPLACE_FILE))


FIRST = delivery(("N1", "707"), ("N2", "727"), hour=1)
SECOND = delivery(("N2", "737"), ("N3", "747"), hour=2)
THIRD = delivery(("N3", "757"), (None, "767"), hour=3, source="planes/b.csv")
ALL_THREE = {"N1": "707", "N2": "737", "N3": "757", None: "767"}


@pytest.mark.parametrize(
    "order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)], ids=["in order", "reversed", "mixed"]
)
def test_the_order_of_deliveries_does_not_matter(curated: Curated, order: tuple[int, ...]) -> None:
    deliveries = [FIRST, SECOND, THIRD]
    for number in order:
        curated.merge(deliveries[number])
    assert curated.models() == ALL_THREE


def test_deliveries_in_one_merge_give_what_they_give_apart(curated: Curated) -> None:
    curated.merge(THIRD, FIRST, FIRST, SECOND)
    assert curated.models() == ALL_THREE


def test_a_repeat_writes_no_snapshot(curated: Curated) -> None:
    assert curated.merge(FIRST, SECOND, THIRD)
    assert not curated.merge(FIRST)
    assert not curated.merge(THIRD, SECOND)
    assert curated.snapshots() == 1
    assert curated.models() == ALL_THREE


def test_the_later_line_of_a_file_wins(curated: Curated) -> None:
    curated.merge(delivery(("N1", "first"), ("N1", "second"), hour=1))
    assert curated.models() == {"N1": "second"}


def test_a_row_accepted_under_a_new_contract_replaces_itself(curated: Curated) -> None:
    curated.merge(delivery(("N1", "old reading"), hour=1))
    assert curated.merge(delivery(("N1", "new reading"), hour=1, accepted_by="h2"))
    assert curated.models() == {"N1": "new reading"}


def test_a_new_version_replaces_the_rows_of_the_file(replaced: Curated) -> None:
    other = delivery(("N9", "a380"), hour=1, source="planes/other.csv")
    replaced.merge(FIRST, other)
    assert replaced.merge(SECOND)
    assert replaced.models() == {"N2": "737", "N3": "747", "N9": "a380"}
    assert replaced.snapshots() == 2


def test_an_old_version_after_the_new_one_changes_nothing(replaced: Curated) -> None:
    replaced.merge(SECOND)
    assert not replaced.merge(FIRST)
    assert not replaced.merge(FIRST, SECOND)
    assert replaced.models() == {"N2": "737", "N3": "747"}
    assert replaced.snapshots() == 1


def test_a_file_replaces_what_another_contract_let_in(replaced: Curated) -> None:
    replaced.merge(FIRST)
    replaced.merge(delivery(("N1", "707"), hour=1, accepted_by="h2"))
    assert replaced.models() == {"N1": "707"}


def test_a_table_gains_the_columns_that_the_contract_gained(
    spark: SparkSession, curated: Curated, database: str
) -> None:
    curated.merge(FIRST)
    seats = Column(name="seats", type=ColumnType(kind=ColumnKind.INTEGER))
    grown = CuratedTable(spark=spark, database=database, contract=contract(seats))
    grown.evolve(iceberg.schema_of(spark, spark_ddl(grown.contract)))
    assert spark.table(grown.name).where("seats is null").count() == 2


def test_a_changed_column_type_is_refused_by_name(
    spark: SparkSession, curated: Curated, database: str
) -> None:
    wanted = iceberg.schema_of(spark, "tailnum bigint")
    with pytest.raises(ColumnTypeConflictError, match=r"tailnum .* is string.* says bigint"):
        curated.table.evolve(wanted)

"""What a merge does to a table, on real Spark and Iceberg."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from glue_jobs import iceberg
from glue_jobs.curate import transform
from glue_jobs.curate.tables import ColumnTypeConflictError, CuratedTable
from tarn.contract.model import Column, ColumnKind, ColumnType, MergeMode
from tarn.contract.schemas import spark_ddl
from tests.functional.glue_jobs.deliveries import Curated, Delivery, contract, delivery, frame


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


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deliveries=st.lists(
        st.tuples(
            st.integers(1, 3),
            st.sampled_from(["planes/a.csv", "planes/b.csv"]),
            st.lists(st.sampled_from(["N1", "N2", None]), min_size=1, max_size=3),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda each: each[:2],
    ),
    data=st.data(),
)
def test_any_order_and_repetition_of_files_gives_the_same_rows(
    spark: SparkSession,
    deliveries: list[tuple[int, str, list[str | None]]],
    data: st.DataObject,
) -> None:
    files = [
        delivery(*((key, f"{source} {hour}") for key in keys), hour=hour, source=source)
        for hour, source, keys in deliveries
    ]
    once = _folded(spark, files)
    reordered = data.draw(st.permutations(files)) + data.draw(st.lists(st.sampled_from(files)))
    assert _folded(spark, reordered) == once


def _folded(spark: SparkSession, files: list[Delivery]) -> dict[object, tuple[object, ...]]:
    """Bring files into a table one by one, with the rules that the merge uses."""
    held: dict[object, tuple[object, ...]] = {}
    for file in files:
        table = frame(
            spark, contract(), [dict(zip(file[0], row, strict=True)) for row in held.values()]
        )
        newest = transform.newest_by_key(frame(spark, contract(), file), ["tailnum"])
        for row in transform.newer_than_table(newest, table, ["tailnum"]).collect():
            held[row["tailnum"]] = tuple(row)
    return held


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

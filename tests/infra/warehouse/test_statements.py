"""The SQL that follows from contracts: exact for pipes, by meaning for views."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from infra.components.warehouse.statements import (
    copy_statement,
    current_rows_statement,
    orphans_statement,
    raw_columns,
)
from tarn.contract.model import Column, ColumnKind, ColumnType, Contract, MergeMode

if TYPE_CHECKING:
    from infra.stack import Deliverables

CONTRACT: Final = Contract(
    dataset="orders",
    version="1.0.0",
    title="Orders",
    description="",
    owner="tests",
    columns=(
        Column(name="order_id", type=ColumnType(kind=ColumnKind.STRING)),
        Column(name="amount", type=ColumnType(kind=ColumnKind.INTEGER)),
    ),
    key=("order_id",),
)

Row = tuple[str, int, str, str, int, int, str, int]
"""order_id, amount, source key, version, modified at, line, contract hash, loaded at."""


def test_a_pipe_copies_its_folder_by_column_name_and_notes_when() -> None:
    assert copy_statement(database="TARN_DEV", dataset="flights") == (
        "COPY INTO TARN_DEV.RAW.FLIGHTS FROM @TARN_DEV.RAW.VALIDATED/flights/ "
        "FILE_FORMAT = (FORMAT_NAME = 'TARN_DEV.RAW.PARQUET') "
        "MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE "
        "INCLUDE_METADATA = (_LOADED_AT = METADATA$START_SCAN_TIME)"
    )


def test_the_folder_of_a_pipe_ends_with_a_slash() -> None:
    """Otherwise flights would load flights_archive too."""
    assert "/flights/ " in copy_statement(database="D", dataset="flights")


def test_a_raw_table_has_the_contracts_columns_their_origin_and_the_load_time() -> None:
    assert [column.name for column in raw_columns(CONTRACT)] == [
        *("ORDER_ID", "AMOUNT"),
        *("_SOURCE_KEY", "_SOURCE_VERSION", "_SOURCE_MODIFIED_AT", "_SOURCE_LINE"),
        *("_CONTRACT_HASH", "_LOADED_AT"),
    ]


def test_every_current_view_parses_as_snowflake_and_reads_its_own_table(
    deliverables: Deliverables,
) -> None:
    for contract in deliverables.catalog.ingested:
        parsed = sqlglot.parse_one(current_rows_statement(contract), dialect="snowflake")
        tables = {f"{table.db}.{table.name}" for table in parsed.find_all(exp.Table)}
        assert tables == {f"RAW.{contract.dataset.upper()}"}


def test_orphans_are_values_that_the_parent_lacks_and_null_is_none(
    deliverables: Deliverables,
) -> None:
    statement = orphans_statement(deliverables.catalog["flights"])
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA RAW")
        connection.execute(
            "CREATE TABLE RAW.FLIGHTS_CURRENT AS FROM (VALUES ('N1', 'AAA'), ('N2', 'BBB'), "
            "('N2', 'BBB'), (NULL, 'AAA')) AS T(TAILNUM, DEST)"
        )
        connection.execute("CREATE TABLE RAW.PLANES_CURRENT AS SELECT 'N1' AS TAILNUM")
        connection.execute("CREATE TABLE RAW.AIRPORTS_CURRENT AS SELECT 'AAA' AS FAA")

        found = sorted(connection.sql(statement).fetchall())

    assert found == [("dest", "airports.faa", "BBB", 2), ("tailnum", "planes.tailnum", "N2", 2)]
    sqlglot.parse_one(statement, dialect="snowflake")


@pytest.mark.parametrize("mode", MergeMode)
def test_a_file_that_was_loaded_twice_counts_once(mode: MergeMode) -> None:
    row = ("A", 1, "orders/1.csv", "v1", 10, 1, "hash", 100)
    again = ("A", 1, "orders/1.csv", "v1", 10, 1, "hash", 200)
    assert _current(mode, [row, again]) == [("A", 1)]


@pytest.mark.parametrize("mode", MergeMode)
def test_a_file_validated_again_counts_in_its_last_generation_only(mode: MergeMode) -> None:
    """Under the new contract B was rejected, so it must not come back from the old one."""
    first = [
        ("A", 1, "orders/1.csv", "v1", 10, 1, "old", 100),
        ("B", 2, "orders/1.csv", "v1", 10, 2, "old", 100),
    ]
    second = [("A", 3, "orders/1.csv", "v1", 10, 1, "new", 200)]
    assert _current(mode, first + second) == [("A", 3)]


def test_upsert_lets_the_later_version_win_whatever_was_loaded_last() -> None:
    newer = ("A", 2, "orders/2.csv", "v1", 20, 1, "hash", 100)
    older = ("A", 1, "orders/1.csv", "v1", 10, 1, "hash", 200)
    assert _current(MergeMode.UPSERT, [newer, older]) == [("A", 2)]


def test_upsert_lets_the_later_line_of_one_file_win() -> None:
    rows = [("A", number, "orders/1.csv", "v1", 10, number, "hash", 100) for number in (1, 2, 3)]
    assert _current(MergeMode.UPSERT, rows) == [("A", 3)]


def test_replace_file_drops_the_rows_of_an_objects_older_version() -> None:
    old = [
        ("A", 1, "orders/1.csv", "v1", 10, 1, "hash", 100),
        ("B", 2, "orders/1.csv", "v1", 10, 2, "hash", 100),
    ]
    new = [("A", 3, "orders/1.csv", "v2", 20, 1, "hash", 200)]
    other = [("C", 4, "orders/2.csv", "v1", 5, 1, "hash", 100)]
    assert _current(MergeMode.REPLACE_FILE, old + new + other) == [("A", 3), ("C", 4)]


def _current(mode: MergeMode, rows: list[Row]) -> list[tuple[str, int]]:
    """Run the view's statement over the rows, as DuckDB understands it."""
    statement = current_rows_statement(replace(CONTRACT, merge=mode))
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA RAW")
    names = ", ".join(column.name for column in raw_columns(CONTRACT))
    values = ", ".join(str(row) for row in rows)
    connection.execute(f"CREATE TABLE RAW.ORDERS AS SELECT * FROM (VALUES {values}) t({names})")
    (translated,) = sqlglot.transpile(statement, read="snowflake", write="duckdb")
    found = connection.execute(f"SELECT ORDER_ID, AMOUNT FROM ({translated}) ORDER BY ALL")
    return found.fetchall()

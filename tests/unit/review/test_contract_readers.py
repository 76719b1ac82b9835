"""Whole working trees: contracts that do not compile, and who reads a column."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from review.contracts import contract_changes
from review.contracts.views import read_views
from review.model import ContractChange

ROOT = Path(__file__).parents[3]
TABLES = {"CURATED.A": ("ID", "X", "Y"), "CURATED.B": ("ID", "Z")}


@pytest.fixture
def head(tmp_path: Path) -> Path:
    """A copy of the repository's contracts, views and jobs, to be changed."""
    for name in ("contracts", "warehouse", "glue_jobs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def only(head: Path) -> ContractChange:
    (change,) = contract_changes(ROOT, head)
    return change


def test_what_the_stack_decides_for_its_contracts_counts(head: Path) -> None:
    stack = "config:\n  tarn:ingestion:\n    schemaChange: {}\n"
    (head / "Pulumi.some.yaml").write_text(stack.format("strict"), encoding="utf-8")
    changes = contract_changes(ROOT, head, stack="some")
    assert {change.kind for change in changes} == {"schema-change-tightened"}
    assert {change.dataset for change in changes} >= {"flights", "weather"}
    (head / "Pulumi.some.yaml").write_text(stack.format("nonsense"), encoding="utf-8")
    assert contract_changes(ROOT, head, stack="some") == ()


def test_the_same_contracts_give_nothing(head: Path) -> None:
    assert contract_changes(ROOT, head) == ()
    assert contract_changes(ROOT, ROOT) == ()


def test_a_renamed_column_is_read_down_to_the_marts(head: Path) -> None:
    edit(head / "contracts/flights.odcs.yaml", "name: dep_delay", "name: departure_delay")
    change = only(head)
    assert (change.kind, change.column, change.new) == (
        "column-renamed",
        "dep_delay",
        "departure_delay",
    )
    assert change.breaking
    assert change.readers == (
        "Iceberg table flights",
        "Snowflake table RAW.FLIGHTS",
        "view RAW.FLIGHTS_CURRENT",
        "Snowflake Iceberg table CURATED.FLIGHTS",
        "model flight_performance",
        "Snowflake Iceberg table CURATED.FLIGHT_PERFORMANCE",
        "view MARTS.DAILY_CARRIER_DELAYS",
        "view MARTS.PUBLISHED_FLIGHTS",
    )


def test_a_column_that_no_model_takes_is_read_by_its_tables_only(head: Path) -> None:
    edit(head / "contracts/weather.odcs.yaml", "maximum: 2100", "maximum: 2050")
    change = only(head)
    assert (change.kind, change.column) == ("rule-tightened", "year")
    assert [reader for reader in change.readers if "WEATHER" not in reader] == [
        "Iceberg table weather"
    ]


def test_a_column_is_followed_through_what_a_model_calls_it(head: Path) -> None:
    edit(head / "contracts/airlines.odcs.yaml", "name: name\n", "name: title\n")
    readers = only(head).readers
    assert "view MARTS.DAILY_CARRIER_DELAYS" in readers
    edit(head / "contracts/airlines.odcs.yaml", "name: title\n", "name: name\n")
    edit(head / "contracts/airports.odcs.yaml", "name: name\n", "name: title\n")
    readers = only(head).readers
    # Airports name places, and that view shows carriers only.
    assert "view MARTS.DAILY_CARRIER_DELAYS" not in readers
    assert "view MARTS.PUBLISHED_FLIGHTS" in readers


def test_a_broken_contract_is_one_line_with_the_reason(head: Path) -> None:
    edit(head / "contracts/planes.odcs.yaml", "logicalType: integer", "logicalType: whole")
    change = only(head)
    assert (change.dataset, change.kind, change.breaking) == ("planes", "contract-broken", True)
    assert "contracts/planes.odcs.yaml:" in change.sentence
    assert "logicalType: is 'whole'" in change.sentence
    (back,) = contract_changes(head, ROOT)
    assert (back.kind, back.breaking) == ("contract-repaired", False)


def test_what_is_no_yaml_at_all_is_said_too(head: Path) -> None:
    (head / "contracts/planes.odcs.yaml").write_text("a: [", encoding="utf-8")
    assert only(head).kind == "contract-broken"


def test_datasets_come_and_go(head: Path) -> None:
    (head / "contracts/planes.odcs.yaml").unlink()
    changes = {change.dataset: change for change in contract_changes(ROOT, head)}
    gone = changes["planes"]
    assert (gone.kind, gone.breaks_for) == ("dataset-removed", ("producers", "readers"))
    assert "model flight_performance" in gone.readers
    # Flights refer to planes, so their contract no longer holds.
    assert changes["flights"].kind == "contract-broken"
    assert "planes.tailnum does not exist" in changes["flights"].sentence
    back = {change.dataset: change.kind for change in contract_changes(head, ROOT)}
    assert back == {"planes": "dataset-added"}


def view(root: Path, name: str, reads: str, sql: str) -> None:
    folder = root / "warehouse"
    folder.mkdir(exist_ok=True)
    header = f"-- view: MARTS.{name}\n-- secure: no\n-- reads: {reads}\n-- comment: x\n"
    (folder / f"{name.lower()}.sql").write_text(f"{header}{sql}\n", encoding="utf-8")


def test_columns_are_resolved_through_ctes_stars_unions_and_other_views(tmp_path: Path) -> None:
    view(
        tmp_path,
        "FIRST",
        "CURATED.A, CURATED.B",
        "WITH small AS (SELECT * FROM CURATED.A WHERE y > 0)\n"
        "SELECT s.id, s.x + b.z AS total FROM small AS s JOIN CURATED.B AS b ON s.id = b.id",
    )
    view(
        tmp_path,
        "LAST",
        "MARTS.FIRST, CURATED.B",
        "SELECT total AS n FROM MARTS.FIRST UNION ALL SELECT z FROM CURATED.B",
    )
    first, last = read_views(tmp_path, TABLES)
    assert first.name == "MARTS.FIRST"
    assert first.columns == {
        "ID": {("CURATED.A", "ID")},
        "TOTAL": {("CURATED.A", "X"), ("CURATED.B", "Z")},
    }
    # What only a condition reads is read too.
    assert ("CURATED.A", "Y") in first.reads
    assert last.columns == {"N": {("MARTS.FIRST", "TOTAL"), ("CURATED.B", "Z")}}


@pytest.mark.parametrize(
    "sql", ["SELECT FROM WHERE", "", "SELECT 1 FROM"], ids=["no SQL", "empty", "cut off"]
)
def test_sql_that_is_not_understood_counts_by_its_header(tmp_path: Path, sql: str) -> None:
    view(tmp_path, "ODD", "CURATED.A", sql)
    (odd,) = read_views(tmp_path, TABLES)
    assert (odd.resolved, odd.tables) == (False, {"CURATED.A"})


def test_views_in_a_circle_are_left_unresolved(tmp_path: Path) -> None:
    view(tmp_path, "ONE", "MARTS.TWO", "SELECT x FROM MARTS.TWO")
    view(tmp_path, "TWO", "MARTS.ONE", "SELECT x FROM MARTS.ONE")
    assert [each.resolved for each in read_views(tmp_path, TABLES)] == [False, False]

"""warehouse/*.sql: what a file must say, and that what it says is true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
import sqlglot
from sqlglot import exp

from infra.warehouse_views import WarehouseSqlError, read_views, views_over

if TYPE_CHECKING:
    from pathlib import Path

    from infra.stack import Deliverables
    from infra.warehouse_views import ViewDefinition

GOOD: Final = """\
-- view: MARTS.ORDERS
-- secure: no
-- reads: CURATED.ORDERS
-- comment: Orders.
SELECT ORDER_ID FROM CURATED.ORDERS
"""


def test_the_platform_ships_a_mart_and_a_secure_view_for_readers() -> None:
    assert {view.qualified_name: view.secure for view in read_views()} == {
        "MARTS.DAILY_CARRIER_DELAYS": False,
        "MARTS.PUBLISHED_FLIGHTS": True,
    }


@pytest.mark.parametrize("view", read_views(), ids=lambda view: view.name)
def test_a_file_is_one_query_that_reads_exactly_what_it_says(view: ViewDefinition) -> None:
    """By what it reads the program knows what must exist before the view."""
    parsed = sqlglot.parse(view.statement, dialect="snowflake")
    (statement,) = parsed
    assert isinstance(statement, exp.Query)
    tables = {f"{table.db}.{table.name}" for table in statement.find_all(exp.Table)}
    assert tables == set(view.reads)


@pytest.mark.parametrize("view", read_views(), ids=lambda view: view.name)
def test_a_view_reads_columns_that_the_contract_has(
    view: ViewDefinition, deliverables: Deliverables
) -> None:
    (source,) = view.reads
    known = {name.upper() for name in deliverables.catalog[_dataset(source)].column_names}
    statement = sqlglot.parse_one(view.statement, dialect="snowflake")
    assert {column.name for column in statement.find_all(exp.Column)} <= known


def test_readers_do_not_see_the_aircraft() -> None:
    (view,) = (view for view in read_views() if view.secure)
    assert "TAILNUM" not in view.statement


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "orders.sql").write_text(GOOD)
    (view,) = read_views(tmp_path)
    assert (view.schema, view.name, view.secure, view.reads, view.comment, view.statement) == (
        *("MARTS", "ORDERS", False, ("CURATED.ORDERS",), "Orders."),
        "SELECT ORDER_ID FROM CURATED.ORDERS",
    )


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        pytest.param("-- secure: no\n", "", "begins with", id="a header line is missing"),
        pytest.param("MARTS.ORDERS", "OTHER.ORDERS", "is not SCHEMA.NAME", id="unknown schema"),
        pytest.param("MARTS.ORDERS", "MARTS.SALES", "so call it sales.sql", id="other name"),
        pytest.param("secure: no", "secure: maybe", "not yes or no", id="secure is unclear"),
        pytest.param("reads: CURATED.", "reads: ", "not SCHEMA.NAME", id="reads one part"),
        pytest.param("SELECT", "DELETE", "one SELECT", id="not a query"),
        pytest.param("\nSELECT", "\n-- why\nSELECT", "one SELECT", id="a comment in the text"),
        pytest.param("ORDERS\n", "ORDERS;\n", "one SELECT", id="a semicolon"),
    ],
)
def test_a_file_that_cannot_become_a_view_is_refused(
    tmp_path: Path, before: str, after: str, problem: str
) -> None:
    (tmp_path / "orders.sql").write_text(_replaced(before, after))
    with pytest.raises(WarehouseSqlError, match=problem):
        read_views(tmp_path)


def test_the_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.sql").write_text(GOOD)
    with pytest.raises(WarehouseSqlError) as refused:
        read_views(tmp_path)
    assert [problem.partition(":")[0] for problem in refused.value.problems] == [
        "one.sql",
        "two.sql",
    ]


def test_a_view_comes_after_the_views_that_it_reads(tmp_path: Path) -> None:
    (tmp_path / "orders.sql").write_text(GOOD)
    above = GOOD.replace("CURATED.ORDERS", "MARTS.ORDERS")
    (tmp_path / "above.sql").write_text(above.replace("view: MARTS.ORDERS", "view: MARTS.ABOVE"))
    assert [view.name for view in read_views(tmp_path)] == ["ORDERS", "ABOVE"]


def test_views_that_read_each_other_are_refused(tmp_path: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        text = GOOD.replace("MARTS.ORDERS", f"MARTS.{name.upper()}")
        text = text.replace("CURATED.ORDERS", f"MARTS.{other.upper()}")
        (tmp_path / f"{name}.sql").write_text(text)
    with pytest.raises(WarehouseSqlError, match="in a circle"):
        read_views(tmp_path)


def test_a_view_over_what_nobody_defines_is_refused(tmp_path: Path) -> None:
    (tmp_path / "orders.sql").write_text(GOOD)
    with pytest.raises(WarehouseSqlError, match=r"orders.sql: reads CURATED.ORDERS, which no"):
        views_over(["flights"], tmp_path)


def test_a_view_over_a_contracts_dataset_is_taken(tmp_path: Path) -> None:
    (tmp_path / "orders.sql").write_text(GOOD)
    assert [view.name for view in views_over(["orders"], tmp_path)] == ["ORDERS"]


def _replaced(before: str, after: str) -> str:
    assert before in GOOD
    return GOOD.replace(before, after)


def _dataset(source: str) -> str:
    return source.partition(".")[2].lower()

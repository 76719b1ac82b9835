"""docs/local-cloud.md tells the limits that the code has."""

from __future__ import annotations

from pathlib import Path

from cli.limits_page import PAGE, with_limits
from local_cloud.all_limits import collect_limits
from local_cloud.limits import Limit, LimitKind

REPOSITORY = Path(__file__).resolve().parents[3]


def test_the_page_is_current() -> None:
    page = (REPOSITORY / PAGE).read_text()

    assert page == with_limits(page, collect_limits()), "run `tarn local limits --write`"


def test_a_page_keeps_what_stands_around_its_limits() -> None:
    limit = Limit(name="a|b", kind=LimitKind.STORED, why="Why.", what_to_do="Nothing.")
    page = "before <!-- limits: begin -->old<!-- limits: end --> after"

    written = with_limits(page, [limit])

    assert written.startswith("before ")
    assert written.endswith(" after")
    assert "old" not in written
    assert "| a\\|b | Why. | Nothing. |" in written

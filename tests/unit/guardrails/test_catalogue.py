"""The page about the rules is what the rules say."""

from __future__ import annotations

from guardrails.catalogue import PAGE, page
from guardrails.rules import ALL


def test_the_page_is_current() -> None:
    """Otherwise: `.venv/bin/python -m guardrails.catalogue`."""
    assert PAGE.read_text() == page()


def test_the_page_has_every_rule_once() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [rule.name for rule in ALL]

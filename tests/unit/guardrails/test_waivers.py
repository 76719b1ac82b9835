"""A waiver counts for what it names until its last day, and a bad one is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cli.reviewing.engine import GUARDRAILS_DAY
from guardrails.pack import DAY_VARIABLE
from guardrails.rule import Finding
from guardrails.rules import ALL
from guardrails.waivers import read_waivers
from tests.unit.guardrails.case import resource

TODAY = date(2026, 11, 24)
RULES = {rule.name: rule for rule in ALL}
GOOD = {
    "rule": "bucket-versioned",
    "resource": "lake-v*",
    "reason": "It is made again from landing.",
    "expires": "2026-11-24",
}


def finding(rule: str, name: str) -> Finding:
    return Finding(rule=RULES[rule], resource=resource("t", name), sentence="Wrong.")


def problems(*entries: Any) -> tuple[str, ...]:  # noqa: ANN401
    return read_waivers(list(entries), rules=RULES, today=TODAY).problems


def test_a_waiver_counts_on_its_last_day_for_its_rule_and_resources_only() -> None:
    waivers = read_waivers([GOOD], rules=RULES, today=TODAY)

    assert waivers.problems == ()
    assert waivers.covering(finding("bucket-versioned", "lake-validated"))
    assert not waivers.covering(finding("bucket-versioned", "lake-landing"))
    assert not waivers.covering(finding("bucket-logs-access", "lake-validated"))


def test_an_expired_waiver_is_a_problem_and_waives_nothing() -> None:
    waivers = read_waivers([GOOD], rules=RULES, today=date(2026, 11, 25))

    assert waivers.valid == ()
    assert "expired on 2026-11-24" in waivers.problems[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rule": "bucket-versoned"}, "'bucket-versoned', which is no rule"),
        ({"reason": " "}, "has no reason"),
        ({"expires": ""}, "has no expires"),
        ({"expires": "next year"}, "allowed: a day like"),
        ({"until": "2027-01-31"}, "has the key 'until'"),
    ],
)
def test_a_waiver_that_does_not_say_all_is_refused(change: dict[str, str], said: str) -> None:
    assert any(said in problem for problem in problems({**GOOD, **change}))


@pytest.mark.parametrize("value", ["bucket-versioned", {"rule": "bucket-versioned"}, 7])
def test_what_is_no_list_is_refused(value: object) -> None:
    read = read_waivers(value, rules=RULES, today=TODAY)
    assert read.valid == ()
    assert "must be a list" in read.problems[0]


def test_an_entry_that_is_no_object_is_refused() -> None:
    assert "guardrails:waivers[1] must be an object" in problems(GOOD, "all")[0]


def test_a_waiver_that_matches_nothing_is_told() -> None:
    waivers = read_waivers([GOOD], rules=RULES, today=TODAY)

    assert list(waivers.idle(["lake-validated"])) == []
    assert "matches no resource" in next(waivers.idle(["lake-landing"]))


def test_a_review_sets_the_day_that_waivers_go_by() -> None:
    """The command line may not import the pack, so the variable's name is written twice."""
    assert GUARDRAILS_DAY == DAY_VARIABLE

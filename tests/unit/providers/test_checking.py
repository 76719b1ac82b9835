"""Unknown inputs, missing ones and bad values are named; names and defaults are completed."""

from __future__ import annotations

import pytest

from local_cloud.providers.adapter import Input, Naming
from local_cloud.providers.aws import rules
from local_cloud.providers.checking import NameRequest, check_table, with_defaults, with_name
from local_cloud.providers.values import UNKNOWN, Properties, Value

SPECS = {
    "bucket": Input(required=True),
    "days": Input(rule=rules.between(1, 9)),
    "loudness": Input(choices=("LOUD", "QUIET"), ignore_case=True),
    "mode": Input(choices=("on", "off"), default="on"),
    "rules": Input(fields={"id": Input(required=True), "depth": Input(default=2)}),
    "tags": Input(),
}


def _failures(inputs: Properties) -> dict[str, str]:
    found = check_table("aws:s3/bucket:Bucket", inputs, SPECS)
    return {failure.property: failure.reason for failure in found}


def test_good_inputs_pass() -> None:
    inputs: Properties = {"bucket": "b", "mode": "off", "rules": [{"id": 1}], "tags": {"any": "x"}}
    assert _failures(inputs) == {}


def test_an_unknown_input_is_named_with_the_nearest_known_one() -> None:
    reason = _failures({"bucket": "b", "ruls": []})["ruls"]
    assert "aws:s3/bucket:Bucket has no input 'ruls'" in reason
    assert "'rules'" in reason
    assert "local_cloud/providers" in reason


def test_an_unknown_field_of_a_structure_is_named_with_its_path() -> None:
    found = _failures({"bucket": "b", "rules": [{"id": 1}, {"id": 2, "dept": 3}]})
    assert list(found) == ["rules[1].dept"]


def test_a_missing_input_is_named() -> None:
    assert list(_failures({"rules": [{}]})) == ["rules[0].id", "bucket"]


def test_a_value_that_is_not_allowed_is_shown_with_those_that_are() -> None:
    reason = _failures({"bucket": "b", "mode": "maybe"})["mode"]
    assert all(part in reason for part in ("'maybe'", "'on'", "'off'"))


def test_case_counts_in_a_choice_only_where_the_table_says_so() -> None:
    assert _failures({"bucket": "b", "loudness": "quiet"}) == {}
    assert list(_failures({"bucket": "b", "loudness": "faint", "mode": "ON"})) == [
        "loudness",
        "mode",
    ]


def test_a_rule_that_is_broken_says_so() -> None:
    assert _failures({"bucket": "b", "days": 10}) == {"days": "must be 1 to 9, not 10"}


def test_unknown_values_are_not_judged() -> None:
    inputs: Properties = {"bucket": UNKNOWN, "days": UNKNOWN, "mode": UNKNOWN, "rules": UNKNOWN}
    assert _failures(inputs) == {}


def test_defaults_are_filled_in_at_every_depth() -> None:
    found = with_defaults({"bucket": "b", "rules": [{"id": 1}]}, SPECS)
    assert found == {"bucket": "b", "mode": "on", "rules": [{"id": 1, "depth": 2}]}


NAMING = Naming(input="name", longest=20, lower=True)


def _named(inputs: Properties, old: Properties, request: NameRequest) -> Properties:
    named, failures = with_name(inputs, old, NAMING, request)
    assert failures == []
    return named


def test_a_given_name_is_kept() -> None:
    request = NameRequest(resource="Box", seed=b"1")
    assert _named({"name": "mine"}, {}, request) == {"name": "mine"}


def test_a_made_up_name_has_the_resources_name_and_seven_digits() -> None:
    name = _named({}, {}, NameRequest(resource="Box", seed=b"1"))["name"]
    assert isinstance(name, str)
    stem, _, digits = name.rpartition("-")
    assert (stem, len(digits)) == ("box", 7)
    assert int(digits, 16) >= 0


def test_a_made_up_name_is_kept_as_long_as_the_object_lives() -> None:
    first = _named({}, {}, NameRequest(resource="box", seed=b"1"))
    assert _named({}, first, NameRequest(resource="box", seed=b"2")) == first
    assert _named({}, {}, NameRequest(resource="box", seed=b"2")) != first


def test_a_name_that_was_given_once_is_not_kept_as_made_up() -> None:
    found = _named({}, {"name": "mine"}, NameRequest(resource="box", seed=b"1"))
    assert found["name"] != "mine"


def test_a_long_name_is_cut() -> None:
    name = _named({}, {}, NameRequest(resource="x" * 99, seed=b"1"))["name"]
    assert isinstance(name, str)
    assert len(name) == 20


def test_the_engine_may_propose_a_name_or_forbid_making_one_up() -> None:
    proposed = NameRequest(resource="box", seed=b"1", proposed="theirs")
    assert _named({}, {}, proposed) == {"name": "theirs"}
    _, failures = with_name({}, {}, NAMING, NameRequest(resource="b", seed=b"", disabled=True))
    assert [failure.property for failure in failures] == ["name"]


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (rules.between(1, 3), (1, 3), (0, 4, "2", True)),
        (rules.length(1, 2), ("a", "ab"), ("", "abc", 1)),
        (rules.pattern("[a-z]+", "letters"), ("abc",), ("ABC", "", 1)),
        (rules.json_document, ("{}", "[1]"), ("{", "", 1)),
        (rules.arn, ("arn:aws:s3:::b", "arn:aws:iam::000000000000:role/r"), ("b", "arn:aws", 1)),
        (rules.every(rules.length(1, 9), rules.json_document), ("[]",), ("[", "[1, 2, 3, 4]")),
    ],
    ids=["between", "length", "pattern", "json", "arn", "every"],
)
def test_rules_tell_good_from_bad(
    rule: rules.Rule, good: tuple[Value, ...], bad: tuple[Value, ...]
) -> None:
    assert [rule(value) for value in good] == [None] * len(good)
    assert all(rule(value) for value in bad)

"""Inputs are compared by meaning, and a refresh only shows what drifted."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_cloud.providers.adapter import Input
from local_cloud.providers.differences import (
    Change,
    ChangeKind,
    compare,
    equivalent,
    importable,
    refreshed,
)
from local_cloud.providers.values import UNKNOWN, Archive, Properties, Value

SPECS = {
    "count": Input(default=1),
    "document": Input(json=True),
    "engine": Input(computed=True),
    "first": Input(create_only=True, write_only=True),
    "file": Input(),
    "labels": Input(default={}),
    "name": Input(replace=True),
    "options": Input(fields={"depth": Input(default=0), "kind": Input(replace=True)}),
    "order": Input(),
    "people": Input(unordered=True),
    "policy": Input(policy=True),
    "rules": Input(unordered=True, fields={"id": Input(), "on": Input(default=True)}),
    "size": Input(default="S", unset_replaces=True),
    "steps": Input(fields={"id": Input(), "note": Input()}),
}
ADD, DELETE, UPDATE = ChangeKind.ADD, ChangeKind.DELETE, ChangeKind.UPDATE


def _statement(**parts: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": parts})


SAME = [
    ("nothing given and the default", {}, {"count": 1}),
    ("nothing given and an empty map", {}, {"labels": {}}),
    ("a number and its text", {"count": 5}, {"count": "5"}),
    ("a flag and its text", {"order": True}, {"order": "true"}),
    ("a set in another order", {"people": ["a", "b"]}, {"people": ["b", "a"]}),
    (
        "structures in another order",
        {"rules": [{"id": 1}, {"id": 2}]},
        {"rules": [{"id": 2}, {"id": 1}]},
    ),
    ("a nested default", {"rules": [{"id": 1}]}, {"rules": [{"id": 1, "on": True}]}),
    ("documents with other spacing", {"document": '{"a": 1}'}, {"document": '{"a":1}'}),
    (
        "one action and a list of one",
        {"policy": _statement(Action="s3:Get")},
        {"policy": _statement(Action=["s3:Get"])},
    ),
    (
        "actions in another order",
        {"policy": _statement(Action=["a", "b"])},
        {"policy": _statement(Action=["b", "a"])},
    ),
    (
        "one file by another path",
        {"file": Archive(digest="1", path="/a")},
        {"file": Archive(digest="1", path="/b")},
    ),
    ("a computed input taken out", {"engine": "v2"}, {}),
    ("another first state", {"first": True}, {"first": False}),
    ("a first state given later", {}, {"first": False}),
    ("a first state taken out", {"first": True}, {}),
    ("the default given for the first time", {}, {"size": "S"}),
]

DIFFERENT = [
    ("a value", {"count": 2}, {"count": 3}, [("count", UPDATE, False)]),
    ("a value added", {}, {"count": 3}, [("count", ADD, False)]),
    ("a value taken out", {"count": 3}, {}, [("count", DELETE, False)]),
    ("a name", {"name": "a"}, {"name": "b"}, [("name", UPDATE, True)]),
    ("an unknown name", {"name": "a"}, {"name": UNKNOWN}, [("name", UPDATE, True)]),
    (
        "a key of a map",
        {"labels": {"a": "1"}},
        {"labels": {"a": "2", "b-c": "3"}},
        [("labels.a", UPDATE, False), ("labels.b-c", ADD, False)],
    ),
    ("a key with a dot", {"labels": {}}, {"labels": {"a.b": "1"}}, [('labels["a.b"]', ADD, False)]),
    (
        "a field that replaces",
        {"options": {"kind": "x"}},
        {"options": {"kind": "y"}},
        [("options.kind", UPDATE, True)],
    ),
    ("a structure with such a field", {}, {"options": {"kind": "x"}}, [("options", ADD, True)]),
    ("a structure without one", {}, {"options": {"depth": 3}}, [("options", ADD, False)]),
    (
        "an order that matters",
        {"order": ["a", "b"]},
        {"order": ["b", "a"]},
        [("order[0]", UPDATE, False), ("order[1]", UPDATE, False)],
    ),
    (
        "a set's element",
        {"people": ["a", "b"]},
        {"people": ["c", "a"]},
        [("people[0]", UPDATE, False)],
    ),
    ("a set that grows", {"people": ["a"]}, {"people": ["b", "a"]}, [("people[0]", ADD, False)]),
    (
        "a set that shrinks",
        {"people": ["a", "b"]},
        {"people": ["b"]},
        [("people[0]", DELETE, False)],
    ),
    (
        "a document",
        {"document": '{"a": 1}'},
        {"document": '{"a": 2}'},
        [("document", UPDATE, False)],
    ),
    (
        "an effect",
        {"policy": _statement(Effect="Allow")},
        {"policy": _statement(Effect="Deny")},
        [("policy", UPDATE, False)],
    ),
    (
        "a file's content",
        {"file": Archive(digest="1", path="/a")},
        {"file": Archive(digest="2", path="/a")},
        [("file", UPDATE, False)],
    ),
    ("a computed input", {"engine": "v2"}, {"engine": "v3"}, [("engine", UPDATE, False)]),
    ("what cannot be unset, changed", {"size": "S"}, {"size": "L"}, [("size", UPDATE, False)]),
    ("what cannot be unset, taken out", {"size": "L"}, {}, [("size", DELETE, True)]),
    ("the same with its default", {"size": "S"}, {}, [("size", DELETE, True)]),
]


@pytest.mark.parametrize(("old", "new"), [case[1:] for case in SAME], ids=[c[0] for c in SAME])
def test_what_means_the_same_is_no_change(old: Properties, new: Properties) -> None:
    assert compare(old, new, SPECS) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"), [case[1:] for case in DIFFERENT], ids=[c[0] for c in DIFFERENT]
)
def test_changes_have_a_path_a_kind_and_say_whether_they_replace(
    old: Properties, new: Properties, expected: list[tuple[str, ChangeKind, bool]]
) -> None:
    changes = [Change(path=path, kind=kind, replace=replace) for path, kind, replace in expected]
    assert compare(old, new, SPECS) == changes


_json = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("ab", min_size=1, max_size=2), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(_json, st.booleans())
def test_everything_equals_itself(value: Value, unordered: bool) -> None:
    assert equivalent(value, value, Input(unordered=unordered))


@given(st.lists(_json, max_size=4), st.randoms())
def test_a_set_equals_itself_in_any_order(values: list[Value], random: Random) -> None:
    shuffled = random.sample(values, len(values))
    assert equivalent(values, shuffled, Input(unordered=True))


@given(_json, _json)
def test_comparing_is_symmetric(one: Value, other: Value) -> None:
    spec = Input(unordered=True)
    assert equivalent(one, other, spec) == equivalent(other, one, spec)


@pytest.mark.parametrize(
    ("given_inputs", "live", "expected"),
    [
        pytest.param({"count": 5}, {"count": 5}, {"count": 5}, id="nothing changed"),
        pytest.param({"count": 5}, {"count": 6}, {"count": 6}, id="another value"),
        pytest.param({"count": 5}, {"count": None}, {}, id="unset"),
        pytest.param({"count": 5}, {}, {"count": 5}, id="not read"),
        pytest.param({}, {"count": 1}, {}, id="the default"),
        pytest.param({}, {"count": 2}, {"count": 2}, id="not given and not the default"),
        pytest.param({}, {"file": "chosen"}, {}, id="chosen by the service"),
        pytest.param({}, {"labels": {"a": "b"}}, {"labels": {"a": "b"}}, id="a tag put on"),
        pytest.param(
            {"document": '{"a":1}'},
            {"document": '{"a": 1}'},
            {"document": '{"a":1}'},
            id="spelling",
        ),
        pytest.param(
            {"people": ["b", "a"]}, {"people": ["a", "b"]}, {"people": ["b", "a"]}, id="order"
        ),
        pytest.param(
            {"people": ["b", "a"]}, {"people": ["c", "b"]}, {"people": ["b", "c"]}, id="a set"
        ),
        pytest.param(
            {"options": {"kind": "x"}},
            {"options": {"kind": "x", "depth": 0}},
            {"options": {"kind": "x"}},
            id="a nested default",
        ),
        pytest.param(
            {"options": {"kind": "x"}},
            {"options": {"kind": "y", "depth": 3}},
            {"options": {"kind": "y", "depth": 3}},
            id="nested drift",
        ),
        pytest.param(
            {"steps": [{"id": 1}]},
            {"steps": [{"id": 1, "note": "live"}, {"id": 2}]},
            {"steps": [{"id": 1}, {"id": 2}]},
            id="a step added",
        ),
    ],
)
def test_a_refresh_shows_what_drifted_in_the_programs_spelling(
    given_inputs: Properties, live: Properties, expected: Properties
) -> None:
    assert refreshed(given_inputs, live, SPECS) == expected


@given(st.dictionaries(st.sampled_from(sorted(SPECS)), _json, max_size=5))
def test_a_refresh_of_what_was_given_changes_nothing(inputs: Properties) -> None:
    again = refreshed(inputs, dict(inputs), SPECS)
    assert compare(again, inputs, SPECS) == []


def test_an_import_leaves_out_what_is_unset_or_default() -> None:
    live: Properties = {"count": 1, "name": "box", "people": [], "labels": {"a": "b"}}
    assert importable(live, SPECS) == {"name": "box", "labels": {"a": "b"}}

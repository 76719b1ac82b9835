"""Fault rules: read, refused, counted, and decided by their seed."""

from __future__ import annotations

import json

import pytest

from local_cloud.faults.actions import CALL_ACTIONS, SPECS, Action
from local_cloud.faults.codes import ERRORS, THROTTLES
from local_cloud.faults.control import read_rules
from local_cloud.faults.errors import FaultRuleError
from local_cloud.faults.matching import Occasion, fits
from local_cloud.faults.registry import Faults
from local_cloud.faults.rules import FaultRule, read_rule

PUT = Occasion(
    service="s3",
    operation="PutObject",
    resources=("lake/raw/day.csv", "arn:aws:s3:::lake/raw/day.csv"),
    principals=("ingest", "arn:aws:iam::000000000000:role/ingest"),
)
ROOT_PUT = Occasion(service="s3", operation="PutObject", principals=("root",), root=True)


def rule(**fields: object) -> FaultRule:
    given = {"action": "throttle", "service": "s3", **fields}
    return read_rule(given, name="rule", seed=7)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"action": "explode"}, "action"),
        ({"service": "ec2"}, "service"),
        ({"service": "snowpipe"}, "service"),
        ({"action": "latency"}, "seconds"),
        ({"action": "latency", "seconds": [2, 1]}, "seconds"),
        ({"action": "latency", "seconds": -1}, "seconds"),
        ({"action": "latency", "seconds": "soon"}, "seconds"),
        ({"nth": 0}, "nth"),
        ({"nth": []}, "nth"),
        ({"nth": True}, "nth"),
        ({"nth": 2, "probability": 0.5}, "nth"),
        ({"probability": 0}, "probability"),
        ({"probability": 1.5}, "probability"),
        ({"times": 0}, "times"),
        ({"when": "after"}, "when"),
        ({"action": "error", "when": "later"}, "when"),
        ({"code": "InternalError"}, "code"),
        ({"service": "*", "code": "SlowDown"}, "code"),
        ({"resource": ""}, "resource"),
        ({"copies": 2}, "copies"),
        ({"action": "reorder", "events": 1}, "events"),
        ({"action": "stop-pipe", "service": "snowpipe", "nth": 1}, "nth"),
        ({"bucket": "lake"}, "bucket"),
    ],
)
def test_a_rule_that_could_never_act_is_refused_by_its_field(
    fields: dict[str, object], named: str
) -> None:
    with pytest.raises(FaultRuleError) as raised:
        rule(**fields)

    assert raised.value.field == named


@pytest.mark.parametrize(
    ("fields", "fitting"),
    [
        ({}, True),
        ({"service": "*"}, True),
        ({"service": "sqs"}, False),
        ({"operation": "Put*"}, True),
        ({"operation": "GetObject"}, False),
        ({"resource": "lake/raw/*"}, True),
        ({"resource": "arn:aws:s3:::lake/*"}, True),
        ({"resource": "lake"}, False),
        ({"principal": "ing*"}, True),
        ({"principal": "curate"}, False),
    ],
)
def test_a_rule_fits_by_each_of_its_patterns(fields: dict[str, object], fitting: bool) -> None:
    assert fits(rule(**fields), PUT) is fitting


@pytest.mark.parametrize(("fields", "hit"), [({}, False), ({"principal": "*"}, True)])
def test_root_is_hit_only_when_a_principal_is_named(fields: dict[str, object], hit: bool) -> None:
    assert fits(rule(**fields), ROOT_PUT) is hit


def hits(faults: Faults, calls: int) -> list[int]:
    return [number for number in range(1, calls + 1) if faults.on_call(PUT) is not None]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, [1, 2, 3, 4]),
        ({"nth": 3}, [3]),
        ({"nth": [2, 4]}, [2, 4]),
        ({"times": 2}, [1, 2]),
        ({"nth": [2, 4], "times": 1}, [2]),
        ({"probability": 1.0}, [1, 2, 3, 4]),
    ],
)
def test_a_rule_acts_on_the_calls_that_it_names(
    fields: dict[str, object], expected: list[int]
) -> None:
    faults = Faults()
    faults.add([rule(**fields)])

    assert hits(faults, 4) == expected


def test_chance_depends_on_the_seed_alone() -> None:
    def draw(seed: int, *others: FaultRule) -> list[int]:
        faults = Faults()
        faults.add([rule(probability=0.3, seed=seed), *others])
        return hits(faults, 200)

    first = draw(1)
    assert 30 < len(first) < 90
    assert draw(1, rule(id="other", operation="Get*", probability=0.9)) == first
    assert draw(2) != first


def test_delays_add_up_and_the_first_fault_ends_the_call() -> None:
    faults = Faults()
    faults.add(
        [
            rule(id="first", nth=2),
            rule(id="second"),
            rule(id="slow", action="latency", seconds=0.01),
        ]
    )
    decided = [[each.rule.id for each in faults.decide(PUT, CALL_ACTIONS)] for _ in range(2)]

    assert decided == [["second", "slow"], ["first", "slow"]]
    assert [(each["seen"], each["injected"]) for each in faults.all()] == [(2, 1), (2, 1), (2, 2)]


def test_rules_go_and_come_back_as_they_were() -> None:
    faults = Faults()
    document = {
        "id": "slow",
        "action": "latency",
        "service": "dynamodb",
        "operation": "UpdateItem",
        "resource": "ledger*",
        "principal": "ingest*",
        "probability": 0.2,
        "seed": 42,
        "times": 3,
        "seconds": [0.1, 2],
    }
    [read] = read_rules(json.dumps(document).encode(), new_id=faults.new_id)

    assert read.to_json() == document


def test_a_set_gives_its_seed_and_names_to_rules_without_them() -> None:
    faults = Faults()
    each = {"action": "throttle", "service": "s3", "probability": 0.5}
    body = json.dumps({"seed": 9, "rules": [each, {**each, "seed": 1, "id": "mine"}]}).encode()

    rules = read_rules(body, new_id=faults.new_id)

    assert [(read.id, read.seed) for read in rules] == [("fault-1", 9), ("mine", 1)]


def test_an_id_is_never_used_twice_and_a_taken_one_is_refused_with_the_whole_set() -> None:
    faults = Faults()
    faults.add([rule(id=faults.new_id())])
    faults.clear()
    assert faults.new_id() == "fault-2"

    faults.add([rule(id="mine")])
    with pytest.raises(FaultRuleError):
        faults.add([rule(id="other"), rule(id="mine")])
    assert [each["id"] for each in faults.all()] == ["mine"]


def test_nothing_is_armed_without_rules() -> None:
    faults = Faults()
    faults.add([rule(id="one"), rule(id="two")])
    faults.clear("one")
    assert faults.armed
    faults.clear()
    assert not faults.armed


def test_every_service_that_can_fail_has_its_codes() -> None:
    for action, codes in ((Action.THROTTLE, THROTTLES), (Action.ERROR, ERRORS)):
        assert codes.keys() | {"*"} == SPECS[action].services

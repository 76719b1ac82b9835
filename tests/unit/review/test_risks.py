"""Every rule says its class where it applies, and nothing the other way round."""

from __future__ import annotations

from typing import Any

import pytest

from review.model import JsonValue, RiskClass
from review.paths import parse
from review.risks.endings import INTERRUPTED, ONLY_WHEN_REMOVED, REMOVED, STATEFUL
from review.risks.limits import LOWERED, Lowered
from review.risks.switches import LOST, Lost
from review.risks.warehouse import is_narrower
from tests.unit.review.engine_events import event, only_change, review_of, state, urn

GRANT = "snowflake:index/grantPrivilegesToAccountRole:GrantPrivilegesToAccountRole"
POLICY = "aws:iam/rolePolicy:RolePolicy"
ROLE = "aws:iam/role:Role"


def at(path: str, value: Any) -> dict[str, Any]:  # noqa: ANN401
    """Inputs with one value."""
    inputs: Any = value
    for step in reversed(parse(path)):
        inputs = {step: inputs}
    return inputs if value is not None else {}


def classes(type_name: str, path: str, old: Any, new: Any) -> set[RiskClass]:  # noqa: ANN401
    """The classes of an update of one input."""
    change = only_change(
        event("update", type_name, "x", at(path, old), at(path, new), {path: "update"})
    )
    return {risk.risk_class for risk in change.risks}


def endings(type_name: str, operation: str) -> set[RiskClass]:
    """The classes of an end."""
    old = {"openTableFormatInput": {}} if type_name.endswith(":CatalogTable") else {}
    new = old if operation == "replace" else None
    held = (state(type_name, "x", old),)
    change = only_change(event(operation, type_name, "x", old, new), states=held)
    return {risk.risk_class for risk in change.risks}


@pytest.mark.parametrize("type_name", STATEFUL)
@pytest.mark.parametrize("operation", ["delete", "replace"])
def test_the_end_of_what_holds_data_is_a_loss(type_name: str, operation: str) -> None:
    assert RiskClass.DATA_LOSS in endings(type_name, operation)


@pytest.mark.parametrize("type_name", INTERRUPTED)
def test_the_end_of_what_others_wait_for_is_an_outage(type_name: str) -> None:
    assert RiskClass.OUTAGE in endings(type_name, "delete")
    replaced = endings(type_name, "replace")
    assert (RiskClass.OUTAGE in replaced) is (type_name not in ONLY_WHEN_REMOVED)


@pytest.mark.parametrize("type_name", REMOVED)
def test_a_setting_that_goes_from_what_stays_is_a_risk(type_name: str) -> None:
    assert REMOVED[type_name].risk_class in endings(type_name, "delete")


def test_a_setting_that_goes_with_its_bucket_is_no_risk_of_its_own() -> None:
    block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    bucket = "aws:s3/bucket:Bucket"
    component = urn("tarn:lake:LakeBucket", "c")

    found = review_of(
        event("delete", block, "x", {}),
        event("delete", bucket, "b", {}),
        states=(
            state(bucket, "b", parent=component),
            state(block, "x", parent=component, dependencies=[urn(bucket, "b")]),
        ),
    )
    by_type = {change.type: [risk.risk_class for risk in change.risks] for change in found.changes}
    assert by_type == {bucket: [RiskClass.DATA_LOSS], block: [RiskClass.HARMLESS]}


LIMITS = [(type_name, rule) for type_name, rules in LOWERED.items() for rule in rules]


@pytest.mark.parametrize(
    ("type_name", "rule"),
    LIMITS,
    ids=[f"{one.rpartition(':')[2]}.{rule.path}-{rule.raised}" for one, rule in LIMITS],
)
def test_a_limit_in_the_wrong_direction_is_a_risk(type_name: str, rule: Lowered) -> None:
    low, high = (rule.order[0], rule.order[1]) if rule.order else (10, 20)
    worse, better = ((low, high), (high, low)) if rule.raised else ((high, low), (low, high))
    assert rule.risk_class in classes(type_name, rule.path, *worse)
    assert rule.risk_class not in classes(type_name, rule.path, *better)


SWITCHES = [(type_name, rule) for type_name, rules in LOST.items() for rule in rules]


@pytest.mark.parametrize(
    ("type_name", "rule"),
    SWITCHES,
    ids=[f"{one.rpartition(':')[2]}.{rule.path}" for one, rule in SWITCHES],
)
def test_a_value_that_is_no_longer_safe_is_a_risk(type_name: str, rule: Lost) -> None:
    safe: Any = rule.safe[0] if rule.safe else "something"
    unsafe: Any = (not safe) if isinstance(safe, bool) else "another" if rule.safe else None
    assert rule.risk_class in classes(type_name, rule.path, safe, unsafe)
    assert rule.risk_class not in classes(type_name, rule.path, unsafe, safe)


NARROWER = {
    ("VARCHAR(20)", "VARCHAR(10)"): True,
    ("VARCHAR(10)", "VARCHAR(20)"): False,
    ("VARCHAR", "VARCHAR(10)"): True,
    ("VARCHAR(10)", "VARCHAR"): False,
    ("VARCHAR", "VARCHAR(16777216)"): False,
    ("NUMBER(10,2)", "NUMBER(8,2)"): True,
    ("NUMBER(10,2)", "NUMBER(12,4)"): False,
    ("NUMBER(10,2)", "NUMBER(10,4)"): True,
    ("NUMBER(38,0)", "NUMBER"): False,
    ("NUMBER(38,0)", "BOOLEAN"): True,
    ("NUMBER(38,0)", "VARCHAR"): False,
    ("TIMESTAMP_NTZ(9)", "TIMESTAMP_NTZ(3)"): True,
    ("DATE", "DATE"): False,
}


@pytest.mark.parametrize(("types", "narrower"), NARROWER.items(), ids=map(" to ".join, NARROWER))
def test_a_type_is_narrower_when_it_cannot_hold_all(types: tuple[str, str], narrower: bool) -> None:
    assert is_narrower(*types) is narrower


def test_a_column_that_goes_is_a_loss_and_one_that_comes_is_none() -> None:
    table, few = "snowflake:index/table:Table", [{"name": "A", "type": "DATE"}]
    many = [*few, {"name": "B", "type": "DATE"}]
    assert classes(table, "columns", many, few) == {RiskClass.DATA_LOSS}
    assert classes(table, "columns", few, many) == {RiskClass.HARMLESS}


def granted(*privileges: str, role: str = "READER") -> dict[str, Any]:
    target = {"onSchema": {"schemaName": "RAW"}}
    return {"accountRoleName": role, "privileges": list(privileges), **target}


def test_a_grant_that_becomes_wider_is_told_and_a_narrower_one_is_an_outage() -> None:
    wider = only_change(
        event(
            "update", GRANT, "g", granted("USAGE"), granted("USAGE", "MODIFY"), {"privileges": "u"}
        )
    )
    assert [(one.risk_class, one.sentence) for one in wider.risks] == [
        (RiskClass.SECURITY, "more is granted: role READER may MODIFY on RAW")
    ]
    narrower = only_change(
        event(
            "update", GRANT, "g", granted("USAGE", "MODIFY"), granted("USAGE"), {"privileges": "u"}
        )
    )
    assert [one.risk_class for one in narrower.risks] == [RiskClass.OUTAGE]


def test_a_grant_to_every_user_is_told_in_these_words() -> None:
    change = only_change(event("create", GRANT, "g", None, granted("SELECT", role="PUBLIC")))
    assert change.risks[0].sentence == "more is granted: every user may SELECT on RAW"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"PARTNER_PASSWORD": "hunter2"}, True),
        ({"apiKey": "abc"}, True),
        ({"NOTE": "AKIA" + "ABCDEFGHIJKLMNOP"}, True),
        ({"PARTNER_PASSWORD": "[secret]"}, False),
        ({"PARTNER_PASSWORD": "arn:aws:secretsmanager:x"}, False),
        ({"TOKENS_PER_CALL": "5"}, False),
        ({"LEDGER_TABLE": "tarn-ledger"}, False),
    ],
)
def test_a_secret_in_clear_is_found(value: dict[str, str], found: bool) -> None:
    told = classes("aws:lambda/function:Function", "environment.variables", {}, value)
    assert (RiskClass.SECURITY in told) is found


def document(*actions: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "arn:x"}
    return {"policy": {"Statement": [statement]}}


def test_a_role_that_may_do_more_is_told_with_what_it_gains() -> None:
    change = only_change(
        event("update", POLICY, "p", document("s3:Get*"), document("s3:GetObject", "s3:PutObject"),
              {"policy": "update"})
    )  # fmt: skip
    assert [(one.risk_class, one.sentence) for one in change.risks] == [
        (RiskClass.SECURITY, "more is allowed: s3:PutObject on arn:x"),
        (RiskClass.OUTAGE, "no longer allowed, and fails: s3:Get* on arn:x"),
    ]


def test_a_new_role_may_be_allowed_something_but_not_everything() -> None:

    def made(*actions: str) -> set[RiskClass]:
        component = {"goal": {"dependencies": [urn(ROLE, "r")]}}
        role = event("create", ROLE, "r", None, {"name": "r"})
        policy = event("create", POLICY, "p", None, document(*actions))
        found = review_of(role, policy, plan={urn(POLICY, "p"): component})
        return {risk.risk_class for change in found.changes for risk in change.risks}

    assert made("s3:GetObject") == {RiskClass.HARMLESS}
    assert RiskClass.SECURITY in made("s3:*")


def test_more_for_a_role_that_exists_is_told_also_when_its_document_is_new() -> None:
    change = only_change(event("create", POLICY, "p", None, document("s3:GetObject")))
    assert [one.risk_class for one in change.risks] == [RiskClass.SECURITY]


def test_a_document_that_only_the_apply_knows_is_not_judged() -> None:
    old, new = document("s3:GetObject"), {"policy": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}
    change = only_change(event("update", POLICY, "p", old, new, {"policy": "update"}))
    assert [one.risk_class for one in change.risks] == [RiskClass.HARMLESS]


LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


def ageing(days: int | None) -> list[JsonValue]:
    rule: dict[str, JsonValue] = {"id": "expire", "status": "Enabled"}
    return [] if days is None else [{**rule, "expiration": {"days": days}}]


@pytest.mark.parametrize(
    ("old", "new", "loses"),
    [(90, 30, True), (30, 90, False), (None, 30, True), (30, None, False)],
)
def test_objects_that_go_earlier_are_a_loss(old: int, new: int, loses: bool) -> None:
    found = classes(LIFECYCLE, "rules", ageing(old), ageing(new))
    assert (RiskClass.DATA_LOSS in found) is loses

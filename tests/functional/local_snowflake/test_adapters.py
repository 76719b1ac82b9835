"""Every Snowflake adapter lives a whole life, and at each step SHOW and DESC are asked."""

from __future__ import annotations

import json

import pytest

from local_cloud.providers.snowflake.sql import quoted
from local_cloud.providers.values import Properties, Unknown, Value
from tests.functional.local_snowflake.account import TestAccount
from tests.functional.local_snowflake.cases import CASES, Case, Rows
from tests.functional.providers.engine import Engine, Managed, urn_of

_every_case = pytest.mark.parametrize("case", CASES, ids=[case.label for case in CASES])


def _leaves(value: Value) -> list[str]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [] if value is None or isinstance(value, Unknown) else [str(value)]


def _assert_known(case: Case, rows: Rows, inputs: Properties) -> None:
    assert rows
    text = json.dumps(rows, default=str).replace('\\"', '"').upper()
    for name, value in inputs.items():
        if name not in case.hidden:
            missing = [leaf for leaf in _leaves(value) if leaf.upper() not in text]
            assert not missing, f"{name}: Snowflake does not know {missing}: {text}"


def _made(engine: Engine, account: TestAccount, case: Case) -> Managed:
    urn = urn_of(case.resource_type)
    return engine.create(urn, engine.check(urn, case.inputs(account)))


def _assert_no_drift(engine: Engine, managed: Managed) -> None:
    live = engine.read(managed)
    assert live is not None
    assert live.inputs == managed.inputs
    assert live.state == managed.state
    assert engine.diff(live, managed.inputs).changed == frozenset()


@_every_case
def test_a_preview_creates_nothing(engine: Engine, account: TestAccount, case: Case) -> None:
    urn = urn_of(case.resource_type)
    inputs = engine.check(urn, case.inputs(account))
    state = engine.preview(urn, inputs)
    assert isinstance(state["fullyQualifiedName"], Unknown)
    assert case.backend(account, inputs) == []


@_every_case
def test_what_is_created_is_in_the_account_and_does_not_drift(
    engine: Engine, account: TestAccount, case: Case
) -> None:
    managed = _made(engine, account, case)
    _assert_known(case, case.backend(account, managed.inputs), managed.inputs)
    assert managed.state["fullyQualifiedName"] == quoted(*case.path(managed.inputs))
    assert engine.diff(managed, managed.inputs).changed == frozenset()
    _assert_no_drift(engine, managed)


@_every_case
def test_a_change_behind_its_back_is_seen_and_repaired(
    engine: Engine, account: TestAccount, case: Case
) -> None:
    managed = _made(engine, account, case)
    path = quoted(*case.path(managed.inputs))
    account.admin.rows(f"ALTER {case.keyword} {path} {case.meddle}")
    live = engine.read(managed)
    assert live is not None
    changed = {name.split("[")[0] for name in engine.diff(live, managed.inputs).changed}
    assert changed == {case.drift}
    repaired = engine.update(live, managed.inputs)
    _assert_no_drift(engine, repaired)
    _assert_known(case, case.backend(account, managed.inputs), managed.inputs)


@_every_case
def test_each_input_changes_in_place_or_replaces(
    engine: Engine, account: TestAccount, case: Case
) -> None:
    managed = _made(engine, account, case)
    for name, value in case.changes(account).items():
        inputs = engine.check(managed.urn, {**managed.inputs, name: value}, managed.inputs)
        found = engine.diff(managed, inputs)
        assert found.changed
        assert (name, found.replaces) == (name, frozenset())
        managed = engine.update(managed, inputs)
        _assert_known(case, case.backend(account, inputs), {name: value})
        _assert_no_drift(engine, managed)
    for name, value in case.replacing(account).items():
        found = engine.diff(managed, {**managed.inputs, name: value})
        assert name in found.replaces, f"{name} must replace"


@_every_case
def test_an_input_taken_out_is_unset(engine: Engine, account: TestAccount, case: Case) -> None:
    managed = _made(engine, account, case)
    if "comment" not in managed.inputs:
        return
    inputs = {name: value for name, value in managed.inputs.items() if name != "comment"}
    managed = engine.update(managed, inputs)
    assert not case.backend(account, inputs)[0]["comment"]
    _assert_no_drift(engine, managed)


@_every_case
def test_an_import_gives_the_inputs_that_would_make_it(
    engine: Engine, account: TestAccount, case: Case
) -> None:
    managed = _made(engine, account, case)
    found = engine.adopt(managed.urn, managed.id)
    assert found is not None
    differing = {name for name in engine.diff(found, managed.inputs).changed}
    assert differing <= {"initiallySuspended", "startTimestamp", "storageAwsExternalId"} | {
        "glueRegion",
        "catalogNamespace",
        "dataRetentionTimeInDays",
    }


@_every_case
def test_what_is_deleted_is_gone_and_may_be_gone_already(
    engine: Engine, account: TestAccount, case: Case
) -> None:
    managed = _made(engine, account, case)
    engine.delete(managed)
    assert case.backend(account, managed.inputs) == []
    assert engine.read(managed) is None
    engine.delete(managed)

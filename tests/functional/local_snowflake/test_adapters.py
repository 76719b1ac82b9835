"""Every Snowflake adapter lives a whole life, and at each step the account is asked with SQL.

One table for all types (cases_*.py); its steps are those of tests/functional/providers.
"""

from __future__ import annotations

import re

import pytest

from local_cloud.providers.snowflake.provider import ADAPTERS
from local_cloud.providers.snowflake.sql import quoted
from local_cloud.providers.values import Properties, Unknown
from tests.functional.local_snowflake import cases_account, cases_grants, cases_schema
from tests.functional.local_snowflake.account import TestAccount
from tests.functional.local_snowflake.output_shapes import misshapen, secrets_of
from tests.functional.local_snowflake.snowflake_case import SnowflakeCase, path_of
from tests.functional.providers.engine import CheckFailedError, Engine, Managed, urn_of
from tests.functional.providers.life import Description, assert_no_drift, made, refreshed

CASES = (*cases_account.CASES, *cases_schema.CASES, *cases_grants.CASES)
_BY_TYPE = {adapter.resource_type: adapter for adapter in ADAPTERS}
_every_case = pytest.mark.parametrize("case", CASES, ids=[case.label for case in CASES])


def _assert_shown(
    account: TestAccount, case: SnowflakeCase, managed: Managed, inputs: Properties
) -> Description:
    shown = case.describe(account, managed)
    assert shown is not None
    assert case.unknown(shown, inputs) == {}, f"{inputs} is not what Snowflake shows: {shown}"
    return shown


def test_every_adapter_has_a_case() -> None:
    assert {case.resource_type for case in CASES} == set(_BY_TYPE)


@_every_case
def test_every_input_is_tried(account: TestAccount, case: SnowflakeCase) -> None:
    alike = [one for one in CASES if one.resource_type == case.resource_type]
    tried = {
        name
        for one in alike
        for name in (*one.inputs(account), *one.changes(account), *one.replacing(account))
    }
    skipped = {name for one in alike for name in one.untried if name == "name"}
    inputs = set(_BY_TYPE[case.resource_type].inputs)
    assert inputs - tried - skipped - {"allPrivileges"} == set()


@_every_case
def test_a_preview_makes_nothing(engine: Engine, account: TestAccount, case: SnowflakeCase) -> None:
    urn = urn_of(case.resource_type)
    inputs = engine.check(urn, case.inputs(account))
    state = engine.preview(urn, inputs)
    computed = _BY_TYPE[case.resource_type].computed
    assert all(isinstance(state[name], Unknown) for name in computed)
    assert case.describe(account, Managed(urn=urn, id="", inputs=inputs, state={})) is None


@_every_case
def test_what_is_made_is_in_the_account_and_does_not_drift(
    engine: Engine, account: TestAccount, case: SnowflakeCase
) -> None:
    managed = made(engine, account, case)
    _assert_shown(account, case, managed, managed.inputs)
    assert engine.diff(managed, managed.inputs).changed == frozenset()
    assert_no_drift(engine, managed)
    assert refreshed(engine, managed).state == managed.state


@_every_case
def test_outputs_have_the_packages_fields_and_snowflakes_formats(
    engine: Engine, account: TestAccount, case: SnowflakeCase
) -> None:
    managed = made(engine, account, case)
    assert misshapen(case.resource_type.rsplit(":", 1)[-1], managed.state) == {}
    path = path_of(managed.inputs)
    if path:
        assert managed.state["fullyQualifiedName"] == quoted(*path)
        older = "|".join(path)
        assert managed.id in (quoted(*path), older)
        assert (managed.id == older) is (case.label in ("Pipe", "Table"))
    for value in secrets_of(managed.state):
        assert re.fullmatch(r"arn:aws:iam::\d{12}:user/.+|\w+_SFCRole=\d_.+=", str(value))
    if "Integration" in case.label or "Volume" in case.label:
        assert len(secrets_of(managed.state)) == 2


@_every_case
def test_a_change_behind_its_back_is_seen_and_repaired(
    engine: Engine, account: TestAccount, case: SnowflakeCase
) -> None:
    if case.meddle is None:
        assert not case.changes(account), "an object that can be changed can be meddled with"
        return
    managed = made(engine, account, case)
    case.meddle(account, managed)
    live = refreshed(engine, managed)
    found = engine.diff(live, managed.inputs)
    assert (found.changed, found.replaces) == (case.drift, frozenset())
    repaired = engine.update(live, managed.inputs)
    assert_no_drift(engine, repaired)
    _assert_shown(account, case, repaired, managed.inputs)


@_every_case
def test_each_input_changes_in_place_and_nothing_else_with_it(
    engine: Engine, account: TestAccount, case: SnowflakeCase
) -> None:
    managed = made(engine, account, case)
    specs = _BY_TYPE[case.resource_type].inputs
    for name, value in case.changes(account).items():
        before = _assert_shown(account, case, managed, managed.inputs)
        inputs = engine.check(managed.urn, {**managed.inputs, name: value}, managed.inputs)
        found = engine.diff(managed, inputs)
        assert (name, found.changed, found.replaces) == (name, {name}, frozenset())
        managed = engine.update(managed, inputs)
        after = _assert_shown(account, case, managed, managed.inputs)
        if specs[name].stored:
            # What is listed as stored without effect is kept and shown, and nothing else moves.
            moved = {key for key in after if after[key] != before.get(key)}
            assert moved - {case.column(name), "updated_on"} - case.also == set()
        assert_no_drift(engine, managed)


@_every_case
def test_each_other_input_makes_another_object(
    engine: Engine, account: TestAccount, case: SnowflakeCase
) -> None:
    for name, value in case.replacing(account).items():
        managed = made(engine, account, case)
        wanted: Properties = {**managed.inputs, name: value}
        found = engine.diff(managed, wanted)
        assert name in found.replaces, f"{name} must replace"
        if name not in case.planned:
            _replace(engine, account, case, managed, wanted, first=found.delete_before_replace)
        elif case.describe(account, managed) is not None:
            engine.delete(managed)


def _replace(
    engine: Engine,
    account: TestAccount,
    case: SnowflakeCase,
    old: Managed,
    wanted: Properties,
    *,
    first: bool,
) -> None:
    """Replace as the engine does: the old one goes first only where both would share a name."""
    inputs = engine.check(old.urn, wanted, old.inputs)
    if first:
        engine.delete(old)
        assert case.describe(account, old) is None
    new = engine.create(old.urn, inputs)
    if not first:
        engine.delete(old)
        assert case.describe(account, old) is None
    _assert_shown(account, case, new, inputs)
    assert_no_drift(engine, new)
    engine.delete(new)


@_every_case
def test_an_input_taken_out_is_unset(
    engine: Engine, account: TestAccount, case: SnowflakeCase
) -> None:
    managed = made(engine, account, case)
    specs = _BY_TYPE[case.resource_type].inputs
    for name, value in case.changes(account).items():
        if specs[name].required or name in {*case.unsettable, *case.kept, "name"}:
            continue
        without = {key: given for key, given in managed.inputs.items() if key != name}
        try:
            more = engine.check(managed.urn, {**without, name: value}, managed.inputs)
            fewer = engine.check(managed.urn, without, managed.inputs)
        except CheckFailedError:
            continue  # needed together with the other inputs
        managed = engine.update(engine.update(managed, more), fewer)
        shown = case.describe(account, managed)
        assert shown is not None
        default = specs[name].default
        if default is None:
            assert case.unknown(shown, {name: value}), f"{name} is still {value!r}: {shown}"
        else:
            assert case.unknown(shown, {name: default}) == {}
        assert_no_drift(engine, managed)


@_every_case
def test_an_import_gives_the_inputs_that_would_make_it(
    engine: Engine, account: TestAccount, case: SnowflakeCase
) -> None:
    managed = made(engine, account, case)
    found = engine.adopt(managed.urn, managed.id)
    assert found is not None
    assert engine.diff(found, managed.inputs).changed - case.unread == frozenset()


@_every_case
def test_what_is_deleted_is_gone_and_may_be_gone_already(
    engine: Engine, account: TestAccount, case: SnowflakeCase
) -> None:
    managed = made(engine, account, case)
    engine.delete(managed)
    assert case.describe(account, managed) is None
    found = engine.read(managed)
    # The provider reads a grant as long as its role and target are there: as one of nothing.
    assert found is None or (case.empties and found.inputs["privileges"] == [])
    engine.delete(managed)

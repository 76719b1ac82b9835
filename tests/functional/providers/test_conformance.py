"""Every adapter lives a whole life, and at each step the backend is asked, not the adapter.

A green `up` proves nothing: a plugin that calls nobody is green too.
"""

from __future__ import annotations

import json

import pytest

from local_cloud.providers.aws.registry import ADAPTERS
from local_cloud.providers.differences import compare
from local_cloud.providers.values import Properties, Unknown, Value
from tests.functional.providers import (
    cases_compute,
    cases_data,
    cases_glue,
    cases_messaging,
    cases_s3,
)
from tests.functional.providers.case import Case, Description, with_changes
from tests.functional.providers.engine import CheckFailedError, Engine, Managed, urn_of
from tests.functional.providers.life import assert_no_drift, leaves, made, refreshed, text_of
from tests.functional.providers.outputs import OUTPUTS, misshapen_outputs
from tests.functional.providers.world import World

CASES = (
    *cases_compute.CASES,
    *cases_data.CASES,
    *cases_glue.CASES,
    *cases_messaging.CASES,
    *cases_s3.CASES,
)
_BY_TYPE = {adapter.resource_type: adapter for adapter in ADAPTERS}
# Inputs that say what the program does with the object, not what the object is.
_ABOUT_THE_PROGRAM = frozenset(
    {"forceDestroy", "skipDestroy", "publish", "forceDetachPolicies", "deletionWindowInDays"}
)
_every_case = pytest.mark.parametrize("case", CASES, ids=[case.label for case in CASES])
_CHANGEABLE = [case for case in CASES if not case.fixed]


def _assert_described(case: Case, description: Description | None, inputs: Properties) -> None:
    assert description is not None
    described = text_of(description)
    adapter = _BY_TYPE[case.resource_type]
    for name, value in inputs.items():
        spec = adapter.inputs.get(name)
        if spec is None or name in case.kept or name in _ABOUT_THE_PROGRAM:
            continue
        if spec.json or spec.policy:
            _assert_document_described(name, value, described)
        else:
            missing = [leaf for leaf in leaves(value) if leaf not in described]
            assert not missing, f"{name}: the backend does not know {missing}: {described}"


def _assert_document_described(name: str, value: Value, described: str) -> None:
    assert isinstance(value, str)
    for leaf in leaves(json.loads(value)):
        assert leaf in described, f"{name}: the backend does not know {leaf!r}: {described}"


def test_every_adapter_has_a_case() -> None:
    assert sorted(case.resource_type for case in CASES) == sorted(_BY_TYPE)


def test_every_output_has_its_format() -> None:
    formats = {token: sorted(outputs) for token, outputs in OUTPUTS.items()}
    assert formats == {token: sorted(each.computed) for token, each in _BY_TYPE.items()}


@_every_case
def test_every_input_is_tried(world: World, case: Case) -> None:
    tried = {*case.inputs(world), *case.changes(world), *case.replacing(world), *case.untried}
    inputs = {
        name for name in _BY_TYPE[case.resource_type].inputs if name not in _ABOUT_THE_PROGRAM
    }
    assert inputs - tried == set()


@_every_case
def test_a_preview_touches_nothing(engine: Engine, world: World, case: Case) -> None:
    urn = urn_of(case.resource_type)
    inputs = engine.check(urn, case.inputs(world))
    state = engine.preview(urn, inputs)
    adapter = _BY_TYPE[case.resource_type]
    assert compare(inputs, {name: state[name] for name in inputs}, adapter.inputs) == []
    unknown = {name for name in adapter.computed if name not in {*inputs, "region"}}
    assert state.get("region", world.region) == world.region
    assert all(isinstance(state[name], Unknown) for name in unknown)
    created = engine.create(urn, inputs)
    assert created.id


@_every_case
def test_what_is_created_is_in_the_backend_and_does_not_drift(
    engine: Engine, world: World, case: Case
) -> None:
    managed = made(engine, world, case)
    _assert_described(case, case.describe(world, managed), managed.inputs)
    assert engine.diff(managed, managed.inputs).changed == frozenset()
    assert_no_drift(engine, managed)
    assert misshapen_outputs(world, case.resource_type, managed) == {}


@_every_case
def test_only_what_always_replaces_is_fixed(case: Case) -> None:
    assert (case.meddle is None) == bool(case.fixed)
    specs = _BY_TYPE[case.resource_type].inputs
    changeable = [name for name in specs if not specs[name].replace]
    assert bool(case.fixed) == (changeable == [])


@pytest.mark.parametrize("case", _CHANGEABLE, ids=[case.label for case in _CHANGEABLE])
def test_a_change_behind_its_back_is_seen_and_repaired(
    engine: Engine, world: World, case: Case
) -> None:
    managed = made(engine, world, case)
    assert case.meddle is not None
    case.meddle(world, managed)
    live = refreshed(engine, managed)
    assert engine.diff(live, managed.inputs).changed == case.drift
    repaired = engine.update(live, managed.inputs)
    assert_no_drift(engine, repaired)
    _assert_described(case, case.describe(world, repaired), managed.inputs)


@_every_case
def test_each_input_is_changed_in_place_or_replaces(
    engine: Engine, world: World, case: Case
) -> None:
    managed = made(engine, world, case)
    beside = case.beside(world)
    for name, value in case.changes(world).items():
        changed = {name: value, **beside.get(name, {})}
        inputs = engine.check(managed.urn, with_changes(managed.inputs, changed), managed.inputs)
        found = engine.diff(managed, inputs)
        assert (name, found.changed, found.replaces) == (name, changed.keys(), frozenset())
        managed = engine.update(managed, inputs)
        _assert_described(case, case.describe(world, managed), {name: value})
        assert_no_drift(engine, managed)


def _replaced(
    engine: Engine, world: World, case: Case, managed: Managed, inputs: Properties
) -> Managed:
    """What the engine does when a difference replaces: the new object, with the old one gone."""
    first = engine.diff(managed, inputs).delete_before_replace
    made = None if first else engine.create(managed.urn, inputs)
    engine.delete(managed)
    assert case.stays or case.describe(world, managed) is None
    return made or engine.create(managed.urn, inputs)


@_every_case
def test_what_replaces_is_made_anew_and_the_old_one_goes(
    engine: Engine, world: World, case: Case
) -> None:
    original = managed = made(engine, world, case)
    beside = case.beside(world)
    for name, value in case.replacing(world).items():
        inputs = with_changes(original.inputs, {name: value, **beside.get(name, {})})
        assert name in engine.diff(original, inputs).replaces, f"{name} must replace"
        if name not in case.diffed_only:
            inputs = engine.check(managed.urn, inputs, managed.inputs)
            managed = _replaced(engine, world, case, managed, inputs)
            _assert_described(case, case.describe(world, managed), {name: value})
            assert_no_drift(engine, managed)
    assert all(case.diffed_only.values())
    assert case.diffed_only.keys() <= case.replacing(world).keys()


@_every_case
def test_an_input_taken_out_is_unset_in_the_backend(
    engine: Engine, world: World, case: Case
) -> None:
    managed = made(engine, world, case)
    specs = _BY_TYPE[case.resource_type].inputs
    for name in case.changes(world):
        if name in managed.inputs and not specs[name].required:
            inputs = {key: value for key, value in managed.inputs.items() if key != name}
            try:
                inputs = engine.check(managed.urn, inputs, managed.inputs)
            except CheckFailedError:
                continue  # needed together with the other inputs
            managed = engine.update(managed, inputs)
            assert_no_drift(engine, managed)


@_every_case
def test_an_import_gives_the_inputs_that_would_make_it(
    engine: Engine, world: World, case: Case
) -> None:
    managed = made(engine, world, case)
    found = engine.adopt(managed.urn, case.imported_as(managed))
    assert found is not None
    assert found.id == managed.id
    specs = _BY_TYPE[case.resource_type].inputs
    readable = {name for name in managed.inputs if not specs[name].write_only}
    differing = engine.diff(found, managed.inputs).changed & readable
    assert differing == frozenset()


@_every_case
def test_what_is_deleted_is_gone_and_may_be_gone_already(
    engine: Engine, world: World, case: Case
) -> None:
    managed = made(engine, world, case)
    engine.delete(managed)
    if not case.stays:
        assert case.describe(world, managed) is None
        assert engine.read(managed) is None
    engine.delete(managed)

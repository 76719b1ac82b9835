"""What terraform-provider-aws refuses at preview, the AWS adapters refuse there too.

One good resource of each type, and for every rule inputs that break it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import pytest

from local_cloud.providers.adapter import CheckFailure, Input
from local_cloud.providers.aws.provider import AwsProvider
from local_cloud.providers.aws.registry import ADAPTERS
from local_cloud.providers.checking import NameRequest, check_table
from local_cloud.providers.lifecycle import Lifecycle
from local_cloud.providers.values import UNKNOWN, Properties, Value
from tests.unit.providers.good_inputs import GOOD
from tests.unit.providers.refusals import REFUSALS

_ADAPTERS: Final = {adapter.resource_type.removeprefix("aws:"): adapter for adapter in ADAPTERS}
_every_type = pytest.mark.parametrize(
    "token", GOOD, ids=[token.rsplit(":", 1)[-1] for token in GOOD]
)


def _check(token: str, inputs: Properties, old: Properties | None = None) -> list[CheckFailure]:
    request = NameRequest(resource="subject", seed=b"seed")
    lifecycle = Lifecycle(AwsProvider({}), f"aws:{token}")
    return lifecycle.check(old or {}, inputs, request)[1]


def _changed(token: str, changes: Mapping[str, Value]) -> Properties:
    inputs = {**GOOD[token], **changes}
    return {name: value for name, value in inputs.items() if value is not None}


def _specs(inputs: Mapping[str, Input], prefix: str = "") -> Iterable[tuple[str, Input]]:
    for name, spec in inputs.items():
        yield f"{prefix}{name}", spec
        yield from _specs(spec.fields or {}, f"{prefix}{name}.")


def _nested(path: str, value: Value) -> Properties:
    name, _, rest = path.partition(".")
    return {name: _nested(rest, value) if rest else value}


def test_every_type_has_good_inputs() -> None:
    assert sorted(GOOD) == sorted(_ADAPTERS)
    assert REFUSALS.keys() <= GOOD.keys()


@_every_type
def test_good_inputs_pass(token: str) -> None:
    assert _check(token, GOOD[token]) == []


@_every_type
def test_nothing_unknown_is_refused(token: str) -> None:
    inputs: Properties = dict.fromkeys(GOOD[token], UNKNOWN)
    assert _check(token, inputs) == []


@_every_type
def test_what_breaks_a_rule_is_refused_at_its_property(token: str) -> None:
    for changes, where in REFUSALS.get(token, []):
        failures = _check(token, _changed(token, changes))
        found = {failure.property: failure.reason for failure in failures}
        assert where in found, f"{changes}: {found}"
        assert len(found[where]) > len("not allowed"), "a reason says what is allowed"


@_every_type
def test_every_rule_is_broken_once(token: str) -> None:
    broken = {re.sub(r"\[\d+\]", "", where) for _, where in REFUSALS.get(token, [])}
    ruled = {
        path
        for path, spec in _specs(_ADAPTERS[token].inputs)
        if spec.rule or spec.each or spec.conflicts or spec.needs or spec.at_least or spec.at_most
    }
    assert ruled - broken == set()


@_every_type
def test_every_missing_input_and_unlisted_value_is_refused(token: str) -> None:
    specs = _ADAPTERS[token].inputs
    for path, spec in _specs(specs):
        failed = {failure.property for failure in check_table(token, _nested(path, "?"), specs)}
        assert (path in failed) >= bool(spec.choices), path
        outer, _, name = path.rpartition(".")
        empty: Properties = _nested(outer, {}) if outer else {}
        missing = {failure.property for failure in check_table(token, empty, specs)}
        assert (path in missing) == spec.required, (path, name)


def test_versioning_cannot_go_back_to_never_enabled() -> None:
    token = "s3/bucketVersioning:BucketVersioning"
    never: Properties = {"bucket": "lake", "versioningConfiguration": {"status": "Disabled"}}
    assert [failure.property for failure in _check(token, never, GOOD[token])] == [
        "versioningConfiguration.status"
    ]
    assert _check(token, never, never) == []
    assert _check(token, {**never, "bucket": "other"}, GOOD[token]) == []

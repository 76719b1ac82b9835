"""A plan here is a plan there: update, replace or no change, for every input of every type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from local_cloud.providers.adapter import Input, ResourceAdapter
from local_cloud.providers.lifecycle import Difference, Lifecycle
from local_cloud.providers.snowflake.connection import SnowflakeConnection
from local_cloud.providers.snowflake.provider import ADAPTERS, SnowflakeProvider
from tests.unit.local_snowflake.decision import Decision, Verdict
from tests.unit.local_snowflake.decisions import ACCOUNT_OBJECTS, INTEGRATIONS
from tests.unit.local_snowflake.decisions_in_schemas import GRANTS, LOADING, RELATIONS
from tests.unit.local_snowflake.package import package_inputs

DECISIONS = (*ACCOUNT_OBJECTS, *INTEGRATIONS, *LOADING, *RELATIONS, *GRANTS)
_PROVIDER = SnowflakeProvider({})
NEEDED_HERE = {
    "IcebergTableFromAwsGlue": {"catalog", "externalVolume"},
    "StageExternalS3": {"storageIntegration"},
}
"""What the provider does not ask for and the local account cannot do without (its limits)."""


def _difference(decision: Decision) -> Difference:
    lifecycle = Lifecycle(_PROVIDER, decision.resource_type)
    return lifecycle.diff(decision.old, decision.new, "subject")


def _verdict(found: Difference) -> Verdict:
    if found.replaces:
        return Verdict.REPLACE
    return Verdict.UPDATE if found.changes else Verdict.NONE


def _paths(inputs: Mapping[str, Input], prefix: str = "") -> Iterable[str]:
    for name, spec in inputs.items():
        if spec.fields is None:
            yield prefix + name
        else:
            yield from _paths(spec.fields, f"{prefix}{name}.")


@pytest.mark.parametrize("decision", DECISIONS, ids=[one.label for one in DECISIONS])
def test_a_change_is_decided_as_the_provider_decides_it(decision: Decision) -> None:
    found = _difference(decision)
    assert _verdict(found) is decision.verdict
    changed = {change.path.split("[")[0].split(".")[0] for change in found.changes}
    assert not changed or decision.input.split(".")[0] in changed


_every_adapter = pytest.mark.parametrize(
    "adapter", ADAPTERS, ids=[one.resource_type.rsplit(":", 1)[-1] for one in ADAPTERS]
)


@_every_adapter
def test_every_input_has_its_decision(adapter: ResourceAdapter[SnowflakeConnection]) -> None:
    decided = {one.input for one in DECISIONS if one.resource_type == adapter.resource_type}
    assert set(_paths(adapter.inputs)) - decided == set()


@_every_adapter
def test_the_package_has_every_input_and_needs_the_same(
    adapter: ResourceAdapter[SnowflakeConnection],
) -> None:
    name = adapter.resource_type.rsplit(":", 1)[-1]
    offered, needed = package_inputs(name)
    assert set(adapter.inputs) - offered == set()
    needed_here = {one for one, spec in adapter.inputs.items() if spec.required}
    assert needed_here == needed | NEEDED_HERE.get(name, set())

"""What the conformance tests of all providers share: a row of the table, and steps of a life."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from local_cloud.providers.values import Archive, Asset, Properties, Unknown, Value
from tests.functional.providers.engine import Engine, Managed, urn_of

Around = TypeVar("Around")
"""What a case needs around it: the customer's AWS account, or a Snowflake account."""
Description: TypeAlias = "Mapping[str, object]"


@dataclass(frozen=True, kw_only=True)
class LifeCase(Generic[Around]):
    """How one resource type is tried.

    `describe` asks the backend and gives None when the object is gone. `meddle` changes the object
    behind Pulumi's back, and `drift` names the inputs in which that must show. `changes` gives
    another value for each input that can be changed in place, `replacing` for each that cannot;
    `kept` names the inputs whose effect the backend cannot show.
    """

    resource_type: str
    inputs: Callable[[Around], Properties]
    describe: Callable[[Around, Managed], Description | None]
    changes: Callable[[Around], dict[str, Value]] = field(default=lambda _: {})
    replacing: Callable[[Around], dict[str, Value]] = field(default=lambda _: {})
    meddle: Callable[[Around, Managed], object] | None = None
    drift: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    untried: frozenset[str] = frozenset()
    stays: bool = False
    """Whether the setting cannot be taken off by deleting it (bucket versioning)."""

    @property
    def label(self) -> str:
        """The readable id of the case."""
        return self.resource_type.rsplit(":", 1)[-1]


def leaves(value: Value) -> list[str]:
    """The strings and numbers in a value, as they must appear in the backend's description."""
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    if value is None or isinstance(value, bool | Asset | Archive | Unknown) or value == "":
        return []
    return [str(value)]


def text_of(description: Description) -> str:
    """A description as text in which documents inside strings can be found too."""
    return json.dumps(description, default=str).replace('\\\\"', '"').replace('\\"', '"')


def made(engine: Engine, around: Around, case: LifeCase[Around]) -> Managed:
    """The case's object, created."""
    urn = urn_of(case.resource_type)
    inputs = engine.check(urn, case.inputs(around))
    return engine.create(urn, inputs)


def refreshed(engine: Engine, managed: Managed) -> Managed:
    """The object as a refresh finds it."""
    found = engine.read(managed)
    assert found is not None
    return found


def assert_no_drift(engine: Engine, managed: Managed) -> None:
    """A refresh gives the same inputs, and a preview after it is empty."""
    live = refreshed(engine, managed)
    assert live.inputs == managed.inputs
    assert engine.diff(live, managed.inputs).changed == frozenset()

"""One row of the conformance table of the AWS adapters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from local_cloud.providers.values import Properties, Value
from tests.functional.providers.engine import Managed
from tests.functional.providers.life import Description, LifeCase
from tests.functional.providers.world import World

__all__ = ["Case", "Description", "with_changes"]


@dataclass(frozen=True, kw_only=True)
class Case(LifeCase[World]):
    """How one AWS type is tried.

    `beside` names, for an input of `changes` or `replacing`, what has to change along with it
    (None takes an input out).
    """

    beside: Callable[[World], Mapping[str, Mapping[str, Value]]] = field(default=lambda _: {})
    diffed_only: Mapping[str, str] = field(default_factory=dict[str, str])
    """Replacing inputs whose replacement is not carried out, each with the reason."""
    fixed: str = ""
    """Why the object cannot be changed, so that nothing can be meddled with."""
    imported_as: Callable[[Managed], str] = field(default=lambda managed: managed.id)
    """What a person gives to import the object."""


def with_changes(inputs: Properties, changes: Mapping[str, Value]) -> Properties:
    """The inputs with changes; None takes one out."""
    changed = {**inputs, **changes}
    return {name: value for name, value in changed.items() if value is not None}

"""One row of the conformance table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from local_cloud.providers.values import Properties, Value
from tests.functional.providers.engine import Managed
from tests.functional.providers.world import World

Description: TypeAlias = "Mapping[str, object]"


@dataclass(frozen=True, kw_only=True)
class Case:
    """How one resource type is tried.

    `describe` asks the backend by boto3 and gives None when the object is gone. `meddle` changes
    the object behind Pulumi's back, and `drift` names the inputs in which that must show.
    `changes` gives another value for each input that can be changed in place, `replacing` for each
    that cannot; `kept` names the inputs whose effect the backend cannot show.
    """

    resource_type: str
    inputs: Callable[[World], Properties]
    describe: Callable[[World, Managed], Description | None]
    changes: Callable[[World], dict[str, Value]] = field(default=lambda _: {})
    replacing: Callable[[World], dict[str, Value]] = field(default=lambda _: {})
    meddle: Callable[[World, Managed], object] | None = None
    drift: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    untried: frozenset[str] = frozenset()
    stays: bool = False
    """Whether the setting cannot be taken off by deleting it (bucket versioning)."""

    @property
    def label(self) -> str:
        """The readable id of the case."""
        return self.resource_type.rsplit(":", 1)[-1]

"""What rules look at: resources with their inputs, and a stack of them. No Pulumi here.

A preview does not know every value. Who asks for one that it does not know gets an UndecidedError,
and the rule stays silent: the same rule is asked again at `pulumi up`, before the resource is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, cast

_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_IDENTITIES: Final = ("id", "arn", "name", "bucket", "url", "keyId", "fullyQualifiedName")


class UndecidedError(Exception):
    """A value is known only after the apply, so a rule cannot decide yet."""


class Unknown:
    """Stands in for a value that is known only after the apply."""


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Values:
    """Properties in Pulumi's names, some perhaps unknown. A path is written ``a.b[0].c``."""

    given: Mapping[str, Any]

    def value(self, path: str) -> Any:  # noqa: ANN401 - whatever was given there
        """Return what is given at a path, None when nothing is. Raises UndecidedError."""
        found = self._find(path)
        if isinstance(found, Unknown):
            raise UndecidedError(path)
        return found

    def states(self, path: str) -> bool:
        """Tell whether something is given at a path, be it known or not."""
        return self._find(path) not in (None, "")

    def text(self, path: str) -> str:
        """Return the text at a path, empty when there is none. Raises UndecidedError."""
        return str(self.value(path) or "")

    def number(self, path: str) -> float | None:
        """Return the number at a path. Raises UndecidedError."""
        found = self.value(path)
        return None if found is None else float(found)

    def enabled(self, path: str) -> bool:
        """Tell whether a switch is on; Snowflake's are text. Raises UndecidedError."""
        return str(self.value(path)).lower() == "true"

    def parts(self, path: str) -> list[Values]:
        """Return the objects in the list (or the one object) at a path. Raises UndecidedError."""
        return [Values(one) for one in self._listed(path) if isinstance(one, Mapping)]

    def texts(self, path: str) -> list[str]:
        """Return the texts in the list (or the one text) at a path. Raises UndecidedError."""
        return [str(one) for one in self._listed(path) if one is not None]

    def _listed(self, path: str) -> list[Any]:
        found = self.value(path)
        listed = cast("list[Any]", found) if isinstance(found, list) else [found]
        if any(isinstance(one, Unknown) for one in listed):
            raise UndecidedError(path)
        return listed

    def _find(self, path: str) -> Any:  # noqa: ANN401 - whatever was given there
        found: Any = self.given
        for name, index in _STEP.findall(path):
            if isinstance(found, Unknown):
                return found
            if name:
                found = found.get(name) if isinstance(found, Mapping) else None
            else:
                listed = cast("Sequence[Any]", found) if isinstance(found, list) else ()
                found = listed[int(index)] if int(index) < len(listed) else None
        return found


@dataclass(frozen=True, kw_only=True)
class Resource(Values):
    """A resource. ``given`` are its inputs; beside others, in a stack, also its outputs.

    ``refers_to`` are, by property, the URNs of the resources whose outputs went into it.
    """

    given: Mapping[str, Any] = field(default_factory=dict[str, Any])
    urn: str
    type: str
    protected: bool = False
    refers_to: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    @property
    def name(self) -> str:
        """The name in the program, the last part of the URN."""
        return self.urn.rsplit("::", 1)[-1]

    @property
    def identities(self) -> frozenset[str]:
        """Everything by which others may name this resource, as far as it is known."""
        return frozenset(
            found
            for name in _IDENTITIES
            if isinstance(found := self.given.get(name), str) and found
        )


@dataclass(frozen=True, kw_only=True)
class StackFacts:
    """What a rule may know of the stack's configuration."""

    environment: str = ""
    data_removal_allowed: bool = False
    """The stack's switch for removing data."""

    @property
    def is_production(self) -> bool:
        """Whether people outside of the team rely on it."""
        return self.environment == "prod"


@dataclass(frozen=True, kw_only=True)
class Stack:
    """All resources of a stack, looked at on a day."""

    resources: Sequence[Resource]
    day: date

    def of_type(self, *types: str) -> Iterator[Resource]:
        """Yield the resources of the given types."""
        return (one for one in self.resources if one.type in types)

    def attached(self, target: Resource, path: str, *types: str) -> list[Resource]:
        """Return the resources of the given types whose property at ``path`` means the target.

        Raises UndecidedError when that of one can be any resource.
        """
        return [one for one in self.of_type(*types) if means(one, path, target)]


def means(resource: Resource, path: str, target: Resource) -> bool:
    """Tell whether a property of a resource means the target: by reference, or by its name.

    Raises UndecidedError when the property is unknown and refers to nothing.
    """
    sources = resource.refers_to.get(path, ())
    if sources:
        return target.urn in sources
    return resource.text(path) in target.identities

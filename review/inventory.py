"""All resources of a stack with their inputs, as the base has them or as the head asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from review.model import JsonValue


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource as the program asked for it: ``inputs`` are plain values, secrets hidden.

    ``type`` is Pulumi's token, e.g. ``aws:s3/bucket:Bucket``. ``dependencies`` are URNs, direct
    ones and those through single properties.
    """

    urn: str
    type: str
    inputs: Mapping[str, JsonValue]
    parent: str | None = None
    dependencies: tuple[str, ...] = ()
    protected: bool = False

    @property
    def name(self) -> str:
        """The name in the program."""
        return name_of(self.urn)


Inventory = Mapping[str, Resource]
"""URN -> resource."""


def name_of(urn: str) -> str:
    """Return the resource's name in the program, the last part of its URN."""
    return urn.rsplit("::", 1)[-1]

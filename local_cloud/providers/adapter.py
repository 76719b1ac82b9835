"""What a resource type says about itself, and what it does.

An adapter is one class per resource type: a table of inputs, the computed outputs, and four calls
to a backend. Everything that all types share (unknown inputs, defaults, names, comparing,
replacing, secrets, previews) happens around it, driven by the table.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

from local_cloud.providers.values import Properties, Value

Backend = TypeVar("Backend")


@dataclass(frozen=True, kw_only=True)
class Input:
    """One input of a resource type.

    `default` is what the service has when the program gives nothing: create and update receive it,
    and a live value that differs from it is drift even though the program does not mention it.
    A `computed` input is chosen by the service when none is given, and taking it out of the
    program changes nothing.
    `fields` lists what a structure (or each element of a list of structures) may hold; without it
    the value is a scalar, a list of scalars, or a free map.
    `unordered` lists are compared as sets; `json` texts as documents; `policy` texts as IAM
    documents; `same` tells whether two spellings of a value mean the same.
    A `create_only` input counts at creation: a later change of it is no change. Taking an
    `unset_replaces` input out of the program replaces, for the service has no way to unset it.
    `stored` inputs do nothing here, though the backend may keep them; `write_only` inputs cannot
    be read back. `wire` is the service's own name of a field where that is not the input's with a
    capital. `rule` returns what is wrong with a known value, or None; `each` does so for every
    element of a list, which holds no more than `at_most` and no fewer than `at_least` of them.
    `conflicts` names inputs beside this one of which only one may be given, and `needs` those
    without which it may not.
    """

    replace: bool = False
    required: bool = False
    computed: bool = False
    stored: bool = False
    secret: bool = False
    write_only: bool = False
    create_only: bool = False
    unset_replaces: bool = False
    unordered: bool = False
    json: bool = False
    policy: bool = False
    ignore_case: bool = False
    wire: str = ""
    default: Value = None
    choices: tuple[Value, ...] = ()
    fields: Mapping[str, Input] | None = None
    rule: Callable[[Value], str | None] | None = None
    each: Callable[[Value], str | None] | None = None
    at_least: int = 0
    at_most: int | None = None
    conflicts: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    same: Callable[[Value, Value], bool] | None = None


@dataclass(frozen=True, kw_only=True)
class Naming:
    """How a name is made when the program gives none: `<resource>-<7 hex>`, as Pulumi does.

    `given_only` says that the input is a name but is never made up.
    """

    input: str
    longest: int = 255
    separator: str = "-"
    lower: bool = False
    given_only: bool = False


@dataclass(frozen=True, kw_only=True)
class CheckFailure:
    """One thing wrong with one input; `reason` is shown under the resource's URN."""

    property: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CreateResult:
    """A new object. Without `outputs` the framework reads the object back."""

    id: str
    outputs: Properties | None = None


@dataclass(frozen=True, kw_only=True)
class ReadResult:
    """A live object: its inputs as the program would write them, and its computed outputs.

    An input that is absent from `state` was not read and counts as unchanged; one that is None is
    known to be unset.
    """

    id: str
    state: Properties = field(default_factory=dict[str, Value])


class ResourceAdapter(ABC, Generic[Backend]):
    """One resource type on one kind of backend. Instances hold no state and are shared by threads.

    `inputs` given to the calls are complete: defaults filled in, unset ones absent, nothing
    unknown, secrets plain.
    """

    resource_type: ClassVar[str]
    source: ClassVar[str]
    inputs: ClassVar[Mapping[str, Input]]
    computed: ClassVar[tuple[str, ...]] = ()
    """Outputs that are not inputs; unknown in the preview of a create."""
    volatile: ClassVar[tuple[str, ...]] = ()
    """Outputs that any update may change; unknown in the preview of an update."""
    naming: ClassVar[Naming | None] = None
    delete_before_replace: ClassVar[bool] = False

    def check(self, inputs: Properties) -> list[CheckFailure]:
        """What the table cannot say: conflicts between inputs. Values may be unknown."""
        _ = inputs
        return []

    def check_change(self, old: Properties, new: Properties) -> list[CheckFailure]:
        """What the table cannot say of a change of an object that is there."""
        _ = old, new
        return []

    def replacements(self, old: Properties, new: Properties) -> Iterable[str]:
        """Inputs that force replacement only for these values, beyond the table's."""
        _ = old, new
        return ()

    @abstractmethod
    def create(self, backend: Backend, inputs: Properties) -> CreateResult:
        """Make the object."""

    @abstractmethod
    def read(self, backend: Backend, identity: str, known: Properties) -> ReadResult | None:
        """The live object, or None when it is gone. `known` is empty on import."""

    @abstractmethod
    def update(
        self, backend: Backend, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        """Change the object in place. Returns the new state, or None to have it read back."""

    @abstractmethod
    def delete(self, backend: Backend, identity: str, state: Properties) -> None:
        """Remove the object; an object that is gone already is no error."""


def stored_without_effect(
    adapters: Iterable[ResourceAdapter[Backend]],
) -> dict[str, tuple[str, ...]]:
    """Per type, the inputs (dotted paths) that are accepted and kept but do nothing here."""
    found = {adapter.resource_type: tuple(_stored(adapter.inputs, "")) for adapter in adapters}
    return {token: paths for token, paths in sorted(found.items()) if paths}


def _stored(inputs: Mapping[str, Input], prefix: str) -> Iterable[str]:
    for name, spec in sorted(inputs.items()):
        if spec.stored:
            yield f"{prefix}{name}"
        elif spec.fields is not None:
            yield from _stored(spec.fields, f"{prefix}{name}.")

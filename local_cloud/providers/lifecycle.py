"""The life of one resource, as values: what the engine asks, without its wire format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic

from local_cloud.providers.adapter import Backend, CheckFailure, Input, ResourceAdapter
from local_cloud.providers.checking import (
    NameRequest,
    check_table,
    is_made_up,
    with_defaults,
    with_name,
)
from local_cloud.providers.differences import Change, compare, importable, refreshed
from local_cloud.providers.errors import HalfCreatedError, ProviderError, ResourceMissingError
from local_cloud.providers.provider import Provider
from local_cloud.providers.values import UNKNOWN, Properties


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a change of inputs means for the object."""

    changes: tuple[Change, ...]
    replaces: tuple[str, ...]
    delete_before_replace: bool


@dataclass(frozen=True, kw_only=True)
class Live:
    """An object as it is: id, the inputs that would make it so, and its whole state."""

    id: str
    inputs: Properties
    state: Properties


class Lifecycle(Generic[Backend]):
    """Checks, compares and applies the inputs of one resource type."""

    def __init__(self, provider: Provider[Backend], token: str) -> None:
        self._provider = provider
        self._adapter: ResourceAdapter[Backend] = provider.adapter(token)
        self._specs: Mapping[str, Input] = provider.inputs_of(self._adapter)

    def check(
        self, old: Properties, new: Properties, request: NameRequest
    ) -> tuple[Properties, list[CheckFailure]]:
        """The completed inputs, and everything that is wrong with them."""
        adapter = self._adapter
        inputs = self._provider.prepare(adapter, new)
        failures: list[CheckFailure] = []
        if adapter.naming is not None:
            inputs, failures = with_name(inputs, old, adapter.naming, request)
        failures += check_table(adapter.resource_type, inputs, self._specs)
        if not failures:
            failures += adapter.check(inputs)
            failures += adapter.check_change(old, inputs) if old else []
            failures += self._provider.check(adapter, inputs)
        return inputs, failures

    def diff(
        self, old: Properties, new: Properties, resource: str, state: Properties | None = None
    ) -> Difference:
        """How the new inputs differ from the old ones, and which differences replace.

        A program that starts to give what the service had chosen (`state`) changes nothing.
        """
        chosen = self._chosen(state or {}, old)
        changes = compare({**chosen, **old}, new, self._specs)
        forced = set(
            self._adapter.replacements(
                with_defaults(old, self._specs), with_defaults(new, self._specs)
            )
        )
        changes = [
            Change(path=item.path, kind=item.kind, replace=item.replace or item.name in forced)
            for item in changes
        ]
        replaces = tuple(item.path for item in changes if item.replace)
        return Difference(
            changes=tuple(changes),
            replaces=replaces,
            delete_before_replace=bool(replaces) and self._keeps_name(old, new, resource),
        )

    def _chosen(self, state: Properties, inputs: Properties) -> Properties:
        """What the service chose for inputs that the program did not give."""
        return {
            name: state[name]
            for name, spec in self._specs.items()
            if spec.computed and name in state and name not in inputs
        }

    def _keeps_name(self, old: Properties, new: Properties, resource: str) -> bool:
        """Whether old and new object would bear one name, so that they cannot both exist."""
        if self._adapter.delete_before_replace:
            return True
        naming = self._adapter.naming
        if naming is None:
            return False
        name = new.get(naming.input)
        if not isinstance(name, str) or name != old.get(naming.input):
            return False
        return not is_made_up(name, naming, resource)

    def preview_create(self, inputs: Properties) -> Properties:
        """The state a create would lead to; computed values are unknown."""
        unknown: Properties = dict.fromkeys(self._adapter.computed, UNKNOWN)
        return {**unknown, **with_defaults(inputs, self._specs)}

    def create(self, inputs: Properties) -> Live:
        """Make the object and give its state."""
        backend = self._provider.backend(inputs)
        complete = with_defaults(inputs, self._specs)
        result = self._adapter.create(backend, complete)
        state = result.outputs
        if state is None:
            try:
                state = self._read_state(backend, result.id, complete)
            except ProviderError as error:
                raise HalfCreatedError(result.id, str(error)) from error
        return Live(id=result.id, inputs=inputs, state=_merged(complete, state))

    def _read_state(self, backend: Backend, identity: str, known: Properties) -> Properties:
        found = self._adapter.read(backend, identity, known)
        if found is None:
            raise ResourceMissingError(self._adapter.resource_type, identity)
        return found.state

    def read(self, identity: str, inputs: Properties, state: Properties) -> Live | None:
        """The live object, for a refresh (state known) or an import (nothing known)."""
        backend = self._provider.backend(inputs or state)
        found = self._adapter.read(backend, identity, {**state, **inputs})
        if found is None:
            return None
        if inputs or state:
            live_inputs = refreshed(inputs, found.state, self._specs)
        else:
            live_inputs = importable(found.state, self._adapter.inputs)
        known = with_defaults(live_inputs, self._specs)
        return Live(id=found.id, inputs=live_inputs, state=_merged(known, found.state))

    def preview_update(self, state: Properties, inputs: Properties) -> Properties:
        """The state an update would lead to; values it may change are unknown."""
        kept = {name: state[name] for name in self._adapter.computed if name in state}
        volatile: Properties = dict.fromkeys(self._adapter.volatile, UNKNOWN)
        return {**kept, **volatile, **with_defaults(inputs, self._specs)}

    def update(
        self, identity: str, old: Properties, new: Properties, state: Properties
    ) -> Properties:
        """Change the object in place and give its state."""
        backend = self._provider.backend(new)
        # Of the state only computed outputs: values that the service chose for inputs which the
        # program never gave must not look like inputs that it now takes away.
        kept = {name: state[name] for name in self._adapter.computed if name in state}
        chosen = self._chosen(state, new)
        before = {**kept, **with_defaults({**chosen, **old}, self._specs)}
        after = with_defaults({**chosen, **new}, self._specs)
        changed = self._adapter.update(backend, identity, before, after)
        if changed is None:
            known = {**state, **after}
            changed = self._read_state(backend, identity, known)
        return _merged({**kept, **after}, changed)

    def delete(self, identity: str, inputs: Properties, state: Properties) -> None:
        """Remove the object."""
        backend = self._provider.backend(inputs or state)
        self._adapter.delete(backend, identity, {**state, **with_defaults(inputs, self._specs)})


def _merged(known: Properties, live: Properties) -> Properties:
    """Live values over known ones; values known to be unset are left out."""
    merged = {**known, **live}
    return {name: value for name, value in merged.items() if value is not None}

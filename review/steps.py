"""The engine's events and states -> what it would do to each resource, and all resources.

Events are `apitype.EngineEvent` of pulumi/pulumi (sdk/go/common/apitype/events.go); a state is a
checkpoint's list of resources; a plan is what `pulumi preview --save-plan` writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from review.inventory import Inventory, Resource
from review.model import JsonValue, Operation
from review.values import Spelling, State

_OPERATIONS: Final[Mapping[str, Operation]] = {
    "create": Operation.CREATE,
    "update": Operation.UPDATE,
    "replace": Operation.REPLACE,
    "create-replacement": Operation.REPLACE,
    "delete-replaced": Operation.REPLACE,
    "import-replacement": Operation.REPLACE,
    "discard-replaced": Operation.REPLACE,
    "delete": Operation.DELETE,
    "import": Operation.IMPORT,
}
_ENDS: Final = ("delete", "discard")
_NO_RESOURCE: Final = ("pulumi:pulumi:Stack",)


@dataclass(frozen=True, kw_only=True)
class Step:
    """What the engine would do to one resource.

    ``differing`` are the paths that its provider calls different, with whether each forces a
    replacement.
    """

    urn: str
    type: str
    operation: Operation
    old: Mapping[str, JsonValue]
    new: Mapping[str, JsonValue]
    differing: Mapping[str, bool]
    replace_keys: tuple[str, ...] = ()


def steps_of(
    events: Iterable[Mapping[str, Any]], spelling: Spelling, *, retained: frozenset[str]
) -> list[Step]:
    """Return the steps that do something, by URN. ``retained`` stay in the account when deleted."""
    found: dict[str, Step] = {}
    for event in events:
        metadata = event.get("resourcePreEvent", {}).get("metadata")
        if metadata is None or metadata["op"] not in _OPERATIONS or not _is_real(metadata):
            continue
        urn = str(metadata["urn"])
        step = _step(metadata, spelling, retained=urn in retained)
        seen = found.get(urn)
        # A replacement comes as up to three events; the one with the differences says most.
        if seen is None or len(step.differing) > len(seen.differing):
            found[urn] = step
    return [found[urn] for urn in sorted(found)]


def _is_real(metadata: Mapping[str, Any]) -> bool:
    """Whether it exists in an account; a component is only a name for others."""
    state = metadata.get("new") or metadata.get("old") or {}
    return bool(state.get("custom"))


def _step(metadata: Mapping[str, Any], spelling: Spelling, *, retained: bool) -> Step:
    operation = _OPERATIONS[metadata["op"]]
    if operation is Operation.DELETE and retained:
        operation = Operation.RETAIN
    detailed = metadata.get("detailedDiff") or {}
    return Step(
        urn=str(metadata["urn"]),
        type=str(metadata["type"]),
        operation=operation,
        old=_inputs(metadata.get("old"), spelling),
        new=_inputs(metadata.get("new"), spelling),
        differing={
            str(path): "replace" in str(one.get("diffKind", one.get("kind", "")))
            for path, one in sorted(detailed.items())
        },
        replace_keys=tuple(sorted(str(key) for key in metadata.get("keys") or ())),
    )


def inventory_of(resources: Iterable[State], spelling: Spelling) -> Inventory:
    """Return all resources of a state."""
    return {
        str(one["urn"]): Resource(
            urn=str(one["urn"]),
            type=str(one["type"]),
            inputs=_inputs(one, spelling),
            parent=one.get("parent") or None,
            dependencies=_dependencies(one),
            protected=bool(one.get("protect", False)),
        )
        for one in sorted(resources, key=lambda one: str(one["urn"]))
        if one["type"] not in _NO_RESOURCE
    }


def inventory_asked_for(
    events: Iterable[Mapping[str, Any]],
    plan: Mapping[str, Any],
    spelling: Spelling,
    before: Inventory,
) -> Inventory:
    """Return all resources that the head asks for.

    The engine saves no plan when a guardrail stops it; protection and dependencies are then taken
    to be those of the base.
    """
    found: dict[str, Resource] = {}
    for event in events:
        metadata = event.get("resourcePreEvent", {}).get("metadata")
        new = None if metadata is None else metadata.get("new")
        if metadata is None or not new or metadata["type"] in _NO_RESOURCE:
            continue
        if metadata["op"].startswith(_ENDS):
            continue  # of what is made anew, this is the old one
        urn = str(metadata["urn"])
        goal = plan.get(urn, {}).get("goal") or {}
        known = before.get(urn) if not goal else None
        found[urn] = Resource(
            urn=urn,
            type=str(metadata["type"]),
            inputs=_inputs(new, spelling),
            parent=new.get("parent") or None,
            dependencies=known.dependencies if known else _dependencies(goal),
            protected=known.protected if known else bool(goal.get("protect", False)),
        )
    return dict(sorted(found.items()))


def _inputs(state: Mapping[str, Any] | None, spelling: Spelling) -> dict[str, JsonValue]:
    plain = spelling.plain((state or {}).get("inputs") or {})
    return plain if isinstance(plain, dict) else {}


def _dependencies(resource: Mapping[str, Any]) -> tuple[str, ...]:
    through = resource.get("propertyDependencies") or {}
    return tuple(
        sorted(
            {
                *(resource.get("dependencies") or ()),
                *(urn for urns in through.values() for urn in urns or ()),
            }
        )
    )

"""Protection that a change takes away: the engine calls the resource unchanged, and it is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from review.inventory import Inventory
from review.model import Operation, PropertyChange, ResourceChange
from review.steps import Step

PROTECT: Final = "protect"
_LIFTED: Final = PropertyChange(path=PROTECT, old=True, new=False)


def with_lifted_protection(
    changes: Iterable[ResourceChange], before: Inventory, after: Inventory
) -> list[ResourceChange]:
    """Add to the changes, or add changes for, what is protected in the base and not in the head."""
    found = {change.urns[0]: change for change in changes}
    for urn, resource in after.items():
        held = before.get(urn)
        if held is None or not held.protected or resource.protected:
            continue
        known = found.get(urn)
        if known is None:
            found[urn] = ResourceChange(
                urns=(urn,),
                type=resource.type,
                operation=Operation.UPDATE,
                properties=(_LIFTED,),
            )
        elif known.operation is Operation.UPDATE:
            found[urn] = replace(known, properties=(*known.properties, _LIFTED))
    return [found[urn] for urn in sorted(found)]


def unchanged(change: ResourceChange, before: Inventory) -> Step:
    """Return the step of a change that the engine does not know."""
    resource = before[change.urns[0]]
    return Step(
        urn=resource.urn,
        type=resource.type,
        operation=change.operation,
        old=resource.inputs,
        new=resource.inputs,
        differing={},
    )

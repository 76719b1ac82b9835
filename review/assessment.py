"""The engine's results for a base and a head -> the review of the change between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from review.changes import changes_of
from review.folding import fold
from review.inventory import Inventory
from review.model import Dependency, Failure, ResourceChange, Review
from review.steps import inventory_asked_for, inventory_of, steps_of
from review.values import Spelling, State, made_up_by

Event = Mapping[str, Any]
_PROVIDERS: Final = "pulumi:providers:"


@dataclass(frozen=True, kw_only=True)
class EngineResults:
    """What the engine made of the base, and what it would do for the head.

    ``state`` are the base's resources as deployed, protection included. ``failures`` are errors
    with the URN that each is about. The roots are the clean copies of both commits.
    """

    state: tuple[State, ...]
    events: tuple[Event, ...]
    plan: Mapping[str, Any]
    failures: tuple[tuple[str, str], ...]
    base_root: Path
    head_root: Path
    region: str


def assess(results: EngineResults, *, stack: str, base: str, head: str) -> Review:
    """Return the review of a stack between two commits (full hashes)."""
    spelling = Spelling(
        region=results.region,
        made_up=made_up_by(results.state),
        roots=(str(results.base_root), str(results.head_root)),
    )
    before = inventory_of(results.state, spelling)
    after = inventory_asked_for(results.events, results.plan, spelling)
    retained = frozenset(str(one["urn"]) for one in results.state if one.get("retainOnDelete"))
    steps = [
        step
        for step in steps_of(results.events, spelling, retained=retained)
        if not step.type.startswith(_PROVIDERS)
    ]
    changes = changes_of(steps, base_root=results.base_root, head_root=results.head_root)
    return Review(
        stack=stack,
        base=base,
        head=head,
        changes=fold(changes),
        contracts=(),
        cost=None,
        dependencies=_around(changes, before, after),
        failures=tuple(
            Failure(urn=urn or None, message=spelling.text(message))
            for urn, message in sorted(results.failures)
        ),
    )


def _around(
    changes: Iterable[ResourceChange], before: Inventory, after: Inventory
) -> tuple[Dependency, ...]:
    """Who depends on what changes, and on what those that change depend, one step each way."""
    changed = {urn for change in changes for urn in change.urns}
    found = {
        (resource.urn, on)
        for inventory in (before, after)
        for resource in inventory.values()
        for on in resource.dependencies
        if resource.urn in changed or on in changed
    }
    return tuple(Dependency(dependent=dependent, on=on) for dependent, on in sorted(found))

"""The engine's results for a base and a head -> the review of the change between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml

from review.changes import changes_of
from review.contracts import contract_changes
from review.costs import Costs
from review.folding import fold
from review.inventory import Inventory
from review.model import (
    Dependency,
    Failure,
    Operation,
    ResourceChange,
    Review,
)
from review.protection import unchanged, with_lifted_protection
from review.risks import risks_of
from review.risks.facts import Facts
from review.steps import inventory_asked_for, inventory_of, steps_of
from review.stops import stops_of, stops_without_change, violations_in
from review.tracebacks import conclusion
from review.values import UNKNOWN, Spelling, State, made_up_by

Event = Mapping[str, Any]
GUARDRAILS: Final = "guardrails"
"""The folder of the policy pack, and the namespace of its settings."""
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
    after = inventory_asked_for(results.events, results.plan, spelling, before)
    retained = frozenset(str(one["urn"]) for one in results.state if one.get("retainOnDelete"))
    violations = violations_in(results.events)
    steps = [
        step
        for step in steps_of(results.events, spelling, retained=retained)
        if not step.type.startswith(_PROVIDERS)
    ]
    operations = {step.urn: step.operation for step in steps}
    by_urn = {step.urn: step for step in steps}
    found = changes_of(steps, base_root=results.base_root, head_root=results.head_root)
    found = with_lifted_protection(found, before, after if results.plan else {})
    changes: list[ResourceChange] = []
    renamed = _renamed(found)
    costs = Costs() if results.failures else Costs.between(before, after, results.head_root, stack)
    contracts = contract_changes(results.base_root, results.head_root, stack=stack)
    for change in found:
        urn = change.urns[0]
        facts = Facts(
            step=by_urn.get(urn) or unchanged(change, before),
            before=before,
            after=after,
            operations=operations,
            retained=urn in retained,
            renamed=renamed,
        )
        stops = stops_of(change, before, violations)
        change = replace(change, cost=costs.of(urn))
        risks = risks_of(facts, change, contracts)
        changes.append(replace(change, risks=risks, stops=stops))
    return Review(
        stack=stack,
        base=base,
        head=head,
        changes=fold(changes),
        contracts=contracts,
        cost=costs.report,
        dependencies=_around(changes, before, after),
        stops=stops_without_change(
            changes, violations, spelling, rules_differ=rules_differ(results, stack)
        ),
        failures=tuple(
            Failure(urn=urn or None, message=conclusion(spelling.text(message)))
            for urn, message in (*sorted(results.failures), *costs.failures)
        ),
    )


def rules_differ(results: EngineResults, stack: str) -> bool:
    """Whether the head changes guardrails, or what the stack's settings waive."""
    sides = [_rules(root, stack) for root in (results.base_root, results.head_root)]
    return sides[0] != sides[1]


def _rules(root: Path, stack: str) -> tuple[object, ...]:
    waived: list[object] = []
    for file in (root / "Pulumi.yaml", root / f"Pulumi.{stack}.yaml"):
        document: Any = yaml.safe_load(file.read_text()) if file.is_file() else {}
        config = (document or {}).get("config") or {}
        waived.append({key: value for key, value in config.items() if key.startswith(GUARDRAILS)})
    texts = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted((root / GUARDRAILS).rglob("*.py"))
    }
    return (*waived, texts)


def _renamed(changes: Iterable[ResourceChange]) -> dict[str, str]:
    """Names that what is made anew had, and has then."""
    return {
        one.old: one.new
        for change in changes
        if change.operation is Operation.REPLACE
        for one in change.properties
        if one.replaces and isinstance(one.old, str) and isinstance(one.new, str)
        if one.new != UNKNOWN
    }


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

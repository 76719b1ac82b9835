"""What would keep a change from being applied: protection, and the guardrails' violations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from review.inventory import Inventory
from review.model import Operation, ResourceChange, Stop
from review.protection import PROTECT
from review.values import Spelling

_ENDS: Final = (Operation.DELETE, Operation.RETAIN, Operation.REPLACE)
_MANDATORY: Final = "mandatory"


@dataclass(frozen=True, kw_only=True, order=True)
class Violation:
    """A guardrail that the head breaks. ``urn`` is empty when it is about the whole stack."""

    urn: str
    policy: str
    message: str
    mandatory: bool


def violations_in(events: Iterable[Mapping[str, Any]]) -> list[Violation]:
    """Return the violations that the engine told, each once."""
    found = {
        Violation(
            urn=str(one.get("resourceUrn") or ""),
            policy=str(one["policyName"]),
            message=" ".join(str(one["message"]).split()),
            mandatory=one["enforcementLevel"] == _MANDATORY,
        )
        for one in (event["policyEvent"] for event in events if "policyEvent" in event)
    }
    return sorted(found)


def stops_of(
    change: ResourceChange, before: Inventory, violations: Sequence[Violation]
) -> tuple[Stop, ...]:
    """Return what stops one change."""
    urn = change.urns[0]
    held = before.get(urn)
    protected: tuple[Stop, ...] = ()
    if held is not None and held.protected and change.operation in _ENDS:
        sentence = (
            "The resource is protected, so the engine refuses to delete or replace it until "
            "someone runs `pulumi state unprotect` on it."
        )
        protected = (Stop(by=PROTECT, sentence=sentence, mandatory=True),)
    return protected + tuple(_stop(one) for one in violations if one.urn == urn)


def stops_without_change(
    changes: Iterable[ResourceChange],
    violations: Sequence[Violation],
    spelling: Spelling,
    *,
    rules_differ: bool,
) -> tuple[Stop, ...]:
    """Return the violations that name no changed resource.

    Of those that only warn, the change is the cause only if it changes the rules.
    """
    changed = {urn for change in changes for urn in change.urns}
    found = {
        _stop(one, spelling)
        for one in violations
        if one.urn not in changed and (one.mandatory or rules_differ)
    }
    return tuple(sorted(found, key=lambda one: (not one.mandatory, one.by, one.sentence)))


def _stop(violation: Violation, spelling: Spelling | None = None) -> Stop:
    message = spelling.text(violation.message) if spelling is not None else violation.message
    return Stop(by=violation.policy, sentence=message, mandatory=violation.mandatory)

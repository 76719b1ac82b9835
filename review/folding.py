"""Equal changes on many resources -> one change; and the order in which changes are told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Final

from review.model import Operation, ResourceChange, RiskClass

_WORST_FIRST: Final = tuple(RiskClass)
_HEAVIEST_FIRST: Final = (
    Operation.DELETE,
    Operation.REPLACE,
    Operation.RETAIN,
    Operation.UPDATE,
    Operation.CREATE,
    Operation.IMPORT,
)


def fold(changes: Iterable[ResourceChange]) -> tuple[ResourceChange, ...]:
    """Fold changes that differ in nothing but the resource, and sort them, worst first."""
    groups: dict[str, list[ResourceChange]] = {}
    for change in changes:
        groups.setdefault(_sameness(change), []).append(change)
    folded = [
        replace(group[0], urns=tuple(sorted(urn for change in group for urn in change.urns)))
        for group in groups.values()
    ]
    return tuple(sorted(folded, key=_order))


def _sameness(change: ResourceChange) -> str:
    return json.dumps(asdict(replace(change, urns=())), sort_keys=True)


def _order(change: ResourceChange) -> tuple[int, int, str, tuple[str, ...]]:
    worst = min(
        (_WORST_FIRST.index(risk.risk_class) for risk in change.risks), default=len(_WORST_FIRST)
    )
    return worst, _HEAVIEST_FIRST.index(change.operation), change.type, change.urns

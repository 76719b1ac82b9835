"""Equal changes on many resources -> one change; and the order in which changes are told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Final

from review.model import SEVERAL_TYPES, CostDelta, Operation, ResourceChange, RiskClass

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
    return tuple(sorted(map(_as_one, groups.values()), key=_order))


def _sameness(change: ResourceChange) -> str:
    """Write a change without what may differ: an update is the same for resources of any type."""
    type_name = "" if change.operation is Operation.UPDATE else change.type
    alike = replace(change, urns=(), type=type_name, cost=None)
    return json.dumps([asdict(alike), change.cost is None], sort_keys=True)


def _as_one(group: list[ResourceChange]) -> ResourceChange:
    types = {change.type for change in group}
    return replace(
        group[0],
        urns=tuple(sorted(urn for change in group for urn in change.urns)),
        type=types.pop() if len(types) == 1 else SEVERAL_TYPES,
        cost=_together([change.cost for change in group if change.cost is not None]),
    )


def _together(costs: list[CostDelta]) -> CostDelta | None:
    if not costs:
        return None
    before = [one.before for one in costs if one.before is not None]
    after = [one.after for one in costs if one.after is not None]
    return CostDelta(
        before=round(sum(before), 4) if before else None,
        after=round(sum(after), 4) if after else None,
    )


def _order(change: ResourceChange) -> tuple[int, int, str, tuple[str, ...]]:
    worst = min(
        (_WORST_FIRST.index(risk.risk_class) for risk in change.risks), default=len(_WORST_FIRST)
    )
    return worst, _HEAVIEST_FIRST.index(change.operation), change.type, change.urns

"""What the change costs: the stack's report, and each resource whose estimate becomes another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from review.cost import UsageError, cost_report, read_prices, read_usage, resource_costs
from review.inventory import Inventory
from review.model import CostDelta, CostReport

CENT: Final = 0.01


@dataclass(frozen=True, kw_only=True)
class Costs:
    """The estimates, or none: of a head that does not deploy, or with unreadable assumptions."""

    report: CostReport | None = None
    by_urn: Mapping[str, CostDelta] = field(default_factory=dict[str, CostDelta])
    problem: str | None = None

    @classmethod
    def between(cls, before: Inventory, after: Inventory, head_root: Path, stack: str) -> Costs:
        """Estimate base and head with the assumptions of the head."""
        try:
            usage = read_usage(head_root, stack)
        except UsageError as error:
            return cls(problem=str(error))
        prices = read_prices()
        return cls(
            report=cost_report(before, after, usage, prices),
            by_urn=resource_costs(before, after, usage, prices),
        )

    @property
    def failures(self) -> tuple[tuple[str, str], ...]:
        """What kept the estimate from being made."""
        return (("", self.problem),) if self.problem else ()

    def of(self, urn: str) -> CostDelta | None:
        """Return what a resource's estimate becomes, when it becomes another."""
        delta = self.by_urn.get(urn)
        if delta is None or abs((delta.after or 0) - (delta.before or 0)) < CENT / 2:
            return None
        return delta

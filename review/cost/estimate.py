"""From two states of a stack to what each costs a month."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Final

from review.cost import aws, snowflake
from review.cost.free import FREE
from review.cost.prices import Prices
from review.cost.pricing import Charge, Estimate, Pricing, text
from review.cost.usage import Usage
from review.inventory import Inventory
from review.model import CostDelta, CostLine, CostReport

PRICED: Final[Mapping[str, Pricing]] = {**aws.PRICED, **snowflake.PRICED}
_PIPE: Final = "snowflake:index/pipe:Pipe"
_OF_DATASET: Final = re.compile(r"@\S+\.VALIDATED/\w+/", re.IGNORECASE)
_NOT_BOUGHT: Final = ("pulumi:", "tarn:")
"""Types of the engine (stack, providers) and of the program's components."""
_DIGITS: Final = 6
"""Of a dollar: what is less is no reason to look."""


def cost_report(before: Inventory, after: Inventory, usage: Usage, prices: Prices) -> CostReport:
    """Estimate both states with the same usage, by service; services in alphabetical order."""
    totals = [_by_service(state, before, usage, prices) for state in (before, after)]
    services = sorted({*totals[0], *totals[1]})
    return CostReport(
        prices_dated=prices.dated,
        lines=tuple(
            CostLine(service=one, before=totals[0].get(one, 0.0), after=totals[1].get(one, 0.0))
            for one in services
        ),
        unpriced=tuple(sorted(_unpriced(before) | _unpriced(after))),
        assumptions=usage.as_assumptions(),
    )


def resource_costs(
    before: Inventory, after: Inventory, usage: Usage, prices: Prices
) -> dict[str, CostDelta]:
    """Return, by URN, what every priced resource costs; free and unpriced ones are absent."""
    old, new = (_by_urn(state, before, usage, prices) for state in (before, after))
    return {urn: CostDelta(before=old.get(urn), after=new.get(urn)) for urn in sorted({*old, *new})}


def _by_service(
    state: Inventory, earlier: Inventory, usage: Usage, prices: Prices
) -> dict[str, float]:
    amounts: dict[str, list[float]] = {}
    for _, charge in _charges(state, earlier, usage, prices):
        amounts.setdefault(charge.service, []).append(charge.amount)
    return {service: _rounded(values) for service, values in amounts.items()}


def _by_urn(state: Inventory, earlier: Inventory, usage: Usage, prices: Prices) -> dict[str, float]:
    amounts: dict[str, list[float]] = {
        urn: [] for urn, resource in state.items() if resource.type in PRICED
    }
    for urn, charge in _charges(state, earlier, usage, prices):
        amounts[urn].append(charge.amount)
    return {urn: _rounded(values) for urn, values in amounts.items()}


def _charges(
    state: Inventory, earlier: Inventory, usage: Usage, prices: Prices
) -> Iterator[tuple[str, Charge]]:
    estimate = Estimate(
        inventory=state, earlier=earlier, usage=usage, prices=prices, datasets=_datasets(state)
    )
    for urn, resource in sorted(state.items()):
        pricing = PRICED.get(resource.type)
        if pricing is not None:
            yield from ((urn, charge) for charge in pricing(resource, estimate))


def _datasets(state: Inventory) -> int:
    """Count the datasets whose files land: each has a pipe over its folder of validated files.

    Where none is seen, one is assumed: work that nobody can count is not free.
    """
    pipes = (resource for resource in state.values() if resource.type == _PIPE)
    return sum(bool(_OF_DATASET.search(text(pipe, "copyStatement"))) for pipe in pipes) or 1


def _unpriced(state: Inventory) -> set[str]:
    types = {resource.type for resource in state.values()}
    return {
        token
        for token in types
        if token not in PRICED and token not in FREE and not token.startswith(_NOT_BOUGHT)
    }


def _rounded(amounts: list[float]) -> float:
    # fsum is exact, so the order of the resources does not reach the bytes.
    return round(math.fsum(amounts), _DIGITS) + 0.0

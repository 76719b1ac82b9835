"""What a priced resource costs: the words that the tables of AWS and Snowflake share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from review.cost.prices import Prices
from review.cost.usage import Usage
from review.inventory import Inventory, Resource
from review.model import JsonValue


class Charge(NamedTuple):
    """Dollars a month, on the bill of one service. Negative: what the resource saves."""

    service: str
    amount: float


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What prices are looked up in: one state of the stack, its usage and the price list."""

    inventory: Inventory
    earlier: Inventory
    """The state before, so that a limit's change is charged to the limit."""
    usage: Usage
    prices: Prices
    datasets: int
    """Whose files land."""

    @property
    def files(self) -> float:
        """Files a month in all datasets."""
        return self.usage.files(self.datasets)

    def of_type(self, token: str) -> list[Resource]:
        """Return the resources of a type, by URN."""
        return [one for _, one in sorted(self.inventory.items()) if one.type == token]


Pricing = Callable[[Resource, Estimate], Iterable[Charge]]


def number(resource: Resource, name: str, default: float) -> float:
    """Return a number of the inputs; the provider's default where it is not given or not known."""
    value = resource.inputs.get(name)
    if isinstance(value, bool) or value is None:
        return default
    try:
        return float(value)  # pyright: ignore[reportArgumentType] - refused below
    except (TypeError, ValueError):
        return default


def text(resource: Resource, name: str, default: str = "") -> str:
    """Return a text of the inputs, or the default."""
    value = resource.inputs.get(name)
    return value if isinstance(value, str) else default


def objects(value: JsonValue) -> list[Mapping[str, Any]]:
    """Return the objects of a list of the inputs, or the one object as a list."""
    entries = value if isinstance(value, list) else [value]
    return [each for each in entries if isinstance(each, dict)]

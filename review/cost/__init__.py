"""What a stack costs a month, before and after, from a dated price file and assumed usage."""

from review.cost.estimate import cost_report, resource_costs
from review.cost.prices import Prices, read_prices
from review.cost.usage import Usage, UsageError, read_usage

__all__ = [
    "Prices",
    "Usage",
    "UsageError",
    "cost_report",
    "read_prices",
    "read_usage",
    "resource_costs",
]

"""Prices of the Snowflake objects that the program uses, in credits and storage."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from review.cost.pricing import Charge, Estimate, Pricing, number, text
from review.cost.usage import DAYS
from review.inventory import Resource

SERVICE: Final = "Snowflake"
WAREHOUSE: Final = "snowflake:index/warehouse:Warehouse"
MONITOR: Final = "snowflake:index/resourceMonitor:ResourceMonitor"
CREDITS_PER_HOUR: Final[Mapping[str, float]] = {
    "XSMALL": 1, "SMALL": 2, "MEDIUM": 4, "LARGE": 8, "XLARGE": 16, "XXLARGE": 32,
    "XXXLARGE": 64, "X4LARGE": 128, "X5LARGE": 256, "X6LARGE": 512,
}  # fmt: skip
CREDITS_PER_FILE: Final = 0.06 / 1000
"""Of a pipe, for managing files."""
CREDITS_PER_PIPE_HOUR: Final = 1.25
"""Of compute that Snowflake runs for pipes."""


def warehouse(resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """Hours with queries, and the idle time until it suspends itself each time it was woken.

    At most what the quota of its monitor allows: there it is suspended. The quota is that of
    before; what a changed one makes of it is charged to the monitor.
    """
    quota = min((_quota(each, estimate) for each in _monitors(resource, estimate)), default=None)
    used = _credits(resource, estimate)
    allowed = used if quota is None else min(used, quota)
    yield Charge(SERVICE, allowed * estimate.prices["snowflake.credit"])


def monitor(resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """What its quota changes at its warehouses: nothing when it was there before."""
    for each in estimate.of_type(WAREHOUSE):
        if resource in _monitors(each, estimate):
            used = _credits(each, estimate)
            now = min(used, number(resource, "creditQuota", math.inf))
            before = min(used, _quota(resource, estimate))
            yield Charge(SERVICE, (now - before) * estimate.prices["snowflake.credit"])
    yield Charge(SERVICE, 0.0)


def _monitors(resource: Resource, estimate: Estimate) -> list[Resource]:
    """Return the monitor of a warehouse; the name of one that is new is not known yet."""
    name = text(resource, "resourceMonitor")
    return [
        each
        for each in estimate.of_type(MONITOR)
        if each.urn in resource.dependencies or (name and text(each, "name", each.name) == name)
    ]


def _quota(resource: Resource, estimate: Estimate) -> float:
    earlier = estimate.earlier.get(resource.urn)
    return math.inf if earlier is None else number(earlier, "creditQuota", math.inf)


def pipe(_resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """A pipe takes the files of one dataset."""
    files, usage = estimate.usage.files(1), estimate.usage
    hours = files * usage.pipe_seconds_per_file / 3600
    credits_used = files * CREDITS_PER_FILE + hours * CREDITS_PER_PIPE_HOUR
    yield Charge(SERVICE, credits_used * estimate.prices["snowflake.credit"])


def table(_resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """A table holds what was loaded of one dataset; time travel over loads alone adds nothing."""
    stored = estimate.usage.gigabytes(estimate.usage.files(1)) * estimate.usage.months_kept
    yield Charge(SERVICE, stored * estimate.prices["snowflake.gb"])


def _credits(resource: Resource, estimate: Estimate) -> float:
    usage = estimate.usage
    size = text(resource, "warehouseSize", "XSMALL").upper().replace("-", "")
    idle = usage.warehouse_wakes_per_day * DAYS * number(resource, "autoSuspend", 600) / 3600
    clusters = number(resource, "minClusterCount", 1)
    hours = usage.warehouse_hours + idle
    return hours * CREDITS_PER_HOUR.get(size, 1) * clusters


PRICED: Final[Mapping[str, Pricing]] = {
    MONITOR: monitor,
    "snowflake:index/pipe:Pipe": pipe,
    "snowflake:index/table:Table": table,
    WAREHOUSE: warehouse,
}

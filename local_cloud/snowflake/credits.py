"""What a running warehouse costs (docs.snowflake.com: Overview of warehouses, Compute cost)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from local_cloud.snowflake.kinds import WAREHOUSE_SIZES
from local_cloud.snowflake.objects import SnowflakeObject

FIRST_CHARGE: Final = timedelta(seconds=60)
"""Each resume costs at least this long; after it every second counts."""

_HOUR: Final = timedelta(hours=1)
_SNOWPARK_FACTOR: Final = 1.5


def credits_per_hour(warehouse: SnowflakeObject) -> float:
    """Return 1 for an X-Small, and twice as much for each size above it."""
    rate = float(2 ** WAREHOUSE_SIZES.index(warehouse.text("WAREHOUSE_SIZE") or "XSMALL"))
    optimized = warehouse.text("WAREHOUSE_TYPE").upper() == "SNOWPARK-OPTIMIZED"
    return rate * _SNOWPARK_FACTOR if optimized else rate


def credits_for(warehouse: SnowflakeObject, span: timedelta) -> float:
    """Return the credits of a span of running."""
    return credits_per_hour(warehouse) * (span / _HOUR)

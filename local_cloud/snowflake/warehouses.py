"""Warehouses run or are suspended; a query resumes its warehouse, idle time suspends it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from local_cloud.snowflake.errors import SnowflakeSqlError, no_active_warehouse
from local_cloud.snowflake.objects import SnowflakeObject


@dataclass(kw_only=True)
class Warehouses:
    """When each warehouse last worked; absent means suspended."""

    _last_used: dict[str, float] = field(default_factory=dict[str, float])
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def resume(self, warehouse: SnowflakeObject) -> None:
        """Start a warehouse."""
        with self._lock:
            self._last_used[warehouse.name] = time.monotonic()

    def suspend(self, warehouse: SnowflakeObject) -> None:
        """Stop a warehouse."""
        with self._lock:
            self._last_used.pop(warehouse.name, None)

    def running(self, warehouse: SnowflakeObject) -> bool:
        """Tell whether a warehouse runs; AUTO_SUSPEND = 0 means it never stops by itself."""
        with self._lock:
            last_used = self._last_used.get(warehouse.name)
        if last_used is None:
            return False
        limit = warehouse.number("AUTO_SUSPEND") or 0
        return limit == 0 or time.monotonic() - last_used < limit

    def work(self, warehouse: SnowflakeObject | None) -> None:
        """Use a warehouse for a query, resuming it if it may resume by itself."""
        if warehouse is None:
            raise no_active_warehouse()
        if not self.running(warehouse) and not warehouse.flag("AUTO_RESUME"):
            raise SnowflakeSqlError(
                code=609,
                sqlstate="57014",
                message=f"Warehouse '{warehouse.name}' cannot be resumed because AUTO_RESUME is "
                "false. Run ALTER WAREHOUSE ... RESUME first.",
            )
        self.resume(warehouse)

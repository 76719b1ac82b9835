"""Warehouses run or are suspended, cost credits while they run, and stop at a monitor's quota.

Time is the cloud's clock, so a skipped day is a day of credits. What happened since anybody
looked is worked out when somebody looks: from one event (idle for AUTO_SUSPEND, a quota reached,
a new period) to the next, for between two of them credits flow evenly.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from local_cloud.clock import Clock
from local_cloud.journal import Journal
from local_cloud.snowflake.credits import FIRST_CHARGE, credits_for, credits_per_hour
from local_cloud.snowflake.errors import (
    invalid_state,
    no_active_warehouse,
    quota_exceeded,
)
from local_cloud.snowflake.monitor_counts import Count, Trigger, new_count
from local_cloud.snowflake.monitor_periods import next_reset, start_of
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.registry import Registry

Interrupt = Callable[[], None]


@dataclass(kw_only=True)
class _Run:
    """A warehouse since its last resume. ``paid_until`` lies ahead during the first minute."""

    resumed_at: datetime
    last_used: datetime
    paid_until: datetime
    queries: dict[int, Interrupt] = field(default_factory=dict[int, Interrupt])


@dataclass(kw_only=True)
class Warehouses:
    """Thread-safe. A warehouse without a run is suspended."""

    registry: Registry
    clock: Clock
    journal: Journal
    _runs: dict[str, _Run] = field(default_factory=dict[str, _Run])
    _counts: dict[str, Count] = field(default_factory=dict[str, Count])
    _resumed_on: dict[str, datetime] = field(default_factory=dict[str, datetime])
    _settled_at: datetime | None = None
    _number: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def resume(self, warehouse: SnowflakeObject) -> None:
        """Start a warehouse, unless its monitor says no."""
        with self._lock:
            now = self._settle()
            monitor = self._stopped_by(warehouse, now)
            if monitor is not None:
                raise quota_exceeded(warehouse=warehouse.name, monitor=monitor)
            if warehouse.name in self._runs:
                return
            self._runs[warehouse.name] = _Run(
                resumed_at=now, last_used=now, paid_until=now + FIRST_CHARGE
            )
            self._resumed_on[warehouse.name] = now
            # A monitor looks after the charge, not before: the query that resumed it still runs.
            self._charge(warehouse, FIRST_CHARGE, now)

    def may_run(self, warehouse: SnowflakeObject) -> bool:
        """Tell whether no monitor keeps a warehouse suspended."""
        with self._lock:
            return self._stopped_by(warehouse, self._settle()) is None

    def resume_by_hand(self, warehouse: SnowflakeObject, *, if_suspended: bool) -> None:
        """ALTER WAREHOUSE ... RESUME."""
        if self.running(warehouse) and not if_suspended:
            raise invalid_state(warehouse=warehouse.name, verb="resumed")
        self.resume(warehouse)

    def suspend(self, warehouse: SnowflakeObject) -> None:
        """Stop a warehouse; what runs on it ends first, as in Snowflake."""
        with self._lock:
            self._settle()
            self._runs.pop(warehouse.name, None)

    def suspend_by_hand(self, warehouse: SnowflakeObject) -> None:
        """ALTER WAREHOUSE ... SUSPEND."""
        if not self.running(warehouse):
            raise invalid_state(warehouse=warehouse.name, verb="suspended")
        self.suspend(warehouse)

    def abort_queries(self, warehouse: SnowflakeObject) -> None:
        """Cancel what runs on a warehouse."""
        with self._lock:
            run = self._runs.get(warehouse.name)
            for interrupt in list(run.queries.values()) if run else ():
                interrupt()

    def running(self, warehouse: SnowflakeObject) -> bool:
        """Tell whether a warehouse runs."""
        with self._lock:
            self._settle()
            return warehouse.name in self._runs

    def resumed_on(self, warehouse: SnowflakeObject) -> datetime | None:
        """Return when a warehouse was last resumed."""
        with self._lock:
            return self._resumed_on.get(warehouse.name)

    def queries(self, warehouse: SnowflakeObject) -> int:
        """Return how many queries run on a warehouse."""
        with self._lock:
            run = self._runs.get(warehouse.name)
            return len(run.queries) if run else 0

    def used(self, monitor: SnowflakeObject) -> float:
        """Return the credits that a monitor has counted in its present period."""
        with self._lock:
            self._settle()
            count = self._counts.get(monitor.name)
            return count.used if count else 0.0

    def renamed(self, name: str, new_name: str) -> None:
        """Keep a warehouse running under its new name."""
        with self._lock:
            if name in self._runs:
                self._runs[new_name] = self._runs.pop(name)
            if name in self._resumed_on:
                self._resumed_on[new_name] = self._resumed_on.pop(name)

    def monitor_changed(self, monitor: SnowflakeObject) -> None:
        """Count on by a monitor's new schedule, quota and triggers."""
        with self._lock:
            now = self.clock.now()
            count = self._counts.setdefault(monitor.name, new_count(monitor, now))
            count.resets_at = next_reset(monitor, now)
            self._fire(now)

    def monitor_dropped(self, monitor: SnowflakeObject) -> None:
        """Forget what a monitor had counted."""
        with self._lock:
            self._settle()
            self._counts.pop(monitor.name, None)

    def settle(self) -> None:
        """Let everything happen that is due, e.g. because time was skipped."""
        with self._lock:
            self._settle()

    @contextmanager
    def working(self, warehouse: SnowflakeObject | None, interrupt: Interrupt) -> Generator[None]:
        """Use a warehouse for a query, resuming it if it may resume by itself."""
        if warehouse is None:
            raise no_active_warehouse()
        with self._lock:
            if not self.running(warehouse) and not warehouse.flag("AUTO_RESUME"):
                raise no_active_warehouse()
            self.resume(warehouse)
            self._number += 1
            number = self._number
            run = self._runs[warehouse.name]
            run.queries[number] = interrupt
        try:
            yield
        finally:
            with self._lock:
                run.queries.pop(number, None)
                run.last_used = self.clock.now()

    def _settle(self) -> datetime:
        """Work out what happened until now, event by event."""
        now = self.clock.now()
        at = self._settled_at or now
        for monitor in self.registry.all(Kind.RESOURCE_MONITOR):
            self._counts.setdefault(monitor.name, new_count(monitor, now))
        while at < now:
            then = min((one for one in self._events(at) if one > at), default=now)
            then = min(then, now)
            self._flow(at, then)
            at = then
            self._suspend_idle(at)
            self._fire(at)
        self._settled_at = now
        return now

    def _events(self, at: datetime) -> list[datetime]:
        events: list[datetime] = []
        rates: dict[str, float] = {}
        for warehouse in self._running():
            run = self._runs[warehouse.name]
            events.append(run.paid_until)
            idle = self._idle_at(warehouse, run)
            if idle is not None:
                events.append(idle)
            if run.paid_until <= at:
                monitor = warehouse.text("RESOURCE_MONITOR")
                rates[monitor] = rates.get(monitor, 0.0) + credits_per_hour(warehouse)
        for monitor in self.registry.all(Kind.RESOURCE_MONITOR):
            rate = rates.get(monitor.name, 0.0)
            event = self._counts[monitor.name].next_event(monitor, at, rate)
            if event is not None:
                events.append(event)
        return events

    def _running(self) -> list[SnowflakeObject]:
        found = [self.registry.find(Kind.WAREHOUSE, (name,)) for name in list(self._runs)]
        return [one for one in found if one is not None]

    def _idle_at(self, warehouse: SnowflakeObject, run: _Run) -> datetime | None:
        """Return when a warehouse suspends itself; AUTO_SUSPEND = 0 means never."""
        seconds = warehouse.number("AUTO_SUSPEND") or 0
        return run.last_used + timedelta(seconds=seconds) if seconds and not run.queries else None

    def _flow(self, start: datetime, end: datetime) -> None:
        for warehouse in self._running():
            begin = max(start, self._runs[warehouse.name].paid_until)
            if end > begin:
                self._charge(warehouse, end - begin, end)

    def _charge(self, warehouse: SnowflakeObject, span: timedelta, at: datetime) -> None:
        monitor = self._monitor(warehouse)
        if monitor is not None and at >= start_of(monitor):
            count = self._counts.setdefault(monitor.name, new_count(monitor, at))
            count.used += credits_for(warehouse, span)

    def _suspend_idle(self, at: datetime) -> None:
        for warehouse in self._running():
            idle = self._idle_at(warehouse, self._runs[warehouse.name])
            if idle is not None and idle <= at:
                del self._runs[warehouse.name]

    def _fire(self, at: datetime) -> None:
        for monitor in self.registry.all(Kind.RESOURCE_MONITOR):
            count = self._counts.setdefault(monitor.name, new_count(monitor, at))
            reached: list[Trigger] = []
            count.fire(monitor, at, reached.append)
            for trigger in reached:
                self.journal.record(
                    "snowflake",
                    "resource monitor",
                    monitor=monitor.name,
                    action=trigger.action,
                    percent=trigger.percent,
                    used=round(count.used, 4),
                )
            if count.stops(monitor, at):
                immediate = any(one.action == "SUSPEND_IMMEDIATE" for one in count.fired)
                self._stop_all(monitor, immediate=immediate)

    def _stop_all(self, monitor: SnowflakeObject, *, immediate: bool) -> None:
        """Suspend a monitor's warehouses; queries end first, unless it is to be at once."""
        for warehouse in self._running():
            if warehouse.text("RESOURCE_MONITOR") != monitor.name:
                continue
            run = self._runs[warehouse.name]
            if immediate:
                self.abort_queries(warehouse)
            if immediate or not run.queries:
                del self._runs[warehouse.name]

    def _monitor(self, warehouse: SnowflakeObject) -> SnowflakeObject | None:
        name = warehouse.text("RESOURCE_MONITOR")
        return self.registry.find(Kind.RESOURCE_MONITOR, (name,)) if name else None

    def _stopped_by(self, warehouse: SnowflakeObject, now: datetime) -> str | None:
        monitor = self._monitor(warehouse)
        if monitor is None:
            return None
        count = self._counts.setdefault(monitor.name, new_count(monitor, now))
        return monitor.name if count.stops(monitor, now) else None

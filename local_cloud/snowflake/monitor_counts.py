"""How much of a resource monitor's quota is used, and what it does about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from local_cloud.snowflake.monitor_periods import end_of, next_reset, start_of
from local_cloud.snowflake.objects import SnowflakeObject

_HAIR = 1e-9


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """One ``ON percent PERCENT DO action``."""

    percent: float
    action: str


def triggers_of(monitor: SnowflakeObject) -> list[Trigger]:
    """Return a monitor's triggers."""
    given = monitor.properties.get("TRIGGERS")
    return [
        Trigger(percent=float(str(one["percent"])), action=str(one["action"]))
        for one in (given if isinstance(given, list) else [])
        if isinstance(one, Mapping)
    ]


def quota_of(monitor: SnowflakeObject) -> float | None:
    """Return a monitor's quota; without one its triggers never fire."""
    text = monitor.text("CREDIT_QUOTA")
    return float(text) if text else None


@dataclass(kw_only=True)
class Count:
    """The count of one monitor in its present period."""

    resets_at: datetime | None
    used: float = 0.0
    fired: set[Trigger] = field(default_factory=set[Trigger])

    def next_event(self, monitor: SnowflakeObject, now: datetime, rate: float) -> datetime | None:
        """Return when something happens next if credits go on at this rate an hour."""
        times = [one for one in (self.resets_at, end_of(monitor)) if one and one > now]
        quota = quota_of(monitor)
        if quota is not None and rate > 0:
            waiting = [
                quota * one.percent / 100 - self.used
                for one in triggers_of(monitor)
                if one not in self.fired
            ]
            ahead = [missing for missing in waiting if missing > _HAIR]
            if ahead:
                times.append(now + timedelta(hours=min(ahead) / rate) + timedelta(microseconds=1))
        return min(times) if times else None

    def fire(
        self, monitor: SnowflakeObject, now: datetime, told: Callable[[Trigger], None]
    ) -> None:
        """Begin a new period if it is time, and tell of triggers that were reached."""
        if self.resets_at is not None and now >= self.resets_at:
            self.used = 0.0
            self.fired.clear()
            self.resets_at = next_reset(monitor, now)
        # A trigger that a higher quota moved out of reach may fire again.
        self.fired = {one for one in self.fired if self._reached(monitor, one)}
        for trigger in triggers_of(monitor):
            if trigger not in self.fired and self._reached(monitor, trigger):
                self.fired.add(trigger)
                told(trigger)

    def _reached(self, monitor: SnowflakeObject, trigger: Trigger) -> bool:
        quota = quota_of(monitor)
        return quota is not None and self.used + _HAIR >= quota * trigger.percent / 100

    def stops(self, monitor: SnowflakeObject, now: datetime) -> bool:
        """Tell whether the monitor's warehouses may not run now."""
        end = end_of(monitor)
        if end is not None and now >= end:
            return True
        stopping = [one for one in triggers_of(monitor) if one.action != "NOTIFY"]
        return any(self._reached(monitor, one) for one in stopping)


def new_count(monitor: SnowflakeObject, now: datetime) -> Count:
    """Begin to count for a monitor."""
    return Count(resets_at=next_reset(monitor, max(now, start_of(monitor))))

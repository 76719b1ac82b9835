"""Rules with a schedule: they fire when their time comes, really."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from moto.backends import get_backend
from moto.events.models import EventsBackend, Rule

from local_cloud.aws.events.bus import EventBus
from local_cloud.aws.glue.cron import Cron
from local_cloud.aws.glue.timers import Timer, Timers
from local_cloud.aws.patching import replace

_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS: Final = {"minute": 60.0, "hour": 3600.0, "day": 86400.0}


class Schedules:
    """Keeps one timer for each enabled rule that has a schedule."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus
        self._timers = Timers()
        self._lock = threading.Lock()
        self._pending: dict[str, Timer] = {}

    def start(self) -> None:
        """Hear of every rule that is put, enabled, disabled or deleted."""
        self._timers.start()
        put_rule, delete_rule = EventsBackend.put_rule, EventsBackend.delete_rule
        enable, disable = Rule.enable, Rule.disable

        def put(backend: EventsBackend, *args: Any, **kwargs: Any) -> Rule:  # noqa: ANN401
            rule = put_rule(backend, *args, **kwargs)
            self._follow(rule)
            return rule

        def delete(backend: EventsBackend, name: str, event_bus_arn: str | None) -> None:
            delete_rule(backend, name, event_bus_arn)
            self._cancel(f"{backend.account_id}/{backend.region_name}/{name}")

        def enabled(rule: Rule) -> None:
            enable(rule)
            self._follow(rule)

        def disabled(rule: Rule) -> None:
            disable(rule)
            self._follow(rule)

        replace(EventsBackend, "put_rule", put)
        replace(EventsBackend, "delete_rule", delete)
        replace(Rule, "enable", enabled)
        replace(Rule, "disable", disabled)

    def stop(self) -> None:
        """Fire no more."""
        self._timers.stop()

    def _follow(self, rule: Rule) -> None:
        key = f"{rule.account_id}/{rule.region_name}/{rule.name}"
        self._cancel(key)
        seconds = seconds_until_next(rule.scheduled_expression, datetime.now(UTC))
        if rule.state != "ENABLED" or seconds is None:
            return
        with self._lock:
            self._pending[key] = self._timers.after(seconds, lambda: self._fire(rule))

    def _cancel(self, key: str) -> None:
        with self._lock:
            timer = self._pending.pop(key, None)
        if timer is not None:
            timer.cancel()

    def _fire(self, rule: Rule) -> None:
        rules = (
            get_backend("events")[rule.account_id][rule.region_name].event_buses["default"].rules
        )
        if rules.get(rule.name) is not rule:
            # Deleted, or put anew, since the timer was set; a new rule has a timer of its own.
            return
        self._bus.fire(rule, scheduled_event(rule, datetime.now(UTC)))
        self._follow(rule)


def seconds_until_next(expression: str | None, now: datetime) -> float | None:
    """Return how long until a schedule fires next; None when it never does."""
    if not expression:
        return None
    rate = _RATE.fullmatch(expression.strip())
    if rate is not None:
        return int(rate[1]) * _SECONDS[rate[2]]
    due = Cron.parse(expression).next_after(now)
    return None if due is None else (due - now).total_seconds()


def scheduled_event(rule: Rule, now: datetime) -> dict[str, object]:
    """Return the event that a schedule sends."""
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": rule.account_id,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": rule.region_name,
        "resources": [rule.arn],
        "detail": {},
    }

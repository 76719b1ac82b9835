"""EventBridge: rules whose pattern fits an event, and the targets that get it.

It takes the place of moto's delivery, which knows neither functions nor workflows nor disabled
rules, and sends to rules without a pattern what was never meant for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

from moto.backends import get_backend
from moto.events.models import Rule

from local_cloud.aws.events import outbox
from local_cloud.aws.events.destinations import Destinations, Origin
from local_cloud.aws.events.target_input import target_input
from local_cloud.aws.patching import replace
from local_cloud.journal import Journal

if TYPE_CHECKING:
    from moto.events.utils import EventMessageType

_THREADS: Final = 2
PRINCIPAL: Final = "events.amazonaws.com"

Event = Mapping[str, object]


class EventBus:
    """Matches and delivers in the background."""

    def __init__(self, destinations: Destinations, journal: Journal) -> None:
        self._destinations = destinations
        self._journal = journal
        self._executor: ThreadPoolExecutor | None = None
        destinations.publish_with(self.publish)

    def start(self) -> None:
        """Take over from moto."""
        self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="event-bus")

        def send_to_targets(
            rule: Rule, original_event: EventMessageType, transform_input: bool = True
        ) -> None:
            event = _as_sent(cast("Mapping[str, object]", original_event))
            outbox.after_request(lambda: self._offer(rule, event))

        replace(Rule, "send_to_targets", send_to_targets)

    def stop(self) -> None:
        """Deliver nothing more."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)

    def publish(self, account_id: str, region: str, event: Event) -> None:
        """Put an event on the default bus of an account."""
        buses = get_backend("events")[account_id][region].event_buses
        for rule in list(buses["default"].rules.values()):
            self._offer(rule, event)

    def fire(self, rule: Rule, event: Event) -> None:
        """Send an event to the targets of a rule whose schedule has come."""
        self._journal.record("events", "scheduled", rule=rule.name)
        self._send(rule, event)

    def _offer(self, rule: Rule, event: Event) -> None:
        if rule.state != "ENABLED" or not rule.event_pattern.get_pattern():
            return
        if rule.event_pattern.matches_event(cast("Any", event)):
            self._journal.record("events", "matched", rule=rule.name, event=str(event["id"]))
            self._send(rule, event)

    def _send(self, rule: Rule, event: Event) -> None:
        for target in list(rule.targets):
            origin = Origin(
                principal=PRINCIPAL,
                account_id=rule.account_id,
                source_arn=rule.arn,
                role_arn=target.get("RoleArn") or None,
            )
            body = target_input(target, event)
            if self._executor is not None:
                self._executor.submit(self._destinations.deliver, target["Arn"], body, origin)


def _as_sent(event: Event) -> Event:
    """Return an event of moto's PutEvents in the form that AWS sends."""
    when = event.get("time")
    if isinstance(when, int | float):
        when = datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    sent = {key: value for key, value in event.items() if key != "ingestion-time"}
    return {**sent, "time": when}

"""Rules with a schedule really fire, again and again, until they are disabled or deleted."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from typing import Any

import pytest
from moto.backends import get_backend
from moto.events.models import EventsBackend, Rule

from local_cloud.aws.events import schedules
from local_cloud.aws.events.bus import EventBus
from local_cloud.aws.events.destinations import Destinations
from local_cloud.aws.events.schedules import Schedules
from local_cloud.journal import Journal

ACCOUNT = "222222222222"


class RecordingBus(EventBus):
    """Keeps what fires."""

    def __init__(self) -> None:
        journal = Journal()
        super().__init__(Destinations(journal), journal)
        self.fired: queue.SimpleQueue[tuple[Rule, Any]] = queue.SimpleQueue()

    def fire(self, rule: Rule, event: Any) -> None:  # noqa: ANN401 - an event is JSON
        self.fired.put((rule, event))


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordingBus]:
    """A bus whose schedules come every few milliseconds; moto is restored afterwards."""
    for owner, name in (
        (EventsBackend, "put_rule"),
        (EventsBackend, "delete_rule"),
        (Rule, "enable"),
        (Rule, "disable"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    monkeypatch.setattr(
        schedules, "seconds_until_next", lambda expression, _now: 0.005 if expression else None
    )
    bus = RecordingBus()
    running = Schedules(bus)
    running.start()
    yield bus
    running.stop()


def backend() -> EventsBackend:
    """Moto's events of an account that no other test uses."""
    return get_backend("events")[ACCOUNT]["us-east-1"]


def test_an_enabled_rule_fires_again_and_again(bus: RecordingBus) -> None:
    backend().put_rule("often", scheduled_expression="rate(1 minute)", state="ENABLED")
    fired = [bus.fired.get(timeout=10) for _ in range(3)]
    assert {rule.name for rule, _ in fired} == {"often"}
    assert len({event["id"] for _, event in fired}) == 3
    assert fired[0][1]["detail-type"] == "Scheduled Event"
    assert fired[0][1]["resources"] == [fired[0][0].arn]
    backend().delete_rule("often", None)


@pytest.mark.parametrize("end", ["disable", "delete"])
def test_a_rule_that_has_ended_fires_no_more(bus: RecordingBus, end: str) -> None:
    rule = backend().put_rule("ended", scheduled_expression="rate(1 minute)")
    bus.fired.get(timeout=10)
    if end == "disable":
        rule.disable()
    else:
        backend().delete_rule("ended", None)
    while not bus.fired.empty():
        bus.fired.get()
    backend().put_rule("later", scheduled_expression="rate(1 minute)")
    names = {bus.fired.get(timeout=10)[0].name for _ in range(3)}
    assert names == {"later"}
    backend().delete_rule("later", None)


def test_a_rule_with_a_pattern_only_never_fires(bus: RecordingBus) -> None:
    backend().put_rule("pattern", event_pattern='{"source": ["x"]}')
    backend().put_rule("clock", scheduled_expression="rate(1 minute)")
    names = {bus.fired.get(timeout=10)[0].name for _ in range(3)}
    assert names == {"clock"}
    backend().delete_rule("clock", None)
    backend().delete_rule("pattern", None)

"""Where an event can go: queues, topics, functions, logs, workflows, by ARN."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from moto.backends import get_backend

from local_cloud.journal import Journal


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Who delivers: a service, on behalf of a resource of an account."""

    principal: str
    account_id: str
    source_arn: str


Deliver = Callable[[str, str, Origin], None]
Publish = Callable[[str, str, Mapping[str, object]], None]


class Destinations:
    """Finds the way to an ARN; what cannot be delivered is told to the journal, never raised."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._ways: dict[str, Deliver] = {"sqs": deliver_to_queue}
        self._publish: Publish | None = None

    def add(self, service: str, deliver: Deliver) -> None:
        """Make a kind of destination known by the service part of its ARN."""
        self._ways[service] = deliver

    def publish_with(self, publish: Publish) -> None:
        """Say what takes events for EventBridge."""
        self._publish = publish

    def publish(self, account_id: str, region: str, event: Mapping[str, object]) -> None:
        """Put one event on the account's default bus."""
        if self._publish is not None:
            self._publish(account_id, region, event)

    def deliver(self, arn: str, body: str, origin: Origin) -> None:
        """Deliver one message, or record why it could not be."""
        service = arn.split(":")[2]
        try:
            self._ways[service](arn, body, origin)
        except Exception as error:  # noqa: BLE001 - one bad destination must not stop the others
            self._journal.record("events", f"not delivered: {error}", to=arn, by=origin.principal)


def deliver_to_queue(arn: str, body: str, _origin: Origin) -> None:
    """Send a message to a queue of any account of this cloud."""
    region, account_id, name = arn.split(":")[3:6]
    get_backend("sqs")[account_id][region].send_message(name, body)

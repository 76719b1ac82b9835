"""Where an event can go: queues, topics, functions, logs, workflows, by ARN.

Each delivery asks for permission as AWS does: with the role that a target names, or as a service
that the destination's policy lets in.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from moto.backends import get_backend

from local_cloud.aws.authorization.resources import find_key
from local_cloud.aws.authorization.service_roles import (
    require_assumable,
    require_of_role,
    require_of_service,
)
from local_cloud.aws.events.fault_occasions import occasion_of_event
from local_cloud.faults.deliveries import DELIVERIES
from local_cloud.faults.registry import FAULTS
from local_cloud.journal import Journal

_KEY_ACTIONS: Final = ("kms:GenerateDataKey", "kms:Decrypt")


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Who delivers: a service, on behalf of a resource of an account, perhaps with a role."""

    principal: str
    account_id: str
    source_arn: str
    role_arn: str | None = None

    def require(self, action: str, resource: str) -> None:
        """Raise ``AccessDeniedError`` unless the origin may do it."""
        if self.role_arn is None:
            require_of_service(
                self.principal,
                action,
                resource,
                account_id=self.account_id,
                source_arn=self.source_arn,
            )
            return
        require_assumable(
            self.role_arn,
            self.principal,
            region=resource.split(":")[3],
            source_arn=self.source_arn,
        )
        require_of_role(self.role_arn, action, resource, session_name="events")

    def require_key(self, key_id: str | None, resource: str) -> None:
        """Raise ``AccessDeniedError`` unless the origin may use an encrypted destination's key."""
        if not key_id or "alias/aws/" in key_id:
            return
        region, account_id = resource.split(":")[3:5]
        key = find_key(key_id, account_id, region)
        for action in _KEY_ACTIONS:
            self.require(action, key.arn if key is not None else key_id)


Deliver = Callable[[str, str, Origin], None]
Publish = Callable[[str, str, Mapping[str, object]], None]


class Destinations:
    """Finds the way to an ARN; what cannot be delivered is told to the journal, never raised."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._ways: dict[str, Deliver] = {
            "logs": deliver_to_log_group,
            "sns": deliver_to_topic,
            "sqs": deliver_to_queue,
        }
        self._publish: Publish | None = None

    def add(self, service: str, deliver: Deliver) -> None:
        """Make a kind of destination known by the service part of its ARN."""
        self._ways[service] = deliver

    def knows(self, arn: str) -> bool:
        """Whether there is a way to this kind of ARN."""
        return arn.split(":")[2] in self._ways

    def services(self) -> list[str]:
        """Name the kinds of destinations."""
        return sorted(self._ways)

    def publish_with(self, publish: Publish) -> None:
        """Say what takes events for EventBridge."""
        self._publish = publish

    def publish(self, account_id: str, region: str, event: Mapping[str, object]) -> None:
        """Put one event on the account's default bus."""
        if self._publish is not None:
            self._publish(account_id, region, event)

    def deliver(self, arn: str, body: str, origin: Origin) -> None:
        """Deliver one message, or record why it could not be."""
        if FAULTS.armed:
            occasion = occasion_of_event(arn, body, origin.principal, origin.source_arn)
            if occasion is not None:
                DELIVERIES.pass_on(occasion, lambda: self._deliver(arn, body, origin))
                return
        self._deliver(arn, body, origin)

    def _deliver(self, arn: str, body: str, origin: Origin) -> None:
        service = arn.split(":")[2]
        try:
            self._ways[service](arn, body, origin)
        except Exception as error:  # noqa: BLE001 - one bad destination must not stop the others
            reason = str(error) or type(error).__name__
            self._journal.record("events", f"not delivered: {reason}", to=arn, by=origin.principal)


def deliver_to_queue(arn: str, body: str, origin: Origin) -> None:
    """Send a message to a queue of any account of this cloud."""
    region, account_id, name = arn.split(":")[3:6]
    backend = get_backend("sqs")[account_id][region]
    queue: Any = backend.get_queue(name)
    origin.require("sqs:SendMessage", arn)
    origin.require_key(queue.kms_master_key_id, arn)
    backend.send_message(name, body)


def deliver_to_topic(arn: str, body: str, origin: Origin) -> None:
    """Publish to a topic."""
    region, account_id = arn.split(":")[3:5]
    backend = get_backend("sns")[account_id][region]
    topic: Any = backend.get_topic(arn)
    origin.require("sns:Publish", arn)
    origin.require_key(topic.kms_master_key_id, arn)
    backend.publish(message=body, arn=arn)


def deliver_to_log_group(arn: str, body: str, _origin: Origin) -> None:
    """Write an event into a log group; its resource policy is not checked (see the limits)."""
    region, account_id = arn.split(":")[3:5]
    group = arn.split(":log-group:")[1].removesuffix(":*")
    logs = get_backend("logs")[account_id][region]
    stream = str(uuid4())
    logs.create_log_stream(group, stream)
    now = int(time.time() * 1000)
    logs.put_log_events(group, stream, [{"timestamp": now, "message": body}])


def as_text(event: Mapping[str, object]) -> str:
    """Write an event as a message."""
    return json.dumps(event, separators=(",", ":"))

"""Corrections of moto itself, each with its reason. Installed once, before the first request."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.sqs.models import Message, Queue, SQSBackend


def install_patches() -> None:
    """Put the corrections in place; calling it again changes nothing."""
    FakeBucket.get_permission = _no_opinion
    FakeBucket._log_permissions_enabled_policy = staticmethod(_may_deliver_logs)
    Queue.add_message = _add_message
    Queue.delete_message = _delete_message
    SQSBackend.receive_message = _receive_message
    SQSBackend.change_message_visibility = _change_message_visibility


def _no_opinion(_bucket: FakeBucket, _action: str, _resource: str) -> PermissionResult:
    """Moto ignores conditions in bucket policies, so a TLS-only policy would deny everything.

    The gateway has evaluated the policy already.
    """
    return PermissionResult.NEUTRAL


def _may_deliver_logs(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
    """Moto fails on a statement for everyone (`"Principal": "*"`) and on lists of one value."""
    policy = json.loads(target_bucket.policy.decode()) if target_bucket.policy else {}
    delivered = f"arn:{target_bucket.partition}:s3:::{target_bucket.name}/{target_prefix or ''}log"
    for statement in policy.get("Statement", []):
        principal = statement.get("Principal")
        services = principal.get("Service") if isinstance(principal, dict) else None
        if (
            statement.get("Effect") == "Allow"
            and "logging.s3.amazonaws.com" in _values(services)
            and "s3:PutObject" in _values(statement.get("Action"))
            and any(fnmatchcase(delivered, each) for each in _values(statement.get("Resource")))
        ):
            return True
    return False


def _values(value: object) -> list[str]:
    """Elements of a policy are one value or a list of them."""
    if isinstance(value, list):
        return [str(each) for each in value]
    return [] if value is None else [str(value)]


_original_add = Queue.add_message
_original_delete = Queue.delete_message
_original_receive = SQSBackend.receive_message
_original_change = SQSBackend.change_message_visibility


def _add_message(queue: Queue, message: Message) -> None:
    """Moto invokes functions here, inside SendMessage; our pollers do it outside."""
    with queue._messages_lock:
        queue.lambda_event_source_mappings = {}
        _original_add(queue, message)


def _delete_message(queue: Queue, receipt_handle: str) -> None:
    """Moto replaces the list of messages without a lock: a message sent meanwhile was lost."""
    with queue._messages_lock:
        _original_delete(queue, receipt_handle)


def _receive_message(backend: SQSBackend, queue_name: str, *args: Any, **kwargs: Any) -> Any:
    """Two receivers at once got the same message; waiting releases the lock."""
    queue = backend.get_queue(queue_name)
    with queue._messages_lock:
        return _original_receive(backend, queue_name, *args, **kwargs)


def _change_message_visibility(
    backend: SQSBackend, queue_name: str, receipt_handle: str, visibility_timeout: int
) -> None:
    """A message that is made visible wakes those who wait."""
    queue = backend.get_queue(queue_name)
    with queue._messages_lock:
        _original_change(backend, queue_name, receipt_handle, visibility_timeout)
        queue._messages_lock.notify_all()

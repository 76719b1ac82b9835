"""Corrections of moto itself, each with its reason. Installed once, before the first request."""

from __future__ import annotations

import json
import threading
from fnmatch import fnmatchcase
from typing import Any

from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict
from moto.iam.access_control import PermissionResult
from moto.kms import responses as kms_responses
from moto.kms.models import Key
from moto.s3.models import FakeBucket, FakeKey, S3Backend
from moto.sqs.models import Message, Queue, SQSBackend
from moto.sts.models import STSBackend

from local_cloud.aws.moto_memory import install_memory
from local_cloud.aws.patching import replace
from local_cloud.aws.queues import queue_attribute_setter, queue_lock
from local_cloud.settings import ROOT_ACCESS_KEY_ID


def install_patches() -> None:
    """Put the corrections in place; calling it again changes nothing."""
    install_memory()
    replace(FakeBucket, "get_permission", _no_opinion)
    replace(FakeBucket, "_log_permissions_enabled_policy", staticmethod(_may_deliver_logs))
    replace(kms_responses, "validate_policy", _any_key_policy)
    replace(STSBackend, "get_caller_identity", _caller_identity)
    replace(S3Backend, "put_object", _put_object)
    replace(LimitedSizeDict, "__setitem__", _set_attribute)
    replace(Queue, "_set_attributes", _set_attributes)
    replace(Queue, "add_message", _add_message)
    replace(Queue, "delete_message", _delete_message)
    replace(SQSBackend, "receive_message", _receive_message)
    replace(SQSBackend, "change_message_visibility", _change_message_visibility)


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


def _put_object(backend: S3Backend, *args: Any, **kwargs: Any) -> FakeKey:  # noqa: ANN401 - moto's
    """Moto reads the versions of a key and writes them back: one of two writers was lost."""
    with _versions_lock:
        return _original_put(backend, *args, **kwargs)


def _set_attribute(item: LimitedSizeDict, name: str, value: object) -> None:
    """Moto stops 4,600 bytes early, and counts the old value of an attribute that is replaced."""
    sizes = [len(str(key).encode()) + _size(held) for key, held in item.items() if key != name]
    if sum(sizes) + len(name.encode()) + _size(value) > _ITEM_BYTES:
        raise ItemSizeTooLarge
    dict.__setitem__(item, name, value)


def _size(value: object) -> int:
    return value.size() if isinstance(value, DynamoType) else len(str(value).encode())


def _any_key_policy(_key: Key, _action: str) -> None:
    """Moto denies by a key policy's Deny statements without reading their conditions."""


def _caller_identity(backend: STSBackend, access_key_id: str, region: str) -> tuple[str, str, str]:
    """Moto calls root a user of the name moto."""
    if access_key_id == ROOT_ACCESS_KEY_ID or access_key_id == backend.account_id:
        return backend.account_id, f"arn:aws:iam::{backend.account_id}:root", backend.account_id
    return _original_identity(backend, access_key_id, region)


_ITEM_BYTES = 400 * 1024
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""
_original_identity = STSBackend.get_caller_identity
_versions_lock = threading.RLock()
_original_put = S3Backend.put_object
_original_set = queue_attribute_setter()
_original_add = Queue.add_message
_original_delete = Queue.delete_message
_original_receive = SQSBackend.receive_message
_original_change = SQSBackend.change_message_visibility


def _set_attributes(queue: Queue, attributes: dict[str, Any], now: float | None = None) -> None:
    """Moto forgets the queue's policy when any other attribute is set."""
    kept = {"Policy": queue.policy} if hasattr(queue, "_policy_json") else {}
    _original_set(queue, {**kept, **attributes}, now)


def _add_message(queue: Queue, message: Message) -> None:
    """Moto invokes functions here, inside SendMessage; our pollers do it outside."""
    with queue_lock(queue):
        queue.lambda_event_source_mappings = {}
        _original_add(queue, message)


def _delete_message(queue: Queue, receipt_handle: str) -> None:
    """Moto replaces the list of messages without a lock: a message sent meanwhile was lost."""
    with queue_lock(queue):
        _original_delete(queue, receipt_handle)


def _receive_message(
    backend: SQSBackend,
    queue_name: str,
    count: int,
    wait_seconds_timeout: int,
    visibility_timeout: int,
    message_attribute_names: list[str] | None = None,
) -> list[Message]:
    """Two receivers at once got the same message; waiting releases the lock."""
    with queue_lock(backend.get_queue(queue_name)):
        return _original_receive(
            backend,
            queue_name,
            count,
            wait_seconds_timeout,
            visibility_timeout,
            message_attribute_names,
        )


def _change_message_visibility(
    backend: SQSBackend, queue_name: str, receipt_handle: str, visibility_timeout: int
) -> None:
    """A message that is made visible wakes those who wait."""
    queue = backend.get_queue(queue_name)
    with queue_lock(queue):
        _original_change(backend, queue_name, receipt_handle, visibility_timeout)
        queue_lock(queue).notify_all()

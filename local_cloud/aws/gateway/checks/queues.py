"""SQS: the ranges of a queue's attributes, and what a message may be.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from moto.backends import get_backend

from local_cloud.aws.gateway.checks.refusals import refuse
from local_cloud.aws.gateway.requests import ApiRequest

LARGEST_MESSAGE: Final = 1024 * 1024
_RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "DelaySeconds": (0, 900),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
    "MaximumMessageSize": (1_024, LARGEST_MESSAGE),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
}
_POLICY_BYTES: Final = 8_192
_RECEIVES: Final = (1, 1_000)
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def check_attributes(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """The attributes of a queue that is made or changed."""
    attributes: Mapping[str, Any] = request.parameters.get("Attributes") or {}
    for name, (least, most) in _RANGES.items():
        if name in attributes and not _within(attributes[name], least, most):
            refuse("InvalidAttributeValue", f"Invalid value for the parameter {name}.")
    if len(str(attributes.get("Policy") or "").encode()) > _POLICY_BYTES:
        refuse("OverLimit", "Submitted policy is over max allowed size.", HTTPStatus.FORBIDDEN)
    redrive = str(attributes.get("RedrivePolicy") or "")
    if redrive:
        _check_redrive(redrive)


def check_message(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """One message."""
    most = _largest(request)
    size = _size(request.parameters)
    if size > most:
        message = (
            "One or more parameters are invalid. Reason: Message must be shorter than "
            f"{most} bytes."
        )
        refuse("InvalidParameterValue", message)
    _check_characters([request.parameters])


def check_batch(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """Up to ten messages: together they may be as large as one."""
    entries: list[Mapping[str, Any]] = request.parameters.get("Entries") or []
    size = sum(_size(entry) for entry in entries)
    if size > LARGEST_MESSAGE:
        message = (
            f"Batch requests cannot be longer than {LARGEST_MESSAGE} bytes. You have sent {size} "
            "bytes."
        )
        refuse("AWS.SimpleQueueService.BatchRequestTooLong", message)
    _check_characters(entries)


def _check_redrive(text: str) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"""
    try:
        received = json.loads(text)["maxReceiveCount"]
    except (KeyError, TypeError, ValueError):
        return  # moto says what is wrong with it
    if not _within(received, *_RECEIVES):
        message = (
            f"Value {text} for parameter RedrivePolicy is invalid. Reason: Invalid value for "
            f"maxReceiveCount: {received}, valid values are from 1 to 1000 both inclusive."
        )
        refuse("InvalidParameterValue", message)


def _check_characters(messages: Iterable[Mapping[str, Any]]) -> None:
    for message in messages:
        if _FORBIDDEN.search(str(message.get("MessageBody") or "")):
            refuse(
                "InvalidMessageContents",
                "The message contains characters outside the allowed set.",
            )


def _largest(request: ApiRequest) -> int:
    """Return what a message may have in its queue."""
    account_id, name = request.text("QueueUrl").rstrip("/").split("/")[-2:]
    queue: Any = get_backend("sqs")[account_id][request.region].queues.get(name)
    return LARGEST_MESSAGE if queue is None else int(queue.maximum_message_size)


def _size(message: Mapping[str, Any]) -> int:
    """Return the bytes of a message: its body, and the names, types and values of attributes."""
    attributes: Mapping[str, Mapping[str, Any]] = message.get("MessageAttributes") or {}
    texts = [str(message.get("MessageBody") or "")]
    for name, value in attributes.items():
        texts += [name, *(str(part) for part in value.values() if part is not None)]
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)


def _within(value: object, least: int, most: int) -> bool:
    try:
        return least <= int(str(value)) <= most
    except ValueError:
        return False

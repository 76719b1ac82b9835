"""Moto's queues, from inside the process: their lock, receiving, and waiting without polling."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, cast

from moto.backends import get_backend
from moto.sqs.models import Message, Queue


def queue_lock(queue: Queue) -> threading.Condition:
    """Return the condition that guards the messages of a queue, and tells of new ones."""
    return cast("Any", queue)._messages_lock


def queue_attribute_setter() -> Callable[..., None]:
    """Return what moto sets a queue's attributes with."""
    setter: Callable[..., None] = cast("Any", Queue)._set_attributes
    return setter


def held_messages(queue: Queue) -> list[Message]:
    """Return every message of a queue: visible, hidden and delayed."""
    return cast("list[Message]", cast("Any", queue)._messages)


def receive(queue: Queue, most: int) -> list[Message]:
    """Take up to so many visible messages now; they are hidden for the queue's timeout."""
    backend = get_backend("sqs")[queue.account_id][queue.region]
    visibility = int(cast("Any", queue).visibility_timeout)
    return backend.receive_message(queue.name, most, 0, visibility, ["All"])


def wait_for_message(queue: Queue, seconds: float, stopped: threading.Event) -> bool:
    """Sleep until a message is visible or the time is up, and say which.

    A new message wakes the sleeper; for hidden and delayed ones it sleeps until the nearest comes.
    """
    deadline = time.monotonic() + seconds
    lock = queue_lock(queue)
    with lock:
        while not stopped.is_set() and (left := deadline - time.monotonic()) > 0:
            if queue.messages:
                return True
            now = time.time() * 1000
            pending = [max(each.visible_at, each.delayed_until) for each in held_messages(queue)]
            nearest = min([(at - now) / 1000 for at in pending], default=left)
            lock.wait(max(0.001, min(left, nearest + 0.001)))
    return False


def wake(queue: Queue) -> None:
    """Wake all who wait for a message, so that they see that they were stopped."""
    lock = queue_lock(queue)
    with lock:
        lock.notify_all()


def depths() -> dict[str, dict[str, int]]:
    """Return how many messages each queue of each account holds, by the queue's ARN."""
    queues = [
        queue
        for regions in list(get_backend("sqs").values())
        for backend in list(regions.values())
        for queue in list(backend.queues.values())
    ]
    return {
        queue.queue_arn: {
            "visible": queue.approximate_number_of_messages,
            "in_flight": queue.approximate_number_of_messages_not_visible,
            "delayed": queue.approximate_number_of_messages_delayed,
        }
        for queue in queues
    }

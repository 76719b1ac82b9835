"""What a request sets off happens after the request: an outbox for each request.

Moto announces an object before it has given it its metadata and access list. Held back until the
answer is made, a consumer never sees an unfinished object, and a PUT does not wait for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

_current = threading.local()


@contextmanager
def collecting(operation: str) -> Generator[None]:
    """Hold back what the enclosed request sets off until it has been answered."""
    pending: list[Callable[[], None]] = []
    _current.pending, _current.operation = pending, operation
    try:
        yield
    finally:
        del _current.pending, _current.operation
        for action in pending:
            action()


def current_operation() -> str | None:
    """Name the operation that this thread answers; None when it answers none."""
    operation: str | None = getattr(_current, "operation", None)
    return operation


def after_request(action: Callable[[], None]) -> None:
    """Run an action when the current request is answered, or now when there is none."""
    pending: list[Callable[[], None]] | None = getattr(_current, "pending", None)
    if pending is None:
        action()
    else:
        pending.append(action)

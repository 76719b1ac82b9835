"""One thread that acts at given times, and sleeps until the next."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Action = Callable[[], None]


@dataclass(order=True)
class Timer:
    """Something that will be done unless it is cancelled."""

    due: float
    number: int
    action: Action = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Do not act, if that has not happened yet."""
        self.cancelled = True


class Timers:
    """Thread-safe. Actions run one after the other in the thread, so they must be short."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._heap: list[Timer] = []
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin to act."""
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="glue timers", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Act no more; return when the thread has ended."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def after(self, seconds: float, action: Action) -> Timer:
        """Act once, in so many seconds."""
        timer = Timer(due=time.monotonic() + seconds, number=next(self._numbers), action=action)
        with self._changed:
            heapq.heappush(self._heap, timer)
            self._changed.notify()
        return timer

    def _run(self) -> None:
        while (timer := self._next()) is not None:
            if not timer.cancelled:
                timer.action()

    def _next(self) -> Timer | None:
        with self._changed:
            while not self._stopping:
                wait = self._heap[0].due - time.monotonic() if self._heap else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._heap)
                self._changed.wait(wait)
        return None

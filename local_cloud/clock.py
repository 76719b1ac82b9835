"""The time of one local cloud: real time, plus what ``tarn local clock --advance`` skipped.

What the real services do after days (a pipe forgets its files, a quota begins anew) can so be
seen in seconds. Only what a room decides by this clock follows it: see ``tarn local limits``.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from local_cloud.limits import LIMITS, Limit, LimitKind
from tarn.errors import PermanentError

Listener = Callable[[timedelta], None]

LONGEST_STEP: Final = timedelta(days=3660)
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_PART: Final = re.compile(r"(\d+)([smhdw])")
_SPAN: Final = re.compile(r"(?:\d+[smhdw])+")


LIMITS.add(
    Limit(
        name="clock",
        kind=LimitKind.SIMPLIFIED,
        why="Time skipped with `tarn local clock --advance` passes for Snowflake; schedules, "
        "queues, jobs and credentials of AWS run in real time.",
        what_to_do="Wait for AWS, or fire the event by hand.",
    )
)


class ClockError(PermanentError):
    """The clock was asked for a step that it cannot take."""

    def __init__(self, *, step: str) -> None:
        super().__init__(
            f"The local cloud's clock cannot advance by '{step}': it goes forward only, by a span "
            f"such as 14d, 90m or 1d12h (w, d, h, m, s), at most {LONGEST_STEP.days}d at once."
        )
        self.step = step


class Clock:
    """Thread-safe; never goes back."""

    def __init__(self) -> None:
        """Start at real time."""
        self._lock = threading.Lock()
        self._skipped = timedelta(0)
        self._steps: list[tuple[datetime, timedelta]] = []
        self._listeners: list[Listener] = []

    @property
    def skipped(self) -> timedelta:
        """How far the clock is ahead of real time."""
        with self._lock:
            return self._skipped

    def now(self) -> datetime:
        """Return the cloud's time, in UTC."""
        return datetime.now(UTC) + self.skipped

    def at(self, real: datetime) -> datetime:
        """Return the cloud's time at a moment of real time, such as S3 tells of its objects.

        S3 tells whole seconds, so what happened in the second of a step counts as after it.
        """
        with self._lock:
            steps = [(moment.replace(microsecond=0), span) for moment, span in self._steps]
        skipped = [span for moment, span in steps if moment <= real]
        return real + sum(skipped, timedelta(0))

    def advance(self, span: timedelta) -> datetime:
        """Skip a span at once, tell the listeners, and return the new time."""
        if not timedelta(0) < span <= LONGEST_STEP:
            raise ClockError(step=str(span))
        with self._lock:
            self._skipped += span
            self._steps.append((datetime.now(UTC), span))
            skipped, listeners = self._skipped, tuple(self._listeners)
        for listener in listeners:
            listener(skipped)
        return self.now()

    def on_advance(self, listener: Listener) -> None:
        """Call a listener with the whole skipped span after each step; it must be quick."""
        with self._lock:
            self._listeners.append(listener)

    def to_json(self) -> dict[str, object]:
        """Return the time as the control API tells it."""
        skipped = self.skipped
        return {"now": self.now().isoformat(), "skipped_seconds": skipped.total_seconds()}


def span_of(text: str) -> timedelta:
    """Read a span as people write it: ``14d``, ``1d12h``, ``90m``."""
    if _SPAN.fullmatch(text) is None:
        raise ClockError(step=text)
    try:
        spans = [timedelta(**{_UNITS[unit]: int(count)}) for count, unit in _PART.findall(text)]
        return sum(spans, timedelta(0))
    except OverflowError as error:
        raise ClockError(step=text) from error

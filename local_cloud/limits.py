"""What the local cloud refuses, and what it stores without effect, by name.

Each room adds its own limits when it is imported; ``tarn local limits`` shows them all.
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from enum import StrEnum


class LimitKind(StrEnum):
    """How the local cloud differs from the real one."""

    REFUSED = "refused"
    """It fails, with its name."""
    STORED = "stored"
    """It is kept and given back, and has no effect."""
    SIMPLIFIED = "simplified"
    """It works, in a way that a program can tell from the real one."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One difference between the local cloud and the real one."""

    name: str
    kind: LimitKind
    why: str
    what_to_do: str

    def to_json(self) -> dict[str, str]:
        """Return the limit as one JSON object."""
        return {key: str(value) for key, value in asdict(self).items()}


class LimitRegistry:
    """The limits by name; adding the same name again replaces it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._limits: dict[str, Limit] = {}

    def add(self, *limits: Limit) -> None:
        """Make limits known; called at import by the rooms that have them."""
        with self._lock:
            self._limits.update({limit.name: limit for limit in limits})

    def all(self) -> list[Limit]:
        """Return every limit, ordered by kind and name."""
        with self._lock:
            return sorted(self._limits.values(), key=lambda limit: (limit.kind, limit.name))


LIMITS = LimitRegistry()
"""The registry of this process."""

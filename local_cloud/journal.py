"""The journal: what happened in the local cloud, station by station.

It is kept in memory (the last 10,000 entries, for the control API) and in a file of JSON lines
(all of them, for a reader after a crash).
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RING_SIZE: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class JournalEntry:
    """One thing that happened. ``at`` is seconds since the epoch."""

    at: float
    station: str
    message: str
    facts: Mapping[str, str | int | float]

    def to_json(self) -> dict[str, object]:
        """Return the entry as one JSON object, the form of the file and of the control API."""
        return {
            "at": round(self.at, 6),
            "station": self.station,
            "message": self.message,
            "facts": dict(self.facts),
        }


class Journal:
    """Thread-safe; a Journal without a file keeps its entries in memory only."""

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._entries: deque[JournalEntry] = deque(maxlen=RING_SIZE)
        self._stream = None
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._stream = file.open("a", encoding="utf-8", buffering=1)

    def record(self, station: str, message: str, **facts: str | int | float) -> None:
        """Add one entry; ``station`` is the part of the cloud that speaks, e.g. ``sqs``."""
        entry = JournalEntry(at=time.time(), station=station, message=message, facts=facts)
        with self._lock:
            self._entries.append(entry)
            if self._stream is not None:
                self._stream.write(json.dumps(entry.to_json()) + "\n")

    def entries(self, last: int) -> list[JournalEntry]:
        """Return up to the ``last`` newest entries, oldest first."""
        with self._lock:
            kept = list(self._entries)
        return kept[-last:] if last > 0 else []

    def close(self) -> None:
        """Close the file; later entries are kept in memory only."""
        with self._lock:
            stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

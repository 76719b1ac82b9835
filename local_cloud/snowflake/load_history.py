"""Which files were loaded into which table, as COPY and pipes remember it.

A pipe remembers a file's path for 14 days and never looks at its content; recreating the pipe or
its table forgets. COPY by hand also compares the file's ETag.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from local_cloud.snowflake.names import Path

PIPE_MEMORY: Final = timedelta(days=14)
COPY_MEMORY: Final = timedelta(days=64)


@dataclass(frozen=True, kw_only=True)
class FileLoad:
    """One file's load, as COPY_HISTORY shows it; ``pipe`` is None for COPY by hand."""

    table: Path
    file: str
    stage: str
    etag: str
    rows: int
    size: int
    loaded_at: datetime
    status: str = "Loaded"
    error: str = ""
    pipe: Path | None = None


class LoadHistory:
    """Thread-safe memory of loads."""

    def __init__(self) -> None:
        """Start without any load."""
        self._lock = threading.Lock()
        self._by_pipe: dict[tuple[Path, str], FileLoad] = {}
        self._by_table: dict[tuple[Path, str], FileLoad] = {}
        self._all: list[FileLoad] = []

    def record(self, *loads: FileLoad) -> None:
        """Remember loads; a failed one is shown but does not hinder another try."""
        with self._lock:
            for load in loads:
                self._all.append(load)
                if load.error:
                    continue
                if load.pipe is not None:
                    self._by_pipe[(load.pipe, load.file)] = load
                self._by_table[(load.table, load.file)] = load

    def pipe_loaded(self, pipe: Path, file: str) -> bool:
        """Tell whether a pipe loaded this path in the last 14 days, whatever its content."""
        with self._lock:
            load = self._by_pipe.get((pipe, file))
        return load is not None and datetime.now(UTC) - load.loaded_at < PIPE_MEMORY

    def copy_loaded(self, table: Path, file: str, etag: str) -> bool:
        """Tell whether this very content was loaded into the table in the last 64 days."""
        with self._lock:
            load = self._by_table.get((table, file))
        if load is None or load.etag != etag:
            return False
        return datetime.now(UTC) - load.loaded_at < COPY_MEMORY

    def forget_pipe(self, pipe: Path) -> None:
        """A pipe that is recreated starts without memory."""
        with self._lock:
            self._by_pipe = {key: one for key, one in self._by_pipe.items() if key[0] != pipe}

    def forget_table(self, table: Path) -> None:
        """A table that is recreated or truncated can be loaded again."""
        with self._lock:
            self._by_table = {key: one for key, one in self._by_table.items() if key[0] != table}

    def of_table(self, table: Path) -> list[FileLoad]:
        """Return every load and failure of a table, oldest first."""
        with self._lock:
            return [load for load in self._all if load.table == table]

    def of_pipe(self, pipe: Path) -> list[FileLoad]:
        """Return every load and failure of a pipe, oldest first."""
        with self._lock:
            return [load for load in self._all if load.pipe == pipe]

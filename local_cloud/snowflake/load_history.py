"""Which files were loaded, as pipes and tables remember it; the two memories are apart.

A pipe remembers a path for 14 days, loaded or failed, and never looks at its content. A table
remembers what COPY by hand loaded into it for 64 days, with the content's ETag. So a pipe loads
what a COPY loaded before, and the other way round. Sources: Snowflake's user guide, "Load metadata"
(data-load-considerations-load), "Load history" (data-load-snowpipe-intro) and "Load missed files"
(data-load-snowpipe-ts).
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from local_cloud.snowflake.names import Path

PIPE_MEMORY: Final = timedelta(days=14)
COPY_MEMORY: Final = timedelta(days=64)
HISTORY_KEPT: Final = timedelta(days=14)


class LoadStatus(StrEnum):
    """How a load ended; the value is COPY_HISTORY's word, the name COPY's own."""

    LOADED = "Loaded"
    PARTIALLY_LOADED = "Partially loaded"
    LOAD_FAILED = "Load failed"


@dataclass(frozen=True, kw_only=True)
class FirstError:
    """The first wrong row of a file; a file that cannot be read at all has no line."""

    message: str
    code: int = 100183
    sqlstate: str = "22000"
    line: int | None = None
    column: str | None = None


@dataclass(frozen=True, kw_only=True)
class FileLoad:
    """One file's load; ``rows`` were loaded of ``parsed``. ``pipe`` is None for COPY by hand."""

    table: Path
    file: str
    stage: str
    etag: str
    rows: int
    parsed: int
    size: int
    loaded_at: datetime
    errors: int = 0
    error_limit: int = 1
    first_error: FirstError | None = None
    pipe: PipeId | None = None
    received_at: datetime | None = None

    @property
    def status(self) -> LoadStatus:
        """Whether all rows, some or none were loaded."""
        if self.first_error is None:
            return LoadStatus.LOADED
        return LoadStatus.PARTIALLY_LOADED if self.rows else LoadStatus.LOAD_FAILED


@dataclass(frozen=True, kw_only=True)
class PipeId:
    """A pipe as Snowflake tells them apart: one of the same name made later is another."""

    path: Path
    created_on: datetime


def _now() -> datetime:
    return datetime.now(UTC)


class LoadHistory:
    """Thread-safe memory of loads."""

    def __init__(self, now: Callable[[], datetime] = _now) -> None:
        """Start without any load."""
        self._now = now
        self._lock = threading.Lock()
        self._by_pipe: dict[PipeId, dict[str, datetime]] = defaultdict(dict)
        self._by_table: dict[Path, dict[str, FileLoad]] = defaultdict(dict)
        self._first_load: dict[Path, datetime] = {}
        self._all: list[FileLoad] = []
        self._loading: dict[Path, threading.RLock] = defaultdict(threading.RLock)

    def loading(self, table: Path) -> threading.RLock:
        """Return the lock under which files of a table are chosen, loaded and remembered.

        COPY marks its files in the table's metadata, so two statements at once never load the same
        file twice ("Executing parallel COPY statements", data-load-considerations-load).
        """
        with self._lock:
            return self._loading[table]

    def record(self, *loads: FileLoad) -> None:
        """Remember loads; after a failure COPY by hand tries again, a pipe does not."""
        with self._lock:
            for load in loads:
                self._all.append(load)
                if load.pipe is not None:
                    self._by_pipe[load.pipe][load.file] = load.loaded_at
                elif load.status is not LoadStatus.LOAD_FAILED:
                    self._by_table[load.table][load.file] = load
                    self._first_load.setdefault(load.table, load.loaded_at)

    def pipe_knows(self, pipe: PipeId, file: str) -> bool:
        """Tell whether a pipe took this path in the last 14 days, whatever its content."""
        with self._lock:
            at = self._by_pipe.get(pipe, {}).get(file)
        return at is not None and self._now() - at < PIPE_MEMORY

    def copy_skips(
        self, table: Path, file: str, etag: str, modified_at: datetime, *, load_uncertain: bool
    ) -> bool:
        """Tell whether COPY by hand leaves a file alone.

        It does when this very content was loaded in the last 64 days. When file, table's first
        load and file's load are all older, nobody knows: then LOAD_UNCERTAIN_FILES decides.
        """
        oldest = self._now() - COPY_MEMORY
        with self._lock:
            load = self._by_table.get(table, {}).get(file)
            first = self._first_load.get(table)
        if load is not None and load.loaded_at > oldest:
            return load.etag == etag
        uncertain = modified_at <= oldest and first is not None and first <= oldest
        return uncertain and not load_uncertain

    def forget_pipe(self, pipe: PipeId) -> None:
        """Drop the memory of a pipe that is gone, and its loads from COPY_HISTORY."""
        with self._lock:
            self._by_pipe.pop(pipe, None)
            self._all = [load for load in self._all if load.pipe != pipe]

    def forget_table(self, table: Path) -> None:
        """A table that is recreated or truncated can be loaded again, and shows no loads before."""
        with self._lock:
            self._by_table.pop(table, None)
            self._first_load.pop(table, None)
            self._all = [load for load in self._all if load.table != table]

    def of_table(self, table: Path) -> list[FileLoad]:
        """Return a table's loads and failures of the last 14 days, oldest first."""
        return self._recent(lambda load: load.table == table)

    def of_pipe(self, pipe: PipeId) -> list[FileLoad]:
        """Return a pipe's loads and failures of the last 14 days, oldest first."""
        return self._recent(lambda load: load.pipe == pipe)

    def of_database(self, name: str) -> list[FileLoad]:
        """Return what COPY by hand loaded into a database in the last 14 days, oldest first."""
        return self._recent(lambda load: load.pipe is None and load.table[0] == name)

    def _recent(self, wanted: Callable[[FileLoad], bool]) -> list[FileLoad]:
        oldest = self._now() - HISTORY_KEPT
        with self._lock:
            self._all = [load for load in self._all if load.loaded_at > oldest]
            return [load for load in self._all if wanted(load)]

"""Values that may not repeat within one file.

A key belongs to the first accepted row that has it; a row with a null in the key has none. The
first keys are held in memory; beyond a limit their digests go to a file on the function's disk,
so that memory stays flat whatever the size of the file.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

KEYS_IN_MEMORY: Final = 200_000

Key = tuple[object, ...]


class SeenKeys:
    """The keys of one file's accepted rows for one set of columns."""

    def __init__(self, file: Path, *, in_memory: int = KEYS_IN_MEMORY) -> None:
        self._file = file
        self._in_memory = in_memory
        self._keys: set[Key] = set()
        self._spilled: sqlite3.Connection | None = None

    def any_known(self, keys: Sequence[Key]) -> bool:
        """Say whether some key is known already, or twice among these."""
        if self._spilled is None:
            return len(set(keys)) < len(keys) or not self._keys.isdisjoint(keys)
        return len(set(keys)) < len(keys) or any(key in self for key in keys)

    def __contains__(self, key: Key) -> bool:
        if self._spilled is None:
            return key in self._keys
        query = "SELECT 1 FROM seen WHERE digest = ?"
        with closing(self._spilled.execute(query, (_digest(key),))) as found:
            return found.fetchone() is not None

    def add(self, keys: Iterable[Key]) -> None:
        """Remember keys, none of which is known."""
        if self._spilled is not None:
            _insert(self._spilled, keys)
            return
        self._keys.update(keys)
        if len(self._keys) > self._in_memory:
            self._spilled = _create(self._file)
            _insert(self._spilled, self._keys)
            self._keys = set()

    def close(self) -> None:
        if self._spilled is not None:
            self._spilled.close()
            self._file.unlink()


def _create(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    # Lost with the attempt anyway: no journal, no waiting for the disk, 16 MiB of pages in memory.
    for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -16384"):
        connection.execute(f"PRAGMA {setting}").close()
    connection.execute("CREATE TABLE seen (digest BLOB PRIMARY KEY) WITHOUT ROWID").close()
    return connection


def _insert(connection: sqlite3.Connection, keys: Iterable[Key]) -> None:
    # In order of digests, pages are visited once instead of at random.
    digests = sorted(map(_digest, keys))
    connection.execute("BEGIN").close()
    connection.executemany("INSERT INTO seen VALUES (?)", ((d,) for d in digests)).close()
    connection.execute("COMMIT").close()


def _digest(key: Key) -> bytes:
    """16 bytes: two of 10^10 different keys share one with a probability of 10^-19."""
    return hashlib.blake2b(repr(key).encode(), digest_size=16).digest()

"""Values that may not repeat within one file.

A key belongs to the first accepted row that has it; a row with a null in the key has none. The
first keys are held in memory; beyond a limit their digests go to a file on the function's disk,
so that memory stays flat whatever the size of the file.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Container, Sequence, Set
from contextlib import closing
from pathlib import Path
from typing import Final, cast

import pyarrow as pa
from pyarrow import types

from tarn.contract.model import Contract

KEYS_IN_MEMORY: Final = 200_000
_QUERY_KEYS: Final = 500

Key = tuple[object, ...]


class SeenKeys:
    """The keys of one file's accepted rows for one set of columns."""

    def __init__(self, file: Path, *, in_memory: int | None = None) -> None:
        self._file = file
        self._in_memory = KEYS_IN_MEMORY if in_memory is None else in_memory
        self._keys: set[Key] = set()
        self._spilled: sqlite3.Connection | None = None

    def known(self, keys: Set[Key]) -> Set[Key]:
        """Return those of the keys that an earlier batch added."""
        if self._spilled is None:
            return self._keys & keys
        digests = {_digest(key): key for key in keys}
        found = _find(self._spilled, sorted(digests))
        return {digests[digest] for digest in found}

    def add(self, keys: Set[Key]) -> None:
        """Remember keys, none of which is known."""
        if self._spilled is None:
            self._keys |= keys
            if len(self._keys) <= self._in_memory:
                return
            self._spilled = _create(self._file)
            keys, self._keys = self._keys, set()
        _insert(self._spilled, sorted(map(_digest, keys)))

    def close(self) -> None:
        if self._spilled is not None:
            self._spilled.close()
            self._file.unlink()


class UniqueRule:
    """A set of columns whose values together do not repeat."""

    def __init__(self, names: tuple[str, ...], contract: Contract, seen: SeenKeys) -> None:
        self.names = names
        self.positions = [contract.column_names.index(name) for name in names]
        self.seen = seen

    def claims(self, columns: pa.RecordBatch) -> Claims:
        """Return what the rows of a batch claim; a row with a null in its key claims nothing."""
        parts = [_key_parts(columns.column(position)) for position in self.positions]
        keys: list[Key | None] = list(zip(*parts, strict=True))
        if any(None in part for part in parts):
            keys = [None if key and None in key else key for key in keys]
        return Claims(self, keys)


def _key_parts(array: pa.Array) -> Sequence[object]:
    """Return values that are equal where the column's are; times as numbers need no time zones."""
    if types.is_timestamp(array.type):
        array = array.cast(pa.int64())
    return array.to_pylist()


class Claims:
    """The keys of one batch's rows under one rule, until the batch is judged."""

    def __init__(self, rule: UniqueRule, keys: Sequence[Key | None]) -> None:
        self.rule = rule
        self._keys = keys
        distinct = set(keys) - {None}
        self._taken = set(rule.seen.known(cast("set[Key]", distinct)))
        self._new: set[Key] = set()
        self.contested = bool(self._taken) or len(distinct) + keys.count(None) < len(keys)
        """Whether some key is taken already, or claimed twice."""

    def is_taken(self, row: int) -> bool:
        key = self._keys[row]
        return key in self._taken or key in self._new

    def take(self, row: int) -> None:
        if key := self._keys[row]:
            self._new.add(key)

    def take_all(self, rejected: Container[int]) -> None:
        """Take every key, except those of rejected rows."""
        self._new = {key for row, key in enumerate(self._keys) if key and row not in rejected}

    def settle(self) -> None:
        """Remember the keys taken in this batch."""
        self.rule.seen.add(self._new)


def _create(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    # Lost with the attempt anyway: no journal, no waiting for the disk, 16 MiB of pages in memory.
    for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -16384"):
        connection.execute(f"PRAGMA {setting}").close()
    connection.execute("CREATE TABLE seen (digest BLOB PRIMARY KEY) WITHOUT ROWID").close()
    return connection


def _insert(connection: sqlite3.Connection, digests: Sequence[bytes]) -> None:
    # In their order, pages are visited once instead of at random.
    connection.execute("BEGIN").close()
    connection.executemany("INSERT INTO seen VALUES (?)", ((d,) for d in digests)).close()
    connection.execute("COMMIT").close()


def _find(connection: sqlite3.Connection, digests: Sequence[bytes]) -> list[bytes]:
    found: list[bytes] = []
    for start in range(0, len(digests), _QUERY_KEYS):
        part = digests[start : start + _QUERY_KEYS]
        marks = ",".join("?" * len(part))
        query = f"SELECT digest FROM seen WHERE digest IN ({marks})"  # noqa: S608 - only marks
        with closing(connection.execute(query, part)) as rows:
            found += [row[0] for row in rows]
    return found


def _digest(key: Key) -> bytes:
    """16 bytes: two of 10^10 different keys share one with a probability of 10^-19."""
    return hashlib.blake2b(repr(key).encode(), digest_size=16).digest()

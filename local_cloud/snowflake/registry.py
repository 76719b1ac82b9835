"""The account's objects by name. Thread-safe; every read gives whole values."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace

from local_cloud.clock import Clock
from local_cloud.snowflake.errors import already_exists, does_not_exist, operation_impossible
from local_cloud.snowflake.names import Path, plain
from local_cloud.snowflake.objects import Kind, SnowflakeObject, namespace

Change = Callable[[SnowflakeObject], SnowflakeObject]


class Registry:
    """Holds one value an object; (name space, path) is unique."""

    def __init__(self, clock: Clock | None = None) -> None:
        """Start with an empty account; what is added was created at the clock's time."""
        self._clock = clock or Clock()
        self._lock = threading.RLock()
        self._objects: dict[tuple[str, Path], SnowflakeObject] = {}

    def find(self, kind: Kind, path: Path) -> SnowflakeObject | None:
        """Return the object of this kind, or None."""
        with self._lock:
            found = self._objects.get((namespace(kind), path))
        return found if found is not None and found.kind is kind else None

    def at(self, kind: Kind, path: Path) -> SnowflakeObject | None:
        """Return whatever has this path in the kind's name space."""
        with self._lock:
            return self._objects.get((namespace(kind), path))

    def get(self, kind: Kind, path: Path) -> SnowflakeObject:
        """Return the object of this kind, or refuse as Snowflake does."""
        found = self.find(kind, path)
        if found is None:
            raise does_not_exist(kind=kind.value, name=plain(path))
        return found

    def require_container(self, kind: Kind, path: Path) -> None:
        """Refuse a schema without its database, and a schema object without its schema."""
        container = Kind.DATABASE if kind is Kind.SCHEMA else Kind.SCHEMA
        if kind.depth > 1 and self.find(container, path[:-1]) is None:
            if container is Kind.SCHEMA and self.find(Kind.DATABASE, path[:1]) is None:
                raise does_not_exist(kind="DATABASE", name=plain(path[:1]))
            raise does_not_exist(kind=container.value, name=plain(path[:-1]))

    def add(self, added: SnowflakeObject, *, replacing: bool = False) -> None:
        """Add an object; an existing one is an error unless it is replaced by its own kind."""
        key = (namespace(added.kind), added.path)
        with self._lock:
            present = self._objects.get(key)
            if present is not None and not (replacing and present.kind is added.kind):
                raise already_exists(name=plain(added.path))
            self._objects[key] = replace(added, created_on=self._clock.now())

    def change(self, kind: Kind, path: Path, change: Change) -> SnowflakeObject:
        """Replace an object's value by a changed one."""
        with self._lock:
            changed = change(self.get(kind, path))
            self._objects[(namespace(kind), path)] = changed
        return changed

    def rename(self, kind: Kind, path: Path, new_path: Path) -> None:
        """Move an object, and what it contains, to another name."""
        with self._lock:
            if self.at(kind, new_path) is not None:
                raise already_exists(name=plain(new_path))
            moved = [self.get(kind, path), *self.inside(path)]
            for one in moved:
                del self._objects[(namespace(one.kind), one.path)]
            for one in moved:
                target = new_path + one.path[len(path) :]
                self._objects[(namespace(one.kind), target)] = replace(one, path=target)

    def drop(self, kind: Kind, path: Path) -> list[SnowflakeObject]:
        """Remove an object and what it contains; return what was removed, contents first."""
        with self._lock:
            found = self.at(kind, path)
            if found is None:
                raise does_not_exist(kind=kind.value, name=plain(path))
            if found.kind is not kind:
                raise operation_impossible()
            contents = self.inside(path) if kind in (Kind.DATABASE, Kind.SCHEMA) else []
            for one in (*contents, found):
                self._objects.pop((namespace(one.kind), one.path), None)
        return [*contents, found]

    def inside(self, path: Path) -> list[SnowflakeObject]:
        """Return the objects whose path lies below a database's or schema's, deepest first."""
        with self._lock:
            below = [
                one
                for one in self._objects.values()
                if len(one.path) > len(path) and one.path[: len(path)] == path
            ]
        return sorted(below, key=lambda one: -len(one.path))

    def all(self, *kinds: Kind) -> list[SnowflakeObject]:
        """Return the objects of these kinds, ordered by path."""
        return sorted(self._of(kinds), key=lambda one: one.path)

    def _of(self, kinds: Iterable[Kind]) -> list[SnowflakeObject]:
        wanted = frozenset(kinds)
        with self._lock:
            return [one for one in self._objects.values() if one.kind in wanted]

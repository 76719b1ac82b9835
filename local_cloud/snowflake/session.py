"""One session: who is connected, in which role, and where names are looked up."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from local_cloud.snowflake.engine import EngineSession
from local_cloud.snowflake.names import Path, in_database, in_schema
from local_cloud.snowflake.objects import Kind


@dataclass(kw_only=True)
class Session:
    """A connected user; ``lock`` makes its statements run one after another."""

    user: str
    role: str
    engine: EngineSession
    all_roles: bool = False
    warehouse: str | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    _request: str = ""
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @contextmanager
    def running(self, request_id: str) -> Generator[None]:
        """Run the statement of a request, one after another; it can be cancelled meanwhile."""
        with self.lock:
            with self._guard:
                self._request = request_id
            try:
                yield
            finally:
                with self._guard:
                    self._request = ""

    def cancel(self, request_id: str) -> None:
        """End the statement of a request, if it runs now."""
        with self._guard:
            if request_id and request_id == self._request:
                self.engine.interrupt()

    @property
    def database(self) -> str | None:
        """The current database."""
        return self.engine.database

    @property
    def schema(self) -> str | None:
        """The current schema."""
        return self.engine.schema

    def resolve(self, kind: Kind, path: Path) -> Path:
        """Complete a name as the session sees it."""
        if kind.depth == 3:
            return in_schema(path, database=self.database, schema=self.schema)
        if kind is Kind.SCHEMA:
            return in_database(path, database=self.database)
        return path

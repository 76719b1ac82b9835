"""One session: who is connected, in which role, and where names are looked up."""

from __future__ import annotations

import secrets
import threading
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

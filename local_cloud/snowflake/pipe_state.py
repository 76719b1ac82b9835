"""What a pipe has queued, is loading and did last. Values only: its owner does the locking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from local_cloud.snowflake.load_history import FileLoad, PipeId
from local_cloud.snowflake.objects import SnowflakeObject
from local_cloud.snowflake.stages import StagedFile

EVENTS_KEPT: Final = timedelta(days=14)
"""How long a paused pipe keeps what is announced; after as long it is stale."""


def pipe_id(pipe: SnowflakeObject) -> PipeId:
    """Tell a pipe from another one of its name."""
    return PipeId(path=pipe.path, created_on=pipe.created_on)


@dataclass(frozen=True, kw_only=True)
class Queued:
    """A file that waits, since when."""

    file: StagedFile
    since: datetime


@dataclass(kw_only=True)
class PipeState:
    """One pipe's queue and its latest doings, for SYSTEM$PIPE_STATUS."""

    id: PipeId
    queued: dict[str, Queued] = field(default_factory=dict[str, Queued])
    loading: set[str] = field(default_factory=set[str])
    paused_since: datetime | None = None
    last_forwarded: datetime | None = None
    last_forwarded_file: str = ""
    last_ingested: datetime | None = None
    last_ingested_file: str = ""
    last_error: datetime | None = None
    error: str = ""
    storage_denied: bool = False

    def offer(self, file: StagedFile, now: datetime) -> None:
        """Queue a file, unless it waits or is being loaded already."""
        if file.name not in self.queued and file.name not in self.loading:
            self.queued[file.name] = Queued(file=file, since=now)

    def take(self) -> list[StagedFile]:
        """Begin to load everything that waits."""
        files = [one.file for one in self.queued.values()]
        self.loading.update(self.queued)
        self.queued.clear()
        return files

    def done(self, files: Iterable[StagedFile]) -> None:
        """End loading files, however it went."""
        self.loading.difference_update(file.name for file in files)

    def pause(self, now: datetime) -> None:
        """Begin a pause, if none lasts."""
        self.paused_since = self.paused_since or now

    def resume(self, now: datetime) -> None:
        """End a pause; what waited for longer than events are kept is lost."""
        if self.paused_since is None:
            return
        self.queued = {one.file.name: one for one in self.waiting(now)}
        self.paused_since = None

    def waiting(self, now: datetime) -> list[Queued]:
        """Return what still counts as waiting: a pause loses what it kept for too long."""
        return [
            one
            for one in self.queued.values()
            if self.paused_since is None or now - one.since < EVENTS_KEPT
        ]

    def stale(self, now: datetime) -> bool:
        """Whether the pause has lasted for longer than events are kept."""
        return self.paused_since is not None and now - self.paused_since > EVENTS_KEPT

    def failed(self, error: str, now: datetime, *, storage_denied: bool = False) -> None:
        """Note what went wrong last."""
        self.error, self.last_error, self.storage_denied = error, now, storage_denied

    def loaded(self, load: FileLoad, now: datetime) -> None:
        """Note what was loaded last; the pipe works again."""
        self.last_ingested, self.last_ingested_file = now, load.file
        self.error, self.storage_denied = "", False

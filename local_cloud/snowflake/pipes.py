"""Snowpipe: files announced by S3 become rows, each file once and whole.

All pipes share one queue in Snowflake's own AWS account; its ARN is their notification channel.
One thread waits at the queue and loads.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.snowflake.errors import (
    STORAGE_FAILURE,
    SnowflakeSqlError,
    invalid_value,
    pipe_is_stale,
)
from local_cloud.snowflake.faults import stall_of, stalled
from local_cloud.snowflake.load_history import FileLoad, FirstError
from local_cloud.snowflake.loading import load
from local_cloud.snowflake.loading_job import LoadJob
from local_cloud.snowflake.names import Path, plain
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.pipe_jobs import job_of, paused, stage_facts, stop_of
from local_cloud.snowflake.pipe_queue import Announcement, PipeQueue
from local_cloud.snowflake.pipe_state import PipeState, pipe_id
from local_cloud.snowflake.pipe_status import status_of
from local_cloud.snowflake.results import Cell, Result, table
from local_cloud.snowflake.stages import StagedFile, can_list, list_files, matching_below

if TYPE_CHECKING:
    from local_cloud.snowflake.account_parts import AccountParts

REFRESH_REACH: Final = timedelta(days=7)
_TRIES: Final = 5
_PAUSE_AFTER_FAILURE: Final = 1.0


class PipeChannel:
    """Receives announcements for all pipes of an account, and loads their files."""

    def __init__(self, account: AccountParts) -> None:
        """Do nothing until the first pipe with AUTO_INGEST is created."""
        self._account = account
        self._queue = PipeQueue(account.aws)
        self._states: dict[Path, PipeState] = {}
        self._last_received: datetime | None = None
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, pipe: SnowflakeObject) -> None:
        """Check a new pipe's COPY and connect it to its stage and the queue."""
        job_of(self._account, pipe)
        facts = stage_facts(self._account, pipe)
        if pipe.flag("AUTO_INGEST"):
            facts["notification_channel"] = self._queue.ensure()
        self._account.registry.change(
            Kind.PIPE, pipe.path, lambda old: replace(old, facts={**old.facts, **facts})
        )
        with self._lock:
            if pipe.flag("AUTO_INGEST") and self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="snowpipe", daemon=True)
                self._thread.start()

    def remove(self, pipe: SnowflakeObject) -> None:
        """Forget a pipe and what it loaded."""
        with self._lock:
            self._states.pop(pipe.path, None)
        self._account.loads.forget_pipe(pipe_id(pipe))

    def stop(self) -> None:
        """Stop listening; what was announced stays in the queue."""
        self._stopping.set()

    def refresh(
        self, pipe: SnowflakeObject, prefix: str = "", modified_after: datetime | None = None
    ) -> Result:
        """Queue files of at most seven days' age that the pipe does not know.

        Source: ALTER PIPE, REFRESH; what the pipe knows is left out (data-load-snowpipe-ts).
        """
        now = self._account.now()
        if modified_after is not None and modified_after < now - REFRESH_REACH:
            raise invalid_value(
                name="MODIFIED_AFTER",
                value=modified_after.isoformat(),
                reason=f"It must be within the last {REFRESH_REACH.days} days.",
            )
        stop = stop_of(self._account, pipe)
        if stop is not None:
            raise SnowflakeSqlError(code=90073, sqlstate="55000", message=stop.reason)
        job = job_of(self._account, pipe)
        oldest = max(now - REFRESH_REACH, modified_after or now - REFRESH_REACH)
        listed = list_files(self._account, job.stage, job.copy.prefix + prefix)
        found = [one for one in _wanted(job, listed) if one.modified_at >= oldest]
        self._enqueue(pipe, found)
        self._work(pipe)
        rows: list[dict[str, Cell]] = [{"File": one.name, "Status": "SENT"} for one in found]
        return table(("File", "Status"), rows)

    def status(self, path: Path) -> Mapping[str, object]:
        """Describe a pipe as SYSTEM$PIPE_STATUS does; one that S3 refused is tried anew."""
        pipe = self._account.registry.get(Kind.PIPE, path)
        state = self._state(pipe)
        stop = stop_of(self._account, pipe) or stall_of(pipe)
        if state.storage_denied and stop is None:
            job = job_of(self._account, pipe)
            state.storage_denied = not can_list(self._account, job.stage, job.copy.prefix)
        outstanding = self._queue.outstanding() if "notification_channel" in pipe.facts else None
        with self._lock:
            return status_of(
                pipe,
                state,
                stop=stop,
                paused=paused(self._account, pipe),
                now=self._account.now(),
                received=self._last_received,
                outstanding=outstanding,
            )

    def require_resumable(self, pipe: SnowflakeObject) -> None:
        """Refuse to end a pause of more than 14 days without being told that files are lost."""
        if pipe.flag("AUTO_INGEST") and self._state(pipe).stale(self._account.now()):
            raise pipe_is_stale(name=plain(pipe.path))

    def changed(self, pipe: SnowflakeObject) -> None:
        """Begin a pause, or load what was announced during one."""
        state, now = self._state(pipe), self._account.now()
        with self._lock:
            if paused(self._account, pipe):
                state.pause(now)
                return
            state.resume(now)
        self._work(pipe)

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                announced = self._queue.receive()
                for path in self._assign(announced):
                    pipe = self._account.registry.find(Kind.PIPE, path)
                    if pipe is not None:
                        self._work(pipe)
                self._queue.delete(announced)
            except (ClientError, BotoCoreError) as error:
                # The local AWS went away or refuses; what was announced is kept by the queue.
                self._account.journal.record("snowpipe", "queue unreachable", reason=str(error))
                self._stopping.wait(_PAUSE_AFTER_FAILURE)

    def _assign(self, announced: Sequence[Announcement]) -> list[Path]:
        """Give each announced file to every pipe that loads from where it lies."""
        if not announced:
            return []
        self._last_received = self._account.now()
        touched: list[Path] = []
        for pipe in self._account.registry.all(Kind.PIPE):
            job = self._job_or_none(pipe) if pipe.flag("AUTO_INGEST") else None
            if job is None:
                continue
            staged = [
                one.staged(
                    job.stage,
                    modified_at=self._account.clock.at(one.at),
                    received_at=self._last_received,
                )
                for one in announced
                if one.bucket == job.stage.bucket
                and one.key.startswith(job.stage.key_prefix(job.copy.prefix))
            ]
            files = _wanted(job, staged)
            if files:
                self._enqueue(pipe, files, forwarded=self._last_received)
                touched.append(pipe.path)
        return touched

    def _enqueue(
        self, pipe: SnowflakeObject, files: Sequence[StagedFile], forwarded: datetime | None = None
    ) -> None:
        state, now = self._state(pipe), self._account.now()
        with self._lock:
            if forwarded is not None:
                state.last_forwarded, state.last_forwarded_file = forwarded, files[-1].name
            for file in files:
                if not self._account.loads.pipe_knows(state.id, file.name):
                    state.offer(file, now)

    def _state(self, pipe: SnowflakeObject) -> PipeState:
        """Return a pipe's state; one that was made again begins with an empty one."""
        with self._lock:
            state = self._states.get(pipe.path)
            if state is None or state.id != pipe_id(pipe):
                state = PipeState(id=pipe_id(pipe))
                self._states[pipe.path] = state
            return state

    def _work(self, pipe: SnowflakeObject) -> None:
        """Load what waits, unless the pipe is paused or stopped."""
        state = self._state(pipe)
        job = self._job_or_none(pipe)
        with self._lock:
            if job is None or paused(self._account, pipe):
                return
            if stalled(self._account, pipe, waiting=len(state.queued)):
                return
            files = state.take()
        try:
            if files:
                self._load(job, state, files)
        finally:
            with self._lock:
                state.done(files)

    def _load(self, job: LoadJob, state: PipeState, files: Sequence[StagedFile]) -> None:
        """Load files together or, if that fails, alone; what cannot be read is tried again."""
        error: SnowflakeSqlError | None = None
        left = list(files)
        for number in range(_TRIES):
            if number:
                self._stopping.wait(0.2 * number)
                self._account.aws.forget()
            left, error = self._attempt(job, state, left)
            if error is None:
                return
        if error is not None:
            self._account.loads.record(*(self._unreadable(job, one, error) for one in left))

    def _attempt(
        self, job: LoadJob, state: PipeState, files: Sequence[StagedFile]
    ) -> tuple[list[StagedFile], SnowflakeSqlError | None]:
        """Return the files that could not be read, and why."""
        try:
            loads = load(self._account, job, files)
        except SnowflakeSqlError as error:
            if len(files) == 1:
                self._failed(state, error)
                return list(files), error
        else:
            for one in loads:
                self._report(state, one)
            return [], None
        alone = [(file, self._attempt(job, state, [file])[1]) for file in files]
        bad = [(file, error) for file, error in alone if error is not None]
        return [file for file, _ in bad], bad[-1][1] if bad else None

    def _failed(self, state: PipeState, error: SnowflakeSqlError) -> None:
        denied = error.code == STORAGE_FAILURE
        state.failed(error.message, self._account.now(), storage_denied=denied)
        self._account.journal.record(
            "snowpipe", "failed", pipe=plain(state.id.path), reason=error.message
        )

    def _unreadable(self, job: LoadJob, file: StagedFile, error: SnowflakeSqlError) -> FileLoad:
        return FileLoad(
            table=job.table,
            file=file.name,
            stage=job.stage.name,
            etag=file.etag,
            rows=0,
            parsed=0,
            size=file.size,
            loaded_at=self._account.now(),
            errors=1,
            first_error=FirstError(message=error.message, code=error.code),
            pipe=job.pipe,
            received_at=file.received_at,
        )

    def _report(self, state: PipeState, one: FileLoad) -> None:
        pipe, journal = plain(state.id.path), self._account.journal
        if one.first_error is not None:
            reason = one.first_error.message
            journal.record("snowpipe", "failed", pipe=pipe, file=one.file, reason=reason)
        if one.rows or one.first_error is None:
            state.loaded(one, self._account.now())
            journal.record("snowpipe", "loaded", pipe=pipe, file=one.file, rows=one.rows)

    def _job_or_none(self, pipe: SnowflakeObject) -> LoadJob | None:
        """Return what a pipe loads; None while something that it names is missing."""
        try:
            stop = stop_of(self._account, pipe)
            return job_of(self._account, pipe) if stop is None else None
        except SnowflakeSqlError as error:
            # Its integration was dropped or disabled: the pipe is there but cannot load.
            self._failed(self._state(pipe), error)
            return None


def _wanted(job: LoadJob, files: Iterable[StagedFile]) -> list[StagedFile]:
    return matching_below(files, job.copy.pattern, job.stage.key_prefix(job.copy.prefix))


def statuses(channel: PipeChannel, pipes: Iterable[SnowflakeObject]) -> dict[str, Any]:
    """Describe pipes for ``tarn local status``."""
    return {plain(pipe.path): dict(channel.status(pipe.path)) for pipe in pipes}

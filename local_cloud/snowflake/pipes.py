"""Snowpipe: files announced by S3 become rows, each file once and whole.

All pipes share one queue in Snowflake's own AWS account; its ARN is their notification channel.
One thread waits at the queue and loads.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.snowflake.aws import RoleTrust
from local_cloud.snowflake.copy_statement import read_copy
from local_cloud.snowflake.errors import SnowflakeSqlError, storage_failure
from local_cloud.snowflake.load_history import FileLoad
from local_cloud.snowflake.loading import LoadJob, load
from local_cloud.snowflake.names import Path, in_schema, plain
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.pipe_queue import Announcement, PipeQueue
from local_cloud.snowflake.results import Cell, Result, table
from local_cloud.snowflake.sql_reader import SqlReader
from local_cloud.snowflake.stages import (
    StagedFile,
    external_stage,
    list_files,
    matching,
)
from local_cloud.snowflake.trusts import storage_trust

if TYPE_CHECKING:
    from local_cloud.snowflake.account_parts import AccountParts

REFRESH_REACH: Final = timedelta(days=7)
_TRIES: Final = 5
_PAUSE_AFTER_FAILURE: Final = 1.0


@dataclass(kw_only=True)
class PipeState:
    """What a pipe is doing; SYSTEM$PIPE_STATUS shows it."""

    pending: deque[StagedFile] = field(default_factory=deque[StagedFile])
    tries: dict[str, int] = field(default_factory=dict[str, int])
    last_received: datetime | None = None
    last_ingested: datetime | None = None
    last_ingested_file: str = ""
    error: str = ""


class PipeChannel:
    """Receives announcements for all pipes of an account, and loads their files."""

    def __init__(self, account: AccountParts) -> None:
        """Do nothing until the first pipe with AUTO_INGEST is created."""
        self._account = account
        self._queue = PipeQueue(account.aws)
        self._states: dict[Path, PipeState] = {}
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, pipe: SnowflakeObject) -> None:
        """Check a new pipe's COPY and connect it to the queue; its memory starts empty."""
        self._job(pipe)
        self._account.loads.forget_pipe(pipe.path)
        with self._lock:
            self._states[pipe.path] = PipeState()
        if not pipe.flag("AUTO_INGEST"):
            return
        channel = self._queue.ensure()
        self._account.registry.change(
            Kind.PIPE,
            pipe.path,
            lambda old: replace(old, facts={**old.facts, "notification_channel": channel}),
        )
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="snowpipe", daemon=True)
                self._thread.start()

    def remove(self, pipe: SnowflakeObject) -> None:
        """Forget a pipe and what it loaded."""
        with self._lock:
            self._states.pop(pipe.path, None)
        self._account.loads.forget_pipe(pipe.path)

    def stop(self) -> None:
        """Stop listening; what was announced stays in the queue."""
        self._stopping.set()

    def refresh(self, pipe: SnowflakeObject, prefix: str) -> Result:
        """Load files of the last seven days that the pipe has not loaded."""
        job = self._job(pipe)
        oldest = datetime.now(UTC) - REFRESH_REACH
        listed = list_files(self._account, job.stage, job.copy.prefix + prefix)
        found = [one for one in listed if one.modified_at >= oldest]
        self._enqueue(pipe.path, matching(found, job.copy.pattern))
        self._work(pipe)
        rows: list[dict[str, Cell]] = [{"File": one.name, "Status": "SENT"} for one in found]
        return table(("File", "Status"), rows)

    def status(self, path: Path) -> Mapping[str, object]:
        """Describe a pipe as SYSTEM$PIPE_STATUS does."""
        pipe = self._account.registry.get(Kind.PIPE, path)
        with self._lock:
            state = self._states.get(path, PipeState())
            answer: dict[str, object] = {
                "executionState": "PAUSED" if self._paused(pipe) else "RUNNING",
                "pendingFileCount": len(state.pending),
            }
            if state.error:
                answer["error"] = state.error
        if pipe.facts.get("notification_channel"):
            answer["notificationChannelName"] = pipe.facts["notification_channel"]
            answer["numOutstandingMessagesOnChannel"] = self._queue.outstanding()
        if state.last_received:
            answer["lastReceivedMessageTimestamp"] = state.last_received.isoformat()
        if state.last_ingested:
            answer["lastIngestedTimestamp"] = state.last_ingested.isoformat()
            answer["lastIngestedFilePath"] = state.last_ingested_file
        return answer

    def verify_integration(self, integration: SnowflakeObject) -> Mapping[str, object]:
        """Try to assume an integration's role."""
        return _verify(self._account, storage_trust(integration))

    def resume(self, pipe: SnowflakeObject) -> None:
        """Load what was announced while the pipe was paused."""
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

    def _assign(self, announced: Iterable[Announcement]) -> list[Path]:
        """Give each announced file to every pipe whose stage path it lies under."""
        touched: dict[Path, list[StagedFile]] = {}
        pipes = [one for one in self._account.registry.all(Kind.PIPE) if one.flag("AUTO_INGEST")]
        jobs = [(pipe, self._job_or_none(pipe)) for pipe in pipes]
        for one in announced:
            for pipe, job in jobs:
                if job is None or one.bucket != job.stage.bucket:
                    continue
                if one.key.startswith(job.stage.key_prefix(job.copy.prefix)):
                    touched.setdefault(pipe.path, []).append(one.staged(job.stage))
        for path, files in touched.items():
            self._enqueue(path, files)
        return list(touched)

    def _enqueue(self, path: Path, files: Sequence[StagedFile]) -> None:
        with self._lock:
            state = self._states.setdefault(path, PipeState())
            state.last_received = datetime.now(UTC)
            waiting = {one.name for one in state.pending}
            for file in files:
                known = file.name in waiting
                if not known and not self._account.loads.pipe_loaded(path, file.name):
                    waiting.add(file.name)
                    state.pending.append(file)

    def _work(self, pipe: SnowflakeObject) -> None:
        """Load what is pending, unless the pipe is paused."""
        with self._lock:
            state = self._states.get(pipe.path)
            if state is None or self._paused(pipe):
                return
            files = list(state.pending)
            state.pending.clear()
        if files:
            self._load(pipe, state, files)

    def _load(self, pipe: SnowflakeObject, state: PipeState, files: Sequence[StagedFile]) -> None:
        try:
            loads = load(self._account, self._job(pipe), files)
        except SnowflakeSqlError as error:
            state.error = error.message
            self._account.journal.record(
                "snowpipe", "failed", pipe=plain(pipe.path), reason=error.message
            )
            self._retry(pipe, state, files, error)
            return
        state.error = ""
        for one in loads:
            self._report(pipe, state, one)

    def _retry(
        self,
        pipe: SnowflakeObject,
        state: PipeState,
        files: Sequence[StagedFile],
        error: SnowflakeSqlError,
    ) -> None:
        """Try files again that could not be read; one that never can is recorded as failed."""
        if len(files) > 1:
            for file in files:
                self._load(pipe, state, [file])
            return
        file = files[0]
        tries = state.tries.get(file.name, 0) + 1
        state.tries[file.name] = tries
        if tries < _TRIES:
            self._stopping.wait(0.2 * tries)
            self._account.aws.forget()
            self._load(pipe, state, files)
            return
        job = self._job(pipe)
        self._account.loads.record(
            FileLoad(
                table=job.table,
                file=file.name,
                stage=job.stage.name,
                etag=file.etag,
                rows=0,
                size=file.size,
                loaded_at=datetime.now(UTC),
                status="Load failed",
                error=error.message,
                pipe=pipe.path,
            )
        )

    def _report(self, pipe: SnowflakeObject, state: PipeState, one: FileLoad) -> None:
        if one.error:
            state.error = one.error
            self._account.journal.record(
                "snowpipe", "failed", pipe=plain(pipe.path), file=one.file, reason=one.error
            )
            return
        state.last_ingested = datetime.now(UTC)
        state.last_ingested_file = one.file
        self._account.journal.record(
            "snowpipe", "loaded", pipe=plain(pipe.path), file=one.file, rows=one.rows
        )

    def _paused(self, pipe: SnowflakeObject) -> bool:
        schema = self._account.registry.find(Kind.SCHEMA, pipe.path[:2])
        paused_schema = schema is not None and schema.flag("PIPE_EXECUTION_PAUSED")
        return pipe.flag("PIPE_EXECUTION_PAUSED") or paused_schema

    def _job_or_none(self, pipe: SnowflakeObject) -> LoadJob | None:
        try:
            return self._job(pipe)
        except SnowflakeSqlError as error:
            # Its table or stage was dropped: the pipe is there but cannot load.
            with self._lock:
                self._states.setdefault(pipe.path, PipeState()).error = error.message
            return None

    def _job(self, pipe: SnowflakeObject) -> LoadJob:
        reader = SqlReader(pipe.body)
        reader.expect("COPY")
        copy = read_copy(reader, in_pipe=True)
        where = {"database": pipe.path[0], "schema": pipe.path[1]}
        registry = self._account.registry
        target = registry.get(Kind.TABLE, in_schema(copy.table, **where))
        stage = registry.get(Kind.STAGE, in_schema(copy.stage, **where))
        if copy.file_format is not None:
            registry.get(Kind.FILE_FORMAT, in_schema(copy.file_format, **where))
        return LoadJob(
            copy=copy,
            table=target.path,
            stage=external_stage(self._account, stage),
            pipe=pipe.path,
        )


def _verify(account: AccountParts, trust: RoleTrust) -> Mapping[str, object]:
    try:
        account.aws.forget()
        account.aws.client("sts", trust).get_caller_identity()
    except SnowflakeSqlError as error:
        return {"status": "failure", "message": error.message}
    except (ClientError, BotoCoreError) as error:
        failure = storage_failure(what=trust.used_by, reason=str(error))
        return {"status": "failure", "message": failure.message}
    return {"status": "success", "actions": {"READ": {"status": "success"}}}


def statuses(channel: PipeChannel, pipes: Iterable[SnowflakeObject]) -> dict[str, Any]:
    """Describe pipes for ``tarn local status``."""
    return {plain(pipe.path): dict(channel.status(pipe.path)) for pipe in pipes}

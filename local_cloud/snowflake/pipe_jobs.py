"""What a pipe's COPY means now, and whether the pipe may run it.

A pipe is tied to its stage, not to the stage's name: a stage that is made again, or gets another
URL, stops its pipes until they are made again (CREATE STAGE, "Usage notes"; SYSTEM$PIPE_STATUS;
terraform-provider-snowflake#4196). A table of the same name is as good as the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from local_cloud.snowflake.account_parts import AccountParts
from local_cloud.snowflake.copy_statement import CopyStatement, read_copy
from local_cloud.snowflake.loading_job import LoadJob
from local_cloud.snowflake.names import Path, in_schema, plain
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.pipe_state import pipe_id
from local_cloud.snowflake.sql_reader import SqlReader
from local_cloud.snowflake.stages import external_stage

_STAGE_MADE = "stage_created_on"
_STAGE_URL = "stage_url"


class ExecutionState(StrEnum):
    """The states of SYSTEM$PIPE_STATUS that a local pipe can be in."""

    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    STOPPED_STAGE_ALTERED = "STOPPED_STAGE_ALTERED"
    STOPPED_STAGE_DROPPED = "STOPPED_STAGE_DROPPED"
    STOPPED_FILE_FORMAT_DROPPED = "STOPPED_FILE_FORMAT_DROPPED"
    STOPPED_MISSING_TABLE = "STOPPED_MISSING_TABLE"
    STALLED_INTERNAL_ERROR = "STALLED_INTERNAL_ERROR"
    STALLED_STAGE_PERMISSION_ERROR = "STALLED_STAGE_PERMISSION_ERROR"


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Why a pipe takes no files any more."""

    state: ExecutionState
    reason: str


def statement_of(pipe: SnowflakeObject) -> CopyStatement:
    """Read a pipe's COPY; a body never changes, and every announced file asks for it."""
    return _read(pipe.body)


@lru_cache(maxsize=256)
def _read(body: str) -> CopyStatement:
    reader = SqlReader(body)
    reader.expect("COPY")
    return read_copy(reader, in_pipe=True)


def job_of(account: AccountParts, pipe: SnowflakeObject) -> LoadJob:
    """Look up what a pipe's COPY names; what is missing is refused by name."""
    stage, *_ = sources_of(account, pipe)
    return LoadJob(
        copy=statement_of(pipe),
        table=target_of(account, pipe).path,
        stage=external_stage(account, stage),
        pipe=pipe_id(pipe),
    )


def sources_of(account: AccountParts, pipe: SnowflakeObject) -> Iterator[SnowflakeObject]:
    """Yield what a pipe's COPY reads: its stage, and its file format if that has a name."""
    copy = statement_of(pipe)
    yield account.registry.get(Kind.STAGE, _near(pipe, copy.stage))
    if copy.file_format is not None:
        yield account.registry.get(Kind.FILE_FORMAT, _near(pipe, copy.file_format))


def target_of(account: AccountParts, pipe: SnowflakeObject) -> SnowflakeObject:
    """Return the table that a pipe loads into."""
    return account.registry.get(Kind.TABLE, _near(pipe, statement_of(pipe).table))


def stage_facts(account: AccountParts, pipe: SnowflakeObject) -> dict[str, str]:
    """Return what ties a new pipe to the very stage that its COPY names now."""
    stage = account.registry.get(Kind.STAGE, _near(pipe, statement_of(pipe).stage))
    return {_STAGE_MADE: stage.created_on.isoformat(), _STAGE_URL: stage.text("URL")}


def stop_of(account: AccountParts, pipe: SnowflakeObject) -> Stop | None:
    """Tell why a pipe cannot load; None if nothing that it names is missing."""
    copy, registry = statement_of(pipe), account.registry
    stage = registry.find(Kind.STAGE, _near(pipe, copy.stage))
    name = plain(copy.stage[-1:])
    if stage is None or stage.created_on.isoformat() != pipe.facts.get(_STAGE_MADE):
        return Stop(
            state=ExecutionState.STOPPED_STAGE_DROPPED,
            reason=f"Pipe is invalid because stage {name} dropped. Recreate the pipe.",
        )
    if stage.text("URL") != pipe.facts.get(_STAGE_URL):
        return Stop(
            state=ExecutionState.STOPPED_STAGE_ALTERED,
            reason=f"Pipe is invalid because stage {name} has another URL. Recreate the pipe.",
        )
    if registry.find(Kind.TABLE, _near(pipe, copy.table)) is None:
        return Stop(
            state=ExecutionState.STOPPED_MISSING_TABLE,
            reason=f"Table {plain(copy.table)} is missing. Create a table of this name.",
        )
    wanted = copy.file_format
    if wanted is not None and registry.find(Kind.FILE_FORMAT, _near(pipe, wanted)) is None:
        return Stop(
            state=ExecutionState.STOPPED_FILE_FORMAT_DROPPED,
            reason=f"File format {plain(wanted)} is missing. Create one of this name.",
        )
    return None


def paused(account: AccountParts, pipe: SnowflakeObject) -> bool:
    """Whether a pipe is paused, by itself or by its schema."""
    schema = account.registry.find(Kind.SCHEMA, pipe.path[:2])
    return pipe.flag("PIPE_EXECUTION_PAUSED") or (
        schema is not None and schema.flag("PIPE_EXECUTION_PAUSED")
    )


def _near(pipe: SnowflakeObject, path: Path) -> Path:
    return in_schema(path, database=pipe.path[0], schema=pipe.path[1])

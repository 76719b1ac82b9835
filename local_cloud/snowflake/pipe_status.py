"""SYSTEM$PIPE_STATUS: a pipe's state in the names and the order of Snowflake's reference."""

from __future__ import annotations

from datetime import UTC, datetime

from local_cloud.snowflake.objects import SnowflakeObject
from local_cloud.snowflake.pipe_jobs import ExecutionState, Stop
from local_cloud.snowflake.pipe_state import PipeState


def status_of(
    pipe: SnowflakeObject,
    state: PipeState,
    *,
    stop: Stop | None,
    paused: bool,
    now: datetime,
    received: datetime | None,
    outstanding: int | None,
) -> dict[str, object]:
    """Describe a pipe; what does not apply is left out, as Snowflake does."""
    waiting = state.waiting(now)
    oldest = min(waiting, key=lambda one: one.since, default=None)
    answer: dict[str, object | None] = {
        "executionState": _execution_state(state, stop=stop, paused=paused).value,
        "oldestPendingFilePath": oldest and oldest.file.key,
        "oldestFileTimestamp": _text(oldest and oldest.since),
        "pendingFileCount": len(waiting) + len(state.loading),
        "lastPipeErrorTimestamp": _text(state.last_error),
        "lastIngestedTimestamp": _text(state.last_ingested),
        "lastIngestedFilePath": state.last_ingested_file or None,
        "notificationChannelName": pipe.facts.get("notification_channel"),
        "numOutstandingMessagesOnChannel": outstanding,
        "error": stop.reason if stop else state.error or None,
    }
    if outstanding is not None:
        answer |= {
            "lastReceivedMessageTimestamp": _text(received),
            "lastForwardedMessageTimestamp": _text(state.last_forwarded),
            "lastPulledFromChannelTimestamp": _text(received),
            "lastForwardedFilePath": state.last_forwarded_file or None,
        }
    return {name: value for name, value in answer.items() if value is not None}


def _execution_state(state: PipeState, *, stop: Stop | None, paused: bool) -> ExecutionState:
    if stop is not None:
        return stop.state
    if paused:
        return ExecutionState.PAUSED
    if state.storage_denied:
        return ExecutionState.STALLED_STAGE_PERMISSION_ERROR
    return ExecutionState.RUNNING


def _text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

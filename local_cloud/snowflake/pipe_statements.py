"""What a person may tell a pipe: to look again, to pause, to go on."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from local_cloud.snowflake.context import Context
from local_cloud.snowflake.errors import invalid_property, invalid_value
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.pipe_jobs import sources_of, target_of
from local_cloud.snowflake.results import Result
from local_cloud.snowflake.sql_reader import SqlReader, Value

_PAUSED: Final = "PIPE_EXECUTION_PAUSED"
_REFRESH: Final = ("PREFIX", "MODIFIED_AFTER")
_OVERRIDES: Final = ("STALENESS_CHECK_OVERRIDE", "OWNERSHIP_TRANSFER_CHECK_OVERRIDE")


def require_loading_rights(context: Context, pipe: SnowflakeObject) -> None:
    """Refuse a pipe to a role that could not run its COPY.

    Source: data-load-snowpipe-intro, "Access control": USAGE (or READ) on stage and file format,
    SELECT and INSERT on the table.
    """
    account, session = context.account, context.session
    for source in sources_of(account, pipe):
        account.access.require_usage(session, source.path)
        account.access.require(session, source, "USAGE", "READ")
    target = target_of(account, pipe)
    account.access.require_usage(session, target.path)
    account.access.require(session, target, "SELECT")
    account.access.require(session, target, "INSERT")


def refresh_pipe(context: Context, pipe: SnowflakeObject, reader: SqlReader) -> Result:
    """Run ALTER PIPE ... REFRESH [PREFIX = '<path>'] [MODIFIED_AFTER = '<ISO 8601 time>']."""
    given = reader.properties()
    for name in given:
        if name not in _REFRESH:
            allowed = ", ".join(_REFRESH)
            raise invalid_property(name=name, kind="ALTER PIPE REFRESH", allowed=allowed)
    after = _moment(given.get("MODIFIED_AFTER"))
    return context.account.pipes.refresh(pipe, str(given.get("PREFIX") or ""), after)


def require_resumable(
    context: Context, item: SnowflakeObject, changes: Mapping[str, Value]
) -> None:
    """Refuse a change that would resume a stale pipe as if nothing were lost."""
    resumes = _PAUSED in changes and str(changes[_PAUSED]).upper() != "TRUE"
    if item.kind is Kind.PIPE and resumes:
        context.account.pipes.require_resumable(item)


def force_resume(context: Context, pipe: SnowflakeObject, options: Set[str]) -> str:
    """Run SYSTEM$PIPE_FORCE_RESUME: a stale pipe goes on, without what was lost."""
    for one in options:
        if one not in _OVERRIDES:
            allowed = ", ".join(_OVERRIDES)
            raise invalid_value(
                name="SYSTEM$PIPE_FORCE_RESUME", value=one, reason=f"Allowed are: {allowed}."
            )
    account = context.account
    if "STALENESS_CHECK_OVERRIDE" not in options:
        account.pipes.require_resumable(pipe)
    resumed = account.registry.change(
        Kind.PIPE,
        pipe.path,
        lambda old: replace(old, properties={**old.properties, _PAUSED: False}),
    )
    account.pipes.changed(resumed)
    return "Pipe resumed."


def _moment(value: Value) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError as error:
        raise invalid_value(
            name="MODIFIED_AFTER", value=value, reason="It is no time in ISO 8601."
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

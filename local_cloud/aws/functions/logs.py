"""A function's log: what it printed, between Lambda's own lines, in CloudWatch Logs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from moto.backends import get_backend

from local_cloud.aws.authorization.log_keys import WRITE, require_key_of_group
from local_cloud.aws.authorization.service_roles import require_of_role
from local_cloud.aws.functions.embedded_metrics import record_embedded_metrics
from local_cloud.aws.functions.model import FunctionConfiguration
from local_cloud.aws.functions.worker import Answer
from local_cloud.aws.operations.logs import group_arn, stream_arn

_TAIL_BYTES: Final = 4096


def new_log_stream(version: str) -> str:
    """Name the log stream of a new execution environment, as Lambda does."""
    return f"{datetime.now(UTC):%Y/%m/%d}/[{version}]{uuid4().hex}"


def log_lines(configuration: FunctionConfiguration, request_id: str, answer: Answer) -> list[str]:
    """Put Lambda's lines around what the function printed."""
    init = f"\tInit Duration: {answer.init_ms:.2f} ms" if answer.init_ms is not None else ""
    report = (
        f"REPORT RequestId: {request_id}\tDuration: {answer.duration_ms:.2f} ms"
        f"\tBilled Duration: {int(answer.duration_ms) + 1} ms"
        f"\tMemory Size: {configuration.memory_mb} MB\tMax Memory Used: {answer.memory_mb} MB{init}"
    )
    return [
        f"START RequestId: {request_id} Version: {configuration.version}",
        *answer.lines,
        *([answer.note] if answer.note else []),
        f"END RequestId: {request_id}",
        report,
    ]


def tail(lines: Sequence[str]) -> bytes:
    """Return the last 4 KB, as ``LogType=Tail`` gives them."""
    return "\n".join(lines).encode()[-_TAIL_BYTES:]


def write_log(configuration: FunctionConfiguration, stream: str, lines: Sequence[str]) -> None:
    """Store lines in the function's log group, and the metrics that they carry.

    Raises ``ApiRefusalError`` when the role may not, or Logs with the group's key: Lambda then runs
    the function all the same.
    """
    account_id, region, group = (
        configuration.account_id,
        configuration.region,
        configuration.log_group,
    )
    logs = get_backend("logs")[account_id][region]
    if group not in logs.groups:
        _require(configuration, "logs:CreateLogGroup", group_arn(account_id, region, group))
        logs.ensure_log_group(group)
    arn = stream_arn(account_id, region, group, stream)
    if stream not in logs.groups[group].streams:
        _require(configuration, "logs:CreateLogStream", arn)
        logs.create_log_stream(group, stream)
    _require(configuration, "logs:PutLogEvents", arn)
    require_key_of_group(account_id, region, group, WRITE)
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": line} for line in lines]
    logs.put_log_events(group, stream, events)
    record_embedded_metrics(account_id, region, lines)


def _require(configuration: FunctionConfiguration, action: str, resource: str) -> None:
    require_of_role(configuration.role, action, resource, session_name=configuration.name)

"""A function's log: what it printed, between Lambda's own lines, in CloudWatch Logs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from moto.backends import get_backend

from local_cloud.aws.functions.embedded_metrics import record_embedded_metrics
from local_cloud.aws.functions.model import FunctionConfiguration
from local_cloud.aws.functions.worker import Answer

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
    """Store lines in the function's log group, and the metrics that they carry."""
    account_id, region = configuration.account_id, configuration.region
    logs = get_backend("logs")[account_id][region]
    logs.ensure_log_group(configuration.log_group)
    logs.ensure_log_stream(configuration.log_group, stream)
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": line} for line in lines]
    logs.put_log_events(configuration.log_group, stream, events)
    record_embedded_metrics(account_id, region, lines)

"""CloudWatch and its logs: how long things are kept, and how often they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from local_cloud.aws.gateway.checks.model_checks import parameters_of
from local_cloud.aws.gateway.checks.refusals import refuse
from local_cloud.aws.gateway.requests import ApiRequest

_RETENTION_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""
_BATCH_EVENTS: Final = 10_000
_BATCH_BYTES: Final = 1_048_576
_EVENT_OVERHEAD: Final = 26
_SHORT_PERIODS: Final = (10, 20, 30)
_MINUTE: Final = 60
_DAY: Final = 86_400


def check_retention(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """Only some numbers of days can be chosen."""
    if int(request.parameters.get("retentionInDays") or 0) not in _RETENTION_DAYS:
        allowed = ", ".join(map(str, _RETENTION_DAYS))
        message = (
            f"1 validation error detected: Value '{request.text('retentionInDays')}' at "
            f"'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: "
            f"[{allowed}]"
        )
        refuse("InvalidParameterException", message)


def check_log_events(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html"""
    events: Sequence[Mapping[str, Any]] = request.parameters.get("logEvents") or []
    size = sum(len(str(each["message"]).encode()) + _EVENT_OVERHEAD for each in events)
    times = [int(each["timestamp"]) for each in events]
    if size > _BATCH_BYTES:
        refuse(
            "InvalidParameterException",
            f"Upload too large: {size} bytes exceeds limit of {_BATCH_BYTES}",
        )
    if times != sorted(times):
        refuse(
            "InvalidParameterException",
            "Log events in a single PutLogEvents request must be in chronological order.",
        )


def check_alarm(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
    given = parameters_of(request)
    period = int(given.get("Period") or 0)
    if period and period not in _SHORT_PERIODS and period % _MINUTE:
        refuse("ValidationError", "Period must be 10, 20, 30 or a multiple of 60")
    periods = int(given.get("EvaluationPeriods") or 1)
    most = _DAY if period < _MINUTE * _MINUTE else 7 * _DAY
    if period * periods > most:
        message = (
            f"Metrics cannot be checked across more than {most} seconds "
            "(EvaluationPeriods * Period)."
        )
        refuse("ValidationError", message)
    needed = int(given.get("DatapointsToAlarm") or periods)
    if needed > periods:
        refuse("ValidationError", "DatapointsToAlarm must not exceed EvaluationPeriods")

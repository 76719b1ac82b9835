"""Numbers of which less (or more) is a risk: retention, capacity, budgets.

Types are Pulumi's tokens, paths are its property paths. Each sentence says what would happen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from review.model import RiskClass

_LOSS: Final = RiskClass.DATA_LOSS
_OUTAGE: Final = RiskClass.OUTAGE
_COST: Final = RiskClass.COST_UP


@dataclass(frozen=True, kw_only=True)
class Lowered:
    """A number that becomes smaller. ``order`` ranks words, smallest first."""

    path: str
    risk_class: RiskClass
    sentence: str
    order: tuple[str, ...] = ()
    raised: bool = False
    """The risk is in the number becoming larger."""
    absent: float | None = None
    """What the service does where nothing is said."""


_WORKERS: Final = ("G.025X", "Standard", "G.1X", "G.2X", "G.4X", "G.8X")
_SIZES: Final = (
    "XSMALL", "SMALL", "MEDIUM", "LARGE", "XLARGE", "XXLARGE", "XXXLARGE", "X4LARGE", "X5LARGE",
    "X6LARGE",
)  # fmt: skip
_TIME_TRAVEL: Final = Lowered(
    path="dataRetentionTimeInDays",
    risk_class=_LOSS,
    sentence="Snowflake forgets what was changed or dropped after {new} days instead of {old}",
)

LOWERED: Final[Mapping[str, tuple[Lowered, ...]]] = {
    "aws:sqs/queue:Queue": (
        Lowered(
            path="messageRetentionSeconds", risk_class=_LOSS, absent=345600,
            sentence="messages are deleted after {new} s instead of {old}",
        ),
    ),
    "aws:cloudwatch/logGroup:LogGroup": (
        Lowered(
            path="retentionInDays", risk_class=_LOSS, absent=float("inf"),
            sentence="log lines are deleted after {new} days instead of {old}",
        ),
    ),
    "aws:kms/key:Key": (
        Lowered(
            path="deletionWindowInDays", risk_class=_LOSS, absent=30,
            sentence="a deletion of the key is final after {new} days instead of {old}",
        ),
    ),
    "aws:lambda/function:Function": (
        Lowered(
            path="memorySize", risk_class=_OUTAGE, absent=128,
            sentence="the function has {new} MiB instead of {old}, and less processor with it",
        ),
        Lowered(
            path="timeout", risk_class=_OUTAGE, absent=3,
            sentence="the function is stopped after {new} s instead of {old}",
        ),
        Lowered(
            path="reservedConcurrentExecutions", risk_class=_OUTAGE, absent=-1,
            sentence="at most {new} run at once instead of {old}",
        ),
        Lowered(
            path="ephemeralStorage.size", risk_class=_OUTAGE, absent=512,
            sentence="the function has {new} MiB of disk instead of {old}",
        ),
    ),
    "aws:lambda/eventSourceMapping:EventSourceMapping": (
        Lowered(
            path="scalingConfig.maximumConcurrency", risk_class=_OUTAGE,
            sentence="at most {new} functions take from the queue at once instead of {old}",
        ),
    ),
    "aws:glue/job:Job": (
        Lowered(
            path="numberOfWorkers", risk_class=_OUTAGE,
            sentence="the job has {new} workers instead of {old}",
        ),
        Lowered(
            path="workerType", risk_class=_OUTAGE, order=_WORKERS,
            sentence="the job's workers are {new} instead of {old}",
        ),
        Lowered(
            path="timeout", risk_class=_OUTAGE, absent=2880,
            sentence="the job is stopped after {new} minutes instead of {old}",
        ),
        Lowered(
            path="executionProperty.maxConcurrentRuns", risk_class=_OUTAGE, absent=1,
            sentence="at most {new} runs at once instead of {old}",
        ),
    ),
    "aws:dynamodb/table:Table": (
        Lowered(
            path="readCapacity", risk_class=_OUTAGE,
            sentence="reads are throttled above {new} units instead of {old}",
        ),
        Lowered(
            path="writeCapacity", risk_class=_OUTAGE,
            sentence="writes are throttled above {new} units instead of {old}",
        ),
    ),
    "snowflake:index/database:Database": (_TIME_TRAVEL,),
    "snowflake:index/schema:Schema": (_TIME_TRAVEL,),
    "snowflake:index/table:Table": (_TIME_TRAVEL,),
    "snowflake:index/warehouse:Warehouse": (
        Lowered(
            path="warehouseSize", risk_class=_OUTAGE, order=_SIZES,
            sentence="the warehouse is {new} instead of {old}: queries take longer",
        ),
        Lowered(
            path="warehouseSize", risk_class=_COST, order=_SIZES, raised=True,
            sentence="the warehouse is {new} instead of {old}: it uses credits faster",
        ),
        Lowered(
            path="autoSuspend", risk_class=_COST, raised=True,
            sentence="the warehouse is paid for {new} s after its last query instead of {old}",
        ),
    ),
    "snowflake:index/resourceMonitor:ResourceMonitor": (
        Lowered(
            path="creditQuota", risk_class=_OUTAGE,
            sentence="the warehouse is suspended at {new} credits a month instead of {old}",
        ),
        Lowered(
            path="creditQuota", risk_class=_COST, raised=True,
            sentence="up to {new} credits a month may be used instead of {old}",
        ),
    ),
}  # fmt: skip

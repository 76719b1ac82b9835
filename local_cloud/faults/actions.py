"""What a rule can do, to what, and which options it then has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ANY: Final = "*"


class Action(StrEnum):
    """What goes wrong."""

    THROTTLE = "throttle"
    """A call or statement is refused as too many, with the service's own code."""
    ERROR = "error"
    """A call or statement ends with a fault of the server."""
    LATENCY = "latency"
    """A call or statement begins later."""
    CUT = "cut"
    """The connection of a call or statement is closed without an answer."""
    KILL_CALLER = "kill-caller"
    """The process of the function or job that makes the call is killed."""
    DUPLICATE = "duplicate"
    """An event is delivered again."""
    LATE = "late"
    """An event is delivered later."""
    REORDER = "reorder"
    """Events are gathered and delivered in the opposite order."""
    KILL_RUN = "kill-run"
    """The process of a function's invocation or of a job run is killed."""
    STOP_PIPE = "stop-pipe"
    """A pipe loads nothing while the rule is in force."""


class Moment(StrEnum):
    """When a call fails: nothing has happened, or everything has."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, kw_only=True)
class ActionSpec:
    """The services that an action is for, and its options by name with their defaults.

    An option whose default is None must be given.
    """

    services: frozenset[str]
    options: Mapping[str, object]


CALL_SERVICES: Final = frozenset(
    (
        *("cloudwatch", "dynamodb", "events", "glue", "iam", "kms", "lambda", "logs", "s3"),
        *("sns", "sqs", "sts", "snowflake", ANY),
    )
)
_AWS: Final = CALL_SERVICES - {"snowflake"}
_DELIVERING: Final = frozenset(("s3", "events", ANY))

SPECS: Final[Mapping[Action, ActionSpec]] = {
    Action.THROTTLE: ActionSpec(services=CALL_SERVICES, options={"code": ""}),
    Action.ERROR: ActionSpec(
        services=CALL_SERVICES, options={"code": "", "when": Moment.BEFORE.value}
    ),
    Action.LATENCY: ActionSpec(services=CALL_SERVICES, options={"seconds": None}),
    Action.CUT: ActionSpec(services=CALL_SERVICES, options={"when": Moment.BEFORE.value}),
    Action.KILL_CALLER: ActionSpec(services=_AWS, options={"when": Moment.BEFORE.value}),
    Action.DUPLICATE: ActionSpec(services=_DELIVERING, options={"copies": 1, "seconds": 0}),
    Action.LATE: ActionSpec(services=_DELIVERING, options={"seconds": None}),
    Action.REORDER: ActionSpec(services=_DELIVERING, options={"events": 2, "seconds": 5}),
    Action.KILL_RUN: ActionSpec(services=frozenset(("lambda", "glue")), options={"seconds": 0}),
    Action.STOP_PIPE: ActionSpec(services=frozenset(("snowpipe",)), options={}),
}

CALL_ACTIONS: Final = frozenset(
    (Action.THROTTLE, Action.ERROR, Action.LATENCY, Action.CUT, Action.KILL_CALLER)
)
DELIVERY_ACTIONS: Final = frozenset((Action.DUPLICATE, Action.LATE, Action.REORDER))
RUN_ACTIONS: Final = frozenset((Action.KILL_RUN,))
PIPE_ACTIONS: Final = frozenset((Action.STOP_PIPE,))

"""EventBridge: rules, patterns, targets and events."""

from __future__ import annotations

import json
from typing import Final

from tests.functional.local_aws.laboratory import Document, Laboratory
from tests.functional.local_aws.limits.messaging import ONE_MIB, name_of
from tests.functional.local_aws.limits.row import MODEL, Row, named

EVENTS: Final = "eventbridge/latest/userguide/eb-quota.html"


def rule(laboratory: Laboratory) -> None:
    """Make a rule with four targets."""
    events = laboratory.client("events")
    laboratory.queue()
    events.put_rule(Name=f"rule-{laboratory.suffix}", EventPattern='{"source": ["tarn"]}')
    events.put_targets(
        Rule=f"rule-{laboratory.suffix}",
        Targets=[{"Id": str(number), "Arn": laboratory.queue_arn} for number in range(4)],
    )


def pattern(size: int) -> str:
    """Return an event pattern of this size."""
    return json.dumps({"source": ["x" * (size - len('{"source": [""]}'))]})


def targets(laboratory: Laboratory, ids: list[str]) -> Document:
    """Return a PutTargets call with these ids."""
    return {
        "Rule": f"rule-{laboratory.suffix}",
        "Targets": [{"Id": each, "Arn": laboratory.queue_arn} for each in ids],
    }


def events(_laboratory: Laboratory, sizes: list[int]) -> Document:
    """Return a PutEvents call with events of these sizes."""
    entry: Document = {"Source": "s", "DetailType": "d"}
    frame = len('sd{"x":""}')
    return {"Entries": [{**entry, "Detail": f'{{"x":"{"y" * (size - frame)}"}}'} for size in sizes]}


ROWS: Final = (
    Row(
        "rule name",
        "events",
        "put_rule",
        name_of("Name", EventPattern='{"source": ["a"]}'),
        64,
        65,
        "ValidationException",
        MODEL,
    ),
    Row(
        "pattern size",
        "events",
        "put_rule",
        named("EventPattern", Name="rule-{suffix}"),
        pattern(2_048),
        pattern(2_049),
        "LimitExceededException",
        EVENTS,
    ),
    Row(
        "schedule or pattern",
        "events",
        "put_rule",
        lambda lab, more: {"Name": lab.suffix, **more},
        {"ScheduleExpression": "rate(1 day)"},
        {},
        "ValidationException",
        EVENTS,
    ),
    Row(
        "targets of a rule",
        "events",
        "put_targets",
        targets,
        ["0", "4"],
        ["4", "5"],
        "LimitExceededException",
        EVENTS,
        rule,
    ),
    Row(
        "target id",
        "events",
        "put_targets",
        targets,
        ["i" * 64],
        ["i" * 65],
        "ValidationException",
        MODEL,
        rule,
    ),
    Row(
        "events at once",
        "events",
        "put_events",
        events,
        [100] * 10,
        [100] * 11,
        "ValidationException",
        EVENTS,
    ),
    Row(
        "size of events",
        "events",
        "put_events",
        events,
        [ONE_MIB // 2, ONE_MIB // 2 - 1],
        [ONE_MIB // 2, ONE_MIB // 2],
        "ValidationException",
        EVENTS,
    ),
)

"""EventBridge: what is checked of a rule and of its targets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

from moto.backends import get_backend

from local_cloud.aws.authorization.errors import NotKnownError
from local_cloud.aws.events.destinations import Destinations
from local_cloud.aws.events.schedules import seconds_until_next
from local_cloud.aws.events.target_input import check_target_input
from local_cloud.aws.gateway.checks.refusals import refuse
from local_cloud.aws.gateway.requests import ApiRequest

_FILTERS: Final = frozenset(
    (
        "anything-but",
        "cidr",
        "equals-ignore-case",
        "exists",
        "numeric",
        "prefix",
        "suffix",
        "wildcard",
    )
)


_PATTERN_LENGTH: Final = 2_048
_TARGETS: Final = 5
_EVENTS_BYTES: Final = 1024 * 1024
_TIME_BYTES: Final = 14
"""https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"""


def check_rule(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """The schedule or the pattern of a rule."""
    schedule, pattern = request.text("ScheduleExpression"), request.text("EventPattern")
    if schedule:
        try:
            seconds_until_next(schedule, datetime.now(UTC))
        except ValueError as error:
            message = f"Parameter ScheduleExpression is not valid: {error}."
            refuse("ValidationException", message)
    if len(pattern) > _PATTERN_LENGTH:
        message = (
            f"The event pattern has {len(pattern)} characters, more than the account's quota of "
            f"{_PATTERN_LENGTH}."
        )
        refuse("LimitExceededException", message)
    for name in _filters(json.loads(pattern) if pattern else {}):
        if name not in _FILTERS:
            raise NotKnownError(
                what=f"the filter {name} of an event pattern",
                what_to_do="Known are " + ", ".join(sorted(_FILTERS)) + ".",
            )


def _filters(pattern: object) -> Iterator[str]:
    """Yield the names of the filters: the keys of objects that stand in lists."""
    if isinstance(pattern, dict):
        for key, value in cast("dict[str, object]", pattern).items():
            if key == "$or":
                for each in cast("list[object]", value):
                    yield from _filters(each)
            else:
                yield from _filters(value)
    elif isinstance(pattern, list):
        for each in cast("list[object]", pattern):
            if isinstance(each, dict):
                yield from cast("dict[str, object]", each)


class TargetCheck:
    """Only targets that the local cloud can deliver to."""

    def __init__(self, destinations: Destinations) -> None:
        self._destinations = destinations

    def __call__(self, request: ApiRequest, _body: Callable[[], bytes]) -> None:
        """Raise a refusal for a target that is not known."""
        targets: Sequence[Mapping[str, Any]] = request.parameters.get("Targets", [])
        if len(_ids(request) | {str(target["Id"]) for target in targets}) > _TARGETS:
            refuse(
                "LimitExceededException",
                "The requested resource exceeds the maximum number allowed.",
            )
        for target in targets:
            arn = str(target["Arn"])
            if not self._destinations.knows(arn):
                raise NotKnownError(
                    what=f"the EventBridge target {arn}",
                    what_to_do="Known are targets of " + ", ".join(self._destinations.services()),
                )
            check_target_input(target)


def check_events(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html"""
    entries: Sequence[Mapping[str, Any]] = request.parameters.get("Entries") or []
    if sum(map(_entry_bytes, entries)) >= _EVENTS_BYTES:
        refuse("ValidationException", "Total size of the entries in the request is over the limit.")


def _entry_bytes(entry: Mapping[str, Any]) -> int:
    texts = [str(entry.get(name) or "") for name in ("Source", "DetailType", "Detail")]
    texts += map(str, entry.get("Resources") or [])
    return sum(len(text.encode()) for text in texts) + (_TIME_BYTES if "Time" in entry else 0)


def _ids(request: ApiRequest) -> set[str]:
    """Return the ids of the targets that a rule has."""
    buses = get_backend("events")[request.account_id][request.region].event_buses
    bus = buses.get((request.text("EventBusName") or "default").rpartition("/")[2])
    rule = bus.rules.get(request.text("Rule")) if bus is not None else None
    return {str(target["Id"]) for target in rule.targets} if rule is not None else set()

"""EventBridge: what is checked of a rule and of its targets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

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


def check_rule(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    schedule, pattern = request.text("ScheduleExpression"), request.text("EventPattern")
    if schedule:
        try:
            seconds_until_next(schedule, datetime.now(UTC))
        except ValueError as error:
            message = f"Parameter ScheduleExpression is not valid: {error}."
            refuse("ValidationException", message)
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
        for target in targets:
            arn = str(target["Arn"])
            if not self._destinations.knows(arn):
                raise NotKnownError(
                    what=f"the EventBridge target {arn}",
                    what_to_do="Known are targets of " + ", ".join(self._destinations.services()),
                )
            check_target_input(target)

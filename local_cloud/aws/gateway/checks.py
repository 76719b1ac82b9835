"""What AWS refuses and moto accepts, checked before moto is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import combinations
from typing import Any, Final, cast
from xml.etree import ElementTree

from local_cloud.aws.authorization.errors import ApiRefusalError, NotKnownError
from local_cloud.aws.events.destinations import Destinations
from local_cloud.aws.events.schedules import seconds_until_next
from local_cloud.aws.events.target_input import check_target_input
from local_cloud.aws.gateway.function_checks import check_event_source, check_function
from local_cloud.aws.gateway.requests import ApiRequest

Check = Callable[[ApiRequest, Callable[[], bytes]], None]

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


class RequestChecks:
    """The checks by service and operation."""

    def __init__(self, destinations: Destinations) -> None:
        self._destinations = destinations
        self._checks: Mapping[tuple[str, str], Check] = {
            ("s3", "PutBucketNotificationConfiguration"): _check_notifications,
            ("events", "PutRule"): _check_rule,
            ("lambda", "CreateEventSourceMapping"): check_event_source,
            ("lambda", "CreateFunction"): check_function,
            ("lambda", "UpdateFunctionConfiguration"): check_function,
            ("events", "PutTargets"): self._check_targets,
        }

    def check(self, request: ApiRequest, body: Callable[[], bytes]) -> None:
        """Raise an ``ApiRefusalError`` for what AWS would refuse, or the local cloud cannot do."""
        check = self._checks.get((request.service, request.operation))
        if check is not None:
            check(request, body)

    def _check_targets(self, request: ApiRequest, _body: Callable[[], bytes]) -> None:
        targets: Sequence[Mapping[str, Any]] = request.parameters.get("Targets", [])
        for target in targets:
            arn = str(target["Arn"])
            if not self._destinations.knows(arn):
                raise NotKnownError(
                    what=f"the EventBridge target {arn}",
                    what_to_do="Known are targets of " + ", ".join(self._destinations.services()),
                )
            check_target_input(target)


def _check_rule(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    schedule, pattern = request.text("ScheduleExpression"), request.text("EventPattern")
    if schedule:
        try:
            seconds_until_next(schedule, datetime.now(UTC))
        except ValueError as error:
            message = f"Parameter ScheduleExpression is not valid: {error}."
            raise _invalid(message, "ValidationException") from error
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


def _check_notifications(_request: ApiRequest, body: Callable[[], bytes]) -> None:
    """AWS refuses two notifications of one event whose filters overlap."""
    for one, other in combinations(_notifications(body()), 2):
        if one.overlaps(other):
            message = (
                "Configurations overlap. Configurations on the same bucket cannot share a common "
                f"event type: {one.name} and {other.name}."
            )
            raise _invalid(message, "InvalidArgument")


class _Notification:
    """One notification of a bucket: its events and its filter."""

    def __init__(self, element: ElementTree.Element) -> None:
        texts = [(_local(each), each.text or "") for each in element.iter()]
        values = dict(texts)
        rules = [each for each in element.iter() if _local(each) == "FilterRule"]
        filters = {_text(rule, "Name").lower(): _text(rule, "Value") for rule in rules}
        self.name = values.get("Id") or _local(element)
        self.events = [text for name, text in texts if name == "Event"]
        self.prefix = filters.get("prefix", "")
        self.suffix = filters.get("suffix", "")

    def overlaps(self, other: _Notification) -> bool:
        """Whether one object could be announced by both."""
        events = any(_meet(one, two) for one in self.events for two in other.events)
        prefix = _nested(self.prefix, other.prefix, str.startswith)
        suffix = _nested(self.suffix, other.suffix, str.endswith)
        return events and prefix and suffix


def _notifications(body: bytes) -> list[_Notification]:
    root = ElementTree.fromstring(body)  # noqa: S314 - loopback clients only
    return [_Notification(each) for each in root if _local(each) != "EventBridgeConfiguration"]


def _meet(one: str, other: str) -> bool:
    first, second = one.removesuffix("*"), other.removesuffix("*")
    wild = one.endswith("*") or other.endswith("*")
    return one == other or (wild and (first.startswith(second) or second.startswith(first)))


def _nested(one: str, other: str, fits: Callable[[str, str], bool]) -> bool:
    return fits(one, other) or fits(other, one)


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: ElementTree.Element, name: str) -> str:
    return next((each.text or "" for each in element if _local(each) == name), "")


def _invalid(message: str, code: str) -> ApiRefusalError:
    return ApiRefusalError(message, code=code, status=HTTPStatus.BAD_REQUEST)

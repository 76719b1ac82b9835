"""The checks of every operation: those of the service's model, then those of our own tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from local_cloud.aws.events.destinations import Destinations
from local_cloud.aws.gateway.checks.event_rules import TargetCheck, check_rule
from local_cloud.aws.gateway.checks.functions import check_event_source, check_function
from local_cloud.aws.gateway.checks.notifications import check_notifications
from local_cloud.aws.gateway.requests import ApiRequest

Check = Callable[[ApiRequest, Callable[[], bytes]], None]

_CHECKS: Final[Mapping[tuple[str, str], Check]] = {
    ("s3", "PutBucketNotificationConfiguration"): check_notifications,
    ("events", "PutRule"): check_rule,
    ("lambda", "CreateEventSourceMapping"): check_event_source,
    ("lambda", "CreateFunction"): check_function,
    ("lambda", "UpdateFunctionConfiguration"): check_function,
}


class RequestChecks:
    """The checks by service and operation."""

    def __init__(self, destinations: Destinations) -> None:
        self._checks = {**_CHECKS, ("events", "PutTargets"): TargetCheck(destinations)}

    def check(self, request: ApiRequest, body: Callable[[], bytes]) -> None:
        """Raise an ``ApiRefusalError`` for what AWS would refuse, or the local cloud cannot do."""
        check = self._checks.get((request.service, request.operation))
        if check is not None:
            check(request, body)

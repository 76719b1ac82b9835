"""CloudWatch alarms: what a change of state sends to the topics that the alarm names.

Alarms are not evaluated here (see the limits); SetAlarmState changes their state, as in AWS.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from moto.cloudwatch.models import CloudWatchBackend

from local_cloud.aws.events import outbox
from local_cloud.aws.events.destinations import Destinations, Origin
from local_cloud.aws.patching import replace
from local_cloud.journal import Journal

PRINCIPAL: Final = "cloudwatch.amazonaws.com"
_ACTIONS: Final = {
    "ALARM": "alarm_actions",
    "OK": "ok_actions",
    "INSUFFICIENT_DATA": "insufficient_data_actions",
}


class Alarms:
    """Delivers as CloudWatch, so the topic's policy and its key's must let it in."""

    def __init__(self, destinations: Destinations, journal: Journal) -> None:
        self._destinations = destinations
        self._journal = journal

    def start(self) -> None:
        """Hear of every state that is set."""
        set_state = CloudWatchBackend.set_alarm_state

        def set_alarm_state(
            backend: CloudWatchBackend,
            alarm_name: str,
            reason: str,
            reason_data: str,
            state_value: str,
        ) -> None:
            alarm: Any = backend.alarms.get(alarm_name)
            before = "" if alarm is None else str(alarm.state_value)
            set_state(backend, alarm_name, reason, reason_data, state_value)
            if alarm is not None and before != state_value:
                outbox.after_request(lambda: self._tell(backend, alarm, before))

        replace(CloudWatchBackend, "set_alarm_state", set_alarm_state)

    def _tell(self, backend: CloudWatchBackend, alarm: Any, before: str) -> None:  # noqa: ANN401 - moto's alarm
        self._journal.record(
            "cloudwatch", f"{before} -> {alarm.state_value}", alarm=str(alarm.name)
        )
        if not alarm.actions_enabled:
            return
        arn = str(alarm.alarm_arn)
        origin = Origin(principal=PRINCIPAL, account_id=backend.account_id, source_arn=arn)
        actions: Sequence[str] = getattr(alarm, _ACTIONS[alarm.state_value]) or []
        for action in actions:
            body = json.dumps(_notification(backend, alarm, before))
            self._destinations.deliver(action, body, origin)


def _notification(backend: CloudWatchBackend, alarm: Any, before: str) -> dict[str, object]:  # noqa: ANN401 - moto's alarm
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": backend.account_id,
        "NewStateValue": alarm.state_value,
        "NewStateReason": alarm.state_reason,
        "StateChangeTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+0000"),
        "Region": backend.region_name,
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": before,
    }

"""The AWS half of the local cloud, as one service of the process."""

from __future__ import annotations

from collections.abc import Mapping

from local_cloud.aws.authorization.accounts import Accounts
from local_cloud.aws.authorization.decisions import DECISIONS
from local_cloud.aws.events.access_logs import AccessLogs
from local_cloud.aws.events.alarms import Alarms
from local_cloud.aws.events.bus import EventBus
from local_cloud.aws.events.destinations import Destinations
from local_cloud.aws.events.notifications import S3Notifications
from local_cloud.aws.events.schedules import Schedules
from local_cloud.aws.functions.event_sources import EventSourceMappings
from local_cloud.aws.functions.invoker import FunctionInvoker
from local_cloud.aws.functions.lambda_api import LambdaApi
from local_cloud.aws.gateway.admission import Admission
from local_cloud.aws.gateway.checks.request_checks import RequestChecks
from local_cloud.aws.gateway.gateway import Gateway
from local_cloud.aws.gateway.listener import Listener
from local_cloud.aws.limits import AWS_LIMITS
from local_cloud.aws.moto_patches import install_patches
from local_cloud.aws.moto_speed import install_speed
from local_cloud.aws.queues import depths
from local_cloud.control import CloudDescription, ControlApi
from local_cloud.faults.registry import FAULTS
from local_cloud.journal import Journal
from local_cloud.limits import LIMITS
from local_cloud.settings import LocalCloudSettings

LIMITS.add(*AWS_LIMITS)


class AwsService:
    """Composes moto with what it lacks: permissions, events, functions."""

    name = "aws"

    def __init__(
        self, settings: LocalCloudSettings, journal: Journal, description: CloudDescription
    ) -> None:
        self._journal = journal
        self._accounts = Accounts(settings.account_id)
        self.destinations = destinations = Destinations(journal)
        self._notifications = S3Notifications(destinations, journal)
        self._access_logs = AccessLogs(journal)
        self._alarms = Alarms(destinations, journal)
        self._bus = EventBus(destinations, journal)
        self._schedules = Schedules(self._bus)
        self._functions = FunctionInvoker(settings, journal)
        self._event_sources = EventSourceMappings(self._functions, journal)
        self._lambda_api = LambdaApi(self._functions, destinations, journal)
        admission = Admission(self._accounts, RequestChecks(destinations))
        pages = {"decisions": lambda: [each.to_json() for each in DECISIONS.all()]}
        gateway = Gateway(admission, ControlApi(description, pages), journal)
        self._listener = Listener(settings, gateway)

    def start(self) -> None:
        """Patch moto, start the background work, and listen."""
        FAULTS.report_to(self._journal)
        install_patches()
        install_speed()
        self._accounts.install()
        self._notifications.start()
        self._access_logs.start()
        self._alarms.start()
        self._bus.start()
        self._schedules.start()
        self._functions.start()
        self._lambda_api.start()
        self._event_sources.start()
        self._listener.start()

    def stop(self) -> None:
        """Stop listening first, so that nothing new begins while the rest ends."""
        self._listener.stop()
        FAULTS.clear()
        self._event_sources.stop()
        self._lambda_api.stop()
        self._functions.stop()
        self._schedules.stop()
        self._bus.stop()
        self._access_logs.stop()
        self._notifications.stop()

    def status(self) -> Mapping[str, object]:
        """Say how deep the queues are and which function processes live."""
        return {
            "queues": depths(),
            "functions": self._functions.status(),
            "event_source_mappings": self._event_sources.status(),
        }

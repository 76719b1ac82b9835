"""Which services make up the local cloud, in the order in which they start."""

from __future__ import annotations

import json

from local_cloud.aws.events.destinations import Origin
from local_cloud.aws.glue.service import GlueService
from local_cloud.aws.service import AwsService
from local_cloud.control import CloudDescription
from local_cloud.journal import Journal
from local_cloud.service import Service
from local_cloud.settings import LocalCloudSettings
from local_cloud.snowflake.server import SnowflakeServer


def build_services(
    settings: LocalCloudSettings, journal: Journal, description: CloudDescription
) -> list[Service]:
    """Build every service; none is started here."""
    aws = AwsService(settings, journal, description)
    glue = GlueService(settings, journal)

    def notify_workflow(arn: str, body: str, origin: Origin) -> None:
        origin.require("glue:notifyEvent", arn)
        glue.notify_event(arn, json.loads(body))

    aws.destinations.add("glue", notify_workflow)
    glue.publish_with(aws.destinations.publish)
    return [aws, glue, SnowflakeServer(settings, journal, description.clock)]

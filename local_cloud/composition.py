"""Which services make up the local cloud, in the order in which they start."""

from __future__ import annotations

from local_cloud.aws.service import AwsService
from local_cloud.control import CloudDescription
from local_cloud.journal import Journal
from local_cloud.service import Service
from local_cloud.settings import LocalCloudSettings


def build_services(
    settings: LocalCloudSettings, journal: Journal, description: CloudDescription
) -> list[Service]:
    """Build every service; none is started here."""
    return [AwsService(settings, journal, description)]

"""One local cloud for this folder's tests; each test makes resources with names of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from local_cloud import process
from local_cloud.free_ports import free_ports
from local_cloud.settings import LocalCloudSettings
from tests.functional.local_aws.chaos import Chaos
from tests.functional.local_aws.laboratory import Laboratory


def new_settings(home: Path) -> LocalCloudSettings:
    """Return settings of a cloud of its own."""
    aws_port, snowflake_port = free_ports(2)
    return LocalCloudSettings(home=home, aws_port=aws_port, snowflake_port=snowflake_port)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloudSettings]:
    """A running local cloud."""
    settings = new_settings(tmp_path_factory.mktemp("cloud"))
    process.start(settings)
    yield settings
    process.stop(settings)


@pytest.fixture
def laboratory(settings: LocalCloudSettings) -> Laboratory:
    """Clients of the cloud, and names that no other test uses."""
    return Laboratory(settings, suffix=uuid4().hex[:8])


@pytest.fixture
def chaos(settings: LocalCloudSettings) -> Iterator[Chaos]:
    """Clients that fault rules hit, and the rules; they end with the test."""
    chaos = Chaos(settings, suffix=uuid4().hex[:8])
    yield chaos
    chaos.rules.clear()

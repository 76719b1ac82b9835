"""One local cloud and one configured plugin for this folder's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from local_cloud import process
from local_cloud.free_ports import free_ports
from local_cloud.providers.aws.provider import AwsProvider
from local_cloud.settings import (
    ROOT_ACCESS_KEY_ID,
    ROOT_SECRET_ACCESS_KEY,
    LocalCloudSettings,
)
from tests.functional.providers.engine import Engine
from tests.functional.providers.world import Clients, World


def plugin_environment(settings: LocalCloudSettings, state: Path) -> dict[str, str]:
    """The variables under which a plugin accepts to work on a local cloud."""
    return {
        "AWS_ACCESS_KEY_ID": ROOT_ACCESS_KEY_ID,
        "AWS_ENDPOINT_URL": settings.aws_endpoint,
        "AWS_REGION": settings.region,
        "AWS_SECRET_ACCESS_KEY": ROOT_SECRET_ACCESS_KEY,
        "PULUMI_BACKEND_URL": state.as_uri(),
    }


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloudSettings]:
    """A running local cloud, of another account and region than the default ones."""
    aws_port, snowflake_port = free_ports(2)
    settings = LocalCloudSettings(
        home=tmp_path_factory.mktemp("cloud"),
        aws_port=aws_port,
        snowflake_port=snowflake_port,
        account_id=World.account,
        region=World.region,
    )
    process.start(settings)
    yield settings
    process.stop(settings)


@pytest.fixture(scope="session")
def engine(
    settings: LocalCloudSettings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A configured plugin."""
    environment = plugin_environment(settings, tmp_path_factory.mktemp("state"))
    engine = Engine(AwsProvider(environment), {"region": settings.region})
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def clients(settings: LocalCloudSettings) -> Clients:
    """Boto3 clients that ask the backend."""
    return Clients(settings)


@pytest.fixture
def world(clients: Clients) -> World:
    """What a case needs around it, with names that no other test uses."""
    return World(clients, uuid4().hex[:8])

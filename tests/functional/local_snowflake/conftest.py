"""One local cloud for this folder, its Snowflake reached as users reach it: through the driver."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from local_cloud import process
from local_cloud.journal import Journal
from local_cloud.providers.snowflake.provider import SnowflakeProvider
from local_cloud.settings import LocalCloudSettings
from local_cloud.snowflake.server import SnowflakeServer
from tests.functional.local_aws.conftest import new_settings
from tests.functional.local_snowflake.account import TestAccount, User
from tests.functional.providers.engine import Engine

PREVIEW_FEATURES = [
    "snowflake_iceberg_table_from_aws_glue_resource",
    "snowflake_pipe_resource",
    "snowflake_table_resource",
]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloudSettings]:
    """A running local cloud."""
    settings = new_settings(tmp_path_factory.mktemp("cloud"))
    process.start(settings)
    yield settings
    process.stop(settings)


@pytest.fixture(scope="session")
def admin(settings: LocalCloudSettings) -> Iterator[User]:
    """The account's administrator, connected."""
    user = User(settings)
    yield user
    user.close()


@pytest.fixture
def account(settings: LocalCloudSettings, admin: User) -> Iterator[TestAccount]:
    """A database of this test's own, and the customer's AWS account."""
    account = TestAccount(settings, admin, uuid4().hex[:8])
    yield account
    account.close()


def plugin_environment(settings: LocalCloudSettings, state: Path) -> dict[str, str]:
    """The variables under which the plugin accepts to work on a local cloud."""
    return {
        "PULUMI_BACKEND_URL": state.as_uri(),
        "SNOWFLAKE_HOST": settings.host,
        "SNOWFLAKE_PORT": str(settings.snowflake_port),
        "SNOWFLAKE_PROTOCOL": "http",
    }


@pytest.fixture(scope="session")
def engine(
    settings: LocalCloudSettings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A configured plugin."""
    environment = plugin_environment(settings, tmp_path_factory.mktemp("state"))
    engine = Engine(SnowflakeProvider(environment), {"previewFeaturesEnabled": [*PREVIEW_FEATURES]})
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def lone_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloudSettings]:
    """A Snowflake service alone, in this process: for what needs no AWS."""
    settings = new_settings(tmp_path_factory.mktemp("lone"))
    server = SnowflakeServer(settings, Journal())
    server.start()
    yield settings
    server.stop()


@pytest.fixture(scope="session")
def lone_admin(lone_settings: LocalCloudSettings) -> Iterator[User]:
    """The administrator of the service alone, connected."""
    user = User(lone_settings)
    yield user
    user.close()


@pytest.fixture
def lone(lone_settings: LocalCloudSettings, lone_admin: User) -> Iterator[TestAccount]:
    """A database of this test's own in the service alone."""
    account = TestAccount(lone_settings, lone_admin, uuid4().hex[:8])
    yield account
    account.close()


@pytest.fixture(scope="module")
def lone_account(lone_settings: LocalCloudSettings, lone_admin: User) -> Iterator[TestAccount]:
    """A database that a module's tests share in the service alone."""
    account = TestAccount(lone_settings, lone_admin, uuid4().hex[:8])
    yield account
    account.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let fakesnow fetch Arrow the way it does; the service itself ignores that warning."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.filterwarnings("ignore:Arrow output on a DB-API result"))

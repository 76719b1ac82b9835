"""The local cloud has an adapter for all that the program asks, and accepts every input of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import pulumi
import pytest
import yaml

from local_cloud.providers.aws.provider import AwsProvider
from local_cloud.providers.checking import NameRequest
from local_cloud.providers.lifecycle import Lifecycle
from local_cloud.providers.provider import Provider
from local_cloud.providers.snowflake.provider import SnowflakeProvider
from local_cloud.providers.values import Asset, Properties, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.infra.recording import Recording, Registration

PROJECT: Final = Path(__file__).parents[3]
STACKS: Final = ("local", "dev", "prod")
SNOWFLAKE_PROVIDER: Final = "pulumi:providers:snowflake"
SNOWFLAKE_ENVIRONMENT: Final = {
    "PULUMI_BACKEND_URL": "file:///state",
    "SNOWFLAKE_HOST": "127.0.0.1",
    "SNOWFLAKE_PORT": "4567",
}


def _settings(stack: str) -> dict[str, object]:
    """The program's own configuration of a stack, as the engine hands it over."""
    text = (PROJECT / f"Pulumi.{stack}.yaml").read_text()
    config = cast("dict[str, object]", yaml.safe_load(text)["config"])
    return {
        name.removeprefix("tarn:"): value
        for name, value in config.items()
        if name.startswith("tarn:")
    }


@pytest.fixture(scope="module", params=STACKS)
def recording(
    request: pytest.FixtureRequest, record_stack: Callable[[Mapping[str, object]], Recording]
) -> Recording:
    """What the program registers in one of its environments."""
    return record_stack(_settings(str(request.param)))


def _inputs(registration: Registration) -> Properties:
    return {name: _plain(value) for name, value in registration.inputs.items()}


@pytest.fixture(scope="module")
def providers(recording: Recording) -> dict[str, Provider[Any]]:
    """The plugins, the Snowflake one with the preview features that the program enables."""
    snowflake = SnowflakeProvider(SNOWFLAKE_ENVIRONMENT)
    snowflake.configure(_inputs(recording.only(SNOWFLAKE_PROVIDER)))
    return {"aws": AwsProvider({}), "snowflake": snowflake}


def _plain(value: object) -> Value:
    """A recorded input as an adapter gets it."""
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return {name: _plain(item) for name, item in fields.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast("list[object]", value)]
    if isinstance(value, pulumi.Asset | pulumi.Archive):
        return Asset(digest="1", path="/recorded")
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return cast("Value", value)


def _refusals(provider: Provider[Any], registration: Registration) -> list[str]:
    lifecycle = Lifecycle(provider, registration.type)
    name = NameRequest(resource=registration.name, seed=b"seed")
    _, failures = lifecycle.check({}, _inputs(registration), name)
    # The recording leaves out outputs that it does not compute, so an input that is missing here
    # may well be given; that nothing is missing is shown by deploying (tests/e2e).
    return [
        f"{registration.urn}: {each.property}: {each.reason}"
        for each in failures
        if " needs input " not in each.reason
    ]


def test_every_resource_would_be_accepted(
    recording: Recording, providers: dict[str, Provider[Any]]
) -> None:
    checked = 0
    for each in recording.registrations:
        package = each.type.split(":")[0]
        if package in providers:
            assert _refusals(providers[package], each) == []
            checked += 1
    assert checked > 150


def test_every_function_is_known(recording: Recording, providers: dict[str, Provider[Any]]) -> None:
    for token, _ in recording.invokes:
        assert providers[token.split(":")[0]].function(token)


def test_the_provider_configuration_is_known(
    recording: Recording, providers: dict[str, Provider[Any]]
) -> None:
    inputs = _inputs(recording.only(SNOWFLAKE_PROVIDER))
    assert providers["snowflake"].check_configuration(inputs) == []

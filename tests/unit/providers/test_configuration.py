"""A plugin works on this machine with local state, or not at all."""

from __future__ import annotations

import pytest

from local_cloud.providers.aws.provider import AwsProvider
from local_cloud.providers.configuration import is_loopback, parse_config, require_local
from local_cloud.providers.errors import ConfigurationRefusedError
from local_cloud.providers.values import Properties

LOCAL = {"PULUMI_BACKEND_URL": "file:///tmp/state"}


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("http://127.0.0.1:4566", True),
        ("http://localhost:4566/path", True),
        ("http://[::1]:4566", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("http://sqs.us-east-1.amazonaws.com", False),
        ("http://127.0.0.1.example.com:4566", False),
        ("http://localhost.example.com", False),
        ("http://10.0.0.1:4566", False),
        ("http://0.0.0.0:4566", False),
        ("http://user@127.0.0.1:x@example.com", False),
        ("", False),
    ],
)
def test_only_this_machine_is_loopback(endpoint: str, expected: bool) -> None:
    assert is_loopback(endpoint) is expected


def test_loopback_and_local_state_are_accepted() -> None:
    require_local("aws", {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}, LOCAL)


@pytest.mark.parametrize(
    ("endpoints", "environment", "named"),
    [
        ({}, LOCAL, "no endpoint"),
        ({"AWS_ENDPOINT_URL": "https://example.com"}, LOCAL, "https://example.com"),
        ({"a": "http://127.0.0.1", "aws:endpoints.s3": "http://s3"}, LOCAL, "aws:endpoints.s3"),
        ({"a": "http://127.0.0.1"}, {"PULUMI_BACKEND_URL": "s3://state"}, "s3://state"),
        ({"a": "http://127.0.0.1"}, {}, "PULUMI_BACKEND_URL"),
    ],
    ids=["no endpoint", "remote endpoint", "one remote of two", "remote state", "unknown state"],
)
def test_anything_else_is_refused_with_what_was_wrong(
    endpoints: dict[str, str], environment: dict[str, str], named: str
) -> None:
    with pytest.raises(ConfigurationRefusedError, match="tarn local up") as refusal:
        require_local("aws", endpoints, environment)
    assert named in str(refusal.value)


def test_structured_configuration_is_parsed_from_text() -> None:
    given: Properties = {"defaultTags": '{"tags": {"a": "b"}}', "region": "us-east-1"}
    parsed = parse_config(given, ["defaultTags"])
    assert parsed == {"defaultTags": {"tags": {"a": "b"}}, "region": "us-east-1"}


def test_structured_configuration_that_is_no_json_is_refused() -> None:
    with pytest.raises(ConfigurationRefusedError, match="defaultTags"):
        parse_config({"defaultTags": "{"}, ["defaultTags"])


AWS = {
    **LOCAL,
    "AWS_ACCESS_KEY_ID": "AKIA",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_REGION": "us-east-1",
    "AWS_SECRET_ACCESS_KEY": "secret",
}


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("AWS_REGION", "aws:region"),
        ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID"),
        ("AWS_ENDPOINT_URL", "no endpoint"),
        ("PULUMI_BACKEND_URL", "PULUMI_BACKEND_URL"),
    ],
)
def test_the_aws_plugin_names_what_it_lacks(missing: str, named: str) -> None:
    environment = {name: value for name, value in AWS.items() if name != missing}
    with pytest.raises(ConfigurationRefusedError, match=named):
        AwsProvider(environment).configure({})


def test_a_service_endpoint_elsewhere_is_refused() -> None:
    environment = {**AWS, "AWS_ENDPOINT_URL_S3": "https://s3.amazonaws.com"}
    with pytest.raises(ConfigurationRefusedError, match="AWS_ENDPOINT_URL_S3"):
        AwsProvider(environment).configure({})


def test_an_unknown_configuration_key_is_named() -> None:
    found = AwsProvider(AWS).check_configuration({"regoin": "us-east-1"})
    assert [failure.property for failure in found] == ["regoin"]
    assert "'region'" in found[0].reason

"""The stack under plain `pulumi`: made, kept empty of changes, updated, replaced, destroyed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.e2e.checkout import Checkout

pytestmark = pytest.mark.timeout(900)


def _succeeds(checkout: Checkout, *arguments: str) -> str:
    done = checkout.pulumi(*arguments)
    assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_a_stack_is_made_updated_replaced_and_destroyed(cloud: Checkout) -> None:
    _succeeds(cloud, "up", "-s", "local", "--yes", "--skip-preview")
    outputs = json.loads(_succeeds(cloud, "stack", "output", "-s", "local", "--json"))
    sqs, functions, s3 = (cloud.client(name) for name in ("sqs", "lambda", "s3"))
    function = str(outputs["ingestFunction"])
    assert functions.get_function(FunctionName=function)["Configuration"]["State"] == "Active"

    _succeeds(cloud, "preview", "-s", "local", "--expect-no-changes")
    _succeeds(cloud, "refresh", "-s", "local", "--yes", "--expect-no-changes")

    _drift_is_seen_and_repaired(cloud, sqs, str(outputs["ingestQueueUrl"]))

    _succeeds(cloud, "destroy", "-s", "local", "--yes", "--skip-preview")
    left = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    assert left == set()
    assert functions.list_functions()["Functions"] == []
    assert cloud.snowflake("SHOW PIPES IN ACCOUNT") == []
    assert cloud.snowflake("SHOW DATABASES LIKE 'TARN_LOCAL'") == []


def _drift_is_seen_and_repaired(cloud: Checkout, sqs: Any, queue: str) -> None:  # noqa: ANN401
    attribute = "VisibilityTimeout"

    def visibility() -> str:
        answer = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=[attribute])
        return str(answer["Attributes"][attribute])

    declared = visibility()
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={attribute: "7"})
    drift = cloud.pulumi("refresh", "-s", "local", "--preview-only", "--expect-no-changes")
    assert drift.returncode != 0
    _succeeds(cloud, "up", "-s", "local", "--yes", "--skip-preview", "--refresh")
    assert visibility() == declared


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_configuration_of_an_environment_deploys(checkout: Checkout, environment: str) -> None:
    checkout.tarn("local", "up", "--region", "eu-central-1")
    _succeeds(checkout, "stack", "init", environment)

    _succeeds(checkout, "up", "-s", environment, "--yes", "--skip-preview")

    _succeeds(checkout, "preview", "-s", environment, "--expect-no-changes")
    buckets = {one["Name"] for one in checkout.client("s3").list_buckets()["Buckets"]}
    assert f"tarn-{environment}-landing-000000000000" in buckets
    assert cloud_database(checkout, environment)


def cloud_database(checkout: Checkout, environment: str) -> bool:
    """Tell whether Snowflake has the environment's database."""
    shown = checkout.pulumi("stack", "output", "-s", environment, "snowflakeDatabase")
    return shown.stdout.strip() == f"TARN_{environment.upper()}"


def test_a_broken_contract_stops_the_preview_with_its_place(cloud: Checkout) -> None:
    contract = cloud.root / "contracts" / "airlines.odcs.yaml"
    text = contract.read_text()
    contract.write_text(text.replace("logicalType: string", "logicalType: strin", 1))

    preview = cloud.pulumi("preview", "-s", "local")

    said = preview.stdout + preview.stderr
    assert preview.returncode != 0
    assert "airlines.odcs.yaml:" in said
    assert "logicalType" in said
    assert "strin" in said
    assert "Traceback" not in said


def test_a_plugin_refuses_an_endpoint_that_is_not_on_loopback(cloud: Checkout) -> None:
    elsewhere = "http://192.0.2.1:4566"

    refused = cloud.pulumi("preview", "-s", "local", overrides={"AWS_ENDPOINT_URL": elsewhere})

    assert refused.returncode != 0
    assert elsewhere in refused.stdout + refused.stderr
    assert "loopback" in refused.stdout + refused.stderr

"""What a provider would compute for a resource, as far as the program reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

Inputs = Mapping[str, Any]

_ARNS: Final[Mapping[str, tuple[str, str]]] = {
    "aws:cloudwatch/eventRule:EventRule": ("events", "rule/{name}"),
    "aws:cloudwatch/logGroup:LogGroup": ("logs", "log-group:{name}"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": ("cloudwatch", "alarm:{name}"),
    "aws:dynamodb/table:Table": ("dynamodb", "table/{name}"),
    "aws:glue/catalogDatabase:CatalogDatabase": ("glue", "database/{name}"),
    "aws:glue/job:Job": ("glue", "job/{name}"),
    "aws:glue/trigger:Trigger": ("glue", "trigger/{name}"),
    "aws:glue/workflow:Workflow": ("glue", "workflow/{name}"),
    "aws:kms/key:Key": ("kms", "key/{name}"),
    "aws:lambda/function:Function": ("lambda", "function:{name}"),
    "aws:lambda/layerVersion:LayerVersion": ("lambda", "layer:{name}:1"),
    "aws:sns/topic:Topic": ("sns", "{name}"),
    "aws:sqs/queue:Queue": ("sqs", "{name}"),
}
"""ARN of a type: service, and the resource part by the resource's own name."""

SNOWFLAKE_USER_ARN: Final = "arn:aws:iam::999999999999:user/snowflake"
"""Snowflake's own user, in an account of Snowflake's."""
NOTIFICATION_CHANNEL: Final = "arn:aws:sqs:eu-central-1:999999999999:sf-snowpipe-test"
"""All pipes of an account share one queue."""


def _described_integration(inputs: Inputs) -> dict[str, Any]:
    described = {"iamUserArn": SNOWFLAKE_USER_ARN, "externalId": f"external-id-of-{inputs['name']}"}
    return {"describeOutputs": [described]}


def _described_volume(inputs: Inputs) -> dict[str, Any]:
    location = {
        "storageAwsIamUserArn": SNOWFLAKE_USER_ARN,
        "storageAwsExternalId": f"external-id-of-{inputs['name']}",
    }
    return {"describeOutputs": [{"storageLocations": [{"s3StorageLocations": [location]}]}]}


def _described_catalog(inputs: Inputs) -> dict[str, Any]:
    described = {
        "glueAwsIamUserArn": SNOWFLAKE_USER_ARN,
        "glueAwsExternalId": f"external-id-of-{inputs['name']}",
    }
    return {"describeOutputs": [described]}


def _qualified(inputs: Inputs) -> dict[str, Any]:
    parts = (inputs.get("database"), inputs.get("schema"), inputs["name"])
    return {"fullyQualifiedName": ".".join(f'"{part}"' for part in parts if part)}


def _pipe(inputs: Inputs) -> dict[str, Any]:
    return {**_qualified(inputs), "notificationChannel": NOTIFICATION_CHANNEL}


_SNOWFLAKE: Final[Mapping[str, Callable[[Inputs], dict[str, Any]]]] = {
    "snowflake:index/catalogIntegrationAwsGlue:CatalogIntegrationAwsGlue": _described_catalog,
    "snowflake:index/externalVolume:ExternalVolume": _described_volume,
    "snowflake:index/pipe:Pipe": _pipe,
    "snowflake:index/schema:Schema": _qualified,
    "snowflake:index/stageExternalS3:StageExternalS3": _qualified,
    "snowflake:index/storageIntegrationAws:StorageIntegrationAws": _described_integration,
}
"""What Snowflake computes, by type."""


def computed_outputs(
    type_token: str, logical_name: str, inputs: Inputs, account_id: str, region: str
) -> dict[str, Any]:
    """Return the outputs of a resource beyond its inputs."""
    if type_token in _SNOWFLAKE:
        return _SNOWFLAKE[type_token](inputs)
    if type_token == "aws:iam/role:Role":
        name = inputs.get("name", logical_name)
        return {"arn": f"arn:aws:iam::{account_id}:role/{name}", "name": name}
    if type_token == "aws:iam/policy:Policy":
        return {"arn": f"arn:aws:iam::{account_id}:policy/{inputs['name']}"}
    if type_token == "aws:s3/bucket:Bucket":
        return {"arn": f"arn:aws:s3:::{inputs['bucket']}"}
    if type_token not in _ARNS:
        return {}
    service, resource = _ARNS[type_token]
    name = inputs.get("name", logical_name)
    arn = f"arn:aws:{service}:{region}:{account_id}:{resource.format(name=name)}"
    queue_url = f"https://sqs.{region}.amazonaws.com/{account_id}/{name}"
    extra = {"url": queue_url} if service == "sqs" else {}
    return {"arn": arn, "name": name, **extra}

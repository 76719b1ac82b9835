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

_SNOWFLAKE: Final[Mapping[str, Callable[[Inputs], dict[str, Any]]]] = {}
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

"""The provider's functions (Pulumi invokes) that a program may ask."""

from __future__ import annotations

from collections.abc import Mapping

from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.aws.iam import read_role
from local_cloud.providers.errors import BackendRefusedError
from local_cloud.providers.provider import Function
from local_cloud.providers.values import Properties, text

_DNS_SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}


def _caller_identity(aws: Aws, arguments: Properties) -> Properties:
    identity = aws.account.identity
    return {
        "accountId": aws.account_id,
        "arn": text(identity, "Arn"),
        "id": aws.account_id,
        "userId": text(identity, "UserId"),
    }


def _region(aws: Aws, arguments: Properties) -> Properties:
    return {
        "description": aws.region,
        "endpoint": f"ec2.{aws.region}.amazonaws.com",
        "id": aws.region,
        "name": aws.region,
        "region": aws.region,
    }


def _partition(aws: Aws, arguments: Properties) -> Properties:
    suffix = _DNS_SUFFIXES.get(aws.partition, "amazonaws.com")
    return {
        "dnsSuffix": suffix,
        "id": aws.partition,
        "partition": aws.partition,
        "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
    }


def _role(aws: Aws, arguments: Properties) -> Properties:
    name = text(arguments, "name")
    found = read_role(aws, name)
    if found is None:
        operation, code = "iam:get_role", "NoSuchEntity"
        raise BackendRefusedError(operation, code, f"the role with name {name} cannot be found")
    answer = {key: value for key, value in found.state.items() if value is not None}
    return {**answer, "id": name, "roleLastUseds": []}


FUNCTIONS: Mapping[str, Function[Aws]] = {
    "aws:iam/getRole:getRole": _role,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
}

"""Which log groups a job run writes, and the key that encrypts them.

A job with a security configuration that encrypts its logs has groups of its own, and its role
gives them the key (logs:AssociateKmsKey). Source: "Encrypting data written by AWS Glue" and
"Logging for AWS Glue jobs", AWS Glue Developer Guide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from moto.glue.models import glue_backends

_ROOT: Final = "/aws-glue/jobs"
_ENCRYPTED: Final = "SSE-KMS"


@dataclass(frozen=True, kw_only=True)
class LogGroups:
    """Names of the groups of a run's output and errors; ``key_arn`` encrypts them, if any."""

    output: str
    error: str
    key_arn: str | None = None


def log_groups(account_id: str, region: str, *, security: str | None, role: str) -> LogGroups:
    """Return the groups of a job with a security configuration, if it has one, under a role."""
    key_arn = _key_of(account_id, region, security) if security else None
    if key_arn is None:
        return LogGroups(output=f"{_ROOT}/output", error=f"{_ROOT}/error")
    own = f"{_ROOT}/{security}-role/{role.rpartition('/')[2]}"
    return LogGroups(output=f"{own}/output", error=f"{own}/error", key_arn=key_arn)


def _key_of(account_id: str, region: str, security: str) -> str | None:
    held: Any = glue_backends[account_id][region].security_configurations.get(security)
    configuration: Mapping[str, Any] = held.configuration if held is not None else {}
    logs: Mapping[str, str] = configuration.get("CloudWatchEncryption") or {}
    if logs.get("CloudWatchEncryptionMode") != _ENCRYPTED:
        return None
    return logs.get("KmsKeyArn")


def elapsed_time(job: str, seconds: float) -> Sequence[Mapping[str, object]]:
    """Return the metric that says how long a run took, as Glue publishes it for the job."""
    dimensions = {"JobName": job, "JobRunId": "ALL", "Type": "count"}
    return [
        {
            "MetricName": "glue.driver.aggregate.elapsedTime",
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
            "Value": seconds * 1000,
            "Unit": "Milliseconds",
        }
    ]

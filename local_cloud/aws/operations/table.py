"""Every service and operation that the local AWS knows, in one mapping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from local_cloud.aws.operations import (
    dynamodb,
    glue,
    identity,
    kms,
    lambda_functions,
    logs,
    messaging,
    s3,
    sqs,
)
from local_cloud.aws.operations.rules import Operations

SERVICES: Final[Mapping[str, Operations]] = {
    "cloudwatch": messaging.CLOUDWATCH_OPERATIONS,
    "dynamodb": dynamodb.OPERATIONS,
    "events": messaging.EVENTS_OPERATIONS,
    "glue": glue.OPERATIONS,
    "iam": identity.IAM_OPERATIONS,
    "kms": kms.OPERATIONS,
    "lambda": lambda_functions.OPERATIONS,
    "logs": logs.OPERATIONS,
    "s3": s3.OPERATIONS,
    "sns": messaging.SNS_OPERATIONS,
    "sqs": sqs.OPERATIONS,
    "sts": identity.STS_OPERATIONS,
}

"""KMS: names, waiting times, and how long a policy may be."""

from __future__ import annotations

from typing import Any, Final

from tests.functional.local_aws.laboratory import Document, Laboratory, policy
from tests.functional.local_aws.limits.row import Row


def key(laboratory: Laboratory, value: Any) -> Document:  # noqa: ANN401 - of the parameter
    """Return a call on a new key with more parameters."""
    made = laboratory.client("kms").create_key()["KeyMetadata"]["KeyId"]
    if "AliasName" in value:
        return {"TargetKeyId": made, "AliasName": value["AliasName"] + laboratory.suffix}
    return {"KeyId": made, **value}


def key_policy(size: int) -> Document:
    """Return a key policy of this size."""
    root = {"AWS": "arn:aws:iam::000000000000:root"}
    statement = {"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": root}
    missing = size - len(policy({"Sid": "", **statement}))
    return {"PolicyName": "default", "Policy": policy({"Sid": "x" * missing, **statement})}


ROWS: Final = (
    Row(
        "alias",
        "kms",
        "create_alias",
        key,
        {"AliasName": "alias/a-b/"},
        {"AliasName": "a-b/"},
        "ValidationException",
        "kms/latest/APIReference/API_CreateAlias.html",
    ),
    Row(
        "alias of AWS",
        "kms",
        "create_alias",
        key,
        {"AliasName": "alias/awsome"},
        {"AliasName": "alias/aws/"},
        "NotAuthorizedException",
        "kms/latest/APIReference/API_CreateAlias.html",
    ),
    Row(
        "deletion window",
        "kms",
        "schedule_key_deletion",
        key,
        {"PendingWindowInDays": 30},
        {"PendingWindowInDays": 31},
        "ValidationException",
        "kms/latest/APIReference/API_ScheduleKeyDeletion.html",
    ),
    Row(
        "least deletion window",
        "kms",
        "schedule_key_deletion",
        key,
        {"PendingWindowInDays": 7},
        {"PendingWindowInDays": 6},
        "ValidationException",
        "kms/latest/APIReference/API_ScheduleKeyDeletion.html",
    ),
    Row(
        "key policy",
        "kms",
        "put_key_policy",
        key,
        key_policy(32_768),
        key_policy(32_769),
        "LimitExceededException",
        "kms/latest/developerguide/resource-limits.html",
    ),
)

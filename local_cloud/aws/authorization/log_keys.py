"""The key of an encrypted log group: CloudWatch Logs uses it as itself, whoever writes or reads.

So the key's policy must let the service in, for the group that the encryption context names.
Source: "Encrypt log data in CloudWatch Logs using AWS Key Management Service", CloudWatch Logs
User Guide. It does not say which call needs which of the actions that it asks for; taken here are
DescribeKey when the key is associated, GenerateDataKey to write and Decrypt to read.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from moto.backends import get_backend

from local_cloud.aws.authorization.decisions import Need
from local_cloud.aws.authorization.errors import AccessDeniedError, ApiRefusalError
from local_cloud.aws.authorization.evaluation import require
from local_cloud.aws.authorization.principals import service_caller
from local_cloud.aws.authorization.resources import find_key

ASSOCIATE: Final = ("kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt")
WRITE: Final = ("kms:GenerateDataKey",)
READ: Final = ("kms:Decrypt",)


def require_key_of_group(
    account_id: str, region: str, group: str, actions: tuple[str, ...]
) -> None:
    """Raise ``ApiRefusalError`` when Logs may not use the key of a group; most have none."""
    held: Any = get_backend("logs")[account_id][region].groups.get(group)
    if held is not None and held.kms_key_id:
        require_log_key(str(held.kms_key_id), account_id, region, group, actions)


def require_log_key(
    key_id: str, account_id: str, region: str, group: str, actions: tuple[str, ...]
) -> None:
    """Raise ``ApiRefusalError`` unless Logs may use a key for a group."""
    arn = f"arn:aws:logs:{region}:{account_id}:log-group:{group}"
    key = find_key(key_id, account_id, region)
    if key is None or key.key_state != "Enabled":
        raise _not_allowed(arn, f"there is no enabled key {key_id}")
    caller = service_caller(f"logs.{region}.amazonaws.com", account_id)
    context = {
        "kms:EncryptionContext:aws:logs:arn": arn,
        "kms:EncryptionContextKeys": ("aws:logs:arn",),
        "kms:CallerAccount": account_id,
    }
    for action in actions:
        try:
            require(caller, Need(action=action, resource=key.arn, context=context), region=region)
        except AccessDeniedError as error:
            raise _not_allowed(arn, error.message) from error


def _not_allowed(arn: str, because: str) -> ApiRefusalError:
    return ApiRefusalError(
        "The specified KMS key does not exist or is not allowed to be used with Arn "
        f"'{arn}' (Tarn's local cloud: {because})",
        code="AccessDeniedException",
        status=HTTPStatus.BAD_REQUEST,
    )

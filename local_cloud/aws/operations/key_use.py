"""Use of encryption keys by other services on behalf of their callers."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from local_cloud.aws.authorization.decisions import Need
from local_cloud.aws.authorization.errors import ApiRefusalError
from local_cloud.aws.authorization.resources import find_key
from local_cloud.aws.gateway.requests import ApiRequest

_BAD_REQUEST = HTTPStatus.BAD_REQUEST

DECRYPT = "kms:Decrypt"
GENERATE = "kms:GenerateDataKey"


def key_needs(
    request: ApiRequest,
    key_id: str | None,
    *,
    service: str,
    actions: tuple[str, ...],
    context: Mapping[str, str],
    owner_account_id: str,
) -> list[Need]:
    """Return what a caller needs of a key that a service uses for them.

    A key that AWS manages (none is named, or ``alias/aws/...``) needs nothing: its policy lets
    everyone of the account use it through its service.
    """
    if not key_id or "alias/aws/" in key_id:
        return []
    key = find_key(key_id, owner_account_id, request.region)
    if key is None:
        message = f"Key '{key_id}' does not exist, but {service} is told to encrypt with it."
        raise ApiRefusalError(message, code="KMS.NotFoundException", status=_BAD_REQUEST)
    if key.key_state != "Enabled":
        message = f"{key.arn} is {key.key_state.lower()}, so {service} cannot use it."
        raise ApiRefusalError(message, code="KMS.DisabledException", status=_BAD_REQUEST)
    conditions: dict[str, str | tuple[str, ...]] = {
        "kms:ViaService": f"{service}.{request.region}.amazonaws.com",
        "kms:CallerAccount": request.account_id,
        "kms:EncryptionContextKeys": tuple(context),
        **{f"kms:EncryptionContext:{name}": value for name, value in context.items()},
    }
    return [Need(action=action, resource=key.arn, context=conditions) for action in actions]

"""KMS: keys by id, ARN or alias; a direct call is not one through a service.

A key obeys its own policy alone, for root too: who is not let in there, by name or through the
account, can neither use nor change it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from local_cloud.aws.authorization.decisions import Need
from local_cloud.aws.authorization.resources import find_key
from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.aws.operations.rules import Operations, only_root, same


def _on_key(request: ApiRequest) -> Sequence[Need]:
    identifier = request.text("KeyId")
    key = find_key(identifier, request.account_id, request.region) if identifier else None
    # What does not exist is answered by KMS itself; decryption finds its key in the ciphertext.
    resource = key.arn if key is not None else request.arn("key/*")
    encryption: Mapping[str, str] = request.parameters.get("EncryptionContext") or {}
    context: dict[str, str | tuple[str, ...]] = {
        "kms:CallerAccount": request.account_id,
        **{f"kms:EncryptionContext:{name}": value for name, value in encryption.items()},
    }
    if algorithm := request.text("MacAlgorithm"):
        context["kms:MacAlgorithm"] = algorithm
    if encryption:
        context["kms:EncryptionContextKeys"] = tuple(encryption)
    return [Need(action=f"kms:{request.operation}", resource=resource, context=context)]


OPERATIONS: Final[Operations] = {
    **same(
        _on_key,
        "CancelKeyDeletion",
        "Decrypt",
        "DescribeKey",
        "DisableKey",
        "DisableKeyRotation",
        "EnableKey",
        "EnableKeyRotation",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateMac",
        "GetKeyPolicy",
        "GetKeyRotationStatus",
        "ListKeyPolicies",
        "ListResourceTags",
        "PutKeyPolicy",
        "ScheduleKeyDeletion",
        "TagResource",
        "UntagResource",
        "UpdateKeyDescription",
    ),
    **only_root(
        "CreateAlias",
        "CreateKey",
        "DeleteAlias",
        "ListAliases",
        "ListKeys",
        "UpdateAlias",
    ),
}

"""KMS: names of aliases, and how long a key's policy may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from local_cloud.aws.gateway.checks.refusals import refuse
from local_cloud.aws.gateway.requests import ApiRequest

_POLICY_BYTES: Final = 32 * 1024
"""https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html"""


def check_alias(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html"""
    if request.text("AliasName").startswith("alias/aws/"):
        refuse("NotAuthorizedException", "The prefix alias/aws/ is reserved for keys of AWS.")


def check_key_policy(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """The policy of a key that is made or changed."""
    size = len(request.text("Policy").encode())
    if size > _POLICY_BYTES:
        message = f"The key policy has {size} bytes; it may have {_POLICY_BYTES} at most."
        refuse("LimitExceededException", message)

"""IAM: how long the documents of a role may be, and how many policies it may have.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: white space does not
count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final, NoReturn

from moto.backends import get_backend

from local_cloud.aws.gateway.checks.refusals import refuse
from local_cloud.aws.gateway.requests import ApiRequest

_INLINE_BYTES: Final = {"role": 10_240, "user": 2_048, "group": 5_120}
"""Of all inline policies of one of them together."""
_MANAGED_BYTES: Final = 6_144
_TRUST_BYTES: Final = 2_048
_ATTACHED: Final = 10
_PARTITION: Final = "aws"


def check_trust(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """The trust policy of a role that is made or changed."""
    document = request.text("AssumeRolePolicyDocument") or request.text("PolicyDocument")
    if _size(document) > _TRUST_BYTES:
        _exceeded(f"Cannot exceed quota for ACLSizePerRole: {_TRUST_BYTES}")


def check_managed(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """One version of a managed policy."""
    if _size(request.text("PolicyDocument")) > _MANAGED_BYTES:
        _exceeded(f"Cannot exceed quota for PolicySize: {_MANAGED_BYTES}")


def check_inline(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """All inline policies of a role, user or group, with the one that is put."""
    kind = request.operation.removeprefix("Put").removesuffix("Policy").lower()
    name = request.text(f"{kind.capitalize()}Name")
    held = {**_inline(request, kind, name), request.text("PolicyName"): _document(request)}
    most = _INLINE_BYTES[kind]
    if sum(_size(document) for document in held.values()) > most:
        _exceeded(f"Maximum policy size of {most} bytes exceeded for {kind} {name}")


def check_attached(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """The managed policies of a role or user, with the one that is attached."""
    kind = request.operation.removeprefix("Attach").removesuffix("Policy").lower()
    holder = _holders(request, kind).get(request.text(f"{kind.capitalize()}Name"))
    attached = set(getattr(holder, "managed_policies", {}))
    if len(attached | {request.text("PolicyArn")}) > _ATTACHED:
        _exceeded(f"Cannot exceed quota for PoliciesPer{kind.capitalize()}: {_ATTACHED}")


def _inline(request: ApiRequest, kind: str, name: str) -> Mapping[str, str]:
    """Moto keeps those of a role apart from the role."""
    holder = _holders(request, kind).get(name)
    policies: Mapping[str, Any] = getattr(holder, "policies", None) or {}
    return {key: str(value) for key, value in policies.items()}


def _holders(request: ApiRequest, kind: str) -> Mapping[str, Any]:
    """Return the roles, users or groups by name."""
    backend: Any = get_backend("iam")[request.account_id][_PARTITION]
    held: Mapping[str, Any] = getattr(backend, f"{kind}s")
    return {str(each.name): each for each in held.values()}


def _document(request: ApiRequest) -> str:
    return request.text("PolicyDocument")


def _size(document: str) -> int:
    return len("".join(document.split()))


def _exceeded(message: str) -> NoReturn:
    refuse("LimitExceeded", message, HTTPStatus.CONFLICT)

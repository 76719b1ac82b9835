"""The decision: identity policies and resource policies together, as IAM combines them.

Within an account either side may allow, and a direct denial anywhere wins. Across accounts both
sides must allow. A key's policy must let identity policies count, and a role is assumed only by
those whom its trust policy names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from local_cloud.aws.authorization.accounts import ceilings, identity_policies
from local_cloud.aws.authorization.conditions import Context
from local_cloud.aws.authorization.errors import AccessDeniedError
from local_cloud.aws.authorization.policy import Question, Verdict
from local_cloud.aws.authorization.principals import Caller, CallerKind
from local_cloud.aws.authorization.resources import ResourceSide, resource_side

_ASSUME_ROLE: Final = "sts:AssumeRole"


@dataclass(frozen=True, kw_only=True)
class Need:
    """One permission that a request needs."""

    action: str
    resource: str
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict[str, str])


def require(caller: Caller, need: Need, *, region: str) -> None:
    """Raise ``AccessDeniedError`` unless the policies allow the caller what is needed."""
    side = resource_side(need.resource, caller.account_id)
    question = Question(
        action=need.action,
        resource=need.resource,
        context=_context(caller, need, side, region),
    )
    resource = side.policy.as_resource_policy(question, caller) if side.policy else Verdict.SILENT
    if resource is Verdict.DENIED:
        raise _denied(caller, need, f"of an explicit deny in a {side.kind}")
    identity = _ask_identity(caller, need, question)
    _ask_ceilings(caller, need, question)
    reason = _missing(caller, need, side, identity, resource)
    if reason is not None:
        raise _denied(caller, need, reason)


def _ask_identity(caller: Caller, need: Need, question: Question) -> bool:
    """Whether the caller's own policies allow; root needs none in its account."""
    if caller.kind is CallerKind.ROOT:
        return True
    allowed = False
    for _, policy in identity_policies(caller):
        verdict = policy.as_identity_policy(question)
        if verdict is Verdict.DENIED:
            raise _denied(caller, need, "of an explicit deny in an identity-based policy")
        allowed = allowed or verdict is Verdict.ALLOWED
    return allowed


def _ask_ceilings(caller: Caller, need: Need, question: Question) -> None:
    for kind, policy in ceilings(caller):
        if policy.as_identity_policy(question) is not Verdict.ALLOWED:
            raise _denied(caller, need, f"no {kind} allows the {need.action} action")


def _missing(
    caller: Caller, need: Need, side: ResourceSide, identity: bool, resource: Verdict
) -> str | None:
    """Return why the request may not pass, or None when it may."""
    direct = resource is Verdict.ALLOWED
    delegated = resource in (Verdict.ALLOWED, Verdict.ALLOWED_ACCOUNT)
    no_identity = f"no identity-based policy allows the {need.action} action"
    no_resource = f"no {side.kind or 'resource-based policy'} allows the {need.action} action"
    if caller.kind is CallerKind.SERVICE:
        return None if direct else no_resource
    if side.account_id != caller.account_id:
        if not delegated:
            return no_resource
        return None if identity else no_identity
    if side.decides or need.action == _ASSUME_ROLE:
        if not delegated:
            return no_resource
        return None if direct or identity else no_identity
    return None if identity or direct else no_identity


def _context(caller: Caller, need: Need, side: ResourceSide, region: str) -> Context:
    service = caller.kind is CallerKind.SERVICE
    general: dict[str, str | tuple[str, ...]] = {
        "aws:principalarn": caller.principal_arn,
        "aws:principaltype": caller.kind.value,
        "aws:principalisawsservice": str(service).lower(),
        "aws:requestedregion": region,
        "aws:resourceaccount": side.account_id,
        # Loopback counts as a safe way: it never leaves the machine.
        "aws:securetransport": "true",
        "aws:viaawsservice": "false",
    }
    if service:
        general["aws:principalservicename"] = caller.name
    else:
        general["aws:principalaccount"] = caller.account_id
        general["aws:sourceip"] = "127.0.0.1"
    if caller.kind is CallerKind.USER:
        general["aws:username"] = caller.name
    return {**general, **{key.lower(): value for key, value in need.context.items()}}


def _denied(caller: Caller, need: Need, because: str) -> AccessDeniedError:
    return AccessDeniedError(
        caller=caller.arn, action=need.action, resource=need.resource, because=because
    )

"""The decision: identity policies and resource policies together, as IAM combines them.

Within an account either side may allow, and a direct denial anywhere wins. Across accounts both
sides must allow. A key's policy must let identity policies count, and a role is assumed only by
those whom its trust policy names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from local_cloud.aws.authorization.accounts import ceilings, identity_policies
from local_cloud.aws.authorization.conditions import Context
from local_cloud.aws.authorization.decisions import DECISIONS, Decision, Need, StatementUse
from local_cloud.aws.authorization.errors import AccessDeniedError
from local_cloud.aws.authorization.policy import Policy, Question, Verdict
from local_cloud.aws.authorization.principals import Caller, CallerKind
from local_cloud.aws.authorization.resources import ResourceSide, resource_side

_ASSUME_ROLE: Final = "sts:AssumeRole"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The policies that count for one request: of the caller by name, and of the resource."""

    identity: Sequence[tuple[str, Policy]]
    ceilings: Sequence[tuple[str, Policy]]
    side: ResourceSide


def require(caller: Caller, need: Need, *, region: str) -> None:
    """Raise ``AccessDeniedError`` unless the policies allow the caller what is needed."""
    root = caller.kind is CallerKind.ROOT
    standing = Standing(
        # Root needs no policy of its own in its account.
        identity=() if root else tuple(identity_policies(caller)),
        ceilings=tuple(ceilings(caller)),
        side=resource_side(need.resource, caller.account_id),
    )
    decision = decide(caller, need, region, standing)
    DECISIONS.add(decision)
    if decision.because is not None:
        raise AccessDeniedError(
            caller=caller.arn,
            action=need.action,
            resource=need.resource,
            because=decision.because,
        )


def decide(caller: Caller, need: Need, region: str, standing: Standing) -> Decision:
    """Decide one need by the given policies alone, so that it can be decided again by others."""
    side = standing.side
    question = Question(
        action=need.action,
        resource=need.resource,
        context=_context(caller, need, side, region),
    )
    used: list[StatementUse] = []
    because = _refusal(caller, question, standing, used)
    return Decision(
        caller=caller,
        need=need,
        region=region,
        side=side,
        because=because,
        statements=tuple(used),
    )


def _refusal(
    caller: Caller, question: Question, standing: Standing, used: list[StatementUse]
) -> str | None:
    """Return why the request may not pass, or None; note the statements that cover it."""
    side = standing.side
    resource = Verdict.SILENT
    if side.policy is not None:
        answer = side.policy.as_resource_policy(question, caller)
        resource = answer.verdict
        used += _uses(side.owner, side.kind, answer.statements)
    if resource is Verdict.DENIED:
        return f"of an explicit deny in a {side.kind}"
    identity = caller.kind is CallerKind.ROOT
    for name, policy in standing.identity:
        answer = policy.as_identity_policy(question)
        used += _uses(caller.principal_arn, name, answer.statements)
        if answer.verdict is Verdict.DENIED:
            return "of an explicit deny in an identity-based policy"
        identity = identity or answer.verdict is Verdict.ALLOWED
    for kind, policy in standing.ceilings:
        if policy.as_identity_policy(question).verdict is not Verdict.ALLOWED:
            return f"no {kind} allows the {question.action} action"
    return _missing(caller, question.action, side, identity, resource)


def _uses(owner: str, policy: str, places: Sequence[int]) -> list[StatementUse]:
    return [StatementUse(owner=owner, policy=policy, place=place) for place in places]


def _missing(
    caller: Caller, action: str, side: ResourceSide, identity: bool, resource: Verdict
) -> str | None:
    direct = resource is Verdict.ALLOWED
    delegated = resource in (Verdict.ALLOWED, Verdict.ALLOWED_ACCOUNT)
    no_identity = f"no identity-based policy allows the {action} action"
    no_resource = f"no {side.kind or 'resource-based policy'} allows the {action} action"
    if caller.kind is CallerKind.SERVICE:
        return None if direct else no_resource
    if side.account_id != caller.account_id:
        if not delegated:
            return no_resource
        return None if identity else no_identity
    if side.decides or action == _ASSUME_ROLE:
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

"""The recorded requests, decided again by other documents with the evaluator that decided them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from local_cloud.aws.authorization.decisions import Decision, Need
from local_cloud.aws.authorization.evaluation import Standing, decide
from local_cloud.aws.authorization.policy import parse_policy
from local_cloud.aws.authorization.principals import Caller, CallerKind
from local_cloud.aws.authorization.resources import ResourceSide
from local_cloud.settings import SNOWFLAKE_AWS_ACCOUNT_ID
from tests.e2e.permissions.documents import Document, PolicyName
from tests.e2e.permissions.mutations import Mutation

_EVERYTHING: Final = {"Effect": "Allow", "Action": "*", "Resource": "*"}
PROBER: Final = "permission-probe"
"""The test's own user: what it may do says nothing about the program."""

_OF_STRANGERS: Final = {
    False: (),
    True: (("their own", parse_policy({"Statement": _EVERYTHING})),),
}
"""Snowflake's user has policies in an account of its own, which are not the program's."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One recorded need of one caller, and how it was decided."""

    caller: Caller
    need: Need
    region: str
    side: Mapping[str, Any]
    because: str | None
    policies: frozenset[PolicyName]

    @property
    def subject(self) -> tuple[str, str]:
        """Who asked for what."""
        return self.caller.principal_arn, self.need.action

    def __str__(self) -> str:
        return f"{self.caller.principal_arn} {self.need.action} {self.need.resource}"


def read_requests(decisions: Iterable[Mapping[str, Any]]) -> list[Request]:
    """Return what the control API tells of this account, without what needs none of its policies.

    Root may do everything in its account; its refusals are kept, as a denial means root too.
    """
    requests = [_request(each) for each in decisions]
    return [
        each
        for each in requests
        if PROBER not in each.caller.arn
        and each.side["account_id"] != SNOWFLAKE_AWS_ACCOUNT_ID
        and not (each.caller.kind is CallerKind.ROOT and each.because is None)
    ]


def decided(request: Request, documents: Mapping[PolicyName, Document]) -> Decision:
    """Decide a request by the documents."""
    owner, kind = str(request.side["owner"]), str(request.side["kind"])
    resource = documents.get(PolicyName(owner=owner, policy=kind))
    standing = Standing(
        identity=[
            (name.policy, parse_policy(document))
            for name, document in documents.items()
            if name.owner == request.caller.role_arn and name.kind == "role policy"
        ]
        or _OF_STRANGERS[request.caller.kind is CallerKind.USER],
        ceilings=(),
        side=ResourceSide(
            account_id=str(request.side["account_id"]),
            kind=kind,
            policy=parse_policy(resource) if resource is not None else None,
            owner=owner,
            decides=bool(request.side["decides"]),
        ),
    )
    return decide(request.caller, request.need, request.region, standing)


def changed_by(
    mutation: Mutation, requests: Sequence[Request], documents: Mapping[PolicyName, Document]
) -> list[Decision]:
    """Return the requests that a mutation decides otherwise: refused, or let in."""
    mutated = {**documents, mutation.policy: mutation.document}
    again = [
        (each, decided(each, mutated)) for each in requests if mutation.policy in each.policies
    ]
    return [now for before, now in again if now.allowed != (before.because is None)]


def _request(told: Mapping[str, Any]) -> Request:
    caller = told["caller"]
    context: Mapping[str, Any] = told["context"]
    return Request(
        caller=Caller(
            kind=CallerKind(caller["kind"]),
            account_id=caller["account_id"],
            arn=caller["arn"],
            name=caller["name"],
            role_arn=caller["role_arn"],
        ),
        need=Need(
            action=told["action"],
            resource=told["resource"],
            context={
                key: tuple(value) if isinstance(value, list) else str(value)
                for key, value in context.items()
            },
        ),
        region=told["region"],
        side=told["resource_policy"],
        because=told["because"],
        policies=frozenset(
            PolicyName(owner=each["owner"], policy=each["policy"]) for each in told["statements"]
        ),
    )

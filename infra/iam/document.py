"""Policy documents as plain data, and the rules that hold for every one of them.

A document is a dict, built by pure functions from names, so that it is tested as data. The rules
are checked when it is built: no bare star in an action, none in a resource, none in a principal
that is allowed something.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pulumi

from infra.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Callable

PolicyDocument: TypeAlias = dict[str, object]
Conditions: TypeAlias = Mapping[str, Mapping[str, str | Sequence[str]]]

ACTIONS_WITHOUT_RESOURCE: Final[Mapping[str, str]] = {
    "cloudwatch:PutMetricData": "cloudwatch:namespace",
}
"""Actions for which IAM knows no resource, so they need ``*``, and the condition that narrows."""


class Effect(StrEnum):
    """What a statement does to the requests it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement. ``principals`` maps AWS, Service or Federated to who is meant."""

    sid: str
    actions: Sequence[str]
    resources: Sequence[str] = ()
    principals: Mapping[str, Sequence[str]] | None = None
    everyone: bool = False
    """Matches every principal; only for statements that deny."""
    conditions: Conditions = field(default_factory=dict[str, Mapping[str, str | Sequence[str]]])
    effect: Effect = Effect.ALLOW

    def as_data(self) -> dict[str, object]:
        """Return the statement in the form that IAM reads."""
        data: dict[str, object] = {
            "Sid": self.sid,
            "Effect": self.effect.value,
            "Action": list(self.actions),
        }
        if self.everyone:
            data["Principal"] = "*"
        elif self.principals is not None:
            data["Principal"] = {kind: list(who) for kind, who in self.principals.items()}
        if self.resources:
            data["Resource"] = list(self.resources)
        if self.conditions:
            data["Condition"] = {
                operator: {key: _condition_value(value) for key, value in tests.items()}
                for operator, tests in self.conditions.items()
            }
        return data


def identity_policy(*statements: Statement) -> PolicyDocument:
    """What a role may do. Every action and resource is named."""
    for statement in statements:
        _refuse_wide_actions(statement)
        _refuse_wide_resources(statement)
        if statement.principals is not None or statement.everyone:
            raise PolicyError(
                statement=statement.sid,
                problem="it names a principal, but a role's own policy has none",
                remedy="Use resource_policy for what is attached to a resource.",
            )
    return _document(statements)


def resource_policy(*statements: Statement) -> PolicyDocument:
    """Who may use a bucket, a queue or a topic."""
    for statement in statements:
        _refuse_missing_principals(statement)
        _refuse_wide_resources(statement)
        if statement.effect is Effect.ALLOW:
            _refuse_wide_actions(statement)
    return _document(statements)


def key_policy(*statements: Statement) -> PolicyDocument:
    """Who may use a key. KMS reads the resource ``*`` in it as "this key" and wants no other."""
    for statement in statements:
        _refuse_missing_principals(statement)
    return _document(statements, resources=("*",))


def trust_policy(*statements: Statement) -> PolicyDocument:
    """Who may assume a role."""
    for statement in statements:
        _refuse_missing_principals(statement)
        _refuse_wide_actions(statement)
    return _document(statements)


def service_trust(service: str, *, account_id: str | None = None) -> PolicyDocument:
    """Let one AWS service assume a role, only on behalf of the account when that is given."""
    conditions: Conditions = (
        {"StringEquals": {"aws:SourceAccount": account_id}} if account_id else {}
    )
    return trust_policy(
        Statement(
            sid="ServiceAssumesRole",
            actions=("sts:AssumeRole",),
            principals={"Service": (service,)},
            conditions=conditions,
        )
    )


def deny_insecure_transport(service: str, resources: Sequence[str]) -> Statement:
    """Refuse every request that does not come over TLS."""
    return Statement(
        sid="DenyInsecureTransport",
        effect=Effect.DENY,
        everyone=True,
        actions=(f"{service}:*",),
        resources=resources,
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )


def to_json(document: PolicyDocument) -> str:
    """Write a document as text, the same text for the same document."""
    return json.dumps(document, separators=(",", ":"))


def rendered(
    build: Callable[..., PolicyDocument], **arguments: pulumi.Input[Any]
) -> pulumi.Output[str]:
    """Build a document from values of which some are known only at apply time."""
    return pulumi.Output.all(**arguments).apply(lambda known: to_json(build(**known)))


def _document(
    statements: Sequence[Statement], resources: Sequence[str] | None = None
) -> PolicyDocument:
    listed = [statement.as_data() for statement in statements]
    if resources is not None:
        listed = [{**data, "Resource": list(resources)} for data in listed]
    return {"Version": "2012-10-17", "Statement": listed}


def _condition_value(value: str | Sequence[str]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)


def _refuse_missing_principals(statement: Statement) -> None:
    allows_everyone = statement.everyone and statement.effect is Effect.ALLOW
    named = statement.principals is not None and not any(
        "*" in who for who in statement.principals.values()
    )
    if allows_everyone or not (named or statement.everyone):
        raise PolicyError(
            statement=statement.sid,
            problem="it allows every principal, or it names none",
            remedy="Name the service or the account that needs it.",
        )


def _refuse_wide_actions(statement: Statement) -> None:
    wide = [action for action in statement.actions if action.partition(":")[2] in ("", "*")]
    if wide or not statement.actions:
        raise PolicyError(
            statement=statement.sid,
            problem=f"the actions {wide} are a whole service or everything",
            remedy="List the calls that the code makes.",
        )


def _refuse_wide_resources(statement: Statement) -> None:
    if statement.resources and "*" not in statement.resources:
        return
    narrowing = {ACTIONS_WITHOUT_RESOURCE.get(action) for action in statement.actions}
    tested = {key for tests in statement.conditions.values() for key in tests}
    if statement.resources and None not in narrowing and narrowing <= tested:
        return
    raise PolicyError(
        statement=statement.sid,
        problem="it names no resource, or every resource",
        remedy="Name the resources by ARN; names are known ahead (infra/deployment.py).",
    )

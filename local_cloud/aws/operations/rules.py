"""The words in which the tables of operations are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from local_cloud.aws.authorization.decisions import Need
from local_cloud.aws.gateway.requests import ApiRequest

Rule = Callable[[ApiRequest], Sequence[Need]]
Operations = Mapping[str, Rule | None]

ROOT_ONLY: Final = None
"""Known, and not mapped to permissions: only root may call it."""


def only_root(*operations: str) -> dict[str, Rule | None]:
    """List operations that deployments call as root."""
    return dict.fromkeys(operations, ROOT_ONLY)


def same(rule: Rule, *operations: str) -> dict[str, Rule | None]:
    """Give several operations the same rule."""
    return dict.fromkeys(operations, rule)


def nothing(_request: ApiRequest) -> Sequence[Need]:
    """Anyone with credentials may call it."""
    return ()


def on(resource: Callable[[ApiRequest], str | Iterable[str]], action: str | None = None) -> Rule:
    """Need the action of the same name (or the one given) on each of the resources."""

    def rule(request: ApiRequest) -> Sequence[Need]:
        resources = resource(request)
        named = action or f"{request.service}:{request.operation}"
        listed = [resources] if isinstance(resources, str) else list(resources)
        return [Need(action=named, resource=each) for each in listed]

    return rule


def everything(_request: ApiRequest) -> str:
    """The resource of an action that IAM knows no resource for."""
    return "*"


def also(*rules: Rule) -> Rule:
    """Need what each of the rules needs."""

    def rule(request: ApiRequest) -> Sequence[Need]:
        return [need for each in rules for need in each(request)]

    return rule


def passes_role(roles: Callable[[ApiRequest], Iterable[str]], service: str) -> Rule:
    """Need ``iam:PassRole`` for each role that a request gives to a service, by ARN or name."""

    def rule(request: ApiRequest) -> Sequence[Need]:
        context = {"iam:PassedToService": service}
        return [
            Need(
                action="iam:PassRole",
                resource=role
                if role.startswith("arn:")
                else f"arn:aws:iam::{request.account_id}:role/{role}",
                context=context,
            )
            for role in roles(request)
            if role
        ]

    return rule

"""Roles and their policies: what they may do, and who may become them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.documents import Statement, allowing, statements
from guardrails.resources import Resource, StackFacts
from guardrails.rule import ResourceRule, Rule

ROLE: Final = "aws:iam/role:Role"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
PERMISSIONS: Final = (
    ROLE_POLICY,
    "aws:iam/policy:Policy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
)
ATTACHMENTS: Final = (
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
)
WITHOUT_RESOURCE: Final = {"cloudwatch:putmetricdata": "cloudwatch:namespace"}
"""Actions for which IAM knows no resource, and the condition that narrows each instead."""
WIDE_POLICIES: Final = frozenset({"AdministratorAccess", "PowerUserAccess", "IAMFullAccess"})
_PRACTICES: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
_CONTROLS: Final = "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html"


def _granted(policy: Resource) -> Iterator[Statement]:
    return allowing(statements(policy, "policy"))


def _star_actions(policy: Resource) -> Iterator[str]:
    for one in _granted(policy):
        wide = [action for action in one.actions if action == "*" or action.endswith(":*")]
        if one.spares_actions:
            wide = ["everything but " + ", ".join(one.actions)]
        if wide:
            yield f"Statement {one.sid!r} of {policy.name} allows {', '.join(wide)}."


def _star_resources(policy: Resource) -> Iterator[str]:
    for one in _granted(policy):
        if "*" not in one.resources:
            continue
        for action in one.actions:
            narrowing = WITHOUT_RESOURCE.get(action.lower())
            if narrowing is None or narrowing not in one.condition_keys():
                yield f"Statement {one.sid!r} of {policy.name} allows {action} on every resource."


def _pass_role(policy: Resource) -> Iterator[str]:
    for one in _granted(policy):
        if not any(action.lower() == "iam:passrole" for action in one.actions):
            continue
        if any("*" in resource for resource in one.resources):
            yield f"Statement {one.sid!r} of {policy.name} passes roles that it does not name."
        if "iam:passedtoservice" not in one.condition_keys():
            yield f"Statement {one.sid!r} of {policy.name} passes a role to any service."


def _trusts_anyone(role: Resource) -> Iterator[str]:
    for one in allowing(statements(role, "assumeRolePolicy")):
        if any("*" in who for listed in one.principals.values() for who in listed):
            yield f"Statement {one.sid!r} lets anyone assume role {role.name}."


def _trusts_without_id(role: Resource) -> Iterator[str]:
    for one in allowing(statements(role, "assumeRolePolicy")):
        users = [who for who in one.principals.get("AWS", ()) if ":user/" in who]
        if users and "sts:externalid" not in one.condition_keys():
            yield f"Role {role.name} trusts {', '.join(users)} without an external id."


def _federates_widely(role: Resource) -> Iterator[str]:
    for one in allowing(statements(role, "assumeRolePolicy")):
        web = "sts:AssumeRoleWithWebIdentity" in one.actions
        subject = any(key.endswith(":sub") for key in one.condition_keys())
        if web and not subject:
            yield f"Role {role.name} trusts every subject of {_federated(one)}."


def _federated(one: Statement) -> str:
    return ", ".join(one.principals.get("Federated", ())) or "its identity provider"


def _unbounded(role: Resource) -> Iterator[str]:
    if not role.states("permissionsBoundary"):
        yield f"Role {role.name} has no permissions boundary."


def _wide_attachment(attachment: Resource) -> Iterator[str]:
    name = attachment.text("policyArn").rsplit("/", 1)[-1]
    if name in WIDE_POLICIES or name.endswith("FullAccess"):
        yield f"{attachment.name} attaches AWS's {name}."


def _in_production(facts: StackFacts) -> bool:
    return facts.is_production


RULES: Final[tuple[Rule, ...]] = (
    ResourceRule(
        name="iam-names-actions",
        types=PERMISSIONS,
        summary="A policy names the actions that it allows.",
        reason="A star allows what AWS has yet to invent.",
        fix="List the actions; docs/permissions.md shows what each is for.",
        source=_CONTROLS,
        reference="IAM.1, IAM.21, CIS AWS 1.16",
        check=_star_actions,
    ),
    ResourceRule(
        name="iam-names-resources",
        types=PERMISSIONS,
        summary="A policy names the resources that it allows something on.",
        reason="One stolen role would open everything of that kind in the account.",
        fix="Name the resources of this environment.",
        source=_PRACTICES,
        reference="CIS AWS 1.16",
        check=_star_resources,
    ),
    ResourceRule(
        name="iam-passes-named-roles",
        types=PERMISSIONS,
        summary="Whoever may pass a role may pass named roles to a named service.",
        reason="Otherwise its holder becomes any role, by starting something that runs as it.",
        fix="Name the roles, and add a condition on iam:PassedToService.",
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
        check=_pass_role,
    ),
    ResourceRule(
        name="iam-attaches-no-full-access",
        types=ATTACHMENTS,
        summary="No managed policy of full access is attached.",
        reason="AWS widens these policies whenever it likes.",
        fix="Write a policy of its own for the role.",
        source=_PRACTICES,
        reference="IAM.1, CIS AWS 1.22",
        check=_wide_attachment,
    ),
    ResourceRule(
        name="role-trusts-named-principals",
        types=(ROLE,),
        summary="A role's trust names who may assume it.",
        reason="Any account in the world could become the role.",
        fix="Name the service, the role or the account.",
        source=_PRACTICES,
        check=_trusts_anyone,
    ),
    ResourceRule(
        name="role-trusts-users-by-external-id",
        types=(ROLE,),
        summary="A role that another company's user assumes asks for an external id.",
        reason="Another customer of that company could have it read our data.",
        fix="Add a condition on sts:ExternalId.",
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        check=_trusts_without_id,
    ),
    ResourceRule(
        name="role-trusts-named-subjects",
        types=(ROLE,),
        summary="A role that an identity provider's tokens assume names their subject.",
        reason="Every repository of that provider could become the role.",
        fix="Add a condition on the provider's :sub, and on its :aud.",
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
        check=_federates_widely,
    ),
    ResourceRule(
        name="role-has-boundary",
        types=(ROLE,),
        summary="A role has a permissions boundary.",
        reason="A mistake in its policy would have no ceiling.",
        fix="Set permissionsBoundary.",
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
        holds_for=_in_production,
        only="prod",
        check=_unbounded,
    ),
)

"""STS and IAM."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from local_cloud.aws.authorization.decisions import Need
from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.aws.operations.rules import Operations, nothing, on, only_root, same


def _assume_role(request: ApiRequest) -> Sequence[Need]:
    context = {"sts:RoleSessionName": request.text("RoleSessionName")}
    if request.text("ExternalId"):
        context["sts:ExternalId"] = request.text("ExternalId")
    return [Need(action="sts:AssumeRole", resource=request.text("RoleArn"), context=context)]


def _role(request: ApiRequest) -> str:
    return f"arn:aws:iam::{request.account_id}:role/{request.text('RoleName')}"


STS_OPERATIONS: Final[Operations] = {
    "AssumeRole": _assume_role,
    "GetCallerIdentity": nothing,
}

IAM_OPERATIONS: Final[Operations] = {
    **same(on(_role), "GetRole", "GetRolePolicy", "ListRolePolicies", "ListAttachedRolePolicies"),
    **only_root(
        "AddUserToGroup",
        "AttachRolePolicy",
        "AttachUserPolicy",
        "CreateAccessKey",
        "CreateGroup",
        "CreatePolicy",
        "CreatePolicyVersion",
        "CreateRole",
        "CreateUser",
        "DeleteAccessKey",
        "DeletePolicy",
        "DeletePolicyVersion",
        "DeleteRole",
        "DeleteRolePermissionsBoundary",
        "DeleteRolePolicy",
        "DeleteUser",
        "DeleteUserPolicy",
        "DetachRolePolicy",
        "DetachUserPolicy",
        "GetPolicy",
        "GetPolicyVersion",
        "GetUser",
        "GetUserPolicy",
        "ListAccessKeys",
        "ListAccountAliases",
        "ListAttachedUserPolicies",
        "ListEntitiesForPolicy",
        "ListGroupsForUser",
        "ListInstanceProfilesForRole",
        "ListPolicies",
        "ListPolicyVersions",
        "ListRoleTags",
        "ListRoles",
        "ListUserPolicies",
        "ListUsers",
        "PutGroupPolicy",
        "PutRolePermissionsBoundary",
        "PutRolePolicy",
        "PutUserPolicy",
        "RemoveUserFromGroup",
        "TagPolicy",
        "TagRole",
        "TagUser",
        "UntagPolicy",
        "UntagRole",
        "UpdateAssumeRolePolicy",
        "UpdateRole",
        "UpdateRoleDescription",
    ),
}

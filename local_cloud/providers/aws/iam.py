"""IAM roles and their inline policies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

from local_cloud.providers.adapter import (
    CreateResult,
    Input,
    Naming,
    ReadResult,
    ResourceAdapter,
)
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.aws.shapes import instant
from local_cloud.providers.aws.tags import TAGS, Tagging, as_state
from local_cloud.providers.values import (
    Properties,
    Value,
    flag,
    integer,
    mapping,
    objects,
    text,
    text_or,
)

_MISSING = ("NoSuchEntity",)
_NAME = rules.pattern(r"[\w+=,.@-]{1,64}", "1 to 64 letters, digits and +=,.@-_")
_TAGGING = Tagging(service="iam", target="RoleName", put="tag_role", take="untag_role")


class Role(ResourceAdapter[Aws]):
    """A role; its id is its name."""

    resource_type: ClassVar[str] = "aws:iam/role:Role"
    source: ClassVar[str] = "internal/service/iam/role.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=64)
    computed: ClassVar[tuple[str, ...]] = ("arn", "createDate", "tagsAll", "uniqueId")
    inputs: ClassVar[Mapping[str, Input]] = {
        "assumeRolePolicy": Input(required=True, policy=True, rule=rules.json_document),
        "description": Input(
            default="",
            rule=rules.every(
                rules.length(0, 1000),
                rules.pattern(r"[^\u201c\u2018]*", "text without typographic opening quotes"),
            ),
        ),
        "forceDetachPolicies": Input(write_only=True, default=False),
        "maxSessionDuration": Input(default=3600, rule=rules.between(3600, 43200)),
        "name": Input(replace=True, rule=_NAME),
        "path": Input(
            replace=True, default="/", rule=rules.pattern(r"(?=.{0,512}$)/(.+/)?", "/ or /team/")
        ),
        "permissionsBoundary": Input(rule=rules.arn),
        "tags": TAGS,
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        name = text(inputs, "name")
        parameters: dict[str, object] = {
            "AssumeRolePolicyDocument": text(inputs, "assumeRolePolicy"),
            "Description": text(inputs, "description"),
            "MaxSessionDuration": integer(inputs, "maxSessionDuration"),
            "Path": text(inputs, "path"),
            "RoleName": name,
            "Tags": _TAGGING.given(inputs),
        }
        if "permissionsBoundary" in inputs:
            parameters["PermissionsBoundary"] = text(inputs, "permissionsBoundary")
        backend.call("iam", "create_role", **parameters)
        return CreateResult(id=name)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        return read_role(backend, identity)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        if old["assumeRolePolicy"] != new["assumeRolePolicy"]:
            document = text(new, "assumeRolePolicy")
            backend.call(
                "iam", "update_assume_role_policy", RoleName=identity, PolicyDocument=document
            )
        if any(old[name] != new[name] for name in ("description", "maxSessionDuration")):
            backend.call(
                "iam",
                "update_role",
                RoleName=identity,
                Description=text(new, "description"),
                MaxSessionDuration=integer(new, "maxSessionDuration"),
            )
        _update_boundary(backend, identity, old, new)
        _TAGGING.update(backend, identity, old, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        if flag(state, "forceDetachPolicies"):
            _detach_all(backend, identity)
        backend.find("iam", "delete_role", _MISSING, RoleName=identity)


def read_role(aws: Aws, name: str) -> ReadResult | None:
    """A role as the resource and the function `getRole` tell it."""
    answer = aws.find("iam", "get_role", _MISSING, RoleName=name)
    if answer is None:
        return None
    role = mapping(answer, "Role")
    boundary = mapping(role, "PermissionsBoundary").get("PermissionsBoundaryArn")
    state: Properties = {
        "arn": text(role, "Arn"),
        "assumeRolePolicy": _document(role["AssumeRolePolicyDocument"]),
        "createDate": instant(role["CreateDate"]),
        "description": text_or(role, "Description", ""),
        "maxSessionDuration": integer(role, "MaxSessionDuration", 3600),
        "name": name,
        "path": text(role, "Path"),
        "permissionsBoundary": boundary,
        "uniqueId": text(role, "RoleId"),
        **as_state(_TAGGING.parse(role)),
    }
    return ReadResult(id=name, state=state)


def _document(value: Value) -> str:
    """A policy document as text; the SDK parses it in some answers."""
    return value if isinstance(value, str) else json.dumps(value)


def _update_boundary(aws: Aws, role: str, old: Properties, new: Properties) -> None:
    name = "permissionsBoundary"
    if old.get(name) == new.get(name):
        return
    if name in new:
        boundary = text(new, name)
        aws.call(
            "iam", "put_role_permissions_boundary", RoleName=role, PermissionsBoundary=boundary
        )
    else:
        aws.call("iam", "delete_role_permissions_boundary", RoleName=role)


def _detach_all(aws: Aws, role: str) -> None:
    attached = aws.find("iam", "list_attached_role_policies", _MISSING, RoleName=role) or {}
    for policy in objects(attached, "AttachedPolicies"):
        arn = text(policy, "PolicyArn")
        aws.find("iam", "detach_role_policy", _MISSING, RoleName=role, PolicyArn=arn)


class RolePolicy(ResourceAdapter[Aws]):
    """An inline policy; its id is `<role>:<name>`."""

    resource_type: ClassVar[str] = "aws:iam/rolePolicy:RolePolicy"
    source: ClassVar[str] = "internal/service/iam/role_policy.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=128)
    inputs: ClassVar[Mapping[str, Input]] = {
        "name": Input(
            replace=True,
            rule=rules.pattern(r"[\w+=,.@-]{1,128}", "1 to 128 letters, digits and +=,.@-_"),
        ),
        "policy": Input(required=True, policy=True, rule=rules.policy_document(10240)),
        "role": Input(
            required=True,
            replace=True,
            rule=rules.pattern(r"(?!arn:).{1,128}", "the role's name, not its ARN"),
        ),
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        identity = f"{text(inputs, 'role')}:{text(inputs, 'name')}"
        _put_policy(backend, identity, inputs)
        return CreateResult(id=identity)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        role, name = identity.split(":", 1)
        answer = backend.find("iam", "get_role_policy", _MISSING, RoleName=role, PolicyName=name)
        if answer is None:
            return None
        document = _document(answer["PolicyDocument"])
        return ReadResult(id=identity, state={"name": name, "policy": document, "role": role})

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        _put_policy(backend, identity, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        role, name = identity.split(":", 1)
        backend.find("iam", "delete_role_policy", _MISSING, RoleName=role, PolicyName=name)


def _put_policy(aws: Aws, identity: str, inputs: Properties) -> None:
    role, name = identity.split(":", 1)
    policy = text(inputs, "policy")
    aws.call("iam", "put_role_policy", RoleName=role, PolicyName=name, PolicyDocument=policy)


ADAPTERS = (Role(), RolePolicy())

"""Managed policies of IAM, such as a permissions boundary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar, Final

from local_cloud.providers.adapter import (
    CreateResult,
    Input,
    Naming,
    ReadResult,
    ResourceAdapter,
)
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.aws.tags import TAGS, Tagging, as_state
from local_cloud.providers.values import (
    Properties,
    flag,
    integer,
    mapping,
    objects,
    text,
    text_or,
)

MOST_VERSIONS: Final = 5
"""AWS keeps so many; the provider deletes the oldest before it writes another one."""
_MISSING = ("NoSuchEntity",)
_TAGGING = Tagging(service="iam", target="PolicyArn", put="tag_policy", take="untag_policy")


class ManagedPolicy(ResourceAdapter[Aws]):
    """A policy with an ARN of its own, which is also its id."""

    resource_type: ClassVar[str] = "aws:iam/policy:Policy"
    source: ClassVar[str] = "internal/service/iam/policy.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=128)
    computed: ClassVar[tuple[str, ...]] = ("arn", "attachmentCount", "policyId", "tagsAll")
    inputs: ClassVar[Mapping[str, Input]] = {
        "description": Input(replace=True, default="", rule=rules.length(0, 1000)),
        "name": Input(
            replace=True,
            rule=rules.pattern(r"[\w+=,.@-]{1,128}", "1 to 128 letters, digits and +=,.@-_"),
        ),
        "path": Input(
            replace=True, default="/", rule=rules.pattern(r"(?=.{0,512}$)/(.+/)?", "/ or /team/")
        ),
        "policy": Input(required=True, policy=True, rule=rules.policy_document(6144)),
        "tags": TAGS,
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        created = backend.call(
            "iam",
            "create_policy",
            PolicyName=text(inputs, "name"),
            Path=text(inputs, "path"),
            PolicyDocument=text(inputs, "policy"),
            Description=text(inputs, "description"),
            Tags=_TAGGING.given(inputs),
        )
        return CreateResult(id=text(mapping(created, "Policy"), "Arn"))

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.find("iam", "get_policy", _MISSING, PolicyArn=identity)
        if answer is None:
            return None
        policy = mapping(answer, "Policy")
        version = backend.call(
            "iam",
            "get_policy_version",
            PolicyArn=identity,
            VersionId=text(policy, "DefaultVersionId"),
        )
        document = mapping(version, "PolicyVersion")["Document"]
        state: Properties = {
            "arn": identity,
            "attachmentCount": integer(policy, "AttachmentCount"),
            "description": text_or(policy, "Description", ""),
            "name": text(policy, "PolicyName"),
            "path": text(policy, "Path"),
            "policy": document if isinstance(document, str) else json.dumps(document),
            "policyId": text(policy, "PolicyId"),
            **as_state(_TAGGING.parse(policy)),
        }
        return ReadResult(id=identity, state=state)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        if old["policy"] != new["policy"]:
            _make_room(backend, identity)
            backend.call(
                "iam",
                "create_policy_version",
                PolicyArn=identity,
                PolicyDocument=text(new, "policy"),
                SetAsDefault=True,
            )
        _TAGGING.update(backend, identity, old, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        for version in _old_versions(backend, identity):
            _delete_version(backend, identity, version)
        backend.find("iam", "delete_policy", _MISSING, PolicyArn=identity)


def _make_room(aws: Aws, arn: str) -> None:
    old = _old_versions(aws, arn)
    if len(old) + 1 >= MOST_VERSIONS:
        _delete_version(aws, arn, old[0])


def _old_versions(aws: Aws, arn: str) -> list[str]:
    """The versions that do not count any more, oldest first."""
    answer = aws.find("iam", "list_policy_versions", _MISSING, PolicyArn=arn) or {}
    versions = [
        text(one, "VersionId")
        for one in objects(answer, "Versions")
        if not flag(one, "IsDefaultVersion")
    ]
    return sorted(versions, key=lambda version: int(version.removeprefix("v")))


def _delete_version(aws: Aws, arn: str, version: str) -> None:
    aws.find("iam", "delete_policy_version", _MISSING, PolicyArn=arn, VersionId=version)


ADAPTERS = (ManagedPolicy(),)

"""Reads the policy documents out of a recording, whatever resource holds them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.infra.recording import Recording

POLICY_INPUTS: Final[Mapping[str, str]] = {
    "aws:iam/policy:Policy": "policy",
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws:iam/role:Role": "assumeRolePolicy",
    "aws:kms/key:Key": "policy",
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
    "aws:sqs/queuePolicy:QueuePolicy": "policy",
    "aws:sns/topicPolicy:TopicPolicy": "policy",
}
"""Which input of which type is a policy document."""


@dataclass(frozen=True, kw_only=True)
class RecordedStatement:
    """One statement, and the resource whose policy it is part of."""

    type: str
    name: str
    data: Mapping[str, Any]

    @property
    def actions(self) -> list[str]:
        """The actions, always as a list."""
        return _as_list(self.data["Action"])

    @property
    def resources(self) -> list[str]:
        """The resources, always as a list; empty where a policy has none."""
        return _as_list(self.data.get("Resource", []))

    @property
    def conditions(self) -> Mapping[str, Mapping[str, Any]]:
        """Conditions by operator and key."""
        return self.data.get("Condition", {})

    def __str__(self) -> str:
        return f"{self.name}/{self.data['Sid']}"


def statements(recording: Recording) -> Iterator[RecordedStatement]:
    """Yield every statement of every policy document in the recording."""
    for each in recording.registrations:
        if each.type in POLICY_INPUTS:
            for data in statements_of(each.inputs[POLICY_INPUTS[each.type]]):
                yield RecordedStatement(type=each.type, name=each.name, data=data)


def statements_of(document: str) -> list[Mapping[str, Any]]:
    """Read the statements of one document."""
    return cast("list[Mapping[str, Any]]", json.loads(document)["Statement"])


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value

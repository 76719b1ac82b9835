"""KMS keys and aliases."""

from __future__ import annotations

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
from local_cloud.providers.aws.enumerations import KEY_SPECS, KEY_USAGES
from local_cloud.providers.aws.tags import TAGS, Tagging
from local_cloud.providers.values import (
    Properties,
    Value,
    flag,
    integer,
    mapping,
    text,
    text_or,
)

_MISSING = ("NotFoundException",)
_TAGGING = Tagging(
    service="kms", target="KeyId", list="list_resource_tags", pair=("TagKey", "TagValue")
)


class Key(ResourceAdapter[Aws]):
    """A key; deleting it schedules its deletion, as AWS does, and it counts as gone from then."""

    resource_type: ClassVar[str] = "aws:kms/key:Key"
    source: ClassVar[str] = "internal/service/kms/key.go"
    computed: ClassVar[tuple[str, ...]] = ("arn", "keyId", "region", "tagsAll")
    inputs: ClassVar[Mapping[str, Input]] = {
        "customerMasterKeySpec": Input(
            replace=True, default="SYMMETRIC_DEFAULT", choices=KEY_SPECS
        ),
        "deletionWindowInDays": Input(write_only=True, rule=rules.between(7, 30)),
        "description": Input(computed=True, rule=rules.length(0, 8192)),
        "enableKeyRotation": Input(default=False),
        "isEnabled": Input(default=True),
        "keyUsage": Input(replace=True, default="ENCRYPT_DECRYPT", choices=KEY_USAGES),
        "multiRegion": Input(replace=True, computed=True, default=False),
        "policy": Input(computed=True, policy=True, rule=rules.json_document),
        "rotationPeriodInDays": Input(
            computed=True, needs=("enableKeyRotation",), rule=rules.between(90, 2560)
        ),
        "tags": TAGS,
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        parameters: dict[str, object] = {
            "Description": text_or(inputs, "description", ""),
            "KeySpec": text(inputs, "customerMasterKeySpec"),
            "KeyUsage": text(inputs, "keyUsage"),
            "MultiRegion": flag(inputs, "multiRegion"),
            "Tags": _TAGGING.given(inputs),
        }
        if "policy" in inputs:
            parameters["Policy"] = text(inputs, "policy")
        created = mapping(backend.call("kms", "create_key", **parameters), "KeyMetadata")
        identity = text(created, "KeyId")
        _rotate(backend, identity, inputs)
        if not flag(inputs, "isEnabled"):
            backend.call("kms", "disable_key", KeyId=identity)
        return CreateResult(id=identity)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.find("kms", "describe_key", _MISSING, KeyId=identity)
        key = mapping(answer or {}, "KeyMetadata")
        if not key or key.get("KeyState") == "PendingDeletion":
            return None
        policy = backend.call("kms", "get_key_policy", KeyId=identity, PolicyName="default")
        rotation = backend.call("kms", "get_key_rotation_status", KeyId=identity)
        state: Properties = {
            "arn": text(key, "Arn"),
            "customerMasterKeySpec": text_or(key, "KeySpec", "SYMMETRIC_DEFAULT"),
            "description": text_or(key, "Description", ""),
            "enableKeyRotation": flag(rotation, "KeyRotationEnabled"),
            "isEnabled": flag(key, "Enabled"),
            "keyId": identity,
            "keyUsage": text(key, "KeyUsage"),
            "multiRegion": flag(key, "MultiRegion"),
            "policy": text(policy, "Policy"),
            "region": backend.region,
            **_TAGGING.read(backend, identity),
        }
        if "RotationPeriodInDays" in rotation:
            state["rotationPeriodInDays"] = rotation["RotationPeriodInDays"]
        return ReadResult(id=identity, state=state)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        if old.get("description") != new.get("description"):
            description = text_or(new, "description", "")
            backend.call("kms", "update_key_description", KeyId=identity, Description=description)
        if old.get("policy") != new.get("policy") and "policy" in new:
            policy = text(new, "policy")
            backend.call(
                "kms", "put_key_policy", KeyId=identity, PolicyName="default", Policy=policy
            )
        if old["isEnabled"] != new["isEnabled"]:
            operation = "enable_key" if flag(new, "isEnabled") else "disable_key"
            backend.call("kms", operation, KeyId=identity)
        _update_rotation(backend, identity, old, new)
        _TAGGING.update(backend, identity, old, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find(
            "kms",
            "schedule_key_deletion",
            (*_MISSING, "KMSInvalidStateException"),
            KeyId=identity,
            PendingWindowInDays=integer(state, "deletionWindowInDays", 30),
        )


def _rotate(aws: Aws, key: str, inputs: Properties) -> None:
    if flag(inputs, "enableKeyRotation"):
        days = integer(inputs, "rotationPeriodInDays", 365)
        aws.call("kms", "enable_key_rotation", KeyId=key, RotationPeriodInDays=days)


def _update_rotation(aws: Aws, key: str, old: Properties, new: Properties) -> None:
    names = ("enableKeyRotation", "rotationPeriodInDays")
    if all(old.get(name) == new.get(name) for name in names):
        return
    if flag(new, "enableKeyRotation"):
        _rotate(aws, key, new)
    else:
        aws.call("kms", "disable_key_rotation", KeyId=key)


def _same_key(one: Value, other: Value) -> bool:
    """A key is named by its id or by its ARN."""
    return str(one).rpartition("/")[2] == str(other).rpartition("/")[2]


class Alias(ResourceAdapter[Aws]):
    """A name for a key; its id is the name."""

    resource_type: ClassVar[str] = "aws:kms/alias:Alias"
    source: ClassVar[str] = "internal/service/kms/alias.go"
    naming: ClassVar[Naming | None] = Naming(input="name", given_only=True)
    computed: ClassVar[tuple[str, ...]] = ("arn", "region", "targetKeyArn")
    volatile: ClassVar[tuple[str, ...]] = ("targetKeyArn",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "name": Input(
            required=True,
            replace=True,
            rule=rules.pattern(
                r"alias/(?!aws)[A-Za-z0-9:/_-]+", "alias/lake, and not begin with alias/aws"
            ),
        ),
        "targetKeyId": Input(required=True, same=_same_key),
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        name, target = text(inputs, "name"), text(inputs, "targetKeyId")
        backend.call("kms", "create_alias", AliasName=name, TargetKeyId=target)
        return CreateResult(id=name)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.find("kms", "describe_key", _MISSING, KeyId=identity)
        if answer is None:
            return None
        key = mapping(answer, "KeyMetadata")
        arn, key_id = text(key, "Arn"), text(key, "KeyId")
        state: Properties = {
            "arn": backend.arn("kms", identity),
            "name": identity,
            "region": backend.region,
            "targetKeyArn": arn,
            "targetKeyId": key_id,
        }
        return ReadResult(id=identity, state=state)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        target = text(new, "targetKeyId")
        backend.call("kms", "update_alias", AliasName=identity, TargetKeyId=target)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find("kms", "delete_alias", _MISSING, AliasName=identity)


ADAPTERS = (Key(), Alias())

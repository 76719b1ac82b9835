"""CloudWatch log groups."""

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
from local_cloud.providers.aws.tags import TAGS, Tagging
from local_cloud.providers.values import Properties, flag, integer, objects, text

_MISSING = ("ResourceNotFoundException",)
_TAGGING = Tagging(
    service="logs",
    target="resourceArn",
    tags="tags",
    keys="tagKeys",
    answer="tags",
    pair=None,
)
_RETENTIONS = (
    *(0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


class LogGroup(ResourceAdapter[Aws]):
    """A log group; its id is its name."""

    resource_type: ClassVar[str] = "aws:cloudwatch/logGroup:LogGroup"
    source: ClassVar[str] = "internal/service/logs/group.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=512)
    computed: ClassVar[tuple[str, ...]] = ("arn", "region", "tagsAll")
    inputs: ClassVar[Mapping[str, Input]] = {
        "kmsKeyId": Input(stored=True, rule=rules.arn),
        "logGroupClass": Input(
            replace=True,
            computed=True,
            stored=True,
            write_only=True,
            choices=("STANDARD", "INFREQUENT_ACCESS", "DELIVERY"),
        ),
        "name": Input(
            replace=True,
            rule=rules.pattern(r"[\w./#-]{1,512}", "1 to 512 letters, digits and _./#-"),
        ),
        "retentionInDays": Input(default=0, stored=True, choices=_RETENTIONS),
        "skipDestroy": Input(write_only=True, default=False),
        "tags": TAGS,
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        name = text(inputs, "name")
        parameters: dict[str, object] = {"logGroupName": name, "tags": _TAGGING.given(inputs)}
        if "kmsKeyId" in inputs:
            parameters["kmsKeyId"] = text(inputs, "kmsKeyId")
        backend.call("logs", "create_log_group", **parameters)
        _set_retention(backend, name, inputs)
        return CreateResult(id=name)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.call("logs", "describe_log_groups", logGroupNamePrefix=identity)
        groups = (group for group in objects(answer, "logGroups"))
        found = next((group for group in groups if group.get("logGroupName") == identity), None)
        if found is None:
            return None
        arn = text(found, "arn").removesuffix(":*")
        state: Properties = {
            "arn": arn,
            "kmsKeyId": found.get("kmsKeyId"),
            "name": identity,
            "region": backend.region,
            "retentionInDays": found.get("retentionInDays", 0),
            **_TAGGING.read(backend, arn),
        }
        return ReadResult(id=identity, state=state)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        if old.get("retentionInDays") != new.get("retentionInDays"):
            _set_retention(backend, identity, new)
        if old.get("kmsKeyId") != new.get("kmsKeyId"):
            _set_key(backend, identity, new)
        _TAGGING.update(backend, text(old, "arn"), old, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        if not flag(state, "skipDestroy"):
            backend.find("logs", "delete_log_group", _MISSING, logGroupName=identity)


def _set_retention(aws: Aws, group: str, inputs: Properties) -> None:
    days = integer(inputs, "retentionInDays", 0)
    if days:
        aws.call("logs", "put_retention_policy", logGroupName=group, retentionInDays=days)
    else:
        aws.find("logs", "delete_retention_policy", _MISSING, logGroupName=group)


def _set_key(aws: Aws, group: str, inputs: Properties) -> None:
    if "kmsKeyId" in inputs:
        key = text(inputs, "kmsKeyId")
        aws.call("logs", "associate_kms_key", logGroupName=group, kmsKeyId=key)
    else:
        aws.call("logs", "disassociate_kms_key", logGroupName=group)


ADAPTERS = (LogGroup(),)

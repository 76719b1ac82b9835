"""SQS queues and their policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from local_cloud.providers.adapter import (
    CheckFailure,
    CreateResult,
    Input,
    Naming,
    ReadResult,
    ResourceAdapter,
)
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.aws.fifo import check_fifo
from local_cloud.providers.aws.shapes import as_attribute
from local_cloud.providers.aws.tags import TAGS, Tagging
from local_cloud.providers.values import Properties, Value, flag, text, text_map

_MISSING = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")

# Inputs that are one attribute of the queue each, with the attribute's name.
_ATTRIBUTES = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deduplicationScope": "DeduplicationScope",
    "delaySeconds": "DelaySeconds",
    "fifoQueue": "FifoQueue",
    "fifoThroughputLimit": "FifoThroughputLimit",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
_NUMBERS = frozenset(
    {
        "delaySeconds",
        "kmsDataKeyReusePeriodSeconds",
        "maxMessageSize",
        "messageRetentionSeconds",
        "receiveWaitTimeSeconds",
        "visibilityTimeoutSeconds",
    }
)
_FLAGS = frozenset({"contentBasedDeduplication", "fifoQueue", "sqsManagedSseEnabled"})


_TAGGING = Tagging(
    service="sqs",
    target="QueueUrl",
    put="tag_queue",
    take="untag_queue",
    list="list_queue_tags",
    pair=None,
)


def _input(name: str, attribute: str) -> Value:
    if name in _NUMBERS:
        return int(attribute)
    if name in _FLAGS:
        return attribute == "true"
    return attribute


class Queue(ResourceAdapter[Aws]):
    """A queue; its id is its URL."""

    resource_type: ClassVar[str] = "aws:sqs/queue:Queue"
    source: ClassVar[str] = "internal/service/sqs/queue.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=80)
    computed: ClassVar[tuple[str, ...]] = ("arn", "region", "tagsAll", "url")
    inputs: ClassVar[Mapping[str, Input]] = {
        "contentBasedDeduplication": Input(default=False),
        "deduplicationScope": Input(computed=True, choices=("messageGroup", "queue")),
        "delaySeconds": Input(default=0, rule=rules.between(0, 900)),
        "fifoQueue": Input(replace=True, default=False),
        "fifoThroughputLimit": Input(computed=True, choices=("perQueue", "perMessageGroupId")),
        "kmsDataKeyReusePeriodSeconds": Input(computed=True, rule=rules.between(60, 86400)),
        "kmsMasterKeyId": Input(),
        "maxMessageSize": Input(default=262144, rule=rules.between(1024, 1048576)),
        "messageRetentionSeconds": Input(default=345600, rule=rules.between(60, 1209600)),
        "name": Input(replace=True),
        "policy": Input(computed=True, policy=True, rule=rules.json_document),
        "receiveWaitTimeSeconds": Input(default=0, rule=rules.between(0, 20)),
        "redriveAllowPolicy": Input(computed=True, json=True, rule=rules.json_document),
        "redrivePolicy": Input(computed=True, json=True, rule=rules.json_document),
        "sqsManagedSseEnabled": Input(computed=True, conflicts=("kmsMasterKeyId",)),
        "tags": TAGS,
        "visibilityTimeoutSeconds": Input(default=30, rule=rules.between(0, 43200)),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        return check_fifo(inputs, "fifoQueue", longest=80)

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        created = backend.call(
            "sqs",
            "create_queue",
            QueueName=text(inputs, "name"),
            Attributes=_given_attributes(inputs),
            tags=_TAGGING.given(inputs),
        )
        return CreateResult(id=text(created, "QueueUrl"))

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.find(
            "sqs", "get_queue_attributes", _MISSING, QueueUrl=identity, AttributeNames=["All"]
        )
        if answer is None:
            return None
        attributes = text_map(answer, "Attributes")
        state: Properties = {
            name: _input(name, attributes[attribute]) if attribute in attributes else None
            for name, attribute in _ATTRIBUTES.items()
        }
        return ReadResult(
            id=identity,
            state={
                **state,
                "fifoQueue": attributes.get("FifoQueue") == "true",
                "contentBasedDeduplication": attributes.get("ContentBasedDeduplication") == "true",
                "arn": attributes["QueueArn"],
                "name": identity.rsplit("/", 1)[-1],
                "region": backend.region,
                "url": identity,
                **_TAGGING.read(backend, identity),
            },
        )

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        attributes = {
            attribute: "" if new.get(name) is None else as_attribute(new[name])
            for name, attribute in _ATTRIBUTES.items()
            if old.get(name) != new.get(name) and name != "fifoQueue"
        }
        if attributes:
            backend.call("sqs", "set_queue_attributes", QueueUrl=identity, Attributes=attributes)
        _TAGGING.update(backend, identity, old, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find("sqs", "delete_queue", _MISSING, QueueUrl=identity)


def _given_attributes(inputs: Properties) -> dict[str, str]:
    fifo = flag(inputs, "fifoQueue")
    only_fifo = ("fifoQueue", "contentBasedDeduplication")
    return {
        attribute: as_attribute(inputs[name])
        for name, attribute in _ATTRIBUTES.items()
        if name in inputs and (fifo or name not in only_fifo)
    }


class QueuePolicy(ResourceAdapter[Aws]):
    """The policy of a queue, as a resource of its own; its id is the queue's URL."""

    resource_type: ClassVar[str] = "aws:sqs/queuePolicy:QueuePolicy"
    source: ClassVar[str] = "internal/service/sqs/queue_policy.go"
    computed: ClassVar[tuple[str, ...]] = ("region",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "policy": Input(required=True, policy=True, rule=rules.json_document),
        "queueUrl": Input(required=True, replace=True),
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        url = text(inputs, "queueUrl")
        _put_policy(backend, url, text(inputs, "policy"))
        return CreateResult(id=url)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.find(
            "sqs", "get_queue_attributes", _MISSING, QueueUrl=identity, AttributeNames=["Policy"]
        )
        policy = text_map(answer or {}, "Attributes").get("Policy")
        if not policy:
            return None
        state: Properties = {"policy": policy, "queueUrl": identity, "region": backend.region}
        return ReadResult(id=identity, state=state)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        _put_policy(backend, identity, text(new, "policy"))
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find(
            "sqs", "set_queue_attributes", _MISSING, QueueUrl=identity, Attributes={"Policy": ""}
        )


def _put_policy(aws: Aws, url: str, policy: str) -> None:
    aws.call("sqs", "set_queue_attributes", QueueUrl=url, Attributes={"Policy": policy})


ADAPTERS = (Queue(), QueuePolicy())

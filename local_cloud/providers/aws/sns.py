"""SNS topics, their policies and subscriptions."""

from __future__ import annotations

import json
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
from local_cloud.providers.aws.enumerations import SUBSCRIPTION_PROTOCOLS
from local_cloud.providers.aws.fifo import check_fifo
from local_cloud.providers.aws.shapes import as_attribute
from local_cloud.providers.aws.tags import TAGS, Tagging
from local_cloud.providers.values import Properties, text, text_map

_MISSING = ("NotFound", "NotFoundException", "ResourceNotFoundException")
_TAGGING = Tagging(service="sns", target="ResourceArn")

_ATTRIBUTES = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deliveryPolicy": "DeliveryPolicy",
    "displayName": "DisplayName",
    "fifoTopic": "FifoTopic",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
}
_FLAGS = frozenset({"contentBasedDeduplication", "fifoTopic", "rawMessageDelivery"})


def _given(inputs: Properties, names: Mapping[str, str]) -> dict[str, str]:
    return {
        wire: as_attribute(inputs[name])
        for name, wire in names.items()
        if name in inputs and inputs[name] not in (False, "")
    }


def _parsed(attributes: Mapping[str, str], names: Mapping[str, str]) -> Properties:
    return {
        name: attributes.get(wire) == "true" if name in _FLAGS else attributes.get(wire)
        for name, wire in names.items()
    }


class Topic(ResourceAdapter[Aws]):
    """A topic; its id is its ARN."""

    resource_type: ClassVar[str] = "aws:sns/topic:Topic"
    source: ClassVar[str] = "internal/service/sns/topic.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=256)
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "beginningArchiveTime",
        "owner",
        "region",
        "tagsAll",
    )
    inputs: ClassVar[Mapping[str, Input]] = {
        "contentBasedDeduplication": Input(default=False),
        "deliveryPolicy": Input(json=True, stored=True, rule=rules.json_document),
        "displayName": Input(default=""),
        "fifoTopic": Input(replace=True, default=False),
        "kmsMasterKeyId": Input(),
        "name": Input(replace=True),
        "policy": Input(computed=True, policy=True, rule=rules.json_document),
        "signatureVersion": Input(computed=True, stored=True, choices=(1, 2)),
        "tags": TAGS,
        "tracingConfig": Input(computed=True, stored=True, choices=("Active", "PassThrough")),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        return check_fifo(inputs, "fifoTopic", longest=256)

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        created = backend.call(
            "sns",
            "create_topic",
            Name=text(inputs, "name"),
            Attributes=_given(inputs, _ATTRIBUTES),
            Tags=_TAGGING.given(inputs),
        )
        return CreateResult(id=text(created, "TopicArn"))

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.find("sns", "get_topic_attributes", _MISSING, TopicArn=identity)
        if answer is None:
            return None
        attributes = text_map(answer, "Attributes")
        live: Properties = {
            **_parsed(attributes, _ATTRIBUTES),
            "arn": identity,
            "beginningArchiveTime": attributes.get("BeginningArchiveTime", ""),
            "displayName": attributes.get("DisplayName", ""),
            "name": identity.rsplit(":", 1)[-1],
            "owner": attributes.get("Owner"),
            "region": backend.region,
            **_TAGGING.read(backend, identity),
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        for name, wire in _ATTRIBUTES.items():
            if old.get(name) != new.get(name) and name != "fifoTopic":
                value = as_attribute(new[name]) if name in new else ""
                backend.call(
                    "sns",
                    "set_topic_attributes",
                    TopicArn=identity,
                    AttributeName=wire,
                    AttributeValue=value,
                )
        _TAGGING.update(backend, identity, old, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find("sns", "delete_topic", _MISSING, TopicArn=identity)


class TopicPolicy(ResourceAdapter[Aws]):
    """The policy of a topic, as a resource of its own; its id is the topic's ARN."""

    resource_type: ClassVar[str] = "aws:sns/topicPolicy:TopicPolicy"
    source: ClassVar[str] = "internal/service/sns/topic_policy.go"
    computed: ClassVar[tuple[str, ...]] = ("owner", "region")
    inputs: ClassVar[Mapping[str, Input]] = {
        "arn": Input(required=True, replace=True, rule=rules.arn),
        "policy": Input(required=True, policy=True, rule=rules.json_document),
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        arn = text(inputs, "arn")
        _put_policy(backend, arn, text(inputs, "policy"))
        return CreateResult(id=arn)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.find("sns", "get_topic_attributes", _MISSING, TopicArn=identity)
        attributes = text_map(answer or {}, "Attributes")
        if not attributes.get("Policy"):
            return None
        live: Properties = {
            "arn": identity,
            "owner": attributes.get("Owner"),
            "policy": attributes["Policy"],
            "region": backend.region,
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        _put_policy(backend, identity, text(new, "policy"))
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        # A topic always has a policy, so the one that AWS gives a new topic is put back.
        backend.find(
            "sns",
            "set_topic_attributes",
            _MISSING,
            TopicArn=identity,
            AttributeName="Policy",
            AttributeValue=_default_policy(backend, identity),
        )


def _default_policy(aws: Aws, topic: str) -> str:
    actions = ("AddPermission", "DeleteTopic", "GetTopicAttributes", "ListSubscriptionsByTopic")
    more = ("Publish", "RemovePermission", "SetTopicAttributes", "Subscribe")
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in (*actions, *more)],
        "Resource": topic,
        "Condition": {"StringEquals": {"AWS:SourceOwner": aws.account_id}},
    }
    return json.dumps({"Version": "2008-10-17", "Statement": [statement]})


def _put_policy(aws: Aws, topic: str, policy: str) -> None:
    aws.call(
        "sns",
        "set_topic_attributes",
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=policy,
    )


_SUBSCRIPTION = {
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
}


class TopicSubscription(ResourceAdapter[Aws]):
    """Who receives a topic's messages; its id is the subscription's ARN."""

    resource_type: ClassVar[str] = "aws:sns/topicSubscription:TopicSubscription"
    source: ClassVar[str] = "internal/service/sns/topic_subscription.go"
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "confirmationWasAuthenticated",
        "ownerId",
        "pendingConfirmation",
        "region",
    )
    inputs: ClassVar[Mapping[str, Input]] = {
        "endpoint": Input(required=True, replace=True),
        "filterPolicy": Input(json=True, rule=rules.json_document),
        "filterPolicyScope": Input(
            default="MessageAttributes", choices=("MessageAttributes", "MessageBody")
        ),
        "protocol": Input(required=True, replace=True, choices=SUBSCRIPTION_PROTOCOLS),
        "rawMessageDelivery": Input(default=False),
        "redrivePolicy": Input(json=True, stored=True, rule=rules.json_document),
        "topic": Input(required=True, replace=True, rule=rules.arn),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        if "filterPolicyScope" not in inputs or "filterPolicy" in inputs:
            return []
        reason = "is needed with 'filterPolicyScope': without a policy there is nothing to match"
        return [CheckFailure(property="filterPolicy", reason=reason)]

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        names = dict(_SUBSCRIPTION)
        if "filterPolicy" not in inputs:
            del names["filterPolicyScope"]
        created = backend.call(
            "sns",
            "subscribe",
            TopicArn=text(inputs, "topic"),
            Protocol=text(inputs, "protocol"),
            Endpoint=text(inputs, "endpoint"),
            Attributes=_given(inputs, names),
            ReturnSubscriptionArn=True,
        )
        return CreateResult(id=text(created, "SubscriptionArn"))

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.find(
            "sns", "get_subscription_attributes", _MISSING, SubscriptionArn=identity
        )
        if answer is None:
            return None
        attributes = text_map(answer, "Attributes")
        live: Properties = {
            **_parsed(attributes, _SUBSCRIPTION),
            "arn": identity,
            "confirmationWasAuthenticated": attributes.get("ConfirmationWasAuthenticated")
            == "true",
            "endpoint": attributes.get("Endpoint"),
            "ownerId": attributes.get("Owner"),
            "pendingConfirmation": attributes.get("PendingConfirmation") == "true",
            "protocol": attributes.get("Protocol"),
            "region": backend.region,
            "topic": attributes.get("TopicArn"),
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        for name, wire in _SUBSCRIPTION.items():
            if old.get(name) != new.get(name):
                value = as_attribute(new[name]) if name in new else ""
                backend.call(
                    "sns",
                    "set_subscription_attributes",
                    SubscriptionArn=identity,
                    AttributeName=wire,
                    AttributeValue=value,
                )
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find("sns", "unsubscribe", _MISSING, SubscriptionArn=identity)


ADAPTERS = (Topic(), TopicPolicy(), TopicSubscription())

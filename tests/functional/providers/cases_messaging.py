"""Queues, topics, event rules."""

from __future__ import annotations

import json

from tests.functional.providers.ask import ask, asked
from tests.functional.providers.case import Case, Description
from tests.functional.providers.engine import Managed
from tests.functional.providers.world import World, policy


def _queue(world: World, managed: Managed) -> Description | None:
    return asked(
        world,
        "sqs",
        ("get_queue_attributes", {"QueueUrl": managed.id, "AttributeNames": ["All"]}),
        ("list_queue_tags", {"QueueUrl": managed.id}),
    )


def _queue_policy(world: World, managed: Managed) -> Description | None:
    answer = ask(
        world,
        "sqs",
        "get_queue_attributes",
        QueueUrl=managed.id,
        AttributeNames=["Policy"],
    )
    found = (answer or {}).get("Attributes")
    return {"url": managed.id, "policy": found} if found else None


def _topic(world: World, managed: Managed) -> Description | None:
    return asked(
        world,
        "sns",
        ("get_topic_attributes", {"TopicArn": managed.id}),
        ("list_tags_for_resource", {"ResourceArn": managed.id}),
    )


def _topic_policy(world: World, managed: Managed) -> Description | None:
    answer = ask(world, "sns", "get_topic_attributes", TopicArn=managed.id) or {}
    found = answer.get("Attributes")
    return {"attributes": found} if found else None


def _subscription(world: World, managed: Managed) -> Description | None:
    return ask(world, "sns", "get_subscription_attributes", SubscriptionArn=managed.id)


def _rule(world: World, managed: Managed) -> Description | None:
    found = ask(world, "events", "describe_rule", Name=managed.id)
    if found is None:
        return None
    arn = found["Arn"]
    return {"rule": found, "tags": ask(world, "events", "list_tags_for_resource", ResourceARN=arn)}


def _target(world: World, managed: Managed) -> Description | None:
    rule = str(managed.inputs["rule"])
    answer = ask(world, "events", "list_targets_by_rule", Rule=rule) or {}
    targets = answer.get("Targets", [])
    assert isinstance(targets, list)
    found = [target for target in targets if target["Id"] == managed.inputs["targetId"]]
    return {"rule": rule, "bus": "default", "target": found} if found else None


def _may(principal: str, action: str) -> str:
    return policy(
        {
            "Effect": "Allow",
            "Principal": {"Service": principal},
            "Action": action,
            "Resource": "*",
        }
    )


def _redrive(world: World, attempts: int) -> str:
    return json.dumps({"deadLetterTargetArn": world.queue_arn, "maxReceiveCount": attempts})


def _redrive_allowed(world: World, source: str) -> str:
    arn = f"arn:aws:sqs:{world.region}:{world.account}:{source}"
    return json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [arn]})


CASES = (
    Case(
        resource_type="aws:sqs/queue:Queue",
        inputs=lambda world: {
            "name": world.name("subject"),
            "visibilityTimeoutSeconds": 61,
            "redrivePolicy": _redrive(world, 3),
            "tags": {"team": "lake"},
        },
        describe=_queue,
        changes=lambda world: {
            "visibilityTimeoutSeconds": 62,
            "delaySeconds": 13,
            "maxMessageSize": 2048,
            "messageRetentionSeconds": 86411,
            "receiveWaitTimeSeconds": 17,
            "kmsMasterKeyId": world.key_arn,
            "kmsDataKeyReusePeriodSeconds": 301,
            "redrivePolicy": _redrive(world, 4),
            "redriveAllowPolicy": _redrive_allowed(world, "some-queue"),
            "policy": _may("s3.amazonaws.com", "sqs:SendMessage"),
            "tags": {"team": "shore", "tier": "gold"},
        },
        replacing=lambda world: {"name": world.name("other"), "fifoQueue": True},
        beside=lambda world: {
            "fifoQueue": {"name": world.name("other") + ".fifo", "redrivePolicy": None}
        },
        meddle=lambda world, managed: world.client("sqs").set_queue_attributes(
            QueueUrl=managed.id, Attributes={"VisibilityTimeout": "99", "DelaySeconds": "5"}
        ),
        drift=frozenset({"visibilityTimeoutSeconds", "delaySeconds"}),
        # Only for FIFO queues, or excluded by a key of one's own; test_queues tries them.
        untried=frozenset(
            {
                "contentBasedDeduplication",
                "deduplicationScope",
                "fifoThroughputLimit",
                "sqsManagedSseEnabled",
            }
        ),
    ),
    Case(
        resource_type="aws:sqs/queuePolicy:QueuePolicy",
        inputs=lambda world: {
            "queueUrl": world.queue_url,
            "policy": _may("s3.amazonaws.com", "sqs:SendMessage"),
        },
        describe=_queue_policy,
        changes=lambda _: {"policy": _may("events.amazonaws.com", "sqs:SendMessage")},
        replacing=lambda world: {"queueUrl": world.other_queue_url},
        meddle=lambda world, managed: world.client("sqs").set_queue_attributes(
            QueueUrl=managed.id,
            Attributes={"Policy": _may("sns.amazonaws.com", "sqs:SendMessage")},
        ),
        drift=frozenset({"policy"}),
    ),
    Case(
        resource_type="aws:sns/topic:Topic",
        inputs=lambda world: {
            "name": world.name("subject"),
            "kmsMasterKeyId": world.key_arn,
            "tags": {"team": "lake"},
        },
        describe=_topic,
        changes=lambda world: {
            "kmsMasterKeyId": world.other_key_arn,
            "displayName": "Alarms",
            "policy": _may("cloudwatch.amazonaws.com", "sns:Publish"),
            "tags": {"team": "shore"},
            "deliveryPolicy": json.dumps({"http": {"disableSubscriptionOverrides": False}}),
            "signatureVersion": 2,
            "tracingConfig": "Active",
        },
        replacing=lambda world: {"name": world.name("other"), "fifoTopic": True},
        beside=lambda world: {"fifoTopic": {"name": world.name("other") + ".fifo"}},
        untried=frozenset({"contentBasedDeduplication"}),  # only for FIFO topics
        meddle=lambda world, managed: world.client("sns").set_topic_attributes(
            TopicArn=managed.id, AttributeName="DisplayName", AttributeValue="Rogue"
        ),
        drift=frozenset({"displayName"}),
    ),
    Case(
        resource_type="aws:sns/topicPolicy:TopicPolicy",
        inputs=lambda world: {
            "arn": world.topic_arn,
            "policy": _may("cloudwatch.amazonaws.com", "sns:Publish"),
        },
        describe=_topic_policy,
        changes=lambda _: {"policy": _may("events.amazonaws.com", "sns:Publish")},
        replacing=lambda world: {"arn": world.other_topic_arn},
        meddle=lambda world, managed: world.client("sns").set_topic_attributes(
            TopicArn=managed.id,
            AttributeName="Policy",
            AttributeValue=_may("s3.amazonaws.com", "sns:Publish"),
        ),
        drift=frozenset({"policy"}),
        stays=True,
    ),
    Case(
        resource_type="aws:sns/topicSubscription:TopicSubscription",
        inputs=lambda world: {
            "topic": world.topic_arn,
            "protocol": "sqs",
            "endpoint": world.queue_arn,
            "rawMessageDelivery": True,
        },
        describe=_subscription,
        changes=lambda world: {
            "rawMessageDelivery": False,
            "filterPolicy": json.dumps({"kind": ["alarm"]}),
            "filterPolicyScope": "MessageBody",
            "redrivePolicy": json.dumps({"deadLetterTargetArn": world.queue_arn}),
        },
        replacing=lambda world: {
            "topic": world.other_topic_arn,
            "protocol": "email",
            "endpoint": world.other_queue_url and world.other_queue_arn,
        },
        beside=lambda _: {"protocol": {"endpoint": "a@example.com", "rawMessageDelivery": None}},
        meddle=lambda world, managed: world.client("sns").set_subscription_attributes(
            SubscriptionArn=managed.id,
            AttributeName="RawMessageDelivery",
            AttributeValue="false",
        ),
        drift=frozenset({"rawMessageDelivery"}),
    ),
    Case(
        resource_type="aws:cloudwatch/eventRule:EventRule",
        inputs=lambda world: {
            "name": world.name("subject"),
            "eventPattern": json.dumps({"source": ["tarn.lake"]}),
            "tags": {"team": "lake"},
        },
        describe=_rule,
        changes=lambda world: {
            "eventPattern": json.dumps({"source": ["tarn.shore"]}),
            "description": "Arrivals",
            "state": "DISABLED",
            "roleArn": world.role_arn,
            "scheduleExpression": "rate(5 minutes)",
            "tags": {"team": "shore"},
        },
        replacing=lambda world: {"name": world.name("other"), "eventBusName": "other"},
        diffed_only={"eventBusName": "the local cloud has the default bus only"},
        # A state that the program does not give is the service's, in AWS's provider too.
        meddle=lambda world, managed: world.client("events").put_rule(
            Name=managed.id, EventPattern=json.dumps({"source": ["rogue"]})
        ),
        drift=frozenset({"eventPattern"}),
    ),
    Case(
        resource_type="aws:cloudwatch/eventTarget:EventTarget",
        inputs=lambda world: {
            "rule": world.rule,
            "targetId": world.name("subject"),
            "arn": world.queue_arn,
        },
        describe=_target,
        changes=lambda world: {
            "arn": world.topic_arn,
            "roleArn": world.role_arn,
            "deadLetterConfig": {"arn": world.queue_arn},
            "retryPolicy": {"maximumEventAgeInSeconds": 61, "maximumRetryAttempts": 7},
            "inputTransformer": {
                "inputPaths": {"bucket": "$.detail.bucket"},
                "inputTemplate": '"a file in <bucket>"',
            },
            "input": json.dumps({"fixed": "payload"}),
            "inputPath": "$.detail",
        },
        beside=lambda _: {"input": {"inputTransformer": None}, "inputPath": {"input": None}},
        replacing=lambda world: {
            "rule": world.other_rule,
            "targetId": world.name("other"),
            "eventBusName": "other",
        },
        diffed_only={"eventBusName": "the local cloud has the default bus only"},
        imported_as=lambda managed: f"{managed.inputs['rule']}/{managed.inputs['targetId']}",
        meddle=lambda world, managed: world.client("events").put_targets(
            Rule=world.rule,
            Targets=[{"Id": str(managed.inputs["targetId"]), "Arn": world.topic_arn}],
        ),
        drift=frozenset({"arn"}),
    ),
)

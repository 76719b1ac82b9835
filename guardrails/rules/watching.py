"""Logs and topics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.documents import denies_plain_http, statements
from guardrails.resources import Resource, Stack
from guardrails.rule import ResourceRule, Rule, StackRule

LOGS: Final = "aws:cloudwatch/logGroup:LogGroup"
TOPIC: Final = "aws:sns/topic:Topic"
TOPIC_POLICY: Final = "aws:sns/topicPolicy:TopicPolicy"


def _endless(group: Resource) -> Iterator[str]:
    if not group.number("retentionInDays"):
        yield f"Log group {group.name} never expires."


def _clear_logs(group: Resource) -> Iterator[str]:
    if not group.states("kmsKeyId"):
        yield f"Log group {group.name} is not encrypted with a key of ours."


def _clear_topic(topic: Resource) -> Iterator[str]:
    if not topic.states("kmsMasterKeyId"):
        yield f"Topic {topic.name} is not encrypted."


def _plain_http(topic: Resource, stack: Stack) -> Iterator[str]:
    policies = stack.attached(topic, "arn", TOPIC_POLICY)
    if not any(denies_plain_http(statements(policy, "policy")) for policy in policies):
        yield f"No policy of topic {topic.name} denies requests without TLS."


RULES: Final[tuple[Rule, ...]] = (
    ResourceRule(
        name="logs-expire",
        types=(LOGS,),
        summary="A log group has a retention.",
        reason="Logs that never go are paid for without end.",
        fix="Set retentionInDays.",
        source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html",
        reference="CloudWatch.16",
        check=_endless,
    ),
    ResourceRule(
        name="logs-encrypted-with-kms",
        types=(LOGS,),
        summary="A log group is encrypted with a KMS key of ours.",
        reason="Logs quote keys, values and messages of errors.",
        fix="Set kmsKeyId to the lake's key.",
        source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
        check=_clear_logs,
    ),
    ResourceRule(
        name="topic-encrypted-with-kms",
        types=(TOPIC,),
        summary="A topic is encrypted with a KMS key.",
        reason="Alarms say what is wrong, and where.",
        fix="Set kmsMasterKeyId to the lake's key.",
        source="https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html",
        reference="SNS.1",
        check=_clear_topic,
    ),
    StackRule(
        name="topic-requires-tls",
        types=(TOPIC,),
        summary="A topic's policy denies every request without TLS.",
        reason="Alarms and credentials would travel in clear.",
        fix="Deny sns:* to everybody where aws:SecureTransport is false.",
        source="https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
        check=_plain_http,
    ),
)

"""Queues, logs and topics."""

from __future__ import annotations

import json
from typing import Any

from guardrails.resources import Resource
from guardrails.rules.sqs import POLICY, QUEUE
from guardrails.rules.watching import LOGS, TOPIC, TOPIC_POLICY
from tests.unit.guardrails.case import Case, policy, resource

URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/files"


def queue(**inputs: Any) -> Resource:  # noqa: ANN401
    return resource(QUEUE, "files", **{"name": "files", "url": URL, **inputs})


def dead_letters(**inputs: Any) -> Resource:  # noqa: ANN401
    return resource(QUEUE, "dead", name="dead", **inputs)


def redrive(attempts: int) -> str:
    target = "arn:aws:sqs:eu-central-1:123456789012:dead"
    return json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": attempts})


def plain_http(effect: str, service: str) -> str:
    return policy(
        {
            "Effect": effect,
            "Principal": "*",
            "Action": f"{service}:*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    )


CASES = (
    Case(
        rule="queue-encrypted-with-kms",
        passing=[queue(kmsMasterKeyId="key")],
        failing=[queue(sqsManagedSseEnabled=True)],
        says="names no key",
    ),
    Case(
        rule="queue-has-dead-letters",
        passing=[queue(redrivePolicy=redrive(5)), dead_letters()],
        failing=[queue(), dead_letters(redriveAllowPolicy="{}")],
        says="has no dead-letter queue",
    ),
    Case(
        rule="queue-tries-often-enough",
        passing=[queue(redrivePolicy=redrive(5))],
        failing=[queue(redrivePolicy=redrive(4))],
        says="gives a message up after 4 attempts",
    ),
    Case(
        rule="dead-letters-outlast-messages",
        passing=[
            dead_letters(messageRetentionSeconds=1209600),
            queue(redrivePolicy=redrive(5), messageRetentionSeconds=1209600),
        ],
        failing=[
            dead_letters(),
            queue(redrivePolicy=redrive(5), messageRetentionSeconds=1209600),
        ],
        says="Dead letters stay 345600 s",
    ),
    Case(
        rule="queue-requires-tls",
        passing=[queue(), resource(POLICY, queueUrl=URL, policy=plain_http("Deny", "sqs"))],
        failing=[queue()],
        says="denies requests without TLS",
    ),
    Case(
        rule="queue-policy-not-public",
        passing=[
            resource(
                POLICY,
                policy=policy(
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "s3.amazonaws.com"},
                        "Action": "sqs:SendMessage",
                    }
                ),
            )
        ],
        failing=[
            resource(
                POLICY,
                policy=policy({"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"}),
            )
        ],
        says="lets anyone sqs:SendMessage",
    ),
    Case(
        rule="logs-expire",
        passing=[resource(LOGS, retentionInDays=1)],
        failing=[resource(LOGS, retentionInDays=0)],
        says="never expires",
    ),
    Case(
        rule="logs-encrypted-with-kms",
        passing=[resource(LOGS, kmsKeyId="key")],
        failing=[resource(LOGS)],
        says="is not encrypted",
    ),
    Case(
        rule="topic-encrypted-with-kms",
        passing=[resource(TOPIC, kmsMasterKeyId="key")],
        failing=[resource(TOPIC)],
        says="is not encrypted",
    ),
    Case(
        rule="topic-requires-tls",
        passing=[
            resource(TOPIC, arn="topic"),
            resource(TOPIC_POLICY, arn="topic", policy=plain_http("Deny", "sns")),
        ],
        failing=[
            resource(TOPIC, arn="topic"),
            resource(TOPIC_POLICY, arn="other", policy=plain_http("Deny", "sns")),
        ],
        says="denies requests without TLS",
    ),
)

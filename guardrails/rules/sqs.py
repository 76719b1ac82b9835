"""Queues."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from guardrails.documents import allowing, denies_plain_http, statements
from guardrails.resources import Resource, Stack
from guardrails.rule import ResourceRule, Rule, StackRule
from guardrails.rules.s3 import NARROWING

QUEUE: Final = "aws:sqs/queue:Queue"
POLICY: Final = "aws:sqs/queuePolicy:QueuePolicy"
FEWEST_ATTEMPTS: Final = 5
_DEFAULT_RETENTION: Final = 345_600
_CONTROLS: Final = "https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html"
_GUIDE: Final = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"


def _redrive(queue: Resource) -> dict[str, Any]:
    text = queue.text("redrivePolicy")
    return json.loads(text) if text else {}


def _takes_dead_letters(queue: Resource, stack: Stack) -> bool:
    return queue.states("redriveAllowPolicy") or bool(list(_sources(queue, stack)))


def _sources(dead_letters: Resource, stack: Stack) -> Iterator[Resource]:
    name = dead_letters.text("name")
    for queue in stack.of_type(QUEUE):
        target = str(_redrive(queue).get("deadLetterTargetArn", ""))
        if target and target.rsplit(":", 1)[-1] == name:
            yield queue


def _clear(queue: Resource) -> Iterator[str]:
    if not queue.states("kmsMasterKeyId"):
        yield f"Queue {queue.name} names no key, so no key of ours encrypts it."


def _no_dead_letters(queue: Resource, stack: Stack) -> Iterator[str]:
    if not queue.states("redrivePolicy") and not _takes_dead_letters(queue, stack):
        yield f"Queue {queue.name} has no dead-letter queue."


def _hasty(queue: Resource) -> Iterator[str]:
    count = _redrive(queue).get("maxReceiveCount")
    if count is not None and int(count) < FEWEST_ATTEMPTS:
        yield f"Queue {queue.name} gives a message up after {count} attempts."


def _forgetful(queue: Resource, stack: Stack) -> Iterator[str]:
    own = queue.number("messageRetentionSeconds") or _DEFAULT_RETENTION
    for source in _sources(queue, stack):
        kept = source.number("messageRetentionSeconds") or _DEFAULT_RETENTION
        if own < kept:
            yield (
                f"Dead letters stay {own:.0f} s in {queue.name}, counted from when they were first "
                f"sent to {source.name}, which keeps messages {kept:.0f} s."
            )


def _plain_http(queue: Resource, stack: Stack) -> Iterator[str]:
    policies = stack.attached(queue, "queueUrl", POLICY)
    if not any(denies_plain_http(statements(policy, "policy")) for policy in policies):
        yield f"No policy of queue {queue.name} denies requests without TLS."


def _public(policy: Resource) -> Iterator[str]:
    for one in allowing(statements(policy, "policy")):
        if one.is_for_anyone and not one.condition_keys() & NARROWING:
            yield f"Statement {one.sid!r} of {policy.name} lets anyone {', '.join(one.actions)}."


RULES: Final[tuple[Rule, ...]] = (
    ResourceRule(
        name="queue-encrypted-with-kms",
        types=(QUEUE,),
        summary="A queue is encrypted with a KMS key of ours.",
        reason="Messages name files, and redriven ones may hold rows.",
        fix="Set kmsMasterKeyId to the lake's key.",
        source=_CONTROLS,
        reference="SQS.1",
        check=_clear,
    ),
    StackRule(
        name="queue-has-dead-letters",
        types=(QUEUE,),
        summary="A queue has a dead-letter queue, unless it is one.",
        reason="A message that nobody can handle would be tried until it expires and is gone.",
        fix="Set redrivePolicy.",
        source=f"{_GUIDE}/sqs-dead-letter-queues.html",
        check=_no_dead_letters,
    ),
    ResourceRule(
        name="queue-tries-often-enough",
        types=(QUEUE,),
        summary=f"A message is tried at least {FEWEST_ATTEMPTS} times.",
        reason="Messages that were only throttled would end among the dead letters.",
        fix=f"Set maxReceiveCount to {FEWEST_ATTEMPTS} or more.",
        source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
        check=_hasty,
    ),
    StackRule(
        name="dead-letters-outlast-messages",
        types=(QUEUE,),
        summary="A dead-letter queue keeps messages at least as long as the queue before it.",
        reason="The clock runs on when a message moves, so it could expire before anybody sees it.",
        fix="Set messageRetentionSeconds of the dead-letter queue to 1209600.",
        source=f"{_GUIDE}/sqs-dead-letter-queues.html",
        check=_forgetful,
    ),
    StackRule(
        name="queue-requires-tls",
        types=(QUEUE,),
        summary="A queue's policy denies every request without TLS.",
        reason="Messages and credentials would travel in clear.",
        fix="Deny sqs:* to everybody where aws:SecureTransport is false.",
        source=f"{_GUIDE}/sqs-security-best-practices.html",
        check=_plain_http,
    ),
    ResourceRule(
        name="queue-policy-not-public",
        types=(POLICY,),
        summary="No queue policy allows anything to everybody.",
        reason="Anybody could announce files that are not there, or take messages away.",
        fix="Name the principal, and narrow a service's by aws:SourceArn.",
        source=_CONTROLS,
        reference="SQS.3",
        check=_public,
    ),
)

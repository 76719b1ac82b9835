"""What the local AWS refuses, stores without effect, or does more simply than AWS."""

from __future__ import annotations

from typing import Final

from local_cloud.aws.operations.table import SERVICES
from local_cloud.limits import Limit, LimitKind


def _stored(name: str, why: str, what_to_do: str = "Test it in an account.") -> Limit:
    return Limit(name=name, kind=LimitKind.STORED, why=why, what_to_do=what_to_do)


def _simplified(name: str, why: str, what_to_do: str = "Nothing, as a rule.") -> Limit:
    return Limit(name=name, kind=LimitKind.SIMPLIFIED, why=why, what_to_do=what_to_do)


AWS_LIMITS: Final = (
    Limit(
        name="aws: services and operations that are not listed",
        kind=LimitKind.REFUSED,
        why="Known services: " + ", ".join(SERVICES) + ". What is not in their tables is refused "
        "with its name, for root too.",
        what_to_do="Leave it out, or add it to local_cloud/aws/operations.",
    ),
    Limit(
        name="aws: condition keys and operators that are not known",
        kind=LimitKind.REFUSED,
        why="A condition is never counted as met without being understood.",
        what_to_do="Use a known one, or add it to local_cloud/aws/authorization/conditions.py.",
    ),
    _simplified(
        "aws: request signatures",
        "An access key id is believed without its secret; the cloud listens on loopback only.",
    ),
    _simplified(
        "aws: service control policies and organizations",
        "There are none, so nothing is denied by them.",
        "Check them where the account has them.",
    ),
    _simplified(
        "lambda: /tmp where there are no mount namespaces",
        "Where this system gives a process no mounts of its own (not Linux, or a locked-down "
        "container), a literal /tmp is the machine's, and what TMPDIR holds is watched ten times "
        "a second: a function that exceeds it is ended instead of getting ENOSPC.",
        "Use tempfile.",
    ),
    _simplified(
        "lambda: start-up time",
        "A function may take 30 s to start, where AWS allows 10 s: a laptop is slower.",
    ),
    _simplified(
        "lambda: retries of events",
        "Event invocations are retried after 1 and 2 seconds, not after 1 and 2 minutes; throttled "
        "ones at least every 5 seconds.",
    ),
    _simplified(
        "lambda: concurrency",
        "A function has as many processes as the machine has cores (two at least); further calls "
        "wait, up to the concurrency that it reserves, and are throttled beyond that. The "
        "account's own 1,000 are not counted.",
    ),
    _simplified(
        "lambda: architecture",
        "Code runs on this machine's architecture, whatever the function declares.",
        "Build the layer of a local stack for the host.",
    ),
    _simplified(
        "events: log groups as targets",
        "The resource policy of CloudWatch Logs is not checked.",
        "Give events.amazonaws.com its permission in the program.",
    ),
    _simplified(
        "s3: access logs",
        "Lines are gathered for 5 seconds; they have no status, sizes or times.",
    ),
    _simplified(
        "sns: deliveries to queues and functions",
        "The policies of a subscribed queue or function are not asked.",
        "Let sns.amazonaws.com in by the destination's policy.",
    ),
    _simplified(
        "logs: use of an encrypted group's key",
        "AWS does not document which call uses which action of the key: DescribeKey is asked when "
        "it is associated, GenerateDataKey to write, Decrypt to read, Encrypt and ReEncrypt never.",
        "Allow all that the CloudWatch Logs User Guide asks for.",
    ),
    _stored("lambda: tracing and X-Ray", "No trace is collected."),
    _stored("s3: lifecycle rules", "No object ages, moves or expires."),
    _stored("s3: replication, inventory and metrics", "They do nothing."),
    _stored("dynamodb: point-in-time recovery and TTL", "Nothing is backed up, nothing expires."),
    _simplified(
        "kms: lockout check of key policies",
        "AWS refuses a key's policy under which the caller could not change it again.",
        "Let the account administer the key.",
    ),
    _stored("kms: key rotation", "The key material stays the same."),
    _stored("logs: retention", "Nothing is deleted while the cloud runs."),
    _stored("sns: email subscriptions", "No mail is sent; messages are kept by the topic."),
    _stored(
        "cloudwatch: alarms and dashboards",
        "Alarms are never evaluated; SetAlarmState changes their state and tells their topics.",
        "Set an alarm's state to see what it sends.",
    ),
)

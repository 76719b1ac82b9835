"""SQS and SNS: names, attributes, messages, batches."""

from __future__ import annotations

import json
from typing import Final

from tests.functional.local_aws.laboratory import Document, Laboratory
from tests.functional.local_aws.limits.row import Build, Row, long_name, named

ATTRIBUTES: Final = "AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html"
QUOTAS: Final = "AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-quotas.html"
ONE_MIB: Final = 1024 * 1024


def queue(laboratory: Laboratory) -> None:
    """Make the queue."""
    laboratory.queue()


def purged(laboratory: Laboratory) -> None:
    """Make two queues, and purge the second."""
    sqs = laboratory.client("sqs")
    laboratory.queue()
    second = sqs.create_queue(QueueName=f"second-{laboratory.suffix}")["QueueUrl"]
    sqs.purge_queue(QueueUrl=second)


def topic(laboratory: Laboratory) -> None:
    """Make the topic."""
    laboratory.client("sns").create_topic(Name=f"topic-{laboratory.suffix}")


def attribute(name: str) -> Build:
    """Return a CreateQueue call with one attribute."""
    return lambda laboratory, value: {
        "QueueName": f"other-{laboratory.suffix}",
        "Attributes": {name: str(value)},
    }


def redrive(laboratory: Laboratory, received: object) -> Document:
    """Return a CreateQueue call with this maximum of receives."""
    policy = {"deadLetterTargetArn": laboratory.queue_arn, "maxReceiveCount": received}
    return attribute("RedrivePolicy")(laboratory, json.dumps(policy))


def at_queue(parameter: str, **more: object) -> Build:
    """Return a call on the queue with one parameter."""

    def build(laboratory: Laboratory, value: object) -> Document:
        url = laboratory.client("sqs").get_queue_url(QueueName=laboratory.queue_name)
        return {"QueueUrl": url["QueueUrl"], **more, parameter: value}

    return build


def purge(laboratory: Laboratory, name: str) -> Document:
    """Return a PurgeQueue call."""
    url = laboratory.client("sqs").get_queue_url(QueueName=f"{name}-{laboratory.suffix}")
    return {"QueueUrl": url["QueueUrl"]}


def entries(*bodies: str) -> list[Document]:
    """Return the messages of a batch."""
    return [{"Id": f"id-{number}", "MessageBody": body} for number, body in enumerate(bodies)]


def at_topic(parameter: str, **more: object) -> Build:
    """Return a call on the topic with one parameter."""
    return lambda laboratory, value: {
        "TopicArn": f"arn:aws:sns:us-east-1:000000000000:topic-{laboratory.suffix}",
        **more,
        parameter: value,
    }


def name_of(parameter: str, **more: object) -> Build:
    """Return a call that names something so long."""
    return lambda laboratory, length: {**more, parameter: long_name(laboratory, length)}


VALUE: Final = "InvalidParameterValue"
RANGE: Final = "InvalidAttributeValue"
SQS: Final = "AWS.SimpleQueueService."


def ranged(name: str, least: int, most: int) -> tuple[Row, Row]:
    """Return the rows of both ends of an attribute of a queue."""
    call: tuple[str, str, Build] = ("sqs", "create_queue", attribute(name))
    return (
        Row(f"least {name}", *call, least, least - 1, RANGE, ATTRIBUTES),
        Row(f"most {name}", *call, most, most + 1, RANGE, ATTRIBUTES),
    )


ROWS: Final = (
    *ranged("DelaySeconds", 0, 900),
    *ranged("MaximumMessageSize", 1_024, ONE_MIB),
    *ranged("MessageRetentionPeriod", 60, 1_209_600),
    *ranged("ReceiveMessageWaitTimeSeconds", 0, 20),
    *ranged("VisibilityTimeout", 0, 43_200),
    Row("queue name", "sqs", "create_queue", name_of("QueueName"), 80, 81, VALUE, ATTRIBUTES),
    Row(
        "FIFO name",
        "sqs",
        "create_queue",
        lambda lab, name: {"QueueName": lab.suffix + name, "Attributes": {"FifoQueue": "true"}},
        ".fifo",
        "",
        VALUE,
        ATTRIBUTES,
    ),
    Row(
        "receives before redrive",
        "sqs",
        "create_queue",
        redrive,
        1000,
        1001,
        VALUE,
        ATTRIBUTES,
        queue,
    ),
    Row(
        "message",
        "sqs",
        "send_message",
        at_queue("MessageBody"),
        "x" * ONE_MIB,
        "x" * (ONE_MIB + 1),
        VALUE,
        QUOTAS,
        queue,
    ),
    Row(
        "characters",
        "sqs",
        "send_message",
        at_queue("MessageBody"),
        "a\tb",
        "a\x01b",
        "InvalidMessageContents",
        QUOTAS,
        queue,
    ),
    Row(
        "delay of a message",
        "sqs",
        "send_message",
        at_queue("DelaySeconds", MessageBody="x"),
        900,
        901,
        VALUE,
        QUOTAS,
        queue,
    ),
    Row(
        "batch",
        "sqs",
        "send_message_batch",
        at_queue("Entries"),
        entries(*"0123456789"),
        entries(*"0123456789a"),
        SQS + "TooManyEntriesInBatchRequest",
        QUOTAS,
        queue,
    ),
    Row(
        "batch size",
        "sqs",
        "send_message_batch",
        at_queue("Entries"),
        entries("x" * ONE_MIB),
        entries("x" * ONE_MIB, "y"),
        SQS + "BatchRequestTooLong",
        QUOTAS,
        queue,
    ),
    Row(
        "batch ids",
        "sqs",
        "send_message_batch",
        at_queue("Entries"),
        entries("a", "b"),
        [*entries("a"), *entries("b")],
        SQS + "BatchEntryIdsNotDistinct",
        QUOTAS,
        queue,
    ),
    Row(
        "batch id",
        "sqs",
        "send_message_batch",
        at_queue("Entries"),
        [{"Id": "i" * 80, "MessageBody": "x"}],
        [{"Id": "i" * 81, "MessageBody": "x"}],
        SQS + "InvalidBatchEntryId",
        QUOTAS,
        queue,
    ),
    Row(
        "received at once",
        "sqs",
        "receive_message",
        at_queue("MaxNumberOfMessages"),
        10,
        11,
        VALUE,
        QUOTAS,
        queue,
    ),
    Row("wait", "sqs", "receive_message", at_queue("WaitTimeSeconds"), 0, 21, VALUE, QUOTAS, queue),
    Row(
        "policy of a queue",
        "sqs",
        "create_queue",
        attribute("Policy"),
        json.dumps({"x": "y" * 8_182}),
        json.dumps({"x": "y" * 8_184}),
        "OverLimit",
        QUOTAS,
    ),
    Row(
        "purges",
        "sqs",
        "purge_queue",
        purge,
        "queue",
        "second",
        SQS + "PurgeQueueInProgress",
        QUOTAS,
        purged,
    ),
    Row(
        "topic name",
        "sns",
        "create_topic",
        name_of("Name"),
        256,
        257,
        "InvalidParameter",
        "sns/latest/api/API_CreateTopic.html",
    ),
    Row(
        "topic name pattern",
        "sns",
        "create_topic",
        named("Name"),
        "a-b_1",
        "a b",
        "InvalidParameter",
        "sns/latest/api/API_CreateTopic.html",
    ),
    Row(
        "message to a topic",
        "sns",
        "publish",
        at_topic("Message"),
        "x" * 262_144,
        "x" * 262_145,
        "InvalidParameter",
        "sns/latest/api/API_Publish.html",
        topic,
    ),
    Row(
        "subject",
        "sns",
        "publish",
        at_topic("Subject", Message="x"),
        "x" * 99,
        "x" * 101,
        "InvalidParameter",
        "sns/latest/api/API_Publish.html",
        topic,
    ),
)

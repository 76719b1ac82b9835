"""Lambda: quotas of event source mappings and of payloads."""

from __future__ import annotations

from typing import Any, Final

from tests.functional.local_aws.laboratory import Document, Laboratory
from tests.functional.local_aws.limits.functions import INVALID, QUOTAS, VALIDATION, deployed, role
from tests.functional.local_aws.limits.row import MODEL, Row

QUEUES: Final = "lambda/latest/dg/services-sqs-configure.html"
MIB: Final = 1024 * 1024


def in_order(laboratory: Laboratory) -> None:
    """Make a function and a FIFO queue."""
    laboratory.deploy("def handler(event, context):\n    return event\n", role(laboratory))
    laboratory.queue_name += ".fifo"
    laboratory.queue_arn += ".fifo"
    laboratory.queue(FifoQueue="true")
    laboratory.client("iam").put_role_policy(
        RoleName=f"role-{laboratory.suffix}",
        PolicyName="all",
        PolicyDocument='{"Version":"2012-10-17","Statement":'
        '[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}',
    )


def mapping(**more: object) -> Any:  # noqa: ANN401 - a Build
    """Return a CreateEventSourceMapping call with parameters as given."""

    def build(laboratory: Laboratory, value: Document) -> Document:
        named_by = {"EventSourceArn": laboratory.queue_arn, "FunctionName": laboratory.function}
        return {**named_by, **more, **value}

    return build


def invoke(kind: str) -> Any:  # noqa: ANN401 - a Build
    """Return an Invoke call with a payload of this size."""

    def build(laboratory: Laboratory, size: int) -> Document:
        payload = b'"' + b"x" * (size - 2) + b'"'
        return {
            "FunctionName": laboratory.function,
            "InvocationType": kind,
            "Payload": payload,
        }

    return build


ROWS: Final = (
    Row(
        "batch without a window",
        "lambda",
        "create_event_source_mapping",
        mapping(),
        {"BatchSize": 10},
        {"BatchSize": 11},
        INVALID,
        QUEUES,
        deployed,
    ),
    Row(
        "batch with a window",
        "lambda",
        "create_event_source_mapping",
        mapping(MaximumBatchingWindowInSeconds=1),
        {"BatchSize": 10_000},
        {"BatchSize": 10_001},
        VALIDATION,
        QUEUES,
        deployed,
    ),
    Row(
        "window",
        "lambda",
        "create_event_source_mapping",
        mapping(),
        {"MaximumBatchingWindowInSeconds": 300},
        {"MaximumBatchingWindowInSeconds": 301},
        VALIDATION,
        MODEL,
        deployed,
    ),
    Row(
        "least concurrency",
        "lambda",
        "create_event_source_mapping",
        mapping(),
        {"ScalingConfig": {"MaximumConcurrency": 2}},
        {"ScalingConfig": {"MaximumConcurrency": 1}},
        VALIDATION,
        MODEL,
        deployed,
    ),
    Row(
        "most concurrency",
        "lambda",
        "create_event_source_mapping",
        mapping(),
        {"ScalingConfig": {"MaximumConcurrency": 1000}},
        {"ScalingConfig": {"MaximumConcurrency": 1001}},
        VALIDATION,
        MODEL,
        deployed,
    ),
    Row(
        "batch of a FIFO queue",
        "lambda",
        "create_event_source_mapping",
        mapping(),
        {"BatchSize": 10},
        {"BatchSize": 11},
        INVALID,
        QUEUES,
        in_order,
    ),
    Row(
        "window of a FIFO queue",
        "lambda",
        "create_event_source_mapping",
        mapping(),
        {},
        {"MaximumBatchingWindowInSeconds": 1},
        INVALID,
        QUEUES,
        in_order,
    ),
    Row(
        "payload",
        "lambda",
        "invoke",
        invoke("RequestResponse"),
        6 * MIB - 2048,
        6 * MIB + 1,
        "RequestTooLargeException",
        QUOTAS,
        deployed,
    ),
    Row(
        "payload of an event",
        "lambda",
        "invoke",
        invoke("Event"),
        MIB,
        MIB + 1,
        "RequestTooLargeException",
        "lambda/latest/api/API_Invoke.html",
        deployed,
    ),
)

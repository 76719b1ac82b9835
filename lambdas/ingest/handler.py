"""Entry of the ingest function: SQS messages in, failed message ids out."""

from __future__ import annotations

import functools
import os
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import Final

import boto3
from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.ingest.adapters import S3ObjectStore, personal_data_secret
from lambdas.ingest.ingestion import Ingestion
from lambdas.ingest.ledger_table import DynamoLedger
from lambdas.ingest.message_returns import MessageReturns
from lambdas.ingest.native.library import require_library
from lambdas.ingest.notifications import sources_of
from lambdas.ingest.ports import Outcome
from tarn.contract.model import ContractCatalog
from tarn.errors import RetryableError
from tarn.keys import SourceObject
from tarn.runtime import CONTRACTS_FILE, METRICS_NAMESPACE, IngestMetric, IngestSettings

_ARCHIVE: Final = Path(__file__).parents[2]

logger = Logger()
tracer = Tracer()


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, object], context: LambdaContext) -> PartialItemFailureResponse:
    """Ingest the objects of a batch; messages that failed return to the queue."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event, ingest_message, processor, context)


def ingest_message(record: SQSRecord) -> None:
    """Ingest every object version that one message names."""
    try:
        for source in sources_of(record.body):
            ingest_object(source)
    except RetryableError as error:
        logger.warning("message returns to the queue", message_id=record.message_id, reason=error)
        returns().soon(
            record.receipt_handle,
            tries=int(record.attributes.get("ApproximateReceiveCount") or 1),
            error=error,
        )
        raise
    except Exception:
        logger.exception("message failed", message_id=record.message_id)
        raise


@tracer.capture_method(capture_response=False)
def ingest_object(source: SourceObject) -> None:
    """Ingest one object version, and say what became of it."""
    outcome = ingestion().ingest(source, owner=uuid.uuid4().hex)
    facts: dict[str, object] = asdict(source)
    if outcome is None:
        logger.info("file was decided before", extra=facts)
        return
    message = "file quarantined whole" if outcome.reason else "file published"
    logger.info(message, extra=facts | asdict(outcome))
    _count(outcome)


@functools.cache
def ingestion() -> Ingestion:
    """Wire the ingestion once for all invocations of this environment."""
    # A function that lost its engine would judge correctly, but too slowly: that must be seen.
    require_library()
    settings = IngestSettings.from_environment(os.environ)
    contracts = (_ARCHIVE / CONTRACTS_FILE).read_text(encoding="utf-8")
    return Ingestion(
        contracts=ContractCatalog.from_json(contracts),
        store=S3ObjectStore(boto3.client("s3")),
        ledger=DynamoLedger(
            boto3.client("dynamodb"),
            table=settings.ledger_table,
            lease_seconds=settings.lease_seconds,
        ),
        validated_bucket=settings.validated_bucket,
        quarantine_bucket=settings.quarantine_bucket,
        secret=secret if settings.personal_data_key else None,
    )


@functools.cache
def secret() -> bytes:
    """Ask KMS once in the life of this environment, and only when a file needs it."""
    key = IngestSettings.from_environment(os.environ).personal_data_key
    return personal_data_secret(boto3.client("kms"), key or "")


@functools.cache
def returns() -> MessageReturns:
    """Make the way back to the queue, in the environments that need it only."""
    settings = IngestSettings.from_environment(os.environ)
    return MessageReturns(boto3.client("sqs"), queue_url=settings.queue_url)


def _count(outcome: Outcome) -> None:
    # Its dimensions are its own, because a batch may hold files of several datasets.
    metrics = EphemeralMetrics(namespace=METRICS_NAMESPACE)
    metrics.add_dimension("dataset", outcome.dataset or "none")
    counts = {
        IngestMetric.ROWS_READ: outcome.rows_read,
        IngestMetric.ROWS_ACCEPTED: outcome.rows_accepted,
        IngestMetric.ROWS_QUARANTINED: outcome.rows_quarantined,
        IngestMetric.ROWS_WARNED: outcome.rows_warned,
        IngestMetric.FILES_QUARANTINED: int(outcome.reason is not None),
    }
    for name, count in counts.items():
        metrics.add_metric(name, MetricUnit.Count, count)
    metrics.flush_metrics()

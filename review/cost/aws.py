"""Prices of the AWS resources that the program uses: one function a type.

Where a resource says how much it is used (memory, workers, retention), its inputs count; the rest
is ``Usage``. An effect on another resource's bill is charged to the one that causes it, so that
the change of a lifecycle rule, say, shows at the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from review.cost.pricing import Charge, Estimate, Pricing, number, objects, text
from review.cost.storage import bucket, lifecycle
from review.cost.usage import DAYS, HOURS, MEGABYTES
from review.inventory import Resource
from review.values import UNKNOWN

KILOBYTES: Final = 1024 * 1024
"""Of a gigabyte."""
FREE_STORAGE_MB: Final = 512
"""Of /tmp, in every function."""
DPUS: Final[Mapping[str, float]] = {
    "G.025X": 0.25, "Standard": 1, "G.1X": 1, "G.2X": 2, "G.4X": 4, "G.8X": 8,
    "G.12X": 12, "G.16X": 16, "R.1X": 1, "R.2X": 2, "R.4X": 4, "R.8X": 8,
}  # fmt: skip
REQUESTS_PER_MESSAGE: Final = 3
"""Sent, received, deleted."""
POLLS_PER_MONTH: Final = 5 * HOURS * 3600 / 20
"""Lambda keeps five long polls of 20 seconds open on a queue, whether or not messages come."""
FAST_SECONDS: Final = 60
"""An alarm over a shorter period is of high resolution."""


def function(resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """Every function is assumed to run once for every file."""
    prices, usage = estimate.prices, estimate.usage
    architectures = resource.inputs.get("architectures") or ["x86_64"]
    processor = "arm64" if architectures == ["arm64"] else "x86_64"
    seconds = estimate.files * usage.function_seconds_per_file
    gigabytes = number(resource, "memorySize", 128) / MEGABYTES
    yield Charge("Lambda", estimate.files * prices["lambda.request"])
    yield Charge("Lambda", seconds * gigabytes * prices[f"lambda.gb_second.{processor}"])
    storage = objects(resource.inputs.get("ephemeralStorage"))
    surplus = max(0.0, float(storage[0].get("size", 0)) - FREE_STORAGE_MB) if storage else 0.0
    yield Charge("Lambda", seconds * surplus / MEGABYTES * prices["lambda.storage_gb_second"])


def event_source(resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """A mapping polls its queue all the time; one that is disabled does not."""
    source = text(resource, "eventSourceArn")
    # That of a queue which is made anew is not known yet.
    if resource.inputs.get("enabled") is not False and (":sqs:" in source or source == UNKNOWN):
        yield Charge("SQS", POLLS_PER_MONTH * estimate.prices["sqs.request"])


def queue(_resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """Every file is assumed to pass every queue once."""
    requests = estimate.files * REQUESTS_PER_MESSAGE
    yield Charge("SQS", requests * estimate.prices["sqs.request"])


def topic(_resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """Only alarms are published."""
    yield Charge("SNS", estimate.usage.alarm_notifications * estimate.prices["sns.publish"])


def job(resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """A run is never longer than the job's timeout."""
    usage = estimate.usage
    units = DPUS.get(text(resource, "workerType", "G.1X"))
    workers = number(resource, "numberOfWorkers", 2)
    capacity = units * workers if units is not None else number(resource, "maxCapacity", workers)
    minutes = min(usage.glue_minutes_per_run, number(resource, "timeout", 2880))
    hours = usage.glue_runs_per_job_per_day * DAYS * minutes / 60
    name = "flex_dpu_hour" if text(resource, "executionClass") == "FLEX" else "dpu_hour"
    yield Charge("Glue", hours * capacity * estimate.prices[f"glue.{name}"])


def optimizer(_resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """One of compaction, retention or removal of orphans, of one table."""
    hours = estimate.usage.optimizer_dpu_hours_per_table
    yield Charge("Glue", hours * estimate.prices["glue.optimizer_dpu_hour"])


def table(resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """The ledger: an item a file, written again in every index."""
    prices, usage = estimate.prices, estimate.usage
    copies = 1 + len(objects(resource.inputs.get("globalSecondaryIndexes")))
    if text(resource, "billingMode", "PROVISIONED") == "PAY_PER_REQUEST":
        writes = estimate.files * usage.ledger_writes_per_file * copies
        reads = estimate.files * usage.ledger_reads_per_file
        yield Charge("DynamoDB", writes * prices["dynamodb.write"])
        yield Charge("DynamoDB", reads * prices["dynamodb.read"])
    else:
        for one in [resource.inputs, *objects(resource.inputs.get("globalSecondaryIndexes"))]:
            for name, price in (("writeCapacity", "write_hour"), ("readCapacity", "read_hour")):
                units = one.get(name)
                capacity = float(units) if isinstance(units, int | float) else 1.0
                yield Charge("DynamoDB", capacity * HOURS * prices[f"dynamodb.{price}"])
    items = estimate.files * usage.months_kept * usage.ledger_kilobytes_per_file / KILOBYTES
    yield Charge("DynamoDB", items * copies * prices["dynamodb.gb"])
    recovery = objects(resource.inputs.get("pointInTimeRecovery"))
    if recovery and recovery[0].get("enabled") is True:
        yield Charge("DynamoDB", items * prices["dynamodb.recovery_gb"])


def key(_resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """A key costs the same whatever its kind."""
    requests = estimate.files * estimate.usage.key_requests_per_file
    yield Charge("KMS", estimate.prices["kms.key"])
    yield Charge("KMS", requests * estimate.prices["kms.request"])


def log_group(resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """What is written is kept as long as the group says; 0 is for ever."""
    usage, prices = estimate.usage, estimate.prices
    written = estimate.files * usage.log_kilobytes_per_file / KILOBYTES
    days = number(resource, "retentionInDays", 0) or usage.months_kept * DAYS
    months = min(days / DAYS, usage.months_kept)
    yield Charge("CloudWatch", written * prices["logs.ingested_gb"])
    yield Charge("CloudWatch", written * months * prices["logs.stored_gb"])


def alarm(resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """An alarm over an expression costs for each metric that the expression uses."""
    queries = objects(resource.inputs.get("metricQueries"))
    metrics = [each["metric"] for each in queries if isinstance(each.get("metric"), dict)]
    periods = [float(each.get("period", 300)) for each in metrics]
    fast = min(periods or [number(resource, "period", 300)]) < FAST_SECONDS
    price = "cloudwatch.fast_alarm_metric" if fast else "cloudwatch.alarm_metric"
    yield Charge("CloudWatch", max(1, len(metrics)) * estimate.prices[price])


def dashboard(_resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """Three dashboards are free in an account; which, nobody knows here, so each has its price."""
    yield Charge("CloudWatch", estimate.prices["cloudwatch.dashboard"])


def rule(resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """Events that S3 sends cost; those of AWS services themselves, and schedules, do not."""
    if "aws.s3" in text(resource, "eventPattern"):
        yield Charge("EventBridge", estimate.files * estimate.prices["eventbridge.event"])


PRICED: Final[Mapping[str, Pricing]] = {
    "aws:cloudwatch/dashboard:Dashboard": dashboard,
    "aws:cloudwatch/eventRule:EventRule": rule,
    "aws:cloudwatch/logGroup:LogGroup": log_group,
    "aws:cloudwatch/metricAlarm:MetricAlarm": alarm,
    "aws:dynamodb/table:Table": table,
    "aws:glue/catalogTableOptimizer:CatalogTableOptimizer": optimizer,
    "aws:glue/job:Job": job,
    "aws:kms/key:Key": key,
    "aws:lambda/eventSourceMapping:EventSourceMapping": event_source,
    "aws:lambda/function:Function": function,
    "aws:s3/bucket:Bucket": bucket,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lifecycle,
    "aws:sns/topic:Topic": topic,
    "aws:sqs/queue:Queue": queue,
}

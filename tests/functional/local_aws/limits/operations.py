"""CloudWatch, its logs, and Glue: names, periods, sizes of jobs and of triggers."""

from __future__ import annotations

from typing import Any, Final

from tests.functional.local_aws.laboratory import Document, Laboratory
from tests.functional.local_aws.limits.row import MODEL, Build, Row, long_name, named

JOBS: Final = "glue/latest/dg/aws-glue-api-jobs-job.html"
ALARMS: Final = "AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
INPUT: Final = "InvalidInputException"
VALIDATION: Final = "ValidationException"


def group(laboratory: Laboratory) -> None:
    """Make a log group with a stream."""
    logs = laboratory.client("logs")
    logs.create_log_group(logGroupName=laboratory.suffix)
    logs.create_log_stream(logGroupName=laboratory.suffix, logStreamName="s")


def workflow(laboratory: Laboratory) -> None:
    """Make a workflow and a job."""
    glue = laboratory.client("glue")
    glue.create_workflow(Name=f"flow-{laboratory.suffix}")
    glue.create_job(**job()(laboratory, {}))


def events(laboratory: Laboratory, times: list[int]) -> Document:
    """Return a PutLogEvents call with events of these times."""
    logged = [{"timestamp": 1_795_000_000_000 + time, "message": "m"} for time in times]
    return {"logGroupName": laboratory.suffix, "logStreamName": "s", "logEvents": logged}


def alarm(**more: object) -> Build:
    """Return a PutMetricAlarm call."""

    def build(laboratory: Laboratory, value: Any) -> Document:  # noqa: ANN401 - of the row
        return {
            "AlarmName": laboratory.suffix,
            "ComparisonOperator": "GreaterThanThreshold",
            "EvaluationPeriods": 1,
            "Threshold": 1.0,
            "Namespace": "n",
            "MetricName": "m",
            "Statistic": "Sum",
            "Period": 60,
            **more,
            **value,
        }

    return build


def dimensions(count: int) -> Document:
    """Return so many dimensions."""
    return {"Dimensions": [{"Name": f"d{number}", "Value": "v"} for number in range(count)]}


def job(**more: object) -> Build:
    """Return a CreateJob call."""

    def build(laboratory: Laboratory, value: Any) -> Document:  # noqa: ANN401 - of the row
        return {
            "Name": f"job-{laboratory.suffix}",
            "Role": "arn:aws:iam::000000000000:role/none",
            "Command": {"Name": "glueetl", "ScriptLocation": "s3://b/k.py"},
            "GlueVersion": "5.1",
            **more,
            **value,
        }

    return build


def trigger(laboratory: Laboratory, batching: Document) -> Document:
    """Return a CreateTrigger call with this batching."""
    return {
        "Name": f"trigger-{laboratory.suffix}",
        "Type": "EVENT",
        "WorkflowName": f"flow-{laboratory.suffix}",
        "Actions": [{"JobName": f"job-{laboratory.suffix}"}],
        "EventBatchingCondition": batching,
    }


def name_of(parameter: str, build: Build | None = None) -> Build:
    """Return a call that names something so long."""

    def named_so(laboratory: Laboratory, length: int) -> Document:
        name = {parameter: long_name(laboratory, length)}
        return build(laboratory, name) if build is not None else name

    return named_so


def workers(kind: str, count: int) -> Document:
    """Return a number of workers of a kind."""
    return {"WorkerType": kind, "NumberOfWorkers": count}


ROWS: Final = (
    Row(
        "group name",
        "logs",
        "create_log_group",
        name_of("logGroupName"),
        512,
        513,
        "InvalidParameterException",
        MODEL,
    ),
    Row(
        "group name pattern",
        "logs",
        "create_log_group",
        lambda lab, name: {"logGroupName": name + lab.suffix},
        "/a/b_c.d#",
        "a:b",
        "InvalidParameterException",
        MODEL,
    ),
    Row(
        "retention",
        "logs",
        "put_retention_policy",
        named("retentionInDays", logGroupName="{suffix}"),
        14,
        15,
        "InvalidParameterException",
        "AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
        group,
    ),
    Row(
        "order of events",
        "logs",
        "put_log_events",
        events,
        [1, 1, 2],
        [2, 1],
        "InvalidParameterException",
        "AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html",
        group,
    ),
    Row(
        "events at once",
        "logs",
        "put_log_events",
        events,
        [0] * 10_000,
        [0] * 10_001,
        "InvalidParameterException",
        MODEL,
        group,
    ),
    Row(
        "alarm name",
        "cloudwatch",
        "put_metric_alarm",
        name_of("AlarmName", alarm()),
        255,
        256,
        "ValidationError",
        MODEL,
    ),
    Row(
        "dimensions",
        "cloudwatch",
        "put_metric_alarm",
        alarm(),
        dimensions(30),
        dimensions(31),
        "ValidationError",
        MODEL,
    ),
    Row(
        "period",
        "cloudwatch",
        "put_metric_alarm",
        alarm(),
        {"Period": 120},
        {"Period": 90},
        "ValidationError",
        ALARMS,
    ),
    Row(
        "time looked at",
        "cloudwatch",
        "put_metric_alarm",
        alarm(Period=300),
        {"EvaluationPeriods": 288},
        {"EvaluationPeriods": 289},
        "ValidationError",
        ALARMS,
    ),
    Row("job name", "glue", "create_job", name_of("Name", job()), 255, 256, VALIDATION, MODEL),
    Row(
        "timeout",
        "glue",
        "create_job",
        job(),
        {"Timeout": 10_080},
        {"Timeout": 10_081},
        INPUT,
        JOBS,
    ),
    Row(
        "no timeout", "glue", "create_job", job(), {"Timeout": 1}, {"Timeout": 0}, VALIDATION, MODEL
    ),
    Row(
        "retries", "glue", "create_job", job(), {"MaxRetries": 10}, {"MaxRetries": 11}, INPUT, JOBS
    ),
    Row(
        "workers",
        "glue",
        "create_job",
        job(),
        workers("G.1X", 299),
        workers("G.1X", 300),
        INPUT,
        JOBS,
    ),
    Row(
        "large workers",
        "glue",
        "create_job",
        job(),
        workers("G.2X", 149),
        workers("G.2X", 150),
        INPUT,
        JOBS,
    ),
    Row(
        "fewest workers",
        "glue",
        "create_job",
        job(),
        workers("G.1X", 2),
        workers("G.1X", 1),
        INPUT,
        JOBS,
    ),
    Row(
        "type of workers",
        "glue",
        "create_job",
        job(),
        workers("G.4X", 2),
        workers("G.3X", 2),
        VALIDATION,
        MODEL,
    ),
    Row(
        "workers and capacity",
        "glue",
        "create_job",
        job(),
        {"MaxCapacity": 2.0},
        {"MaxCapacity": 2.0, **workers("G.1X", 2)},
        INPUT,
        JOBS,
    ),
    Row(
        "batch of events",
        "glue",
        "create_trigger",
        trigger,
        {"BatchSize": 100},
        {"BatchSize": 101},
        VALIDATION,
        MODEL,
        workflow,
    ),
    Row(
        "window of events",
        "glue",
        "create_trigger",
        trigger,
        {"BatchSize": 1, "BatchWindow": 900},
        {"BatchSize": 1, "BatchWindow": 901},
        VALIDATION,
        MODEL,
        workflow,
    ),
)

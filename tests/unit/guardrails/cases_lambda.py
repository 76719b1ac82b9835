"""Functions."""

from __future__ import annotations

from datetime import date
from typing import Any

from guardrails.resources import Resource
from guardrails.rules.lambda_ import FUNCTION, MAPPING, QUEUE
from tests.unit.guardrails.case import Case, resource

LOGS = "aws:cloudwatch/logGroup:LogGroup"
URL = "aws:lambda/functionUrl:FunctionUrl"
QUEUE_ARN = "arn:aws:sqs:eu-central-1:123456789012:files"


def function(**inputs: Any) -> Resource:  # noqa: ANN401
    return resource(FUNCTION, "ingest", **{"name": "ingest", "timeout": 30, **inputs})


def queue(**inputs: Any) -> Resource:  # noqa: ANN401
    return resource(QUEUE, "files", name="files", arn=QUEUE_ARN, **inputs)


def mapping(**inputs: Any) -> Resource:  # noqa: ANN401
    given = {"functionName": "ingest", "eventSourceArn": QUEUE_ARN, **inputs}
    return resource(MAPPING, "mapping", **given)


CASES = (
    Case(
        rule="function-has-failure-path",
        passing=[function(), mapping(), queue(redrivePolicy="{}")],
        failing=[function(), mapping(), queue()],
        says="comes back from queue files for ever",
    ),
    Case(
        rule="function-has-failure-path",
        label="called by events",
        passing=[function(deadLetterConfig={"targetArn": QUEUE_ARN})],
        failing=[function()],
        says="is lost",
    ),
    Case(
        rule="function-logs-expire",
        passing=[function(), resource(LOGS, name="/aws/lambda/ingest", retentionInDays=30)],
        failing=[function(), resource(LOGS, name="/aws/lambda/other", retentionInDays=30)],
        says="has no log group of the program's",
    ),
    Case(
        rule="function-timeout-below-visibility",
        passing=[function(), mapping(), queue(visibilityTimeoutSeconds=180)],
        failing=[function(), mapping(), queue(visibilityTimeoutSeconds=179)],
        says="at least 180 are needed",
    ),
    Case(
        rule="function-timeout-below-visibility",
        label="by default a queue waits half a minute",
        passing=[function(timeout=5), mapping(), queue()],
        failing=[function(timeout=6), mapping(), queue()],
        says="after 30 s",
    ),
    Case(
        rule="function-concurrency-limited",
        passing=[function(), mapping(scalingConfig={"maximumConcurrency": 5})],
        failing=[function(), mapping()],
        says="Nothing limits",
    ),
    Case(
        rule="function-concurrency-limited",
        label="reserved",
        passing=[function(reservedConcurrentExecutions=0)],
        failing=[function(reservedConcurrentExecutions=-1)],
        says="Nothing limits",
    ),
    Case(
        rule="function-runtime-supported",
        passing=[function(runtime="python3.11")],
        failing=[function(runtime="python3.9")],
        says="runs on python3.9",
    ),
    Case(
        rule="function-runtime-supported",
        label="on its last day",
        passing=[function(runtime="python3.12")],
        failing=[function(runtime="python3.11")],
        says="runs on python3.11",
        day=date(2027, 6, 30),
    ),
    Case(
        rule="function-runtime-ends-later",
        passing=[function(runtime="python3.12")],
        failing=[function(runtime="python3.11")],
        says="patches until 2027-06-30",
        day=date(2027, 6, 29),
    ),
    Case(
        rule="mapping-reports-item-failures",
        passing=[mapping(functionResponseTypes=["ReportBatchItemFailures"])],
        failing=[mapping()],
        says="a whole batch for one message",
    ),
    Case(
        rule="function-not-public",
        passing=[resource(URL, authorizationType="AWS_IAM")],
        failing=[resource(URL, authorizationType="NONE")],
        says="answers anyone",
    ),
    Case(
        rule="function-not-public",
        label="a permission",
        passing=[resource("aws:lambda/permission:Permission", principal="s3.amazonaws.com")],
        failing=[resource("aws:lambda/permission:Permission", principal="*")],
        says="lets anyone call",
    ),
)

"""Lambda functions, and what calls them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from guardrails.resources import Resource, Stack
from guardrails.rule import ResourceRule, Rule, Severity, StackRule

FUNCTION: Final = "aws:lambda/function:Function"
MAPPING: Final = "aws:lambda/eventSourceMapping:EventSourceMapping"
QUEUE: Final = "aws:sqs/queue:Queue"
_INVOCATIONS: Final = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
_LOGS: Final = "aws:cloudwatch/logGroup:LogGroup"
_PERMISSION: Final = "aws:lambda/permission:Permission"
_URL: Final = "aws:lambda/functionUrl:FunctionUrl"
VISIBILITY_FACTOR: Final = 6
_DEVELOPER_GUIDE: Final = "https://docs.aws.amazon.com/lambda/latest/dg"
_FROM_QUEUES: Final = f"{_DEVELOPER_GUIDE}/services-sqs-configure.html"

DEPRECATED_FROM: Final = {
    "python3.14": date(2029, 6, 30),
    "python3.13": date(2029, 6, 30),
    "python3.12": date(2028, 10, 31),
    "python3.11": date(2027, 6, 30),
    "python3.10": date(2026, 10, 31),
    "nodejs24.x": date(2028, 4, 30),
    "nodejs22.x": date(2027, 4, 30),
    "provided.al2023": date(2029, 6, 30),
    "java21": date(2029, 6, 30),
    "java25": date(2029, 6, 30),
}
"""Runtime -> the day from which AWS patches it no more. What is not here is refused."""
NOTICE: Final = timedelta(days=180)


def _unsupported(function: Resource, stack: Stack) -> Iterator[str]:
    runtime = function.text("runtime")
    if runtime and DEPRECATED_FROM.get(runtime, date.min) <= stack.day:
        yield f"Function {function.name} runs on {runtime}, which AWS does not patch any more."


def _ends_soon(function: Resource, stack: Stack) -> Iterator[str]:
    runtime = function.text("runtime")
    last = DEPRECATED_FROM.get(runtime, date.min)
    if stack.day < last <= stack.day + NOTICE:
        yield f"Function {function.name} runs on {runtime}, which AWS patches until {last}."


def _mappings(function: Resource, stack: Stack) -> list[Resource]:
    return stack.attached(function, "functionName", MAPPING)


def _queues(function: Resource, stack: Stack) -> Iterator[Resource]:
    for mapping in _mappings(function, stack):
        for queue in stack.of_type(QUEUE):
            if mapping in stack.attached(queue, "eventSourceArn", MAPPING):
                yield queue


def _no_failure_path(function: Resource, stack: Stack) -> Iterator[str]:
    if function.states("deadLetterConfig.targetArn"):
        return
    invoked = stack.attached(function, "functionName", _INVOCATIONS)
    if any(one.states("destinationConfig.onFailure") for one in invoked):
        return
    mappings = _mappings(function, stack)
    if not mappings:
        yield f"What function {function.name} fails at, when called by an event, is lost."
    for queue in _queues(function, stack):
        if not queue.states("redrivePolicy"):
            yield f"What {function.name} fails at comes back from queue {queue.name} for ever."


def _unkept_logs(function: Resource, stack: Stack) -> Iterator[str]:
    name = function.text("name")
    groups = [one for one in stack.of_type(_LOGS) if one.text("name") == f"/aws/lambda/{name}"]
    own = function.text("loggingConfig.logGroup")
    groups += [one for one in stack.of_type(_LOGS) if own and one.text("name") == own]
    if not groups:
        yield f"Function {function.name} has no log group of the program's: its logs never expire."
    for group in groups:
        if not group.number("retentionInDays"):
            yield f"Log group {group.name} of function {function.name} never expires."


def _impatient_queue(function: Resource, stack: Stack) -> Iterator[str]:
    seconds = function.number("timeout") or 3
    for queue in _queues(function, stack):
        visible = queue.number("visibilityTimeoutSeconds")
        visible = 30 if visible is None else visible
        if visible < VISIBILITY_FACTOR * seconds:
            yield (
                f"Function {function.name} may take {seconds:.0f} s, but queue {queue.name} hands "
                f"a message out again after {visible:.0f} s; at least "
                f"{VISIBILITY_FACTOR * seconds:.0f} are needed."
            )


def _unlimited(function: Resource, stack: Stack) -> Iterator[str]:
    reserved = function.number("reservedConcurrentExecutions")
    if reserved is not None and reserved >= 0:
        return
    mappings = _mappings(function, stack)
    if not mappings or not all(one.states("scalingConfig.maximumConcurrency") for one in mappings):
        yield f"Nothing limits how many copies of function {function.name} run at once."


def _whole_batches(mapping: Resource) -> Iterator[str]:
    if "ReportBatchItemFailures" not in mapping.texts("functionResponseTypes"):
        yield f"{mapping.name} returns a whole batch for one message that failed."


def _public(resource: Resource) -> Iterator[str]:
    if resource.type == _URL and resource.text("authorizationType") != "AWS_IAM":
        yield f"{resource.name} answers anyone."
    narrowed = any(map(resource.states, ("sourceAccount", "sourceArn", "principalOrgId")))
    if resource.type == _PERMISSION and resource.text("principal") == "*" and not narrowed:
        yield f"{resource.name} lets anyone call the function."


RULES: Final[tuple[Rule, ...]] = (
    StackRule(
        name="function-has-failure-path",
        types=(FUNCTION,),
        summary="What a function fails at goes to a dead-letter queue or a destination.",
        reason="An event that no attempt could handle would be gone, or tried for ever.",
        fix="Give its queue a redrivePolicy, or the function a deadLetterConfig.",
        source=f"{_DEVELOPER_GUIDE}/invocation-async-retain-records.html",
        check=_no_failure_path,
    ),
    StackRule(
        name="function-logs-expire",
        types=(FUNCTION,),
        summary="A function's log group is made by the program, with a retention.",
        reason="Lambda makes a missing one itself, and keeps it for ever, at a price.",
        fix="Add a cloudwatch.LogGroup /aws/lambda/<function> with retentionInDays.",
        source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html",
        reference="CloudWatch.16",
        check=_unkept_logs,
    ),
    StackRule(
        name="function-timeout-below-visibility",
        types=(FUNCTION,),
        summary="A queue hides a message for at least six timeouts of the function that takes it.",
        reason="A message that comes back while it is still worked on is worked on twice.",
        fix="Raise visibilityTimeoutSeconds, or lower the function's timeout.",
        source=_FROM_QUEUES,
        check=_impatient_queue,
    ),
    StackRule(
        name="function-concurrency-limited",
        types=(FUNCTION,),
        summary="A function has reserved concurrency, or each of its sources a maximum.",
        reason="A flood of events would take the concurrency of every function of the account.",
        fix="Set scalingConfig.maximumConcurrency on the mapping, or reserve concurrency.",
        source="https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html",
        reference="Lambda.7",
        check=_unlimited,
    ),
    StackRule(
        name="function-runtime-supported",
        types=(FUNCTION,),
        summary="AWS still patches a function's runtime.",
        reason="Security faults of an old runtime stay open, and one day it cannot be updated.",
        fix="Move to a newer runtime; the dates are in guardrails/rules/lambda_.py.",
        source=f"{_DEVELOPER_GUIDE}/lambda-runtimes.html",
        reference="Lambda.2",
        check=_unsupported,
    ),
    StackRule(
        name="function-runtime-ends-later",
        types=(FUNCTION,),
        summary=f"AWS patches a function's runtime for at least {NOTICE.days} days more.",
        reason="From its last day on, function-runtime-supported refuses it.",
        fix="Plan the move to a newer runtime.",
        source=f"{_DEVELOPER_GUIDE}/lambda-runtimes.html",
        severity=Severity.ADVISORY,
        check=_ends_soon,
    ),
    ResourceRule(
        name="mapping-reports-item-failures",
        types=(MAPPING,),
        summary="A function says which messages of a batch failed.",
        reason="One bad message would send its whole batch to the dead letters.",
        fix="Set functionResponseTypes to ReportBatchItemFailures.",
        source=f"{_DEVELOPER_GUIDE}/services-sqs-errorhandling.html",
        check=_whole_batches,
    ),
    ResourceRule(
        name="function-not-public",
        types=(_URL, _PERMISSION),
        summary="No function can be called by everybody.",
        reason="Whoever finds its address would run it, with its role's rights.",
        fix="Set authorizationType to AWS_IAM; name the principal and its account.",
        source="https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html",
        reference="Lambda.1",
        check=_public,
    ),
)

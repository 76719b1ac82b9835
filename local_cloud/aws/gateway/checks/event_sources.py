"""Lambda: what is checked of an event source mapping, when it is made and when it is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from moto.backends import get_backend

from local_cloud.aws.authorization.errors import AccessDeniedError
from local_cloud.aws.functions.queue_permissions import require_polling
from local_cloud.aws.gateway.checks.refusals import refuse
from local_cloud.aws.gateway.requests import ApiRequest

if TYPE_CHECKING:
    from moto.awslambda.models import EventSourceMapping, LambdaFunction

_INVALID: Final = "InvalidParameterValueException"
_BATCH_WITHOUT_WINDOW: Final = 10


def check_new_event_source(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """Check the batch, the queue's visibility timeout, and the role."""
    arn = request.text("EventSourceArn")
    _check_batch(
        arn,
        size=int(request.parameters.get("BatchSize") or _BATCH_WITHOUT_WINDOW),
        window=int(request.parameters.get("MaximumBatchingWindowInSeconds") or 0),
    )
    _check_function(request, arn, request.text("FunctionName"))


def check_event_source(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """Check what a mapping would be with the update."""
    backend = get_backend("lambda")[request.account_id][request.region]
    mapping: Any = backend.get_event_source_mapping(request.text("UUID"))
    if mapping is None:
        return
    given = request.parameters
    window = given.get("MaximumBatchingWindowInSeconds", mapping.max_batch_window)
    _check_batch(
        mapping.event_source_arn,
        size=int(given.get("BatchSize") or mapping.batch_size),
        window=int(window or 0),
    )
    function = request.text("FunctionName") or mapping.function_arn
    _check_function(request, mapping.event_source_arn, function)


def check_visibility(queue_arn: str, function_timeout: int) -> None:
    """A queue must hide its messages for at least as long as the function may take.

    Lambda asks when a mapping is made or changed and when the function's timeout changes; SQS
    knows of no mapping, so a queue's timeout may be lowered below it.
    """
    queue = find_queue(queue_arn)
    if queue is not None and int(queue.visibility_timeout) < function_timeout:
        message = (
            f"Queue visibility timeout: {queue.visibility_timeout} seconds is less than "
            f"Function timeout: {function_timeout} seconds"
        )
        refuse(_INVALID, message)


def mappings_of(function: LambdaFunction) -> list[EventSourceMapping]:
    """Return the event source mappings of a function."""
    backend = get_backend("lambda")[function.account_id][function.region]
    mappings: Mapping[str, EventSourceMapping] = backend._event_source_mappings
    return [each for each in mappings.values() if each.function_arn == function.function_arn]


def find_queue(arn: str) -> Any:  # noqa: ANN401 - moto's
    """Return the queue of an ARN; None when there is none."""
    region, account_id, name = arn.split(":")[3:6]
    return get_backend("sqs")[account_id][region].queues.get(name)


def _check_function(request: ApiRequest, queue_arn: str, name: str) -> None:
    """The function's role must be able to receive, and the queue must hide for long enough."""
    queue = find_queue(queue_arn)
    if queue is None:
        return
    function = get_backend("lambda")[request.account_id][request.region].get_function(name)
    check_visibility(queue_arn, int(function.timeout))
    try:
        require_polling(function.role, queue)
    except AccessDeniedError as error:
        action = error.action.rpartition(":")[2]
        message = (
            "The provided execution role does not have permissions to call "
            f"{action} on SQS (Tarn's local cloud: {error.message})"
        )
        refuse(_INVALID, message)


def _check_batch(queue_arn: str, *, size: int, window: int) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    ordered = queue_arn.endswith(".fifo")
    if ordered and window:
        refuse(_INVALID, "Batching window is not supported for FIFO queues.")
    if ordered and size > _BATCH_WITHOUT_WINDOW:
        refuse(_INVALID, f"Batch size for FIFO queues must be {_BATCH_WITHOUT_WINDOW} or less.")
    if size > _BATCH_WITHOUT_WINDOW and window == 0:
        message = (
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
            f"greater than {_BATCH_WITHOUT_WINDOW}"
        )
        refuse(_INVALID, message)

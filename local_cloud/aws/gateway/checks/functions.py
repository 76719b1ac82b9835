"""What Lambda checks of a function and of an event source mapping when they are made."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from moto.backends import get_backend

from local_cloud.aws.authorization.errors import AccessDeniedError, ApiRefusalError
from local_cloud.aws.authorization.service_roles import require_assumable
from local_cloud.aws.functions.queue_permissions import require_polling
from local_cloud.aws.gateway.requests import ApiRequest


def check_function(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """A function's role must trust Lambda."""
    role = request.text("Role")
    if not role:
        return
    name = request.text("FunctionName").split(":")[-1]
    try:
        require_assumable(
            role,
            "lambda.amazonaws.com",
            region=request.region,
            source_arn=request.arn(f"function:{name}"),
        )
    except AccessDeniedError as error:
        message = (
            "The role defined for the function cannot be assumed by Lambda. "
            f"(Tarn's local cloud: {error.message})"
        )
        raise _invalid(message) from error


def check_event_source(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """The function's role must be able to receive, and the queue must hide for long enough."""
    arn = request.text("EventSourceArn")
    region, account_id, queue_name = arn.split(":")[3:6]
    queue: Any = get_backend("sqs")[account_id][region].queues.get(queue_name)
    name = request.text("FunctionName")
    functions = get_backend("lambda")[request.account_id][request.region]
    if queue is None:
        return
    function = functions.get_function(name)
    if int(queue.visibility_timeout) < int(function.timeout):
        message = (
            f"Queue visibility timeout: {queue.visibility_timeout} seconds is less than "
            f"Function timeout: {function.timeout} seconds"
        )
        raise _invalid(message)
    try:
        require_polling(function.role, queue)
    except AccessDeniedError as error:
        action = error.action.rpartition(":")[2]
        message = (
            "The provided execution role does not have permissions to call "
            f"{action} on SQS (Tarn's local cloud: {error.message})"
        )
        raise _invalid(message) from error


def _invalid(message: str) -> ApiRefusalError:
    return ApiRefusalError(
        message, code="InvalidParameterValueException", status=HTTPStatus.BAD_REQUEST
    )

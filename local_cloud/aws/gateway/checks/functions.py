"""Lambda: what is checked of a function's configuration and of its concurrency."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.backends import get_backend

from local_cloud.aws.authorization.errors import AccessDeniedError
from local_cloud.aws.authorization.service_roles import require_assumable, require_of_role
from local_cloud.aws.gateway.checks.event_sources import check_visibility, mappings_of
from local_cloud.aws.gateway.checks.refusals import refuse
from local_cloud.aws.gateway.requests import ApiRequest

_INVALID: Final = "InvalidParameterValueException"
_NAME_LENGTH: Final = 64
_ENVIRONMENT_BYTES: Final = 4 * 1024
_LAYERS: Final = 5
_POLICY_BYTES: Final = 20 * 1024
_ACCOUNT_CONCURRENCY: Final = 1000
_UNRESERVED_CONCURRENCY: Final = 100
_RESERVED_VARIABLES: Final = frozenset(
    (
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    )
)
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""


def check_new_function(request: ApiRequest, body: Callable[[], bytes]) -> None:
    """Check the name too: its length in the model is that of an ARN."""
    name = request.text("FunctionName").split(":")[-1]
    if len(name) > _NAME_LENGTH:
        message = (
            f"1 validation error detected: Value '{name}' at 'functionName' failed to satisfy "
            f"constraint: Member must have length less than or equal to {_NAME_LENGTH}"
        )
        refuse("ValidationException", message)
    check_function(request, body)


def check_function(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """Check the environment, the layers, the role, the queues that feed it."""
    _check_environment(request.parameters.get("Environment") or {})
    if len(request.parameters.get("Layers") or []) > _LAYERS:
        refuse(_INVALID, f"Cannot reference more than {_LAYERS} layers.")
    if request.text("Role"):
        _check_role(request)
    _check_dead_letters(request)
    if request.operation == "UpdateFunctionConfiguration" and "Timeout" in request.parameters:
        for mapping in mappings_of(_function(request)):
            check_visibility(mapping.event_source_arn, int(request.parameters["Timeout"]))


def check_concurrency(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """An account keeps some concurrency that no function reserves."""
    backend = get_backend("lambda")[request.account_id][request.region]
    own = _function(request).function_name
    others = sum(
        int(each.reserved_concurrency or 0)
        for each in backend.list_functions()
        if each.function_name != own
    )
    wanted = int(request.parameters["ReservedConcurrentExecutions"])
    if _ACCOUNT_CONCURRENCY - others - wanted < _UNRESERVED_CONCURRENCY:
        message = (
            "Specified ReservedConcurrentExecutions for function decreases account's "
            f"UnreservedConcurrentExecution below its minimum value of [{_UNRESERVED_CONCURRENCY}]."
        )
        refuse(_INVALID, message)


def check_permission(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """A function's resource policy with the statement that is added."""
    held: list[Any] = _function(request).policy.statements
    statement = {
        "Sid": request.text("StatementId"),
        "Effect": "Allow",
        "Principal": {"Service": request.text("Principal")},
        "Action": request.text("Action"),
        "Resource": request.arn(f"function:{request.text('FunctionName')}"),
        "Condition": {
            "ArnLike": {"AWS:SourceArn": request.text("SourceArn")},
            "StringEquals": {"AWS:SourceAccount": request.text("SourceAccount")},
        },
    }
    document = {"Version": "2012-10-17", "Id": "default", "Statement": [*held, statement]}
    size = len(json.dumps(document, separators=(",", ":")))
    if size > _POLICY_BYTES:
        message = f"The final policy size ({size}) is bigger than the limit ({_POLICY_BYTES})."
        refuse("PolicyLengthExceededException", message)


def _function(request: ApiRequest) -> Any:  # noqa: ANN401 - moto's
    backend = get_backend("lambda")[request.account_id][request.region]
    return backend.get_function(request.text("FunctionName"))


def _check_environment(environment: Mapping[str, Any]) -> None:
    variables: Mapping[str, str] = environment.get("Variables") or {}
    reserved = sorted(_RESERVED_VARIABLES & set(variables))
    start = (
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided "
    )
    if reserved:
        message = (
            f"{start}contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
        refuse(_INVALID, message)
    measured = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode()) > _ENVIRONMENT_BYTES:
        refuse(_INVALID, f"{start}exceeded the 4KB limit. String measured: {measured}")


def _check_role(request: ApiRequest) -> None:
    """A function's role must trust Lambda."""
    name = request.text("FunctionName").split(":")[-1]
    try:
        require_assumable(
            request.text("Role"),
            "lambda.amazonaws.com",
            region=request.region,
            source_arn=request.arn(f"function:{name}"),
        )
    except AccessDeniedError as error:
        message = (
            "The role defined for the function cannot be assumed by Lambda. "
            f"(Tarn's local cloud: {error.message})"
        )
        refuse(_INVALID, message)


def _check_dead_letters(request: ApiRequest) -> None:
    """The role must be able to send to where events that failed go."""
    target = str((request.parameters.get("DeadLetterConfig") or {}).get("TargetArn") or "")
    if not target:
        return
    service = target.split(":")[2]
    actions = {"sqs": "SendMessage", "sns": "Publish"}
    if service not in actions:
        refuse(_INVALID, f"The target {target} of dead letters is neither a queue nor a topic.")
    role = request.text("Role") or _function(request).role
    action = actions[service]
    try:
        require_of_role(role, f"{service}:{action}", target, session_name="dead-letters")
    except AccessDeniedError as error:
        message = (
            f"The provided execution role does not have permissions to call {action} on "
            f"{service.upper()} (Tarn's local cloud: {error.message})"
        )
        refuse(_INVALID, message)

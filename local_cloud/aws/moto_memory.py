"""What moto accepts and does not give back: remembered here, so that it is no drift.

A value that the local cloud takes, it must also tell. Values that have no effect are listed by the
provider plugins as stored (`tarn local limits`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.core.responses import ActionResult
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse
from moto.s3.responses import S3Response
from moto.sns.responses import SNSResponse
from moto.sqs.models import Queue

from local_cloud.aws.patching import replace

_KEPT = "kept_by_the_local_cloud"
_FUNCTION_SETTINGS = ("DeadLetterConfig", "LoggingConfig")
_TOPIC_ATTRIBUTES = {"signature_version": "SignatureVersion", "tracing_config": "TracingConfig"}


def install_memory() -> None:
    """Make moto remember; calling it again changes nothing."""
    replace(Queue, "attributes", cast("Callable[..., Any]", property(_queue_attributes)))
    replace(S3Response, "get_bucket_notification", _get_bucket_notification)
    replace(SNSResponse, "get_topic_attributes", _get_topic_attributes)
    replace(LambdaFunction, "__init__", _init_function)
    replace(LambdaFunction, "update_configuration", _update_configuration)
    replace(LambdaFunction, "get_configuration", _get_configuration)
    replace(LambdaFunction, "update_function_code", _update_code)
    replace(LambdaFunction, "get_code", _get_code)
    replace(LambdaBackend, "put_function_event_invoke_config", _put_event_settings)
    replace(DynamoHandler, "create_table", _create_table)
    replace(DynamoHandler, "update_table", _update_table)
    replace(Table, "describe", _describe_table)
    # Moto lacks these two operations altogether.
    LogsResponse.associate_kms_key = _associate_key  # pyright: ignore[reportAttributeAccessIssue]
    LogsResponse.disassociate_kms_key = (  # pyright: ignore[reportAttributeAccessIssue]
        _disassociate_key
    )


def _kept(holder: object) -> dict[str, Any]:
    """The values that are remembered on one of moto's objects."""
    return vars(holder).setdefault(_KEPT, {})


_attributes = cast("property", Queue.attributes)
_bucket_notification = S3Response.get_bucket_notification
_topic_attributes = SNSResponse.get_topic_attributes
_new_function = LambdaFunction.__init__
_change_configuration = LambdaFunction.update_configuration
_configuration = LambdaFunction.get_configuration
_change_code = LambdaFunction.update_function_code
_code = LambdaFunction.get_code
_event_settings = LambdaBackend.put_function_event_invoke_config
_new_table = DynamoHandler.create_table
_change_table = DynamoHandler.update_table
_described = Table.describe


def _queue_attributes(queue: Queue) -> dict[str, Any]:
    getter = cast("Callable[[Queue], dict[str, Any]]", _attributes.fget)
    allowed = vars(queue).get("redrive_allow_policy")
    return getter(queue) | ({"RedriveAllowPolicy": allowed} if allowed else {})


def _get_bucket_notification(response: S3Response) -> object:
    """Moto sends events to EventBridge as configured, but does not tell that it does."""
    answer = cast("Any", _bucket_notification(response))
    backend, name = cast("Any", response).backend, cast("Any", response).bucket_name
    configuration = backend.get_bucket_notification_configuration(name)
    if configuration is None or configuration.event_bridge is None:
        return answer
    status, headers, body = answer
    text = body.decode() if isinstance(body, bytes) else str(body)
    end = "</NotificationConfiguration>"
    return status, headers, text.replace(end, f"<EventBridgeConfiguration/>{end}")


def _get_topic_attributes(response: SNSResponse) -> ActionResult:
    answer = _topic_attributes(response)
    arn = cast("Any", response)._get_param("TopicArn")
    topic = vars(cast("Any", response).backend.get_topic(arn))
    attributes = cast("dict[str, dict[str, Any]]", answer.result)["Attributes"]
    for name, attribute in _TOPIC_ATTRIBUTES.items():
        if topic.get(name):
            attributes[attribute] = topic[name]
    return answer


def _init_function(
    function: LambdaFunction,
    account_id: str,
    spec: dict[str, Any],
    region: str,
    version: str | int = 1,
) -> None:
    _new_function(function, account_id, spec, region, version)
    _remember_settings(function, spec)


def _remember_settings(function: LambdaFunction, spec: Mapping[str, Any]) -> None:
    _kept(function).update({key: spec[key] for key in _FUNCTION_SETTINGS if key in spec})


def _update_configuration(function: LambdaFunction, changes: dict[str, Any]) -> dict[str, Any]:
    if "EphemeralStorage" in changes:
        cast("Any", function).ephemeral_storage = changes["EphemeralStorage"]["Size"]
    if "KMSKeyArn" in changes:
        function.kms_key_arn = changes["KMSKeyArn"] or None
    if "TracingConfig" in changes:
        function.tracing_config = changes["TracingConfig"]
    _remember_settings(function, changes)
    return _change_configuration(function, changes)


def _update_code(function: LambdaFunction, changes: dict[str, Any]) -> dict[str, Any]:
    if "Architectures" in changes and not changes.get("DryRun"):
        function.architectures = changes["Architectures"]
    return _change_code(function, changes)


def _get_configuration(function: LambdaFunction, on_create: bool = False) -> dict[str, Any]:
    kept = {key: value for key, value in _kept(function).items() if any(value.values())}
    return _configuration(function, on_create) | kept


def _get_code(function: LambdaFunction) -> dict[str, Any]:
    """Moto takes a reserved concurrency of 0, which stops a function, for none."""
    answer = _code(function)
    if function.reserved_concurrency is not None:
        answer["Concurrency"] = {"ReservedConcurrentExecutions": int(function.reserved_concurrency)}
    return answer


def _put_event_settings(
    backend: LambdaBackend, function_name: str, config: dict[str, Any]
) -> dict[str, Any]:
    """Moto keeps every configuration for events and tells the first; the last one counts."""
    backend.get_function(function_name).event_invoke_config.clear()
    return _event_settings(backend, function_name, config)


def _create_table(handler: DynamoHandler) -> ActionResult:
    answer = _new_table(handler)
    _remember_table(handler)
    return answer


def _update_table(handler: DynamoHandler) -> ActionResult:
    _remember_table(handler)
    if "SSESpecification" in handler.body:
        table = handler.dynamodb_backend.get_table(handler.body["TableName"])
        before = table.sse_specification or {}
        table.sse_specification = {**before, **handler.body["SSESpecification"]}
    return _change_table(handler)


def _remember_table(handler: DynamoHandler) -> None:
    body: dict[str, Any] = handler.body
    table = handler.dynamodb_backend.get_table(body["TableName"])
    if "TableClass" in body:
        _kept(table)["TableClassSummary"] = {"TableClass": body["TableClass"]}


def _describe_table(table: Table, base_key: str = "TableDescription") -> dict[str, Any]:
    answer = _described(table, base_key)
    answer[base_key].update(_kept(table))
    return answer


def _associate_key(response: LogsResponse) -> str:
    _log_group(response).kms_key_id = cast("Any", response)._get_param("kmsKeyId")
    return ""


def _disassociate_key(response: LogsResponse) -> str:
    _log_group(response).kms_key_id = None
    return ""


def _log_group(response: LogsResponse) -> LogGroup:
    name = cast("Any", response)._get_param("logGroupName")
    groups = response.logs_backend.groups
    if name not in groups:
        raise ResourceNotFoundException
    return groups[name]

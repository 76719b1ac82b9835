"""Requests against the models of their services."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Final, cast

from moto.core.model import OperationModel
from moto.core.parse import QueryParser
from moto.core.utils import get_service_model

from local_cloud.aws.gateway.checks.constraints import Validator, operation_validator, summary
from local_cloud.aws.gateway.checks.refusals import refuse
from local_cloud.aws.gateway.requests import ApiRequest

_CODES: Final = {
    "cloudwatch": "ValidationError",
    "dynamodb": "ValidationException",
    "events": "ValidationException",
    "glue": "ValidationException",
    "iam": "ValidationError",
    "kms": "ValidationException",
    "lambda": "ValidationException",
    "logs": "InvalidParameterException",
    "sns": "InvalidParameter",
    "sts": "ValidationError",
}
"""The code of each service's answer. S3 and SQS have no such answer: their models say nothing."""
_QUERY_SERVICES: Final = frozenset(("iam", "sns", "sts"))


def check_model(request: ApiRequest) -> None:
    """Raise an ``ApiRefusalError`` that lists everything that the model does not allow."""
    code = _CODES.get(request.service)
    validator = _validator(request.service, request.operation) if code else None
    if code is None or validator is None:
        return
    violations = list(validator(parameters_of(request), ""))
    if violations:
        refuse(code, summary(violations))


def parameters_of(request: ApiRequest) -> Mapping[str, Any]:
    """Return the parameters in the form of the model: the query protocol sends them flat."""
    if request.service not in _QUERY_SERVICES and "Action" not in request.parameters:
        return request.parameters
    parser = QueryParser(_operation(request.service, request.operation))
    values = {"values": dict(request.parameters)}
    return cast("Mapping[str, Any]", parser.parse(cast("Any", values)))


@functools.cache
def _validator(service: str, operation: str) -> Validator | None:
    return operation_validator(_operation(service, operation), service)


def _operation(service: str, operation: str) -> OperationModel:
    return get_service_model(service).operation_model(operation)

"""The codes with which each service says "too many" and "my fault".

The first of a service is what a rule without a code gives. Sources: each service's API reference,
"Common Errors" and "Error Responses"; Snowflake's error codes as its drivers show them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from local_cloud.faults.actions import Action

_RATE: Final = "Rate exceeded"


@dataclass(frozen=True, kw_only=True)
class FaultCode:
    """One error: its code, HTTP status and message."""

    code: str
    status: int
    message: str


def _code(code: str, status: int, message: str) -> FaultCode:
    return FaultCode(code=code, status=status, message=message)


_CAPACITY: Final = (
    "The level of configured provisioned throughput for the table was exceeded. Consider "
    "increasing your provisioning level with the UpdateTable API."
)
_THROTTLING: Final = _code("ThrottlingException", 400, _RATE)
_QUERY_THROTTLING: Final = _code("Throttling", 400, _RATE)
_UNAVAILABLE: Final = _code("ServiceUnavailable", 503, "Service Unavailable")

THROTTLES: Final[Mapping[str, tuple[FaultCode, ...]]] = {
    "cloudwatch": (_QUERY_THROTTLING,),
    "dynamodb": (
        _code("ProvisionedThroughputExceededException", 400, _CAPACITY),
        _THROTTLING,
        _code("RequestLimitExceeded", 400, "Throughput exceeds the current quota of the account."),
    ),
    "events": (_THROTTLING,),
    "glue": (_THROTTLING,),
    "iam": (_QUERY_THROTTLING,),
    "kms": (_THROTTLING,),
    "lambda": (_code("TooManyRequestsException", 429, "Rate Exceeded."),),
    "logs": (_THROTTLING,),
    "s3": (_code("SlowDown", 503, "Please reduce your request rate."),),
    "sns": (_code("Throttled", 429, _RATE),),
    "sqs": (
        _code("RequestThrottled", 400, "The request was denied due to request throttling."),
        _THROTTLING,
    ),
    "sts": (_QUERY_THROTTLING,),
    "snowflake": (
        _code("429", 429, "Too Many Requests"),
        _code(
            "000625",
            200,
            "Statement has locked the table in a transaction and this lock has not yet been "
            "released. Your statement was aborted because the number of waiters for this lock "
            "exceeds the 20 statements limit.",
        ),
    ),
}

ERRORS: Final[Mapping[str, tuple[FaultCode, ...]]] = {
    "cloudwatch": (_code("InternalServiceError", 500, "Internal service error"), _UNAVAILABLE),
    "dynamodb": (_code("InternalServerError", 500, "Internal server error"), _UNAVAILABLE),
    "events": (_code("InternalException", 500, "Internal error"), _UNAVAILABLE),
    "glue": (_code("InternalServiceException", 500, "Internal service error"), _UNAVAILABLE),
    "iam": (_code("ServiceFailure", 500, "The request failed because of a server failure."),),
    "kms": (_code("KMSInternalException", 500, "Internal error"), _UNAVAILABLE),
    "lambda": (_code("ServiceException", 500, "Service error."), _UNAVAILABLE),
    "logs": (_code("ServiceUnavailableException", 500, "The service cannot complete it."),),
    "s3": (
        _code("InternalError", 500, "We encountered an internal error. Please try again."),
        _code("ServiceUnavailable", 503, "Service is unable to handle request."),
    ),
    "sns": (_code("InternalError", 500, "Internal error"), _UNAVAILABLE),
    "sqs": (_code("InternalFailure", 500, "Internal failure"), _UNAVAILABLE),
    "sts": (_code("InternalFailure", 500, "Internal failure"), _UNAVAILABLE),
    "snowflake": (
        _code(
            "000603",
            200,
            "SQL execution internal error: Processing aborted by error 300010:391167117; "
            "incident 0000000.",
        ),
        _code("503", 503, "Service Unavailable"),
        _code("500", 500, "Internal Server Error"),
    ),
}


def codes_of(action: Action, service: str) -> tuple[FaultCode, ...]:
    """Return the codes that a rule may give, the default first."""
    return (THROTTLES if action is Action.THROTTLE else ERRORS).get(service, ())


def fault_code(action: Action, service: str, code: str) -> FaultCode:
    """Return the code that was asked for, or the service's own."""
    known = codes_of(action, service)
    return next((each for each in known if each.code == code), known[0])

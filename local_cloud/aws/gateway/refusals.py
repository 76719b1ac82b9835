"""Refusals in the form that each AWS protocol gives an error."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from uuid import uuid4
from xml.sax.saxutils import escape

from local_cloud.aws.authorization.errors import AccessDeniedError, ApiRefusalError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_XML_SERVICES: Final = frozenset(("iam", "sts", "sns", "cloudwatch"))
"""Services of the query protocol, when they are not asked in another one."""


@dataclass(frozen=True, kw_only=True)
class ErrorAnswer:
    """An error as HTTP."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


def error_answer(refusal: ApiRefusalError, service: str, environ: WSGIEnvironment) -> ErrorAnswer:
    """Write a refusal as the service's protocol does."""
    request_id = str(uuid4())
    headers: list[tuple[str, str]] = [("x-amzn-RequestId", request_id)]
    if service == "s3":
        body = _s3_error(refusal, environ, request_id)
        headers.append(("Content-Type", "application/xml"))
    elif _speaks_query(service, environ):
        body = _query_error(refusal, request_id)
        headers.append(("Content-Type", "text/xml"))
    else:
        code = _json_code(refusal, service)
        body = json.dumps({"__type": code, "message": refusal.message, "Message": refusal.message})
        headers.append(("Content-Type", "application/x-amz-json-1.1"))
        headers.append(("x-amzn-ErrorType", code))
    content = b"" if environ["REQUEST_METHOD"] == "HEAD" else body.encode()
    headers.append(("Content-Length", str(len(content))))
    status = f"{refusal.status.value} {refusal.status.phrase}"
    return ErrorAnswer(status=status, headers=headers, body=content)


def _speaks_query(service: str, environ: WSGIEnvironment) -> bool:
    form = str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded")
    return form or (service in _XML_SERVICES and "HTTP_X_AMZ_TARGET" not in environ)


def _json_code(refusal: ApiRefusalError, service: str) -> str:
    if isinstance(refusal, AccessDeniedError):
        return "AccessDenied" if service == "sqs" else "AccessDeniedException"
    if refusal.code == "InvalidClientTokenId":
        return "UnrecognizedClientException"
    return refusal.code


def _s3_error(refusal: ApiRefusalError, environ: WSGIEnvironment, request_id: str) -> str:
    code = "InvalidAccessKeyId" if refusal.code == "InvalidClientTokenId" else refusal.code
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{escape(refusal.message)}</Message>"
        f"<Resource>{escape(str(environ['PATH_INFO']))}</Resource>"
        f"<RequestId>{request_id}</RequestId></Error>"
    )


def _query_error(refusal: ApiRefusalError, request_id: str) -> str:
    fault = "Receiver" if refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "Sender"
    return (
        f"<ErrorResponse><Error><Type>{fault}</Type>"
        f"<Code>{refusal.code}</Code><Message>{escape(refusal.message)}</Message></Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )

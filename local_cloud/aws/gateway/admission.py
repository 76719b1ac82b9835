"""Whether a request may go on: who asks, which operation, and what it needs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from local_cloud.aws.authorization.accounts import Accounts
from local_cloud.aws.authorization.decisions import Need
from local_cloud.aws.authorization.errors import AccessDeniedError, ApiRefusalError, NotKnownError
from local_cloud.aws.authorization.evaluation import require
from local_cloud.aws.authorization.principals import Caller, CallerKind
from local_cloud.aws.gateway.checks.request_checks import RequestChecks
from local_cloud.aws.gateway.requests import (
    ApiRequest,
    Signature,
    read_body,
    read_request,
    read_signature,
)
from local_cloud.aws.operations.rules import Operations
from local_cloud.aws.operations.table import SERVICES

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_S3_NAMESPACE: Final = "{http://s3.amazonaws.com/doc/2006-03-01/}"


class Admission:
    """Lets requests in, or raises an ``ApiRefusalError``."""

    def __init__(self, accounts: Accounts, checks: RequestChecks) -> None:
        self._accounts = accounts
        self._checks = checks

    def admit(self, environ: WSGIEnvironment) -> tuple[Caller, ApiRequest]:
        """Return who asks for what, when the policies allow it."""
        signature = read_signature(environ)
        if signature is None:
            message = "The request is not signed. Sign it with credentials of the local cloud."
            raise ApiRefusalError(
                message, code="MissingAuthenticationToken", status=HTTPStatus.FORBIDDEN
            )
        caller = self._accounts.caller(signature.access_key_id, signature.session_token)
        operations = _operations(signature.service)
        request = read_request(environ, signature, caller.account_id)
        if request is None or request.operation not in operations:
            raise _unknown_operation(request, signature, environ)
        if request.operation == "DeleteObjects":
            request = _with_objects(request, environ)
        for need in _needs(operations, request, caller):
            require(caller, _as_sent(need, request), region=request.region)
        self._checks.check(request, lambda: read_body(environ))
        return caller, request


def service_of(environ: WSGIEnvironment) -> str:
    """Name the service of a request that is being refused."""
    signature = read_signature(environ)
    return signature.service if signature is not None else "s3"


def _operations(service: str) -> Operations:
    operations = SERVICES.get(service)
    if operations is None:
        raise NotKnownError(
            what=f"the AWS service {service}",
            what_to_do="Known are " + ", ".join(SERVICES) + ". "
            "Leave it out of the program, or add it to local_cloud/aws/operations.",
        )
    return operations


def _unknown_operation(
    request: ApiRequest | None, signature: Signature, environ: WSGIEnvironment
) -> NotKnownError:
    called = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
    name = request.operation if request is not None else called
    return NotKnownError(
        what=f"the operation {signature.service}:{name}",
        what_to_do="Leave it out of the program, or add it to local_cloud/aws/operations.",
    )


def _needs(operations: Operations, request: ApiRequest, caller: Caller) -> Sequence[Need]:
    rule = operations[request.operation]
    if rule is not None:
        return rule(request)
    if caller.kind is CallerKind.ROOT:
        return ()
    action = f"{request.service}:{request.operation}"
    raise AccessDeniedError(
        caller=caller.arn,
        action=action,
        resource="*",
        because=f"Tarn's local cloud does not know how to authorise {action} for anyone but root",
    )


def _as_sent(need: Need, request: ApiRequest) -> Need:
    """Loopback counts as TLS, unless a client says that its request came over plain HTTP."""
    if request.headers.get("x-forwarded-proto") != "http":
        return need
    return dataclasses.replace(need, context={**need.context, "aws:SecureTransport": "false"})


def _with_objects(request: ApiRequest, environ: WSGIEnvironment) -> ApiRequest:
    """Read which objects a DeleteObjects request names."""
    root = ElementTree.fromstring(read_body(environ))  # noqa: S314 - loopback clients only
    objects = [
        (
            item.findtext(f"{_S3_NAMESPACE}Key") or item.findtext("Key") or "",
            item.findtext(f"{_S3_NAMESPACE}VersionId") or item.findtext("VersionId") or "",
        )
        for item in root
        if item.tag.removeprefix(_S3_NAMESPACE) == "Object"
    ]
    return dataclasses.replace(request, parameters={**request.parameters, "Objects": objects})

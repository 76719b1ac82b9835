"""Faults of AWS calls: refused as the service would, slow, cut off, or failed after the effect."""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from local_cloud.aws.authorization.errors import ApiRefusalError
from local_cloud.aws.authorization.principals import Caller, CallerKind
from local_cloud.aws.gateway.refusals import error_answer
from local_cloud.aws.gateway.requests import ApiRequest, read_body, read_signature
from local_cloud.aws.operations.table import SERVICES
from local_cloud.faults.actions import Action, Moment
from local_cloud.faults.codes import fault_code
from local_cloud.faults.matching import Occasion
from local_cloud.faults.processes import PROCESSES
from local_cloud.faults.registry import FAULTS, Injection

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FAULT_HEADER: Final = "x-tarn-fault"
_FIRST_ERROR: Final = 400
_RESOURCE_PART: Final = 5

Serve = Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]


class InjectedFaultError(ApiRefusalError):
    """An error that a rule asked for, in the service's own words."""

    def __init__(self, injection: Injection, service: str) -> None:
        found = fault_code(injection.rule.action, service, injection.rule.code)
        super().__init__(found.message, code=found.code, status=HTTPStatus(found.status))
        self.rule = injection.rule.id


class CutConnectionError(ConnectionError):
    """The connection was closed on purpose; the listener drops it without a word."""


@dataclass(frozen=True, kw_only=True)
class FaultyCall:
    """One admitted call, on its way to moto while rules are in force."""

    caller: Caller
    request: ApiRequest
    serve: Serve

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as the rules say; a call that fails by itself is answered as it is."""
        injection = FAULTS.on_call(occasion_of(self.caller, self.request))
        if injection is None:
            return self.serve(environ, start_response)
        if injection.rule.when is Moment.BEFORE:
            # Read whole, so that the client has sent everything and waits for an answer.
            read_body(environ)
        else:
            served = _Served(self.serve, environ)
            if served.status >= _FIRST_ERROR:
                return served.replay(start_response)
        return self._fail(injection, environ, start_response)

    def _fail(
        self, injection: Injection, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        action = injection.rule.action
        if action is Action.KILL_CALLER:
            signature = read_signature(environ)
            PROCESSES.kill_holder(signature.access_key_id if signature else "")
        if action in (Action.KILL_CALLER, Action.CUT):
            cut(environ)
        error = InjectedFaultError(injection, self.request.service)
        answer = error_answer(error, self.request.service, environ)
        start_response(answer.status, [*answer.headers, (FAULT_HEADER, injection.rule.id)])
        return [answer.body]


@contextmanager
def internal_call(
    service: str, operation: str, *, resource_arn: str, role_arn: str
) -> Generator[None]:
    """Let rules hit what a service of this cloud does under a role without asking the gateway.

    Raises ``InjectedFaultError`` before or after the enclosed effect.
    """
    injection: Injection | None = None
    if FAULTS.armed:
        name = resource_arn.rpartition(":")[2]
        occasion = Occasion(
            service=service,
            operation=operation,
            resources=(name, resource_arn),
            principals=(role_arn.rpartition("/")[2], role_arn),
        )
        injection = FAULTS.on_call(occasion)
    if injection is not None and injection.rule.when is Moment.BEFORE:
        raise InjectedFaultError(injection, service)
    yield
    if injection is not None:
        raise InjectedFaultError(injection, service)


class _Served:
    """An answer that has been made whole and not been sent."""

    def __init__(self, serve: Serve, environ: WSGIEnvironment) -> None:
        self._status, self._headers = "", list[tuple[str, str]]()
        body = serve(environ, self._start)
        self._body = b"".join(body)
        close = getattr(body, "close", None)
        if close is not None:
            close()

    @property
    def status(self) -> int:
        return int(self._status.split()[0])

    def _start(self, status: str, headers: list[tuple[str, str]], *_: object) -> Any:  # noqa: ANN401 - WSGI's write
        self._status, self._headers = status, headers
        return lambda _data: None

    def replay(self, start_response: StartResponse) -> Iterable[bytes]:
        start_response(self._status, self._headers)
        return [self._body]


def cut(environ: WSGIEnvironment) -> None:
    """Close the client's connection without an answer, and end the handling of the request."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise CutConnectionError


def occasion_of(caller: Caller, request: ApiRequest) -> Occasion:
    """Describe a call by every name that a rule may use for it."""
    names = [caller.name, caller.arn, caller.role_arn or ""]
    return Occasion(
        service=request.service,
        operation=request.operation,
        resources=tuple(dict.fromkeys(_resources(request))),
        principals=tuple(dict.fromkeys(name for name in names if name)),
        root=caller.kind is CallerKind.ROOT,
    )


def _resources(request: ApiRequest) -> Sequence[str]:
    """Name what the call needs permissions on: without its kind, with it, and by ARN."""
    rule = SERVICES[request.service][request.operation]
    arns = [need.resource for need in rule(request)] if rule is not None else []
    short: list[str] = []
    for arn in arns:
        part = arn.split(":", _RESOURCE_PART)[-1]
        named = part.replace(":", "/", 1) if request.service == "lambda" else part
        kind, _, name = named.partition("/")
        plain = part if request.service == "s3" or not name else name
        short += [plain, part] if kind else [part]
    texts = [value for value in request.parameters.values() if isinstance(value, str)]
    return [*short, *arns, *(texts if not arns else ())]

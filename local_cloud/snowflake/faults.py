"""Faults of statements and logins, in the forms in which a driver of Snowflake meets them.

What a driver tries again by itself (HTTP 429, 500, 503, a cut connection) it asks again under the
same request id, and Snowflake then answers with the first answer instead of running the statement
twice. So the answer of a statement that took effect is kept for the request that follows it.
"""

from __future__ import annotations

import asyncio
import re
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.responses import JSONResponse, Response

from local_cloud.faults.actions import Action, Moment
from local_cloud.faults.codes import FaultCode, fault_code
from local_cloud.faults.matching import Occasion
from local_cloud.faults.registry import FAULTS, Injection
from local_cloud.snowflake.names import plain
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.pipe_jobs import ExecutionState, Stop
from local_cloud.snowflake.session import Session

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from local_cloud.snowflake.account import Account
    from local_cloud.snowflake.account_parts import AccountParts

LOGIN: Final = "LOGIN"
_ADMINISTRATOR: Final = "ACCOUNTADMIN"
_KEPT_ANSWERS: Final = 1000
_SPACE: Final = re.compile(r"\s+")
_FIRST_WORD: Final = re.compile(r"[A-Z]+")
_TRANSPORT: Final = "tarn.transport"
_SQLSTATES: Final = {"000603": "XX000", "000625": "57014"}

Answer = Callable[[], Response]


class StatementFaults:
    """Thread-safe; one for an account."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, Response] = OrderedDict()

    @property
    def armed(self) -> bool:
        """Whether a statement could meet a fault, or the answer that a fault has swallowed."""
        return FAULTS.armed or bool(self._answers)

    def answer(self, occasion: Occasion, request_id: str, run: Answer) -> Response:
        """Run a request as the rules say."""
        with self._lock:
            kept = self._answers.get(request_id)
        if kept is not None:
            return kept
        injection = FAULTS.on_call(occasion)
        if injection is None:
            return run()
        if injection.rule.when is Moment.BEFORE:
            return _failure(injection)
        answer = run()
        if b'"success":false' in bytes(answer.body):
            return answer
        failure = _failure(injection)
        if failure.status_code != HTTPStatus.OK or isinstance(failure, _CutResponse):
            self._keep(request_id, answer)
        return failure

    def _keep(self, request_id: str, answer: Response) -> None:
        with self._lock:
            self._answers[request_id] = answer
            if len(self._answers) > _KEPT_ANSWERS:
                self._answers.popitem(last=False)


def statement(session: Session, sql: str) -> Occasion:
    """Describe a statement: its first word is the operation, its text the resource."""
    text = _SPACE.sub(" ", sql).strip()
    first = _FIRST_WORD.search(text.upper())
    return Occasion(
        service="snowflake",
        operation=first[0] if first else "",
        resources=(text, text.upper()),
        principals=(session.role, session.user),
        root=session.role == _ADMINISTRATOR,
    )


def login(user: str, role: str) -> Occasion:
    """Describe a login."""
    return Occasion(
        service="snowflake",
        operation=LOGIN,
        resources=(user,),
        principals=(role, user) if role else (user,),
        root=role.upper() == _ADMINISTRATOR,
    )


def stall_of(pipe: SnowflakeObject) -> Stop | None:
    """Tell that a rule stops a pipe; None when none does. What is announced meanwhile waits."""
    if not FAULTS.armed or not FAULTS.holding(_pipe(pipe), Action.STOP_PIPE):
        return None
    reason = f"Pipe {plain(pipe.path)} is stopped by a fault rule (tarn local fault list)."
    return Stop(state=ExecutionState.STALLED_INTERNAL_ERROR, reason=reason)


def stalled(account: AccountParts, pipe: SnowflakeObject, *, waiting: int) -> bool:
    """Whether a rule stops a pipe, told to the journal with the number of files that wait."""
    rule = FAULTS.holding(_pipe(pipe), Action.STOP_PIPE) if FAULTS.armed else None
    if rule is not None:
        name = plain(pipe.path)
        account.journal.record("fault", rule.action, rule=rule.id, pipe=name, waiting=waiting)
    return rule is not None


def catch_up(account: Account) -> None:
    """Load, in the background, what waited for rules that have been cleared."""
    for pipe in account.registry.all(Kind.PIPE):
        threading.Thread(target=account.pipes.changed, args=(pipe,), daemon=True).start()


def _pipe(pipe: SnowflakeObject) -> Occasion:
    return Occasion(service="snowpipe", operation="Load", resources=(plain(pipe.path),))


class Cuttable:
    """An application that is told on which connection each request has come.

    ASGI has no message that drops a connection; uvicorn's ``send`` belongs to what holds it.
    """

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        scope[_TRANSPORT] = getattr(getattr(send, "__self__", None), "transport", None)
        await self._application(scope, receive, send)


class _CutResponse(Response):
    """Closes the connection without an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del send
        transport: asyncio.Transport = scope[_TRANSPORT]
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


def _failure(injection: Injection) -> Response:
    rule = injection.rule
    if rule.action is Action.CUT:
        return _CutResponse()
    found = fault_code(rule.action, "snowflake", rule.code)
    if found.status != HTTPStatus.OK:
        return Response(found.message, status_code=found.status)
    return _refusal(found)


def _refusal(found: FaultCode) -> Response:
    query_id = str(uuid.uuid4())
    sqlstate = _SQLSTATES[found.code]
    return JSONResponse(
        {
            "data": {"errorCode": found.code, "sqlState": sqlstate, "queryId": query_id},
            "code": found.code,
            "message": found.message,
            "success": False,
        }
    )

"""The Invoke operation of the Lambda API, for callers and for services that send events.

It takes the place of moto's, which needs Docker. Events are queued: see ``event_invocations``.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, MutableMapping

from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.backends import get_backend

from local_cloud.aws.events.destinations import Destinations, Origin
from local_cloud.aws.functions.event_invocations import EventInvocations
from local_cloud.aws.functions.invoker import FunctionInvoker
from local_cloud.aws.patching import replace
from local_cloud.journal import Journal


class _CheckedAnswer(bytes):
    """An answer whose size the worker has checked: moto's own limit is too low."""

    def __sizeof__(self) -> int:
        """Tell moto, which asks for the size of the Python object, that it is small."""
        return 0


class LambdaApi:
    """Answers Invoke with our runner, and delivers events to functions."""

    def __init__(
        self, functions: FunctionInvoker, destinations: Destinations, journal: Journal
    ) -> None:
        self._functions = functions
        self._events = EventInvocations(functions, destinations, journal)
        destinations.add("lambda", self._deliver)

    def start(self) -> None:
        """Take over from moto."""

        def invoke(
            backend: LambdaBackend,
            function_name: str,
            qualifier: str | None,
            body: str | bytes | None,
            headers: Mapping[str, str],
            response_headers: MutableMapping[str, str],
        ) -> bytes:
            function = backend.get_function(function_name, qualifier)
            payload = body.encode() if isinstance(body, str) else body or b"{}"
            return self._invoke(function, payload, headers, response_headers)

        def queue_event(
            function: LambdaFunction, body: str, *_headers: MutableMapping[str, str]
        ) -> str:
            """Take an event of moto's own, e.g. of an SNS subscription."""
            self._events.submit(function, body.encode())
            return ""

        replace(LambdaBackend, "invoke", invoke)
        replace(LambdaFunction, "invoke", queue_event)
        _forget_deleted(self._functions)

    def stop(self) -> None:
        """Start no more queued events."""
        self._events.stop()

    def _invoke(
        self,
        function: LambdaFunction,
        payload: bytes,
        headers: Mapping[str, str],
        response_headers: MutableMapping[str, str],
    ) -> bytes:
        kind = headers.get("X-Amz-Invocation-Type", "RequestResponse")
        if kind == "DryRun":
            return b""
        if kind == "Event":
            self._events.submit(function, payload)
            return b""
        result = self._functions.invoke(function, payload, headers.get("X-Amz-Client-Context"))
        if result.error is not None:
            response_headers["x-amz-function-error"] = result.error
        response_headers["x-amz-log-result"] = base64.b64encode(result.log_tail).decode()
        response_headers["x-amz-executed-version"] = "$LATEST"
        return _CheckedAnswer(result.payload)

    def _deliver(self, arn: str, body: str, origin: Origin) -> None:
        origin.require("lambda:InvokeFunction", arn)
        region, account_id = arn.split(":")[3:5]
        function = get_backend("lambda")[account_id][region].get_function(arn)
        self._events.submit(function, body.encode())


def _forget_deleted(functions: FunctionInvoker) -> None:
    """End the workers of a function that is deleted."""
    delete = LambdaBackend.delete_function

    def delete_function(
        backend: LambdaBackend, function_name: str, qualifier: str | None = None
    ) -> None:
        arn = backend.get_function(function_name).function_arn
        delete(backend, function_name, qualifier)
        functions.pool.forget(arn)

    replace(LambdaBackend, "delete_function", delete_function)

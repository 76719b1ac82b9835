"""Event invocations: queued, retried, and sent on when they have failed or succeeded.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html: an error is
retried twice, or as often as the function's configuration says; a throttled event is not counted
as a try and waits for up to six hours.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from moto.backends import get_backend

from local_cloud.aws.events.destinations import Destinations, Origin
from local_cloud.aws.functions.invoker import FunctionInvoker
from local_cloud.aws.functions.model import InvocationResult
from local_cloud.aws.functions.pool import ThrottledError
from local_cloud.journal import Journal

if TYPE_CHECKING:
    from moto.awslambda.models import LambdaFunction

_RETRIES: Final = 2
_RETRY_SECONDS: Final = 1.0
"""AWS waits one minute and then two; a laptop should not be waited for that long."""
_AGE_SECONDS: Final = 6 * 3600
_THROTTLED_SECONDS: Final = 5.0
"""The longest wait between tries of a throttled event, where AWS goes up to five minutes."""
_PRINCIPAL: Final = "lambda.amazonaws.com"


@dataclass
class _Event:
    """One event on its way to a function."""

    function: LambdaFunction
    payload: bytes
    request_id: str = field(default_factory=lambda: str(uuid4()))
    accepted_at: float = field(default_factory=time.monotonic)
    tries: int = 0
    throttled: int = 0

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the function says of its event invocations."""
        configured = self.function.event_invoke_config
        return configured[-1].config if configured else {}


class EventInvocations:
    """Runs events in the background, as many at a time as a function has processes."""

    def __init__(
        self, functions: FunctionInvoker, destinations: Destinations, journal: Journal
    ) -> None:
        self._functions = functions
        self._destinations = destinations
        self._journal = journal
        self._stopped = False
        self._executor = ThreadPoolExecutor(
            functions.pool.per_function, thread_name_prefix="lambda-events"
        )

    def submit(self, function: LambdaFunction, payload: bytes) -> None:
        """Take an event for a function."""
        self._start(_Event(function=function, payload=payload))

    def stop(self) -> None:
        """Start no more events."""
        self._stopped = True
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _start(self, event: _Event) -> None:
        with contextlib.suppress(RuntimeError):  # stopped meanwhile
            self._executor.submit(self._run, event)

    def _later(self, event: _Event, seconds: float) -> None:
        timer = threading.Timer(seconds, self._start, [event])
        timer.daemon = True
        timer.start()

    def _run(self, event: _Event) -> None:
        result: InvocationResult | None = None
        try:
            result = self._functions.invoke(event.function, event.payload)
        except ThrottledError as refusal:
            self._throttled(event, refusal)
            return
        except Exception as error:  # noqa: BLE001 - an event has nobody to raise to
            name = event.function.function_name
            self._journal.record("lambda", f"not invoked: {error}", function=name)
        event.tries += 1
        if result is not None and result.succeeded:
            self._send(event, "OnSuccess", "Success", result)
        elif event.tries > int(event.settings.get("MaximumRetryAttempts", _RETRIES)):
            self._give_up(event, "RetriesExhausted", result)
        elif self._is_old(event):
            self._give_up(event, "EventAgeExceeded", result)
        else:
            self._later(event, _RETRY_SECONDS * event.tries)

    def _throttled(self, event: _Event, refusal: ThrottledError) -> None:
        if refusal.reserved == 0:
            self._give_up(event, "ZeroReservedConcurrency", None)
        elif self._is_old(event):
            self._give_up(event, "EventAgeExceeded", None)
        else:
            event.throttled += 1
            self._later(event, min(0.1 * 2**event.throttled, _THROTTLED_SECONDS))

    def _is_old(self, event: _Event) -> bool:
        most = int(event.settings.get("MaximumEventAgeInSeconds", _AGE_SECONDS))
        return time.monotonic() - event.accepted_at > most

    def _give_up(self, event: _Event, condition: str, result: InvocationResult | None) -> None:
        self._journal.record(
            "lambda",
            "event given up",
            function=event.function.function_name,
            condition=condition,
            payload=json.dumps(event.payload.decode(errors="replace"))[:500],
        )
        self._send(event, "OnFailure", condition, result)
        configuration = event.function.get_configuration()
        target = str((configuration.get("DeadLetterConfig") or {}).get("TargetArn") or "")
        if target:
            self._bury(event, target, result)

    def _send(
        self, event: _Event, kind: str, condition: str, result: InvocationResult | None
    ) -> None:
        """Tell the destination that the function names for events that end so, if it names one."""
        named: Mapping[str, Any] = event.settings.get("DestinationConfig") or {}
        target = str((named.get(kind) or {}).get("Destination") or "")
        if target:
            record = json.dumps(_record(event, condition, result))
            self._destinations.deliver(target, record, _origin(event.function))

    def _bury(self, event: _Event, target: str, result: InvocationResult | None) -> None:
        """Send the event itself to the dead letters, with what was wrong as attributes."""
        reason = result.payload.decode(errors="replace") if result is not None else "not invoked"
        facts = {
            "RequestID": ("String", event.request_id),
            "ErrorCode": ("Number", "200" if result is not None else "429"),
            "ErrorMessage": ("String", reason[:1024]),
        }
        origin = _origin(event.function)
        body = event.payload.decode(errors="replace")
        region, account_id, name = target.split(":")[3:6]
        try:
            if target.split(":")[2] == "sqs":
                queue: Any = get_backend("sqs")[account_id][region].get_queue(name)
                origin.require("sqs:SendMessage", target)
                origin.require_key(queue.kms_master_key_id, target)
                get_backend("sqs")[account_id][region].send_message(
                    name, body, message_attributes=_attributes(facts)
                )
            else:
                self._destinations.deliver(target, body, origin)
        except Exception as error:  # noqa: BLE001 - an event has nobody to raise to
            self._journal.record("lambda", f"no dead letter: {error}", to=target)


def _attributes(facts: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    return {name: {"DataType": kind, "StringValue": value} for name, (kind, value) in facts.items()}


def _origin(function: LambdaFunction) -> Origin:
    return Origin(
        principal=_PRINCIPAL,
        account_id=function.account_id,
        source_arn=function.function_arn,
        role_arn=function.role,
    )


def _record(event: _Event, condition: str, result: InvocationResult | None) -> dict[str, object]:
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    record: dict[str, object] = {
        "version": "1.0",
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": f"{event.function.function_arn}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": event.tries,
        },
        "requestPayload": _document(event.payload),
    }
    if result is not None:
        context = {"statusCode": 200, "executedVersion": "$LATEST"}
        fault = {"functionError": result.error} if result.error else {}
        record["responseContext"] = {**context, **fault}
        record["responsePayload"] = _document(result.payload)
    return record


def _document(payload: bytes) -> object:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode(errors="replace")

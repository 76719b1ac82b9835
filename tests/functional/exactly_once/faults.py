"""Faults at every call of a client: before the effect, after it, slow, throttled, killed, cut off.

The clients do not try again by themselves here, so that every fault reaches the code: it is what is
left when their tries are used up. A call is known by its task and its number, so that threads which
a task starts do not change what happens.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from random import Random
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from tests.functional.exactly_once.scheduler import KilledError, current_task

Tick = Callable[[float], None]
"""Lets seconds of the simulated clock pass."""

SERVICES: Final = ("s3", "dynamodb")


class Faults:
    """Decides what happens to each call of one schedule."""

    def __init__(self, seed: int, share: float, tick: Tick) -> None:
        self.seed = seed
        self.share = share
        self.injected: list[str] = []
        self._tick = tick

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its types at run time
        """Return a client whose calls meet faults."""
        config = Config(retries={"total_max_attempts": 1})
        client: Any = boto3.client(service, config=config)
        client.meta.events.register("before-call", self._before)
        client.meta.events.register("after-call", self._after)
        return client

    def strike(self, call: str) -> str | None:
        """Return what happens to a call, or None."""
        task = current_task()
        who = f"{task.name} {task.calls}" if task else "a thread"
        digest = hashlib.sha256(f"{self.seed} {who} {call}".encode()).digest()
        random = Random(digest)  # noqa: S311 - a schedule, not a secret
        if random.random() >= self.share:
            return None
        fault = random.choice(("before", "after", "slow", "throttled", "killed", "killed after"))
        self.injected.append(f"{who}: {fault} {call}")
        return fault

    def _before(self, model: Any, params: Any, context: Any, **_: object) -> None:  # noqa: ANN401
        task = current_task()
        if task is not None:
            task.pause()
        call = f"{model.service_model.service_name}.{model.name} {_subject(params)}"
        context["tarn_call"] = call
        fault = context["tarn_fault"] = self.strike(call)
        if fault == "slow":
            self._tick(Random(call).choice((1, 40, 200)))  # noqa: S311 - a schedule, not a secret
        elif fault == "before":
            raise ConnectionClosedError(endpoint_url=call)
        elif fault == "throttled":
            code = {"Code": "ThrottlingException", "Message": "slow down"}
            raise ClientError({"Error": code}, model.name)
        elif fault == "killed":
            raise KilledError

    def _after(self, parsed: Any, context: Any, **_: object) -> None:  # noqa: ANN401
        fault = context.get("tarn_fault")
        if fault == "after" and "Body" in parsed:
            parsed["Body"] = _CutBody(parsed["Body"])
        elif fault == "after":
            raise ReadTimeoutError(endpoint_url=str(context.get("tarn_call")))
        elif fault == "killed after":
            raise KilledError


class _CutBody:
    """A body that breaks off in the middle."""

    def __init__(self, body: Any) -> None:  # noqa: ANN401 - botocore's streaming body
        self._body = body
        self._reads = 0

    def read(self, amount: int | None = None) -> bytes:
        self._reads += 1
        if amount is None or self._reads > 1:
            raise ReadTimeoutError(endpoint_url="the body")
        return self._body.read(min(amount, 20))

    def close(self) -> None:
        self._body.close()


def _subject(params: Any) -> str:  # noqa: ANN401 - botocore's prepared request
    """Name what a call is about; not its whole content, which may hold times of the day."""
    body = params.get("body", b"")
    if params.get("url_path") != "/" or not isinstance(body, bytes | str):
        return str(params.get("url_path"))
    return json.dumps(json.loads(body).get("Key"))

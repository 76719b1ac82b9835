"""One process of a function: an execution environment that serves one invocation at a time."""

from __future__ import annotations

import dataclasses
import json
import os
import queue
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from local_cloud.aws.functions.memory import peak_memory_mb, resident_memory_mb
from local_cloud.aws.functions.model import FunctionCode, FunctionConfiguration
from local_cloud.aws.functions.output import OutputReader
from local_cloud.aws.functions.runtime_api import Invocation, RuntimeApi, RuntimeEvent, Signal
from local_cloud.aws.functions.storage import used_mb
from local_cloud.children import CHILDREN

_BOOTSTRAP: Final = Path(__file__).with_name("bootstrap.py")
_INIT_SECONDS: Final = 30.0
"""AWS allows 10 s; a laptop that runs Spark at the same time is slower than Lambda's hosts."""
_CHECK_SECONDS: Final = 0.1
_RESPONSE_BYTES: Final = 6_291_556
"""What Lambda takes of an answer to a call that waits for it."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one invocation of a worker came to. A worker that is not reusable has been ended."""

    payload: bytes
    error: str | None
    lines: Sequence[str]
    duration_ms: float
    init_ms: float | None
    memory_mb: int
    reusable: bool
    note: str | None = None
    """Lambda's own line in the log, e.g. of a timeout."""


class Worker:
    """A started process. ``invoke`` may be called again while answers are reusable."""

    def __init__(
        self,
        configuration: FunctionConfiguration,
        code: FunctionCode,
        *,
        runtime: Path,
        environment: Mapping[str, str],
        scratch: Path,
        log_stream: str,
        own_tmp: bool = True,
    ) -> None:
        self.configuration = configuration
        self.log_stream = log_stream
        self.idle_since = time.monotonic()
        self.started_at = time.monotonic()
        self._lines: list[str] = []
        self._signals: queue.SimpleQueue[RuntimeEvent] = queue.SimpleQueue()
        self._api = RuntimeApi(self._signals)
        self._scratch = scratch
        self._initialised = False
        reading, writing = os.pipe()
        try:
            self._process = CHILDREN.spawn(
                _command(code, runtime, storage_mb=configuration.storage_mb if own_tmp else 0),
                env={**environment, "AWS_LAMBDA_RUNTIME_API": self._api.address},
                cwd=scratch,
                stdout=writing,
                stderr=subprocess.STDOUT,
            )
        finally:
            os.close(writing)
        self._output = OutputReader(reading, on_line=self._lines.append, on_end=self._ended)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs; it may have ended while it was idle."""
        return self._process.poll() is None

    def invoke(self, invocation: Invocation) -> Answer:
        """Run one invocation, within the function's timeout and memory."""
        init_ms = None
        if not self._initialised:
            event = self._await(time.monotonic() + _INIT_SECONDS, Signal.READY)
            init_ms = (time.monotonic() - self.started_at) * 1000
            if event.signal is not Signal.READY:
                return self._failed_start(event, init_ms)
            self._initialised = True
        started = time.monotonic()
        deadline_ms = int((time.time() + self.configuration.timeout) * 1000)
        self._api.offer(dataclasses.replace(invocation, deadline_ms=deadline_ms))
        event = self._await(started + self.configuration.timeout)
        return self._answer(event, (time.monotonic() - started) * 1000, init_ms, invocation)

    def kill(self) -> None:
        """End the process and what it started."""
        CHILDREN.kill(self._process)
        self._api.close()

    def _await(self, deadline: float, wanted: Signal = Signal.RESPONSE) -> RuntimeEvent:
        """Return the next signal; watch what it uses meanwhile, and give up at the deadline.

        A runtime tells that it is ready after each response too: passed over unless wanted.
        """
        while (remaining := deadline - time.monotonic()) > 0:
            try:
                event = self._signals.get(timeout=min(remaining, _CHECK_SECONDS))
                if event.signal is not Signal.READY or wanted is Signal.READY:
                    return event
            except queue.Empty:
                if resident_memory_mb(self.pid) > self.configuration.memory_mb:
                    return _OUT_OF_MEMORY
                if self._storage_is_full():
                    return _OUT_OF_STORAGE
        return _TIMED_OUT

    def _answer(
        self, event: RuntimeEvent, duration_ms: float, init_ms: float | None, call: Invocation
    ) -> Answer:
        self._output.drain()
        memory_mb = peak_memory_mb(self.pid)
        if event.signal in (Signal.RESPONSE, Signal.ERROR):
            if memory_mb > self.configuration.memory_mb:
                event = _OUT_OF_MEMORY
            elif self._storage_is_full():
                event = _OUT_OF_STORAGE
            else:
                payload, error = _answered(event)
                return self._made(payload, error, duration_ms, init_ms, memory_mb)
        kind, reason = self._reason(event, memory_mb)
        message = f"RequestId: {call.request_id} Error: {reason}"
        note = message
        if event is _TIMED_OUT:
            note = (
                f"{datetime.now(UTC).isoformat(timespec='milliseconds')} {call.request_id} {reason}"
            )
        return self._lost(kind, note, duration_ms, init_ms, memory_mb, message)

    def _reason(self, event: RuntimeEvent, memory_mb: int) -> tuple[str, str]:
        """Say why a process ended: the type and the message of Lambda's answer."""
        configuration = self.configuration
        if event is _TIMED_OUT:
            return "Sandbox.Timedout", f"Task timed out after {configuration.timeout:.2f} seconds"
        killed = "Runtime exited with error: signal: killed"
        if event is _OUT_OF_MEMORY:
            used = f"it used {memory_mb} MB of {configuration.memory_mb} MB"
        elif event is _OUT_OF_STORAGE:
            used = f"its /tmp held more than the {configuration.storage_mb} MB that it may"
        else:
            return "Runtime.ExitError", "Runtime exited without a response"
        return "Runtime.ExitError", f"{killed}: {used}"

    def _storage_is_full(self) -> bool:
        return used_mb(self._scratch) > self.configuration.storage_mb

    def _failed_start(self, event: RuntimeEvent, init_ms: float) -> Answer:
        self._output.drain()
        memory_mb = peak_memory_mb(self.pid)
        if event.signal is Signal.INIT_ERROR:
            self.kill()
            self._output.drain()
            answer = self._made(event.payload, "Unhandled", init_ms, init_ms, memory_mb)
            return _not_reusable(answer)
        what = _STARTS.get(event, "did not finish")
        note = f"INIT_REPORT Init Duration: {init_ms:.2f} ms Phase: init Status: {what}"
        return self._lost("Runtime.InitError", note, init_ms, init_ms, memory_mb)

    def _lost(
        self,
        kind: str,
        note: str,
        duration_ms: float,
        init_ms: float | None,
        memory_mb: int,
        message: str | None = None,
    ) -> Answer:
        """End a process that cannot go on; what it printed before is kept."""
        self.kill()
        self._output.drain()
        payload = json.dumps({"errorType": kind, "errorMessage": message or note}).encode()
        answer = self._made(payload, "Unhandled", duration_ms, init_ms, memory_mb)
        return _not_reusable(answer, note)

    def _made(
        self,
        payload: bytes,
        error: str | None,
        duration_ms: float,
        init_ms: float | None,
        memory_mb: int,
    ) -> Answer:
        lines, self._lines[:] = list(self._lines), []
        return Answer(
            payload=payload,
            error=error,
            lines=lines,
            duration_ms=duration_ms,
            init_ms=init_ms,
            memory_mb=memory_mb,
            reusable=True,
        )

    def _ended(self) -> None:
        CHILDREN.kill(self._process)
        self._signals.put(RuntimeEvent(signal=Signal.EXITED))


_TIMED_OUT: Final = RuntimeEvent(signal=Signal.EXITED, payload=b"timed out")
_OUT_OF_MEMORY: Final = RuntimeEvent(signal=Signal.EXITED, payload=b"out of memory")
_OUT_OF_STORAGE: Final = RuntimeEvent(signal=Signal.EXITED, payload=b"out of storage")
_STARTS: Final = {_OUT_OF_MEMORY: "ran out of memory", _OUT_OF_STORAGE: "ran out of storage"}


def _answered(event: RuntimeEvent) -> tuple[bytes, str | None]:
    """Return the payload and the error of an answer, unless that is too large."""
    if len(event.payload) > _RESPONSE_BYTES:
        reason = (
            "Response payload size exceeded maximum allowed payload size "
            f"({_RESPONSE_BYTES} bytes)."
        )
        fault = {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": reason}
        return json.dumps(fault).encode(), "Unhandled"
    return event.payload, None if event.signal is Signal.RESPONSE else "Unhandled"


def _not_reusable(answer: Answer, note: str | None = None) -> Answer:
    return dataclasses.replace(answer, reusable=False, note=note)


def _command(code: FunctionCode, runtime: Path, *, storage_mb: int) -> list[str]:
    layers = [str(layer) for layer in code.layers]
    return [
        sys.executable,
        "-I",
        "-S",
        "-u",
        str(_BOOTSTRAP),
        str(storage_mb),
        str(runtime),
        str(code.task),
        *layers,
    ]

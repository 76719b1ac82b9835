"""The Lambda Runtime API, one small HTTP server for each function process.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html: the process asks for the next
invocation and waits, and posts the response or the error.
"""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

_BASE: Final = "/2018-06-01/runtime"
_NEXT: Final = f"{_BASE}/invocation/next"
_INIT_ERROR: Final = f"{_BASE}/init/error"


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """One event for the handler."""

    request_id: str
    payload: bytes
    function_arn: str
    trace_id: str
    deadline_ms: int = 0
    """Set when the process gets it: starting up does not count."""
    client_context: str | None = None


class Signal(StrEnum):
    """What a function process has told."""

    READY = "ready"
    """It has imported the handler and waits for an invocation."""
    RESPONSE = "response"
    ERROR = "error"
    INIT_ERROR = "init-error"
    EXITED = "exited"
    """Its output has ended: it is gone. Told by the worker, not by this API."""


@dataclass(frozen=True, kw_only=True)
class RuntimeEvent:
    """A signal with what came with it."""

    signal: Signal
    payload: bytes = b""
    request_id: str | None = None


@dataclass
class _Channel:
    """What the HTTP threads and the worker share."""

    signals: queue.SimpleQueue[RuntimeEvent]
    invocations: queue.SimpleQueue[Invocation | None] = field(default_factory=queue.SimpleQueue)


class RuntimeApi:
    """Serves one process. ``signals`` receives what the process tells."""

    def __init__(self, signals: queue.SimpleQueue[RuntimeEvent]) -> None:
        self._channel = _Channel(signals=signals)
        channel = self._channel

        class Handler(_RuntimeRequestHandler):
            @property
            def channel(self) -> _Channel:
                return channel

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="runtime-api", daemon=True).start()

    @property
    def address(self) -> str:
        """The value of ``AWS_LAMBDA_RUNTIME_API``."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def offer(self, invocation: Invocation) -> None:
        """Give the process its next invocation."""
        self._channel.invocations.put(invocation)

    def close(self) -> None:
        """Stop serving; a process that waits for an invocation sees its connection end."""
        self._channel.invocations.put(None)
        threading.Thread(target=self._shut_down, name="runtime-api-end", daemon=True).start()

    def _shut_down(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _RuntimeRequestHandler(BaseHTTPRequestHandler):
    """One connection of the function process."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024

    @property
    def channel(self) -> _Channel:
        """Return what is shared with the worker; each API has its own subclass."""
        raise NotImplementedError

    def do_GET(self) -> None:
        """Wait for the next invocation and hand it out."""
        if self.path != _NEXT:
            self._answer(HTTPStatus.NOT_FOUND)
            return
        self.channel.signals.put(RuntimeEvent(signal=Signal.READY))
        invocation = self.channel.invocations.get()
        if invocation is None:
            self.close_connection = True
            return
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_id,
        }
        if invocation.client_context is not None:
            headers["Lambda-Runtime-Client-Context"] = invocation.client_context
        self._answer(HTTPStatus.OK, invocation.payload, headers)

    def do_POST(self) -> None:
        """Take a response or an error."""
        body = self._body()
        self._answer(HTTPStatus.ACCEPTED, b'{"status":"OK"}', {"Content-Type": "application/json"})
        if self.path == _INIT_ERROR:
            event = RuntimeEvent(signal=Signal.INIT_ERROR, payload=body)
        else:
            *_, request_id, kind = self.path.split("/")
            signal = Signal.RESPONSE if kind == "response" else Signal.ERROR
            event = RuntimeEvent(signal=signal, payload=body, request_id=request_id)
        self.channel.signals.put(event)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the worker records what matters."""

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks: list[bytes] = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _answer(
        self, status: HTTPStatus, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

"""One client's connection to the AWS port: requests one after the other, until either side ends it.

Werkzeug's own handler closes after each answer. An SDK then connects anew for every call, and the
local AWS starts a thread for it: about a fifth of its interpreter's time in the main job.
"""

from __future__ import annotations

import io
import traceback
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.exceptions import InternalServerError
from werkzeug.serving import connection_dropped_errors

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_LARGEST_REMAINDER: Final = 64 * 1024 * 1024
"""More than this of a body that nobody read is not worth keeping the connection for."""
_DRAIN_BYTES: Final = 1024 * 1024


class PersistentRequestHandler(MotoRequestHandler):
    """Answers at once and keeps the connection; small packets are not held back."""

    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    """An answer's head leaves with its body, in one packet if it is small."""
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the journal tells what matters."""

    def handle_expect_100(self) -> bool:
        """Let the client send its body; the line must not wait in the buffer."""
        proceed = super().handle_expect_100()
        self.wfile.flush()
        return proceed

    def run_wsgi(self) -> None:
        """Serve one request; what is left of its body is read, as the next one stands behind it."""
        environ = self.make_environ()
        body = _body(environ, self.rfile)
        if body is not None:
            environ["wsgi.input"] = body
        try:
            answer = _Answer(self._application, environ)
        except connection_dropped_errors:
            self.close_connection = True
            return
        except Exception:  # noqa: BLE001 - whatever the application raised, the client gets an answer
            self.server.log("error", "Error on request:\n%s", traceback.format_exc())
            answer = _Answer(InternalServerError(), environ)
            self.close_connection = True
        if not _drained(body):
            self.close_connection = True
        self._send(answer)

    @property
    def _application(self) -> WSGIApplication:
        return self.server.app

    def _send(self, answer: _Answer) -> None:
        self.send_response(answer.status, answer.reason)
        named: set[str] = set()
        for name, value in answer.headers:
            named.add(name.lower())
            if name.lower() != "connection":
                self.send_header(name, value)
        if "content-length" not in named and answer.may_have_body(self.command):
            self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if answer.may_have_body(self.command):
            self.wfile.write(answer.body)
        self.wfile.flush()


class _Answer:
    """All that an application answers; objects are in memory anyhow."""

    def __init__(self, application: WSGIApplication, environ: WSGIEnvironment) -> None:
        self._status = "500 "
        self.headers: list[tuple[str, str]] = []
        self._written: list[bytes] = []
        produced = application(environ, cast("Any", self._start))
        try:
            parts = list(produced)
        finally:
            close = cast("Callable[[], None] | None", getattr(produced, "close", None))
            if close is not None:
                close()
        self.body = b"".join([*self._written, *parts])

    def _start(
        self, status: str, headers: list[tuple[str, str]], _: object = None
    ) -> Callable[[bytes], None]:
        self._status, self.headers = status, headers
        return self._written.append

    @property
    def status(self) -> int:
        return int(self._status.split(None, 1)[0])

    @property
    def reason(self) -> str:
        return self._status.partition(" ")[2]

    def may_have_body(self, method: str) -> bool:
        """Whether HTTP lets this answer have one (RFC 9110, 6.4.1)."""
        bodiless = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
        return method != "HEAD" and self.status not in bodiless


class _BoundedBody(io.RawIOBase):
    """As much of a connection as belongs to one request."""

    def __init__(self, connection: io.BufferedIOBase, length: int) -> None:
        self._connection = connection
        self.left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - anything writable
        size = min(len(buffer), self.left)
        if not size:
            return 0
        part = self._connection.read(size)
        buffer[: len(part)] = part
        # A connection that ends in the middle has no more, whatever was announced.
        self.left = self.left - len(part) if part else 0
        return len(part)


def _body(environ: WSGIEnvironment, connection: io.BufferedIOBase) -> io.RawIOBase | None:
    """Return the request's body: of the announced length, or in chunks as werkzeug reads them."""
    if environ.get("wsgi.input_terminated"):
        return cast("io.RawIOBase", environ["wsgi.input"])
    length = str(environ.get("CONTENT_LENGTH") or "0")
    return _BoundedBody(connection, int(length) if length.isdigit() else 0)


def _drained(body: io.RawIOBase | None) -> bool:
    """Read what the application left of a body; False when it is too much to read."""
    total = 0
    while body is not None:
        part = body.read(_DRAIN_BYTES)
        if not part:
            break
        total += len(part)
        if total > _LARGEST_REMAINDER:
            return False
    return True

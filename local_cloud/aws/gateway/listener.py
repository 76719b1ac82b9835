"""The HTTP listener of the AWS port: a thread for each connection, kept alive."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer

from local_cloud.aws.gateway.request_handler import PersistentRequestHandler
from local_cloud.settings import LocalCloudSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _Server(ThreadedWSGIServer):
    """Knows its open connections: a client keeps one for as long as the server lets it."""

    def __init__(self, settings: LocalCloudSettings, application: WSGIApplication) -> None:
        super().__init__(
            settings.host, settings.aws_port, application, handler=PersistentRequestHandler
        )
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as socketserver has it
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as socketserver has it
        self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """End every connection, as the end of the process would."""
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Listener:
    """Serves one WSGI application on the AWS port from a background thread."""

    def __init__(self, settings: LocalCloudSettings, application: WSGIApplication) -> None:
        self._settings = settings
        self._application = application
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Bind and serve; an occupied port raises here."""
        server = _Server(self._settings, self._application)
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, name="aws-listener", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting and close the connections; requests under way are not waited for."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
            server.close_connections()

"""The HTTP listener of the AWS port: a thread for each connection, kept alive."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, make_server

from local_cloud.settings import LocalCloudSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _QuietRequestHandler(MotoRequestHandler):
    """Answers at once: small packets are not held back, and requests are not printed."""

    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the journal tells what matters."""


class Listener:
    """Serves one WSGI application on the AWS port from a background thread."""

    def __init__(self, settings: LocalCloudSettings, application: WSGIApplication) -> None:
        self._settings = settings
        self._application = application
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Bind and serve; an occupied port raises here."""
        server = make_server(
            self._settings.host,
            self._settings.aws_port,
            self._application,
            threaded=True,
            request_handler=_QuietRequestHandler,
        )
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, name="aws-listener", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting; requests under way are not waited for."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()

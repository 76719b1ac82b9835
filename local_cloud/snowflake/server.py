"""The Snowflake service of the local cloud: one account behind one port on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from functools import partial

import uvicorn

from local_cloud.clock import Clock
from local_cloud.faults.registry import FAULTS
from local_cloud.journal import Journal
from local_cloud.limits import LIMITS
from local_cloud.settings import LocalCloudSettings
from local_cloud.snowflake.account import Account
from local_cloud.snowflake.faults import Cuttable, catch_up
from local_cloud.snowflake.http import application
from local_cloud.snowflake.limits import SNOWFLAKE_LIMITS
from local_cloud.snowflake.names import plain
from local_cloud.snowflake.objects import Kind
from local_cloud.snowflake.pipes import statuses
from tarn.errors import PermanentError

_START_SECONDS = 20.0
_KEEP_ALIVE_SECONDS = 3600


class SnowflakeStartError(PermanentError):
    """The service could not listen on its port."""

    def __init__(self, *, host: str, port: int, reason: str) -> None:
        """Say where it wanted to listen, and the way out."""
        super().__init__(
            f"The local Snowflake cannot listen on {host}:{port}: {reason}. Stop what listens "
            "there, or choose another snowflake_port."
        )
        self.port = port


LIMITS.add(*SNOWFLAKE_LIMITS)


class SnowflakeServer:
    """A Service; its account lives as long as it."""

    name = "snowflake"

    def __init__(
        self, settings: LocalCloudSettings, journal: Journal, clock: Clock | None = None
    ) -> None:
        """Keep where to listen, and by which clock (one of its own if none is given)."""
        self._clock = clock or Clock()
        self._settings = settings
        self._journal = journal
        self._account: Account | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def account(self) -> Account:
        """The account behind the port; there is one once the service has started."""
        if self._account is None:
            raise SnowflakeStartError(
                host=self._settings.host,
                port=self._settings.snowflake_port,
                reason="the service was not started",
            )
        return self._account

    def start(self) -> None:
        """Listen; return when a driver can log in."""
        self._account = Account.of(self._settings, self._journal, self._clock)
        FAULTS.on_lift(partial(catch_up, self._account))
        listener = self._listener()
        ready = threading.Event()
        config = uvicorn.Config(
            Cuttable(application(self._account)),
            log_config=None,
            access_log=False,
            lifespan="off",
            # Drivers keep a connection for as long as their session lasts.
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )
        self._server = _AnnouncingServer(config, ready)
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="snowflake-http", daemon=True
        )
        self._thread.start()
        if not ready.wait(_START_SECONDS):
            raise SnowflakeStartError(
                host=self._settings.host,
                port=self._settings.snowflake_port,
                reason=f"no answer within {_START_SECONDS:.0f} s",
            )
        self._journal.record("snowflake", "listening", port=self._settings.snowflake_port)

    def _listener(self) -> socket.socket:
        # asyncio turns Nagle off only for sockets made as TCP: else 40 ms a statement.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self._settings.host, self._settings.snowflake_port))
        except OSError as error:
            listener.close()
            raise SnowflakeStartError(
                host=self._settings.host,
                port=self._settings.snowflake_port,
                reason=error.strerror or str(error),
            ) from error
        return listener

    def stop(self) -> None:
        """End the threads; the account's content is gone."""
        if self._account is not None:
            self._account.pipes.stop()
            self._account.iceberg.stop()
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)
            self._thread = None

    def status(self) -> Mapping[str, object]:
        """Describe the account: how many of each kind, its pipes and its Iceberg tables."""
        if self._account is None:
            return {"running": False}
        registry = self._account.registry
        tables = registry.all(Kind.ICEBERG_TABLE)
        return {
            "running": self._thread is not None and self._thread.is_alive(),
            "endpoint": self._settings.snowflake_endpoint,
            "sessions": len(self._account.sessions),
            "objects": {kind.value.lower(): len(registry.all(kind)) for kind in Kind},
            "pipes": statuses(self._account.pipes, registry.all(Kind.PIPE)),
            "iceberg_tables": {
                plain(one.path): self._account.iceberg.status_json(one.path) for one in tables
            },
        }


class _AnnouncingServer(uvicorn.Server):
    """uvicorn, saying when it listens, and leaving the process's signals alone."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    def install_signal_handlers(self) -> None:
        """Leave signals to the process that hosts this service."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then announce it."""
        await super().startup(sockets)
        self._ready.set()

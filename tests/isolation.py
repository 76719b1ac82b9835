"""Keeps tests away from real accounts, and the quick rooms away from sockets and JVMs."""

from __future__ import annotations

import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Final

FAKE_REGION: Final = "us-east-1"
DEAD_PROXY: Final = "http://127.0.0.1:9"
"""The discard port: nothing listens there, so a client that gets this far fails at once."""

NO_NETWORK_ENVIRONMENT: Final = {
    "HTTP_PROXY": DEAD_PROXY,
    "HTTPS_PROXY": DEAD_PROXY,
    "http_proxy": DEAD_PROXY,
    "https_proxy": DEAD_PROXY,
    "NO_PROXY": "",
    "no_proxy": "",
}

SOCKET_EVENTS: Final = frozenset({"socket.connect", "socket.bind", "socket.sendto"})
NAME_EVENTS: Final = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})


class ForbiddenInRoomError(AssertionError):
    """A test touched what its room may not touch."""

    def __init__(self, *, room: str, what: str) -> None:
        self.room = room
        self.what = what
        super().__init__(
            f"A test of the room '{room}' {what}. That room has no network and no JVM: "
            "replace the client by a fake, or move the test to tests/functional."
        )


def fake_aws_environment() -> dict[str, str]:
    """Credentials and a region that no account accepts, over whatever the caller's shell holds."""
    return {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "AWS_REGION": FAKE_REGION,
        "AWS_DEFAULT_REGION": FAKE_REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }


def forbidden_act(event: str, args: tuple[object, ...]) -> str | None:
    """Name what an audit event does that a quick room may not do, or None."""
    if event in SOCKET_EVENTS:
        opened = args[0]
        if isinstance(opened, socket.socket) and opened.family == socket.AF_UNIX:
            return None  # event loops wake themselves through these
        return f"used a socket ({event} {args[1]!r})"
    if event in NAME_EVENTS:
        return f"looked up a host ({args[0]!r})"
    if event == "subprocess.Popen" and PurePath(str(args[0])).name == "java":
        return "started a JVM"
    return None


class RoomGuard:
    """Raises in a test that leaves its room.

    One audit hook serves the whole run, because a hook cannot be removed.
    """

    def __init__(self) -> None:
        self._room: str | None = None
        sys.addaudithook(self._judge)

    @contextmanager
    def active(self, *, room: str) -> Generator[None]:
        """Judge everything that happens inside the block."""
        before, self._room = self._room, room
        try:
            yield
        finally:
            self._room = before

    def _judge(self, event: str, args: tuple[object, ...]) -> None:
        if self._room is None:
            return
        what = forbidden_act(event, args)
        if what is not None:
            raise ForbiddenInRoomError(room=self._room, what=what)


GUARD: Final = RoomGuard()

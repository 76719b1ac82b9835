"""The rules of the rooms themselves."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from pathlib import Path

import pytest

from tests.isolation import ForbiddenInRoomError
from tests.rooms import ROOMS, ci_complaints, room_of

TESTS = Path("/repository/tests")


def test_the_unit_room_refuses_to_connect() -> None:
    with socket.socket() as client, pytest.raises(ForbiddenInRoomError, match="used a socket"):
        client.connect(("127.0.0.1", 9))


def test_the_unit_room_refuses_to_listen() -> None:
    with socket.socket() as server, pytest.raises(ForbiddenInRoomError, match="used a socket"):
        server.bind(("127.0.0.1", 0))


def test_the_unit_room_refuses_to_look_up_a_host() -> None:
    with pytest.raises(ForbiddenInRoomError, match=r"looked up a host \('example\.invalid'\)"):
        socket.getaddrinfo("example.invalid", 443)


def test_the_unit_room_refuses_a_jvm() -> None:
    with pytest.raises(ForbiddenInRoomError, match="started a JVM"):
        subprocess.run(["java", "-version"], check=False)


def test_an_event_loop_is_no_network() -> None:
    async def answer() -> int:
        return 42

    assert asyncio.run(answer()) == 42


@pytest.mark.parametrize("room", list(ROOMS))
def test_a_room_is_a_folder(room: str) -> None:
    found = room_of(TESTS / room / "area" / "test_x.py", tests=TESTS)
    assert found is not None
    assert found.name == room


@pytest.mark.parametrize("path", [TESTS / "test_loose.py", Path("/elsewhere/unit/test_x.py")])
def test_outside_the_folders_there_is_no_room(path: Path) -> None:
    assert room_of(path, tests=TESTS) is None


def test_ci_accepts_a_complete_run() -> None:
    assert ci_complaints(collected=ROOMS, not_run=[]) == []


def test_ci_names_what_did_not_run() -> None:
    complaints = ci_complaints(collected=set(ROOMS) - {"functional"}, not_run=["tests/e2e/test_x"])
    assert complaints == [
        "room functional: no test was collected",
        "tests/e2e/test_x: skipped or expected to fail",
    ]

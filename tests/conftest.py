"""What every room of tests shares: fake credentials, a room's marker and limits, and loud skips.

A test's room is its folder under ``tests/``; nobody marks a test by hand. Fixtures that belong to
one room live in that room's own conftest.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import moto  # noqa: F401  # pyright: ignore[reportUnusedImport]  # hooks into botocore: goes first
import pytest
from hypothesis import settings

from tests.isolation import GUARD, NO_NETWORK_ENVIRONMENT, fake_aws_environment
from tests.rooms import ROOMS, Room, ci_complaints, room_of

TESTS = Path(__file__).parent
CI_FLAG = "TARN_CI"
COLLECTED = pytest.StashKey[set[str]]()

os.environ.update(fake_aws_environment())

# A busy machine is not a wrong program, so no deadline; in CI the same examples every time.
settings.register_profile("laptop", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if CI_FLAG in os.environ else "laptop")


def _room(item: pytest.Item) -> Room:
    room = room_of(item.path, tests=TESTS)
    if room is None:
        message = f"{item.path} is in none of the rooms {', '.join(ROOMS)}: move it into one."
        raise pytest.UsageError(message)
    return room


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test with its room."""
    rooms: set[str] = set()
    for item in items:
        room = _room(item)
        item.add_marker(room.name)
        rooms.add(room.name)
    config.stash[COLLECTED] = rooms


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Give the thread an event loop again: ``asyncio.run`` removes it, and Pulumi asks for it."""
    try:
        asyncio.get_event_loop()
    except RuntimeError:
        asyncio.set_event_loop(asyncio.new_event_loop())


@pytest.fixture(autouse=True)
def limits_of_the_room(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Hold a test to what its room may touch."""
    node: pytest.Item = request.node
    room = _room(node)
    if room.may_use_network:
        yield
        return
    for name, value in NO_NETWORK_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with GUARD.active(room=room.name):
        yield


def _complaints(config: pytest.Config) -> list[str]:
    if CI_FLAG not in os.environ:
        return []
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not isinstance(reporter, pytest.TerminalReporter):
        return []
    not_run = [*reporter.stats.get("skipped", []), *reporter.stats.get("xfailed", [])]
    return ci_complaints(
        collected=config.stash.get(COLLECTED, set[str]()),
        not_run=[str(report.nodeid) for report in not_run],
    )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a test or a room that did not run is a failure: a skipped engine proves nothing."""
    if exitstatus == pytest.ExitCode.OK and _complaints(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what CI holds against this run."""
    complaints = _complaints(config)
    if complaints:
        terminalreporter.section("not run, and CI must run everything", red=True)
        for complaint in complaints:
            terminalreporter.line(complaint)

"""The clock of the cloud goes forward only, and the control API moves it."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local_cloud.clock import Clock, ClockError, span_of
from local_cloud.control import CloudDescription, ControlApi
from local_cloud.journal import Journal
from local_cloud.settings import LocalCloudSettings


class Control:
    """The control API of a cloud that does not run."""

    def __init__(self, home: Path) -> None:
        self.clock = Clock()
        self.journal = Journal()
        self._api = ControlApi(
            CloudDescription(
                settings=LocalCloudSettings(home=home),
                instance_id="i",
                journal=self.journal,
                services=(),
                clock=self.clock,
            )
        )

    def ask(self, method: str, page: str, body: bytes = b"") -> tuple[str, dict[str, object]]:
        """Return the status line and the answer."""
        statuses: list[str] = []

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            assert ("Content-Type", "application/json") in headers
            statuses.append(status)

        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": f"/_tarn/{page}",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        (answer,) = self._api(environ, start)
        return statuses[0], json.loads(answer)


@pytest.fixture
def control(tmp_path: Path) -> Control:
    """A control API with a clock of its own."""
    return Control(tmp_path)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("14d", timedelta(days=14)),
        ("1d12h", timedelta(days=1, hours=12)),
        ("90m", timedelta(minutes=90)),
        ("2w", timedelta(weeks=2)),
        ("45s", timedelta(seconds=45)),
    ],
)
def test_spans_are_read_as_people_write_them(text: str, span: timedelta) -> None:
    assert span_of(text) == span


@pytest.mark.parametrize("text", ["", "14", "-1d", "d", "1y", "1d 2h", "99999999999d", "1.5h"])
def test_what_is_no_span_is_refused_by_name(text: str) -> None:
    with pytest.raises(ClockError, match="such as 14d") as caught:
        span_of(text)
    assert caught.value.step == text


@pytest.mark.parametrize("span", [timedelta(0), timedelta(days=-1), timedelta(days=4000)])
def test_the_clock_takes_no_step_back_and_no_endless_one(span: timedelta) -> None:
    clock = Clock()
    with pytest.raises(ClockError):
        clock.advance(span)
    assert clock.skipped == timedelta(0)


def test_steps_add_up_and_listeners_hear_the_whole() -> None:
    clock, heard = Clock(), list[timedelta]()
    clock.on_advance(heard.append)
    clock.advance(timedelta(days=1))
    clock.advance(timedelta(hours=1))
    assert heard == [timedelta(days=1), timedelta(days=1, hours=1)]
    ahead = clock.now() - datetime.now(UTC)
    assert abs(ahead - timedelta(days=1, hours=1)) < timedelta(seconds=5)


def test_the_control_api_shows_and_advances_the_clock(control: Control) -> None:
    assert control.ask("GET", "clock")[1]["skipped_seconds"] == 0.0
    status, told = control.ask("POST", "clock", b'{"advance": "14d"}')
    assert (status, told["skipped_seconds"]) == ("200 OK", 14 * 86400.0)
    assert control.clock.skipped == timedelta(days=14)
    assert [entry.station for entry in control.journal.entries(1)] == ["clock"]


@pytest.mark.parametrize(
    ("page", "body", "status"),
    [
        ("clock", b'{"advance": "-1d"}', "400 Bad Request"),
        ("clock", b"{}", "400 Bad Request"),
        ("clock", b"no json", "400 Bad Request"),
        ("clock", b"[]", "400 Bad Request"),
        ("health", b"{}", "404 Not Found"),
    ],
)
def test_what_the_control_api_cannot_do_is_said(
    control: Control, page: str, body: bytes, status: str
) -> None:
    answered, told = control.ask("POST", page, body)
    assert (answered, bool(told["error"])) == (status, True)
    assert control.clock.skipped == timedelta(0)


def test_a_moment_of_real_time_is_told_in_the_clouds_time() -> None:
    clock = Clock()
    before = datetime.now(UTC) - timedelta(hours=1)
    clock.advance(timedelta(days=14))
    clock.advance(timedelta(days=1))
    assert clock.at(before) == before
    after = datetime.now(UTC).replace(microsecond=0)
    assert clock.at(after) == after + timedelta(days=15)

"""Settings, journal, limits, state file: what every room of the local cloud stands on."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from local_cloud.journal import RING_SIZE, Journal
from local_cloud.limits import Limit, LimitKind, LimitRegistry
from local_cloud.process import RunningCloud, read_state, write_state
from local_cloud.settings import LocalCloudSettings, SettingsError


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "0.0.0.0"),  # noqa: S104 - the address that must be refused
        ("account_id", "123"),
        ("aws_port", 0),
        ("snowflake_port", 70_000),
        ("snowflake_port", 4566),
    ],
)
def test_a_setting_that_cannot_be_is_named(tmp_path: Path, field: str, value: object) -> None:
    with pytest.raises(SettingsError, match=field):
        LocalCloudSettings(home=tmp_path, **{field: value})  # pyright: ignore[reportArgumentType]


def test_endpoints_are_made_of_host_and_port(tmp_path: Path) -> None:
    settings = LocalCloudSettings(home=tmp_path, aws_port=1, snowflake_port=2)
    assert settings.aws_endpoint == "http://127.0.0.1:1"
    assert settings.snowflake_endpoint == "http://127.0.0.1:2"


def test_the_journal_keeps_the_newest_and_writes_all(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    for number in range(RING_SIZE + 5):
        journal.record("test", "entry", number=number)
    journal.close()
    journal.record("test", "after the file was closed", number=-1)
    entries = journal.entries(RING_SIZE * 2)
    assert len(entries) == RING_SIZE
    assert [entry.facts["number"] for entry in journal.entries(2)] == [RING_SIZE + 4, -1]
    lines = (tmp_path / "journal.jsonl").read_text().splitlines()
    assert len(lines) == RING_SIZE + 5
    assert json.loads(lines[0])["facts"] == {"number": 0}


def test_threads_write_whole_lines(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")

    def write() -> None:
        for _ in range(100):
            journal.record("test", "x" * 200)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    lines = (tmp_path / "journal.jsonl").read_text().splitlines()
    assert {json.loads(line)["message"] for line in lines} == {"x" * 200}
    assert len(lines) == 400


def test_no_entries_are_asked_for() -> None:
    journal = Journal()
    journal.record("test", "entry")
    assert journal.entries(0) == []


def test_a_limit_is_told_once() -> None:
    registry = LimitRegistry()
    limit = Limit(name="a", kind=LimitKind.STORED, why="w", what_to_do="d")
    registry.add(limit)
    registry.add(limit, Limit(name="b", kind=LimitKind.REFUSED, why="w", what_to_do="d"))
    assert [each.name for each in registry.all()] == ["b", "a"]
    assert registry.all()[0].to_json()["kind"] == "refused"


def test_the_state_file_gives_back_what_was_written(tmp_path: Path) -> None:
    running = RunningCloud(
        pid=1,
        instance_id="i",
        host="127.0.0.1",
        aws_port=2,
        snowflake_port=3,
        account_id="000000000000",
        region="us-east-1",
        started_at=4.5,
    )
    write_state(tmp_path, running)
    assert read_state(tmp_path) == running
    assert [path.name for path in tmp_path.iterdir()] == ["cloud.json"]


def test_an_empty_home_has_no_state(tmp_path: Path) -> None:
    assert read_state(tmp_path) is None

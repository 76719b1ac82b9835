"""Waiting is bounded by standstill, not by duration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cli import waiting
from cli.errors import StationTimeoutError


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock on which every look at it is one second later, and no time is slept."""

    def ticks() -> Iterator[float]:
        now = 0.0
        while True:
            yield now
            now += 1.0

    running = ticks()
    monkeypatch.setattr(waiting.time, "monotonic", lambda: next(running))
    monkeypatch.setattr(waiting.time, "sleep", lambda _: None)


def _bound(seconds: float) -> waiting.Bound:
    return waiting.Bound(
        station="Ingestion", waiting_for="verdicts", seconds=seconds, next_step="Look at the logs."
    )


def test_it_ends_when_all_have_arrived() -> None:
    seen: list[tuple[int, int]] = []
    steps = iter([(0, 2), (1, 2), (2, 2)])

    _bound(100).until(lambda: next(steps), lambda done, total: seen.append((done, total)))

    assert seen == [(0, 2), (1, 2), (2, 2)]


def test_a_slow_station_may_take_longer_than_the_bound_while_it_moves() -> None:
    steps = iter([(number, 30) for number in range(31)])

    _bound(5).until(lambda: next(steps), lambda *_: None)


def test_a_station_that_stands_still_is_named_with_what_is_missing() -> None:
    with pytest.raises(StationTimeoutError) as caught:
        _bound(5).until(lambda: (3, 7), lambda *_: None)

    assert "Ingestion" in str(caught.value)
    assert "3 of 7" in str(caught.value)
    assert "Look at the logs." in str(caught.value)


def test_asking_takes_a_small_part_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(waiting.time, "sleep", slept.append)
    steps = iter([(0, 1), (1, 1)])

    _bound(100).until(lambda: next(steps), lambda *_: None)

    # The clock of these tests says that every question takes a second.
    assert slept == [pytest.approx(1 / waiting.POLL_SHARE - 1)]

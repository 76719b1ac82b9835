"""The bounded wait for a role: by a clock that only the test moves."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.components.warehouse.assumable import (
    GIVE_UP_SECONDS,
    Patience,
    RoleNotAssumableError,
    ShownRole,
    same_policy,
    wait_until_shown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Document = dict[str, object]

TRUST: Final = json.dumps({"Statement": [{"Principal": {"AWS": ["arn:user"]}}]})
OTHER: Final = json.dumps({"Statement": [{"Principal": {"AWS": ["AIDAEXAMPLE"]}}]})
BEGAN: Final = 1_000_000.0


@dataclass(kw_only=True)
class Clock:
    """Moves only when somebody sleeps."""

    time: float = BEGAN
    slept: list[float] = field(default_factory=list[float])

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def patience(self, settle_seconds: float) -> Patience:
        return Patience(settle_seconds=settle_seconds, now=lambda: self.time, sleep=self.sleep)


def wait(shown: Sequence[str], *, created_at: float, settle_seconds: float = 20) -> Clock:
    """Wait for a role that IAM shows with each trust policy in turn, then with the last."""
    clock = Clock()
    answers = list(shown)

    async def look() -> ShownRole:
        trust = answers.pop(0) if len(answers) > 1 else answers[0]
        return ShownRole(trust=trust, created_at=datetime.fromtimestamp(created_at, UTC))

    asyncio.run(
        wait_until_shown(
            "tarn-test-role", trust=TRUST, look=look, patience=clock.patience(settle_seconds)
        )
    )
    return clock


def test_nothing_waits_for_a_role_that_has_been_there() -> None:
    assert wait([TRUST], created_at=BEGAN - 3600).slept == []


def test_a_new_role_is_given_time_to_settle() -> None:
    assert wait([TRUST], created_at=BEGAN - 5, settle_seconds=20).slept == [15]


def test_no_role_settles_where_it_can_be_assumed_at_once() -> None:
    assert wait([TRUST], created_at=BEGAN, settle_seconds=0).slept == []


def test_a_clock_behind_iams_does_not_wait_longer_than_the_settling_time() -> None:
    assert wait([TRUST], created_at=BEGAN + 600, settle_seconds=20).slept == [20]


def test_the_role_is_looked_up_again_until_its_trust_policy_shows() -> None:
    clock = wait([OTHER, OTHER, TRUST], created_at=BEGAN - 3600)
    assert clock.slept == [2, 2]


def test_the_wait_ends_with_an_error_that_shows_what_iam_shows() -> None:
    with pytest.raises(RoleNotAssumableError, match="AIDAEXAMPLE") as failed:
        wait([OTHER], created_at=BEGAN)
    assert failed.value.role == "tarn-test-role"


@given(settle_seconds=st.floats(0, 300), age=st.floats(-3600, 3600))
def test_the_wait_is_bounded(settle_seconds: float, age: float) -> None:
    clock = wait([OTHER, TRUST], created_at=BEGAN - age, settle_seconds=settle_seconds)
    assert sum(clock.slept) <= GIVE_UP_SECONDS + settle_seconds


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param({"A": ["x"]}, {"A": "x"}, True, id="a list of one is its member"),
        pytest.param({"A": ["x", "y"]}, {"A": ["y", "x"]}, True, id="order means nothing"),
        pytest.param({"A": 1, "B": 2}, {"B": 2, "A": 1}, True, id="nor does it in an object"),
        pytest.param({"A": ["x"]}, {"A": ["x", "y"]}, False, id="one more principal"),
        pytest.param({"A": "x"}, {"A": "y"}, False, id="another principal"),
    ],
)
def test_policies_are_compared_by_meaning(one: Document, other: Document, same: bool) -> None:
    assert same_policy(json.dumps(one), json.dumps(other)) is same

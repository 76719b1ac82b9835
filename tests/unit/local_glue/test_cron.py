"""AWS cron expressions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_cloud.aws.glue.cron import Cron

FRIDAY = datetime(2026, 1, 2, 10, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(15 12 * * ? *)", datetime(2026, 1, 2, 12, 15, tzinfo=UTC)),
        ("cron(7 10 * * ? *)", datetime(2026, 1, 3, 10, 7, tzinfo=UTC)),
        ("cron(0/20 * * * ? *)", datetime(2026, 1, 2, 10, 20, tzinfo=UTC)),
        ("cron(0 8 ? * MON-FRI *)", datetime(2026, 1, 5, 8, 0, tzinfo=UTC)),
        ("cron(0 8 ? * 1 *)", datetime(2026, 1, 4, 8, 0, tzinfo=UTC)),
        ("cron(0 0 29 FEB ? *)", datetime(2028, 2, 29, tzinfo=UTC)),
        ("cron(0,30 9,10 2 1 ? 2026)", datetime(2026, 1, 2, 10, 30, tzinfo=UTC)),
        ("cron(0 9 1 1 ? 2026)", None),
    ],
)
def test_the_next_time(expression: str, expected: datetime | None) -> None:
    assert Cron.parse(expression).next_after(FRIDAY) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "rate(5 minutes)",
        "cron(0 8 * * *)",
        "cron(0 8 * * * *)",
        "cron(0 8 ? * ? *)",
        "cron(60 8 * * ? *)",
        "cron(0 8 L * ? *)",
        "cron(0/0 8 * * ? *)",
        "cron(5-1 8 * * ? *)",
        "",
    ],
)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        Cron.parse(expression)


@given(
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    moment=st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
)
def test_a_daily_time_comes_within_a_day(minute: int, hour: int, moment: datetime) -> None:
    following = Cron.parse(f"cron({minute} {hour} * * ? *)").next_after(moment)
    assert following is not None
    assert (following.hour, following.minute) == (hour, minute)
    assert timedelta(0) < following - moment <= timedelta(days=1)

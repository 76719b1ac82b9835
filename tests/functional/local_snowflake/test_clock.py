"""Snowflake's functions of time follow the cloud's clock."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local_cloud.settings import LocalCloudSettings
from tests.functional.local_snowflake.account import User
from tests.functional.local_snowflake.alone import AccountAlone

DAYS = timedelta(days=14)
SOON = timedelta(seconds=20)


@pytest.fixture
def alone(tmp_path: Path) -> AccountAlone:
    """An account whose clock is this test's own."""
    return AccountAlone(tmp_path)


def test_queries_views_and_defaults_tell_the_clouds_time(alone: AccountAlone) -> None:
    with alone as user:
        user.rows("CREATE DATABASE D")
        user.rows("CREATE SCHEMA D.RAW")
        user.rows("CREATE TABLE D.RAW.T (ID INT, SEEN TIMESTAMP_LTZ DEFAULT CURRENT_TIMESTAMP())")
        user.rows("CREATE VIEW D.RAW.V AS SELECT CURRENT_TIMESTAMP() AS SEEN")
        user.rows("INSERT INTO D.RAW.T (ID) VALUES (1)")
        alone.clock.advance(DAYS)
        user.rows("INSERT INTO D.RAW.T (ID) VALUES (2)")
        then = datetime.now(UTC) + DAYS
        ((first, second),) = user.rows(
            "SELECT MIN(SEEN), MAX(SEEN) FROM D.RAW.T WHERE SEEN <= CURRENT_TIMESTAMP()"
        )
        assert second - first >= DAYS
        for asked in ("SELECT CURRENT_TIMESTAMP()", "SELECT SEEN FROM D.RAW.V"):
            assert abs(user.value(asked) - then) < SOON
        assert user.value("SELECT CURRENT_DATE()") in {then.date(), (then - SOON).date()}
        created = user.value("SELECT DATEDIFF(DAY, MIN(SEEN), SYSDATE()) FROM D.RAW.T")
        assert created == DAYS.days


def test_the_control_api_moves_snowflakes_time(settings: LocalCloudSettings, admin: User) -> None:
    before = admin.value("SELECT CURRENT_TIMESTAMP()")
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{settings.aws_endpoint}/_tarn/clock", data=json.dumps({"advance": "1h"}).encode()
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        told = json.load(answer)
    after = admin.value("SELECT CURRENT_TIMESTAMP()")
    assert timedelta(hours=1) <= after - before < timedelta(hours=1) + SOON
    assert abs(datetime.fromisoformat(told["now"]) - after) < SOON

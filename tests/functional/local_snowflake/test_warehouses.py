"""Warehouses suspend, resume and cost credits in simulated time; monitors stop them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from tests.functional.local_snowflake.account import User
from tests.functional.local_snowflake.alone import AccountAlone

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class House:
    """An account of one test, whose time only moves when the test says so (and by its run)."""

    def __init__(self, alone: AccountAlone, user: User) -> None:
        self.alone = alone
        self.user = user
        user.rows("CREATE DATABASE D")
        user.rows("CREATE SCHEMA D.RAW")
        user.rows("CREATE TABLE D.RAW.T (ID INT)")

    def warehouse(self, options: str, name: str = "W") -> None:
        """Create a warehouse, use it."""
        self.user.rows(f"CREATE WAREHOUSE {name} {options}")

    def monitor(self, options: str) -> None:
        """Create the monitor M and put W under it."""
        self.user.rows(f"CREATE RESOURCE MONITOR M WITH {options}")
        self.user.rows("ALTER WAREHOUSE W SET RESOURCE_MONITOR = M")

    def pass_(self, span: timedelta) -> None:
        """Let time pass."""
        self.alone.clock.advance(span)

    def state(self, name: str = "W") -> str:
        """The state that SHOW shows."""
        return self.user.shown("WAREHOUSES", name)["state"]

    def shown(self) -> dict[str, Any]:
        """The row of the monitor."""
        return self.user.shown("RESOURCE MONITORS", "M")

    def used(self) -> float:
        """The credits that the monitor has counted."""
        return float(self.shown()["used_credits"])

    def query(self) -> None:
        """Compute over rows."""
        self.user.rows("SELECT COUNT(*) FROM D.RAW.T")

    def refusal(self, statement: str = "SELECT COUNT(*) FROM D.RAW.T") -> tuple[int, str]:
        """The error of a statement."""
        with pytest.raises(ProgrammingError) as caught:
            self.user.rows(statement)
        return int(caught.value.errno or 0), str(caught.value.msg)

    def actions(self) -> list[str]:
        """What the monitor did."""
        entries = self.alone.journal.entries(1000)
        return [str(one.facts["action"]) for one in entries if one.message == "resource monitor"]


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A new account."""
    alone = AccountAlone(tmp_path_factory.mktemp("house"))
    with alone as user:
        yield House(alone, user)


def test_an_idle_warehouse_suspends_itself_and_a_query_resumes_it(house: House) -> None:
    house.warehouse("AUTO_SUSPEND = 300")
    assert house.state() == "STARTED"
    house.pass_(timedelta(seconds=200))
    house.query()
    house.pass_(timedelta(seconds=250))
    assert house.state() == "STARTED"
    house.pass_(timedelta(seconds=100))
    assert house.state() == "SUSPENDED"
    house.query()
    assert house.state() == "STARTED"


def test_without_auto_suspend_a_warehouse_runs_on(house: House) -> None:
    house.warehouse("AUTO_SUSPEND = 0")
    house.pass_(30 * DAY)
    assert house.state() == "STARTED"


def test_without_auto_resume_a_query_finds_no_active_warehouse(house: House) -> None:
    house.warehouse("AUTO_RESUME = FALSE INITIALLY_SUSPENDED = TRUE")
    assert house.refusal()[0] == 606
    assert house.refusal("INSERT INTO D.RAW.T VALUES (1)")[0] == 606
    house.user.rows("ALTER WAREHOUSE W RESUME")
    house.query()
    house.pass_(HOUR)
    assert house.refusal()[0] == 606


def test_suspending_or_resuming_twice_is_an_invalid_state(house: House) -> None:
    house.warehouse("AUTO_SUSPEND = 60")
    assert house.refusal("ALTER WAREHOUSE W RESUME") == (
        90063,
        "090063 (22000): Invalid state. Warehouse 'W' cannot be resumed.",
    )
    house.user.rows("ALTER WAREHOUSE W RESUME IF SUSPENDED")
    house.user.rows("ALTER WAREHOUSE W SUSPEND")
    assert house.refusal("ALTER WAREHOUSE W SUSPEND")[0] == 90064


@pytest.mark.parametrize(
    ("options", "hours", "credits"),
    [
        ("WAREHOUSE_SIZE = XSMALL AUTO_SUSPEND = 0", 10.0, 10.0),
        ("WAREHOUSE_SIZE = LARGE AUTO_SUSPEND = 0", 2.0, 16.0),
        ("WAREHOUSE_SIZE = XSMALL AUTO_SUSPEND = 1800", 10.0, 0.5),
        ("WAREHOUSE_SIZE = X4LARGE AUTO_SUSPEND = 10", 1.0, 128 / 60),
    ],
    ids=["one an hour", "by size", "until it suspends", "a minute at least"],
)
def test_credits_are_by_size_and_second(
    house: House, options: str, hours: float, credits: float
) -> None:
    house.warehouse(f"{options} INITIALLY_SUSPENDED = TRUE")
    house.monitor("CREDIT_QUOTA = 1000")
    house.user.rows("ALTER WAREHOUSE W RESUME")
    house.pass_(hours * HOUR)
    assert house.used() == pytest.approx(credits, abs=0.05)
    assert float(house.shown()["remaining_credits"]) == pytest.approx(1000 - credits, abs=0.05)


def test_each_resume_costs_a_minute(house: House) -> None:
    house.warehouse("WAREHOUSE_SIZE = X4LARGE INITIALLY_SUSPENDED = TRUE")
    house.monitor("CREDIT_QUOTA = 1000")
    for _ in range(3):
        house.user.rows("ALTER WAREHOUSE W RESUME")
        house.user.rows("ALTER WAREHOUSE W SUSPEND")
    assert house.used() == pytest.approx(3 * 128 / 60, abs=0.05)


def test_another_size_costs_from_the_change_on(house: House) -> None:
    house.warehouse("AUTO_SUSPEND = 0 INITIALLY_SUSPENDED = TRUE")
    house.monitor("CREDIT_QUOTA = 1000")
    house.user.rows("ALTER WAREHOUSE W RESUME")
    house.pass_(2 * HOUR)
    house.user.rows("ALTER WAREHOUSE W SET WAREHOUSE_SIZE = MEDIUM")
    house.pass_(HOUR)
    assert house.used() == pytest.approx(6.0, abs=0.05)


@pytest.mark.parametrize("action", ["SUSPEND", "SUSPEND_IMMEDIATE"])
def test_a_monitor_stops_its_warehouse_at_the_quota_and_not_after(
    house: House, action: str
) -> None:
    house.warehouse("AUTO_SUSPEND = 0")
    house.monitor(f"CREDIT_QUOTA = 10 TRIGGERS ON 50 PERCENT DO NOTIFY ON 100 PERCENT DO {action}")
    house.pass_(6 * HOUR)
    assert (house.state(), house.actions()) == ("STARTED", ["NOTIFY"])
    house.pass_(14 * HOUR)
    assert (house.state(), house.actions()) == ("SUSPENDED", ["NOTIFY", action])
    assert house.used() == pytest.approx(10.0, abs=0.05)
    refused = (
        90073,
        "090073 (22000): Warehouse 'W' cannot be resumed because resource monitor 'M' has "
        "exceeded its quota.",
    )
    assert house.refusal() == refused
    assert house.refusal("ALTER WAREHOUSE W RESUME") == refused


def test_a_notifying_monitor_stops_nothing(house: House) -> None:
    house.warehouse("AUTO_SUSPEND = 0")
    house.monitor("CREDIT_QUOTA = 1 TRIGGERS ON 100 PERCENT DO NOTIFY")
    house.pass_(48 * HOUR)
    assert house.state() == "STARTED"
    assert set(house.actions()) == {"NOTIFY"}


@pytest.mark.parametrize(
    "way_out",
    [
        "ALTER RESOURCE MONITOR M SET CREDIT_QUOTA = 100",
        "ALTER RESOURCE MONITOR M SET TRIGGERS ON 300 PERCENT DO SUSPEND",
        "ALTER WAREHOUSE W UNSET RESOURCE_MONITOR",
        "DROP RESOURCE MONITOR M",
    ],
)
def test_more_quota_or_no_monitor_lets_the_warehouse_go_on(house: House, way_out: str) -> None:
    house.warehouse("AUTO_SUSPEND = 0")
    house.monitor("CREDIT_QUOTA = 1 TRIGGERS ON 100 PERCENT DO SUSPEND")
    house.pass_(5 * HOUR)
    assert house.refusal()[0] == 90073
    house.user.rows(way_out)
    house.query()
    assert house.state() == "STARTED"


@pytest.mark.parametrize(
    ("frequency", "span"), [("DAILY", DAY), ("WEEKLY", 7 * DAY), ("MONTHLY", 31 * DAY)]
)
def test_a_new_period_begins_at_nothing(house: House, frequency: str, span: timedelta) -> None:
    house.warehouse("WAREHOUSE_SIZE = X4LARGE AUTO_SUSPEND = 600 INITIALLY_SUSPENDED = TRUE")
    house.monitor(
        f"CREDIT_QUOTA = 2 FREQUENCY = {frequency} START_TIMESTAMP = IMMEDIATELY "
        "TRIGGERS ON 100 PERCENT DO SUSPEND"
    )
    house.query()
    house.pass_(HOUR)
    assert house.refusal()[0] == 90073
    house.pass_(span)
    assert house.used() == 0.0
    house.query()


def test_frequency_never_never_begins_anew(house: House) -> None:
    house.warehouse("WAREHOUSE_SIZE = X4LARGE AUTO_SUSPEND = 600")
    house.monitor(
        "CREDIT_QUOTA = 2 FREQUENCY = NEVER START_TIMESTAMP = IMMEDIATELY "
        "TRIGGERS ON 100 PERCENT DO SUSPEND"
    )
    house.query()
    house.pass_(800 * DAY)
    assert house.refusal()[0] == 90073


def test_only_an_administrator_assigns_a_monitor_that_is_there(house: House) -> None:
    house.warehouse("")
    assert house.refusal("ALTER WAREHOUSE W SET RESOURCE_MONITOR = NONE_SUCH")[0] == 2003
    house.user.rows("CREATE RESOURCE MONITOR M WITH CREDIT_QUOTA = 1")
    house.user.rows("GRANT OWNERSHIP ON WAREHOUSE W TO ROLE SYSADMIN")
    house.user.rows("USE ROLE SYSADMIN")
    assert house.refusal("ALTER WAREHOUSE W SET RESOURCE_MONITOR = M")[0] == 3001


def test_what_runs_on_a_warehouse_can_be_cancelled(house: House) -> None:
    house.warehouse("AUTO_SUSPEND = 60")
    house.user.rows("INSERT INTO D.RAW.T SELECT SEQ4() FROM TABLE(GENERATOR(ROWCOUNT => 20000))")
    other = User(house.alone.settings, warehouse="W")
    caught: list[int | None] = []

    def run_long() -> None:
        try:
            other.rows("SELECT COUNT(*) FROM D.RAW.T A, D.RAW.T B, D.RAW.T C WHERE A.ID*B.ID<>C.ID")
        except ProgrammingError as error:
            caught.append(error.errno)

    long = threading.Thread(target=run_long)
    long.start()
    pause = threading.Event()
    for _ in range(400):
        if house.user.shown("WAREHOUSES", "W")["running"]:
            break
        pause.wait(0.05)
    pause.wait(0.3)
    house.pass_(DAY)
    assert house.state() == "STARTED"
    house.user.rows("ALTER WAREHOUSE W ABORT ALL QUERIES")
    long.join(20)
    other.close()
    assert caught == [604]

"""Values of every column type go in and come back over the driver, NULL as NULL."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import NamedTuple

import pytest

from tests.functional.local_snowflake.account import TestAccount


class Case(NamedTuple):
    """A column type, a value as SQL writes it and as the driver gives it."""

    type: str
    literal: str
    value: object


CASES = (
    Case("NUMBER(12,2)", "1.50", Decimal("1.50")),
    Case("INT", "7", 7),
    Case("FLOAT", "0.5::FLOAT", 0.5),
    Case("VARCHAR", "'a'", "a"),
    Case("BOOLEAN", "TRUE", True),
    Case("DATE", "'2013-01-31'::DATE", date(2013, 1, 31)),
    Case("TIME", "'10:20:30'::TIME", time(10, 20, 30)),
    Case(
        "TIMESTAMP_NTZ(6)",
        "'2013-01-31 10:20:30.5'::TIMESTAMP_NTZ",
        datetime(2013, 1, 31, 10, 20, 30, 500_000),
    ),
    Case(
        "TIMESTAMP_LTZ(6)",
        "'2013-01-31 10:20:30.5 +00:00'::TIMESTAMP_TZ",
        datetime(2013, 1, 31, 10, 20, 30, 500_000, UTC),
    ),
    Case(
        "TIMESTAMP_TZ(6)",
        "'1969-12-31 23:59:59.25 +00:00'::TIMESTAMP_TZ",
        datetime(1969, 12, 31, 23, 59, 59, 250_000, UTC),
    ),
    Case("BINARY", "TO_BINARY('48656C6C6F', 'HEX')", b"Hello"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.type)
def test_a_value_and_null_come_back(account: TestAccount, case: Case) -> None:
    table = f"{account.database}.PUBLIC.VALUE_AND_NULL"
    account.admin.rows(f"CREATE TABLE {table} (LINE INT, V {case.type})")
    account.admin.rows(f"INSERT INTO {table} SELECT 1, {case.literal}")
    account.admin.rows(f"INSERT INTO {table} SELECT 2, NULL")
    account.admin.rows(f"INSERT INTO {table} SELECT 3, {case.literal}")

    found = account.admin.rows(f"SELECT V FROM {table} ORDER BY LINE")

    assert [row[0] for row in found] == [case.value, None, case.value]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.type)
def test_a_column_of_nothing_but_null_comes_back(account: TestAccount, case: Case) -> None:
    table = f"{account.database}.PUBLIC.NULLS"
    account.admin.rows(f"CREATE TABLE {table} (V {case.type})")
    account.admin.rows(f"INSERT INTO {table} SELECT NULL")

    assert account.admin.rows(f"SELECT V FROM {table}") == [(None,)]


def test_a_binary_column_is_added_and_described(account: TestAccount) -> None:
    table = f"{account.database}.PUBLIC.BYTES"
    account.admin.rows(f"CREATE TABLE {table} (A BINARY(16) NOT NULL)")
    account.admin.rows(f"ALTER TABLE {table} ADD COLUMN B VARBINARY")

    described = account.admin.records(f"DESC TABLE {table}")

    assert [row["type"] for row in described] == ["BINARY(16)", "BINARY(8388608)"]

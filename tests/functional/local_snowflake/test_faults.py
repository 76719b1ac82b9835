"""Faults of Snowflake's statements, logins and pipes, as its driver meets them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from snowflake.connector.errors import ProgrammingError

from tests.functional.fault_rules import FaultRules
from tests.functional.local_snowflake.account import TestAccount, User


@pytest.fixture
def rules(account: TestAccount) -> Iterator[FaultRules]:
    """The rules of the cloud; they end with the test."""
    rules = FaultRules(account.settings)
    yield rules
    rules.clear()


@pytest.fixture
def loader(account: TestAccount) -> Iterator[User]:
    """A user in a role that is not the deployer's, with a table of their own."""
    role, admin = f"LOADER_{account.suffix.upper()}", account.admin
    admin.rows(f"CREATE ROLE {role}")
    admin.rows(f"GRANT ROLE {role} TO USER TARN_ADMIN")
    admin.rows(f"GRANT ALL ON DATABASE {account.database} TO ROLE {role}")
    admin.rows(f"GRANT ALL ON SCHEMA {account.database}.RAW TO ROLE {role}")
    admin.rows(f"GRANT USAGE ON WAREHOUSE COMPUTE_WH TO ROLE {role}")
    user = User(
        account.settings,
        role=role,
        warehouse="COMPUTE_WH",
        database=account.database,
        schema="RAW",
    )
    user.rows("CREATE TABLE FILES (NAME VARCHAR)")
    yield user
    user.close()


def insert(user: User, name: str) -> None:
    user.rows(f"INSERT INTO FILES VALUES ('{name}')")


def names(user: User) -> list[str]:
    return [name for (name,) in user.rows("SELECT NAME FROM FILES ORDER BY NAME")]


@pytest.mark.parametrize(
    ("action", "fields", "code", "sqlstate"),
    [
        ("error", {}, 603, "XX000"),
        ("throttle", {"code": "000625"}, 625, "57014"),
    ],
)
def test_a_statement_fails_with_snowflakes_code_and_changes_nothing(
    rules: FaultRules,
    loader: User,
    action: str,
    fields: dict[str, str],
    code: int,
    sqlstate: str,
) -> None:
    rule = rules.fault(action, "snowflake", operation="INSERT", times=1, **fields)

    with pytest.raises(ProgrammingError) as raised:
        insert(loader, "one")

    assert (raised.value.errno, raised.value.sqlstate) == (code, sqlstate)
    insert(loader, "two")
    assert names(loader) == ["two"]
    assert [event["facts"]["operation"] for event in rules.told(rule)] == ["INSERT"]


def test_a_statement_takes_effect_and_fails_all_the_same(rules: FaultRules, loader: User) -> None:
    rules.fault("error", "snowflake", operation="INSERT", resource="*'ONE'*", when="after")

    with pytest.raises(ProgrammingError, match="SQL execution internal error"):
        insert(loader, "one")

    assert names(loader) == ["one"]


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("throttle", {}),
        ("error", {"code": "503"}),
        ("error", {"code": "500", "when": "after"}),
        ("cut", {}),
        ("cut", {"when": "after"}),
    ],
)
def test_the_driver_tries_again_by_itself_and_the_statement_runs_once(
    rules: FaultRules, loader: User, action: str, fields: dict[str, str]
) -> None:
    rule = rules.fault(action, "snowflake", operation="INSERT", times=1, **fields)

    insert(loader, "one")

    assert names(loader) == ["one"]
    assert rules.counts(rule)[1] == 1


def test_the_deployer_is_spared_and_a_login_can_fail(
    rules: FaultRules, account: TestAccount, loader: User
) -> None:
    del loader
    role = f"LOADER_{account.suffix.upper()}"
    rules.fault("error", "snowflake")
    account.admin.rows("SELECT 1")
    User(account.settings, role="ACCOUNTADMIN").close()
    rules.clear()

    rule = rules.fault("throttle", "snowflake", operation="LOGIN", times=1)
    User(account.settings, role=role).close()
    assert rules.counts(rule) == (2, 1)


def test_a_stopped_pipe_loads_what_waited_when_the_rule_is_cleared(
    rules: FaultRules, account: TestAccount
) -> None:
    pipe = account.pipe()
    count = f"SELECT COUNT(*) FROM {account.table}"
    account.put("t/one.parquet", 3)
    account.admin.wait_for(count, 3)
    rule = rules.fault("stop-pipe", "snowpipe", resource=f"{account.database}.*")

    account.put("t/two.parquet", 2, first=10)

    status = f"SELECT PARSE_JSON(SYSTEM$PIPE_STATUS('{pipe}')):pendingFileCount::INT"
    account.admin.wait_for(status, 1)
    told = json.loads(account.admin.value(f"SELECT SYSTEM$PIPE_STATUS('{pipe}')"))
    assert told["executionState"] == "STALLED_INTERNAL_ERROR"
    assert account.admin.value(count) == 3
    assert rules.told(rule)[-1]["facts"]["waiting"] == 1

    rules.clear()
    account.admin.wait_for(count, 5)


def test_a_file_announced_twice_and_late_is_loaded_once(
    rules: FaultRules, account: TestAccount
) -> None:
    account.pipe()
    count = f"SELECT COUNT(*) FROM {account.table}"
    twice = rules.fault("duplicate", "s3", resource="sf-snowpipe-*", copies=3, nth=1)
    late = rules.fault("late", "s3", resource=f"{account.bucket}/t/two*", seconds=0.5)

    account.put("t/one.parquet", 3)
    account.put("t/two.parquet", 2, first=10)

    account.admin.wait_for(count, 5)
    account.put("t/three.parquet", 1, first=20)
    account.admin.wait_for(f"{count} WHERE ID = 20", 1)
    assert account.admin.value(count) == 6
    assert (rules.counts(twice)[1], rules.counts(late)[1]) == (1, 1)

"""Grants beyond the table: all privileges, and what the provider makes of a grant of nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local_cloud.providers.snowflake.sql import quoted
from local_cloud.providers.values import Properties, Value
from tests.functional.local_snowflake.account import TestAccount
from tests.functional.local_snowflake.cases_grants import PRIVILEGES, role
from tests.functional.providers.engine import Engine, Managed, urn_of
from tests.functional.providers.life import assert_no_drift, refreshed

URN = urn_of(PRIVILEGES)
Target = Callable[[TestAccount], Properties]


def _schema(account: TestAccount) -> str:
    return quoted(account.database, "RAW")


def _on_schema(account: TestAccount) -> Properties:
    return {"onSchema": {"schemaName": _schema(account)}}


def _group(choice: str, plural: str) -> Target:
    return lambda account: {
        "onSchemaObject": {choice: {"objectTypePlural": plural, "inSchema": _schema(account)}}
    }


def _made(engine: Engine, account: TestAccount, target: Properties, **given: Value) -> Managed:
    inputs = engine.check(URN, {"accountRoleName": role(account), **given, **target})
    return engine.create(URN, inputs)


def _held(account: TestAccount, show: str = "SHOW GRANTS ON SCHEMA") -> set[str]:
    rows = account.admin.records(f"{show} {_schema(account)}")
    return {row["privilege"] for row in rows if row["grantee_name"] == role(account)}


def test_a_grant_of_which_nothing_is_left_is_empty_and_not_gone(
    engine: Engine, account: TestAccount
) -> None:
    managed = _made(engine, account, _on_schema(account), privileges=["USAGE", "MONITOR"])
    account.admin.rows(
        f"REVOKE USAGE, MONITOR ON SCHEMA {_schema(account)} FROM ROLE {role(account)}"
    )
    empty = refreshed(engine, refreshed(engine, managed))
    assert empty.inputs["privileges"] == []
    engine.update(empty, managed.inputs)
    assert _held(account) == {"USAGE", "MONITOR"}


@pytest.mark.parametrize("lost", ["ROLE", "SCHEMA"])
def test_a_grant_is_gone_with_its_role_or_its_target(
    engine: Engine, account: TestAccount, lost: str
) -> None:
    managed = _made(engine, account, _on_schema(account), privileges=["USAGE"])
    name = role(account) if lost == "ROLE" else _schema(account)
    account.admin.rows(f"DROP {lost} {name}")
    assert engine.read(managed) is None


@pytest.mark.parametrize(
    ("target", "show"),
    [
        (_on_schema, "SHOW GRANTS ON SCHEMA"),
        (_group("future", "TABLES"), "SHOW FUTURE GRANTS IN SCHEMA"),
        (_group("future", "ICEBERG TABLES"), "SHOW FUTURE GRANTS IN SCHEMA"),
    ],
    ids=["schema", "future tables", "future iceberg tables"],
)
def test_all_privileges_are_granted_never_drift_and_are_revoked(
    engine: Engine, account: TestAccount, target: Target, show: str
) -> None:
    managed = _made(engine, account, target(account), allPrivileges=True)
    everything = _held(account, show)
    assert len(everything) > 2
    assert_no_drift(engine, managed)
    assert managed.id.split("|")[3] == "ALL"
    fewer: Properties = {**managed.inputs, "privileges": [min(everything)], "allPrivileges": False}
    assert engine.diff(managed, fewer).replaces == frozenset()
    listed = engine.update(managed, engine.check(URN, fewer, managed.inputs))
    assert _held(account, show) == {min(everything)}
    assert_no_drift(engine, listed)
    again = engine.update(listed, managed.inputs)
    assert _held(account, show) == everything
    engine.delete(again)
    assert _held(account, show) == set()


def test_a_grant_on_all_present_objects_never_drifts(engine: Engine, account: TestAccount) -> None:
    on_table = f"SHOW GRANTS ON TABLE {account.table}"
    target = _group("all", "TABLES")(account)
    managed = _made(engine, account, target, privileges=["SELECT", "INSERT"])
    rows = account.admin.records(on_table)
    held = {row["privilege"] for row in rows if row["grantee_name"] == role(account)}
    assert held == {"SELECT", "INSERT"}
    assert_no_drift(engine, managed)
    account.admin.rows(f"CREATE TABLE {account.database}.RAW.LATER (ID INT)")
    assert_no_drift(engine, managed)
    engine.delete(managed)
    assert not [r for r in account.admin.records(on_table) if r["grantee_name"] == role(account)]


def test_replacing_a_grant_by_its_twin_takes_the_privileges_as_in_pulumi(
    engine: Engine, account: TestAccount
) -> None:
    """The engine makes the new one first, and revoking the old one revokes what the new one has.

    They share no name, so nothing tells the engine otherwise; the refresh sees it.
    """
    managed = _made(engine, account, _on_schema(account), privileges=["USAGE"])
    wanted = engine.check(URN, {**managed.inputs, "withGrantOption": True}, managed.inputs)
    found = engine.diff(managed, wanted)
    assert found.replaces == {"withGrantOption"}
    assert not found.delete_before_replace
    new = engine.create(URN, wanted)
    engine.delete(managed)
    assert _held(account) == set()
    live = refreshed(engine, new)
    assert engine.diff(live, wanted).changed == {"privileges"}
    engine.update(live, wanted)
    assert _held(account) == {"USAGE"}

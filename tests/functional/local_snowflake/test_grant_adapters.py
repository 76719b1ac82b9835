"""Grants by Pulumi are in the account, show when taken away, and go when deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from local_cloud.providers.snowflake.sql import quoted
from local_cloud.providers.values import Properties, Value
from tests.functional.local_snowflake.account import TestAccount
from tests.functional.providers.engine import CheckFailedError, Engine, Managed, urn_of

PRIVILEGES = "snowflake:index/grantPrivilegesToAccountRole:GrantPrivilegesToAccountRole"
ROLE = "snowflake:index/grantAccountRole:GrantAccountRole"


class Case(NamedTuple):
    """A target, two privileges, and the SHOW that tells of them."""

    label: str
    target: Callable[[TestAccount], Properties]
    privileges: tuple[str, str]
    show: Callable[[TestAccount], str]
    words: Callable[[TestAccount], str]


def _schema(account: TestAccount) -> str:
    return quoted(account.database, "RAW")


def _future(plural: str) -> Callable[[TestAccount], Properties]:
    return lambda a: {
        "onSchemaObject": {"future": {"objectTypePlural": plural, "inSchema": _schema(a)}}
    }


CASES = (
    Case(
        "database",
        lambda a: {"onAccountObject": {"objectType": "DATABASE", "objectName": a.database}},
        ("USAGE", "MONITOR"),
        lambda a: f"SHOW GRANTS ON DATABASE {a.database}",
        lambda a: f"DATABASE {a.database}",
    ),
    Case(
        "schema",
        lambda a: {"onSchema": {"schemaName": _schema(a)}},
        ("USAGE", "CREATE TABLE"),
        lambda a: f"SHOW GRANTS ON SCHEMA {_schema(a)}",
        lambda a: f"SCHEMA {_schema(a)}",
    ),
    Case(
        "table",
        lambda a: {"onSchemaObject": {"objectType": "TABLE", "objectName": a.table}},
        ("SELECT", "INSERT"),
        lambda a: f"SHOW GRANTS ON TABLE {a.table}",
        lambda a: f"TABLE {a.table}",
    ),
    Case(
        "future tables",
        _future("TABLES"),
        ("SELECT", "INSERT"),
        lambda a: f"SHOW FUTURE GRANTS IN SCHEMA {_schema(a)}",
        lambda a: f"FUTURE TABLES IN SCHEMA {_schema(a)}",
    ),
    Case(
        "future iceberg tables",
        _future("ICEBERG TABLES"),
        ("SELECT", "INSERT"),
        lambda a: f"SHOW FUTURE GRANTS IN SCHEMA {_schema(a)}",
        lambda a: f"FUTURE ICEBERG TABLES IN SCHEMA {_schema(a)}",
    ),
    Case(
        "future dynamic tables",
        _future("DYNAMIC TABLES"),
        ("SELECT", "MONITOR"),
        lambda a: f"SHOW FUTURE GRANTS IN SCHEMA {_schema(a)}",
        lambda a: f"FUTURE DYNAMIC TABLES IN SCHEMA {_schema(a)}",
    ),
    Case(
        "account",
        lambda _: {"onAccount": True},
        ("MONITOR USAGE", "EXECUTE TASK"),
        lambda _: "SHOW GRANTS ON ACCOUNT",
        lambda _: "ACCOUNT",
    ),
)
_every_case = pytest.mark.parametrize("case", CASES, ids=[case.label for case in CASES])


def _role(account: TestAccount) -> str:
    name = f"G_{account.suffix.upper()}"
    account.admin.rows(f"CREATE ROLE IF NOT EXISTS {name}")
    return name


def _inputs(account: TestAccount, case: Case, privileges: tuple[str, ...]) -> Properties:
    given: list[Value] = [*privileges]
    return {
        "accountRoleName": _role(account),
        "privileges": given,
        **case.target(account),
    }


def _made(engine: Engine, account: TestAccount, case: Case) -> Managed:
    urn = urn_of(PRIVILEGES)
    return engine.create(urn, engine.check(urn, _inputs(account, case, case.privileges)))


def _held(account: TestAccount, case: Case) -> set[str]:
    rows = account.admin.records(case.show(account))
    return {row["privilege"] for row in rows if row["grantee_name"] == _role(account)}


@_every_case
def test_privileges_are_granted_and_do_not_drift(
    engine: Engine, account: TestAccount, case: Case
) -> None:
    managed = _made(engine, account, case)
    assert _held(account, case) == set(case.privileges)
    live = engine.read(managed)
    assert live is not None
    assert (live.inputs, live.state) == (managed.inputs, managed.state)


@_every_case
def test_a_privilege_revoked_behind_its_back_is_seen_and_given_again(
    engine: Engine, account: TestAccount, case: Case
) -> None:
    managed = _made(engine, account, case)
    role, (first, second) = _role(account), case.privileges
    account.admin.rows(f"REVOKE {first} ON {case.words(account)} FROM ROLE {role}")
    live = engine.read(managed)
    assert live is not None
    assert engine.diff(live, managed.inputs).changed
    engine.update(live, managed.inputs)
    assert _held(account, case) == {first, second}
    account.admin.rows(f"REVOKE {first}, {second} ON {case.words(account)} FROM ROLE {role}")
    # As the provider: the grant is not gone but empty, so that an update repairs it.
    empty = engine.read(managed)
    assert empty is not None
    assert empty.inputs["privileges"] == []
    engine.update(engine.read(empty) or empty, managed.inputs)
    assert _held(account, case) == {first, second}


@_every_case
def test_a_grant_is_gone_with_its_role(engine: Engine, account: TestAccount, case: Case) -> None:
    managed = _made(engine, account, case)
    account.admin.rows(f"DROP ROLE {_role(account)}")
    assert engine.read(managed) is None


@_every_case
def test_the_list_changes_in_place_and_the_target_replaces(
    engine: Engine, account: TestAccount, case: Case
) -> None:
    managed = _made(engine, account, case)
    fewer = _inputs(account, case, case.privileges[:1])
    assert engine.diff(managed, fewer).replaces == frozenset()
    engine.update(managed, fewer)
    assert _held(account, case) == {case.privileges[0]}
    elsewhere: Properties = {
        "onAccountObject": {"objectType": "WAREHOUSE", "objectName": "COMPUTE_WH"}
    }
    kept = {name: managed.inputs[name] for name in ("accountRoleName", "privileges")}
    assert engine.diff(managed, {**kept, **elsewhere}).replaces


@_every_case
def test_deleting_takes_the_privileges_away(
    engine: Engine, account: TestAccount, case: Case
) -> None:
    managed = _made(engine, account, case)
    engine.delete(managed)
    assert _held(account, case) == set()
    engine.delete(managed)


@_every_case
def test_a_grant_can_be_imported_by_its_id(
    engine: Engine, account: TestAccount, case: Case
) -> None:
    managed = _made(engine, account, case)
    found = engine.adopt(managed.urn, managed.id)
    assert found is not None
    assert engine.diff(found, managed.inputs).changed == frozenset()


def test_a_role_in_a_role_is_granted_and_revoked(engine: Engine, account: TestAccount) -> None:
    role, urn = _role(account), urn_of(ROLE)
    inputs = engine.check(urn, {"roleName": role, "parentRoleName": "SYSADMIN"})
    managed = engine.create(urn, inputs)
    holders = account.admin.records(f"SHOW GRANTS OF ROLE {role}")
    assert [(row["granted_to"], row["grantee_name"]) for row in holders] == [("ROLE", "SYSADMIN")]
    live = engine.read(managed)
    assert live is not None
    assert live.inputs == inputs
    account.admin.rows(f"REVOKE ROLE {role} FROM ROLE SYSADMIN")
    assert engine.read(managed) is None
    engine.delete(managed)


@pytest.mark.parametrize(
    "inputs",
    [
        {"accountRoleName": "R", "privileges": ["USAGE"]},
        {"accountRoleName": "R", "onAccount": True},
        {"accountRoleName": "R", "onAccount": True, "privileges": ["X"], "allPrivileges": True},
        {"accountRoleName": "R", "onAccount": True, "privileges": ["X"], "strict": True},
    ],
    ids=["no target", "no privileges", "both", "unknown input"],
)
def test_what_contradicts_itself_is_refused_at_preview(engine: Engine, inputs: Properties) -> None:
    with pytest.raises(CheckFailedError):
        engine.check(urn_of(PRIVILEGES), inputs)

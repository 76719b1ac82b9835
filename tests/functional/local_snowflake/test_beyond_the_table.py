"""What counts at creation only, and cannot be told from a table of inputs."""

from __future__ import annotations

from local_cloud.providers.values import Properties
from tests.functional.local_snowflake.account import TestAccount
from tests.functional.local_snowflake.snowflake_case import named
from tests.functional.providers.engine import Engine, Managed, urn_of
from tests.functional.providers.life import assert_no_drift

_PREFIX = "snowflake:index"
WAREHOUSE = urn_of(f"{_PREFIX}/warehouse:Warehouse")
DATABASE = urn_of(f"{_PREFIX}/database:Database")
SCHEMA = urn_of(f"{_PREFIX}/schema:Schema")


def _made(engine: Engine, urn: str, inputs: Properties) -> Managed:
    return engine.create(urn, engine.check(urn, inputs))


def test_a_warehouse_starts_suspended_only_if_it_is_said(
    engine: Engine, account: TestAccount
) -> None:
    for name, suspended, state in (("W1", True, "SUSPENDED"), ("W2", False, "STARTED")):
        full = named(account, name)
        _made(engine, WAREHOUSE, {"name": full, "initiallySuspended": suspended})
        assert account.admin.shown("WAREHOUSES", full)["state"] == state
        account.admin.rows(f"DROP WAREHOUSE {full}")


def test_a_database_loses_its_public_schema_only_if_it_is_said(
    engine: Engine, account: TestAccount
) -> None:
    for name, dropped in (("DB1", True), ("DB2", False)):
        full = named(account, name)
        _made(engine, DATABASE, {"name": full, "dropPublicSchemaOnCreation": dropped})
        rows = account.admin.records(f"SHOW SCHEMAS IN DATABASE {full}")
        assert ("PUBLIC" not in {row["name"] for row in rows}) is dropped
        account.admin.rows(f"DROP DATABASE {full}")


def test_the_public_schema_that_is_there_is_taken_over(
    engine: Engine, account: TestAccount
) -> None:
    inputs: Properties = {"name": "PUBLIC", "database": account.database, "comment": "ours"}
    managed = _made(engine, SCHEMA, {**inputs, "withManagedAccess": "true"})
    rows = account.admin.records(f"SHOW SCHEMAS IN DATABASE {account.database}")
    (public,) = [row for row in rows if row["name"] == "PUBLIC"]
    assert (public["comment"], public["options"]) == ("ours", "MANAGED ACCESS")
    assert_no_drift(engine, managed)


def test_a_name_may_be_quoted_and_is_one_and_the_same(engine: Engine, account: TestAccount) -> None:
    name = f"lower_{account.suffix}"
    managed = _made(engine, WAREHOUSE, {"name": f'"{name}"', "warehouseSize": "SMALL"})
    assert managed.state["fullyQualifiedName"] == managed.id == f'"{name}"'
    assert_no_drift(engine, managed)
    assert engine.diff(managed, {**managed.inputs, "name": name}).changed == frozenset()
    engine.delete(managed)
    assert name not in {row["name"] for row in account.admin.records("SHOW WAREHOUSES")}

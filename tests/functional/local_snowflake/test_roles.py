"""Roles decide: what a session may see, read and do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from snowflake.connector.errors import ProgrammingError

from tests.functional.local_snowflake.account import PASSWORD, TestAccount, User


class Roles:
    """A loader, a reader, and tables as the platform grants them."""

    def __init__(self, account: TestAccount) -> None:
        self.admin: User = account.admin
        self.database = account.database
        self.reader = f"READER_{account.suffix.upper()}"
        self.transformer = f"TRANSFORMER_{account.suffix.upper()}"
        db = account.database
        for statement in (
            f"CREATE SCHEMA {db}.MARTS",
            f"CREATE ROLE {self.reader}",
            f"CREATE ROLE {self.transformer}",
            f"GRANT ROLE {self.reader} TO ROLE {self.transformer}",
            f"GRANT ROLE {self.transformer} TO ROLE SYSADMIN",
            f"GRANT USAGE ON DATABASE {db} TO ROLE {self.reader}",
            f"GRANT USAGE ON SCHEMA {db}.MARTS TO ROLE {self.reader}",
            f"GRANT USAGE ON SCHEMA {db}.RAW TO ROLE {self.transformer}",
            f"GRANT USAGE ON WAREHOUSE COMPUTE_WH TO ROLE {self.reader}",
            f"GRANT SELECT ON FUTURE VIEWS IN SCHEMA {db}.MARTS TO ROLE {self.reader}",
            f"GRANT SELECT, INSERT ON FUTURE TABLES IN SCHEMA {db}.RAW TO ROLE {self.transformer}",
            f"CREATE TABLE {db}.RAW.T (ID INT)",
            f"INSERT INTO {db}.RAW.T VALUES (1)",
            f"CREATE VIEW {db}.MARTS.V AS SELECT ID FROM RAW.T",
        ):
            self.admin.rows(statement)

    def become(self, role: str) -> User:
        """Take a role."""
        self.admin.rows(f"USE ROLE {role}")
        return self.admin


@pytest.fixture
def roles(lone: TestAccount) -> Iterator[Roles]:
    """The platform's roles in a database of this test's own."""
    yield Roles(lone)
    lone.admin.rows("USE ROLE ACCOUNTADMIN")


def test_a_reader_reads_a_view_with_its_owners_rights(roles: Roles) -> None:
    assert roles.become(roles.reader).rows(f"SELECT ID FROM {roles.database}.MARTS.V") == [(1,)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM {db}.RAW.T",
        "INSERT INTO {db}.RAW.T VALUES (2)",
        "DELETE FROM {db}.RAW.T",
        "TRUNCATE TABLE {db}.RAW.T",
        "DESC TABLE {db}.RAW.T",
        "SELECT (SELECT MAX(ID) FROM {db}.RAW.T) FROM {db}.MARTS.V",
        "WITH X AS (SELECT * FROM {db}.RAW.T) SELECT * FROM X",
        "CREATE TABLE {db}.RAW.T2 (ID INT)",
        "DROP TABLE {db}.RAW.T",
    ],
)
def test_a_reader_gets_nothing_of_raw(roles: Roles, statement: str) -> None:
    with pytest.raises(ProgrammingError) as caught:
        roles.become(roles.reader).rows(statement.format(db=roles.database))
    assert caught.value.errno in (2003, 3001)


def test_what_may_not_be_seen_does_not_exist(roles: Roles) -> None:
    reader = roles.become(roles.reader)
    assert reader.records(f"SHOW TABLES IN DATABASE {roles.database}") == []
    with pytest.raises(ProgrammingError, match="does not exist or not authorized"):
        reader.rows(f"SELECT * FROM {roles.database}.RAW.T")


def test_a_role_holds_what_its_roles_hold(roles: Roles) -> None:
    transformer = roles.become(roles.transformer)
    assert transformer.rows(f"SELECT ID FROM {roles.database}.MARTS.V") == [(1,)]
    transformer.rows(f"INSERT INTO {roles.database}.RAW.T VALUES (2)")
    with pytest.raises(ProgrammingError, match="Insufficient privileges"):
        transformer.rows(f"DELETE FROM {roles.database}.RAW.T")


def test_a_grant_that_is_revoked_ends_at_once(roles: Roles) -> None:
    roles.admin.rows(f"REVOKE SELECT ON VIEW {roles.database}.MARTS.V FROM ROLE {roles.reader}")
    with pytest.raises(ProgrammingError):
        roles.become(roles.reader).rows(f"SELECT ID FROM {roles.database}.MARTS.V")


def test_without_a_usable_warehouse_nothing_is_computed(roles: Roles) -> None:
    roles.admin.rows(f"REVOKE USAGE ON WAREHOUSE COMPUTE_WH FROM ROLE {roles.reader}")
    with pytest.raises(ProgrammingError, match="No active warehouse"):
        roles.become(roles.reader).rows(f"SELECT ID FROM {roles.database}.MARTS.V")


def test_a_user_takes_only_roles_that_it_holds(roles: Roles, lone: TestAccount) -> None:
    name = f"ANALYST_{lone.suffix.upper()}"
    roles.admin.rows(f"CREATE USER {name} PASSWORD = '{PASSWORD}' DEFAULT_ROLE = {roles.reader}")
    roles.admin.rows(f"GRANT ROLE {roles.reader} TO USER {name}")
    analyst = User(lone.settings, name)
    assert analyst.value("SELECT CURRENT_ROLE()") == roles.reader
    with pytest.raises(ProgrammingError) as caught:
        analyst.rows("USE ROLE ACCOUNTADMIN")
    assert caught.value.errno == 3013
    analyst.close()


def test_a_disabled_user_does_not_log_in(roles: Roles, lone: TestAccount) -> None:
    name = f"GONE_{lone.suffix.upper()}"
    roles.admin.rows(f"CREATE USER {name} DISABLED = TRUE")
    with pytest.raises(Exception, match="Incorrect username"):
        User(lone.settings, name)


def test_only_who_may_create_creates(roles: Roles) -> None:
    reader = roles.become(roles.reader)
    for statement in ("CREATE DATABASE X", "CREATE WAREHOUSE X", "CREATE ROLE X"):
        with pytest.raises(ProgrammingError, match="Insufficient privileges"):
            reader.rows(statement)


def test_future_grants_show_on_the_container_and_act_on_new_objects(roles: Roles) -> None:
    promised = roles.admin.records(f"SHOW FUTURE GRANTS IN SCHEMA {roles.database}.MARTS")
    assert [(row["privilege"], row["grant_on"], row["grantee_name"]) for row in promised] == [
        ("SELECT", "VIEW", roles.reader)
    ]
    granted = roles.admin.records(f"SHOW GRANTS ON VIEW {roles.database}.MARTS.V")
    assert {(row["privilege"], row["grantee_name"]) for row in granted} == {
        ("SELECT", roles.reader),
        ("OWNERSHIP", "ACCOUNTADMIN"),
    }


def test_in_a_managed_schema_the_objects_owner_does_not_grant(roles: Roles) -> None:
    db, role = roles.database, roles.transformer
    roles.admin.rows(f"CREATE SCHEMA {db}.MANAGED WITH MANAGED ACCESS")
    roles.admin.rows(f"GRANT USAGE, CREATE TABLE ON SCHEMA {db}.MANAGED TO ROLE {role}")
    owner = roles.become(role)
    owner.rows(f"CREATE TABLE {db}.MANAGED.MINE (ID INT)")
    with pytest.raises(ProgrammingError):
        owner.rows(f"GRANT SELECT ON TABLE {db}.MANAGED.MINE TO ROLE {roles.reader}")

"""What users say to the local Snowflake, through the driver, and what it answers."""

from __future__ import annotations

import time
from typing import NamedTuple

import pytest
from snowflake.connector.errors import DatabaseError, ProgrammingError

from local_cloud.settings import LocalCloudSettings
from tests.functional.local_snowflake.account import TestAccount, User


def test_an_unknown_user_cannot_log_in(lone_settings: LocalCloudSettings) -> None:
    with pytest.raises(DatabaseError, match="Incorrect username"):
        User(lone_settings, "NOBODY")


def test_a_session_begins_where_the_login_says(
    lone_settings: LocalCloudSettings, lone: TestAccount
) -> None:
    user = User(lone_settings, database=lone.database, schema="RAW", role="SYSADMIN")
    asked = "SELECT CURRENT_USER(), CURRENT_ROLE(), CURRENT_DATABASE(), CURRENT_SCHEMA()"
    lone.admin.rows(f"GRANT USAGE ON DATABASE {lone.database} TO ROLE SYSADMIN")
    lone.admin.rows(f"GRANT USAGE ON SCHEMA {lone.database}.RAW TO ROLE SYSADMIN")
    again = User(lone_settings, database=lone.database, schema="RAW", role="SYSADMIN")
    assert user.rows(asked) == [("TARN_ADMIN", "SYSADMIN", None, None)]
    assert again.rows(asked) == [("TARN_ADMIN", "SYSADMIN", lone.database, "RAW")]
    user.close()
    again.close()


def test_a_new_database_has_a_public_schema(lone: TestAccount) -> None:
    schemas = lone.admin.records(f"SHOW SCHEMAS IN DATABASE {lone.database}")
    assert [row["name"] for row in schemas] == ["PUBLIC", "RAW"]


def test_primary_keys_are_declared_and_not_enforced(lone: TestAccount) -> None:
    name = f"{lone.database}.RAW.K"
    lone.admin.rows(f"CREATE TABLE {name} (ID INT PRIMARY KEY, N VARCHAR, UNIQUE (N))")
    lone.admin.rows(f"INSERT INTO {name} VALUES (1, 'a'), (1, 'a')")
    assert lone.admin.value(f"SELECT COUNT(*) FROM {name}") == 2


def test_columns_are_described_in_snowflakes_types(lone: TestAccount) -> None:
    name = f"{lone.database}.RAW.C"
    lone.admin.rows(
        f"CREATE TABLE {name} (A INT NOT NULL COMMENT 'the a', B STRING, C NUMBER(10,2), "
        'D TIMESTAMP_LTZ(6), E DOUBLE DEFAULT 1.5, F BOOLEAN, "g" DATE)'
    )
    found = [
        (row["name"], row["type"], row["null?"])
        for row in lone.admin.records(f"DESC {'TABLE'} {name}")
    ]
    assert found == [
        ("A", "NUMBER(38,0)", "N"),
        ("B", "VARCHAR(16777216)", "Y"),
        ("C", "NUMBER(10,2)", "Y"),
        ("D", "TIMESTAMP_LTZ(6)", "Y"),
        ("E", "FLOAT", "Y"),
        ("F", "BOOLEAN", "Y"),
        ("g", "DATE", "Y"),
    ]


def test_a_view_sees_what_its_tables_have_later(lone: TestAccount) -> None:
    lone.admin.rows(f"CREATE TABLE {lone.database}.RAW.T2 (ID INT, NAME VARCHAR)")
    view = f"{lone.database}.PUBLIC.V"
    lone.admin.rows(f"CREATE VIEW {view} COMMENT = 'c' AS SELECT ID FROM RAW.T2")
    lone.admin.rows("USE DATABASE " + lone.database)
    lone.admin.rows("INSERT INTO RAW.T2 VALUES (7, 'x')")
    assert lone.admin.value(f"SELECT ID FROM {view}") == 7
    (shown,) = lone.admin.records(f"SHOW VIEWS IN SCHEMA {lone.database}.PUBLIC")
    assert shown["text"].endswith("AS SELECT ID FROM RAW.T2")


def test_rows_of_the_current_generation_are_selected_by_qualify(lone: TestAccount) -> None:
    table = f"{lone.database}.RAW.G"
    lone.admin.rows(f"CREATE TABLE {table} (K INT, HASH VARCHAR, SEEN_AT TIMESTAMP_LTZ(6))")
    lone.admin.rows(
        f"INSERT INTO {table} VALUES (1, 'old', '2024-01-01'), (1, 'new', '2024-01-02'), "
        "(2, 'old', '2024-01-01')"
    )
    lone.admin.rows(
        f"CREATE VIEW {lone.database}.RAW.CURRENT_G AS SELECT K, HASH FROM "
        "(SELECT K, HASH, SEEN_AT "
        "FROM RAW.G QUALIFY HASH = "
        "FIRST_VALUE(HASH) OVER (PARTITION BY K ORDER BY SEEN_AT DESC)) AS X "
        "QUALIFY ROW_NUMBER() OVER (PARTITION BY K ORDER BY SEEN_AT DESC) = 1"
    )
    rows = lone.admin.rows(f"SELECT K, HASH FROM {lone.database}.RAW.CURRENT_G ORDER BY K")
    assert rows == [(1, "new"), (2, "old")]


def test_times_convert_between_zones(lone: TestAccount) -> None:
    table = f"{lone.database}.RAW.Z"
    lone.admin.rows(f"CREATE TABLE {table} (SEEN_AT TIMESTAMP_LTZ(6))")
    lone.admin.rows(f"INSERT INTO {table} VALUES ('2013-01-01 03:00:00')")
    day = lone.admin.value(
        f"SELECT CAST(CONVERT_TIMEZONE('America/New_York', SEEN_AT) AS DATE) FROM {table}"
    )
    assert str(day) == "2012-12-31"


def test_parameters_are_bound_one_by_one_and_in_batches(lone: TestAccount) -> None:
    table = f"{lone.database}.RAW.B"
    lone.admin.rows(f"CREATE TABLE {table} (ID INT, N VARCHAR)")
    lone.admin.rows(f"INSERT INTO {table} VALUES (%s, %s)", (1, "it's"))
    assert lone.admin.rows(f"SELECT ID, N FROM {table} WHERE N = %s", ("it's",)) == [(1, "it's")]


def test_transactions_roll_back(lone: TestAccount) -> None:
    table = f"{lone.database}.RAW.X"
    lone.admin.rows(f"CREATE TABLE {table} (ID INT)")
    lone.admin.rows("BEGIN")
    lone.admin.rows(f"INSERT INTO {table} VALUES (1)")
    lone.admin.rows("ROLLBACK")
    assert lone.admin.value(f"SELECT COUNT(*) FROM {table}") == 0


def test_a_warehouse_resumes_for_a_query_and_suspends_when_told(lone: TestAccount) -> None:
    name = f"W_{lone.suffix.upper()}"
    lone.admin.rows(f"CREATE WAREHOUSE {name} INITIALLY_SUSPENDED = TRUE AUTO_RESUME = TRUE")
    lone.admin.rows(f"CREATE TABLE {lone.database}.RAW.Q (ID INT)")
    assert lone.admin.shown("WAREHOUSES", name)["state"] == "SUSPENDED"
    lone.admin.rows(f"SELECT * FROM {lone.database}.RAW.Q")
    assert lone.admin.shown("WAREHOUSES", name)["state"] == "STARTED"
    lone.admin.rows(f"ALTER WAREHOUSE {name} SUSPEND")
    lone.admin.rows(f"ALTER WAREHOUSE {name} SET AUTO_RESUME = FALSE")
    with pytest.raises(ProgrammingError, match="No active warehouse") as caught:
        lone.admin.rows(f"SELECT * FROM {lone.database}.RAW.Q")
    assert caught.value.errno == 606
    lone.admin.rows("USE WAREHOUSE COMPUTE_WH")
    lone.admin.rows(f"DROP WAREHOUSE {name}")


class Refusal(NamedTuple):
    """A statement, and the error's number and words."""

    label: str
    statement: str
    number: int
    words: str


_REFUSALS = (
    Refusal("missing table", "SELECT * FROM {db}.RAW.NOPE", 2003, "does not exist"),
    Refusal("missing database", "SELECT * FROM NOPE.RAW.T", 2003, "does not exist"),
    Refusal("missing schema", "CREATE TABLE {db}.NOPE.T (A INT)", 2003, "Schema"),
    Refusal("syntax", "SELECT FROM WHERE", 1003, "Expected"),
    Refusal("object syntax", "CREATE WAREHOUSE W ???", 1003, "unexpected"),
    Refusal("unknown statement", "CALL FLY()", 2, "CALL"),
    Refusal("unknown kind", "CREATE PROCEDURE P() RETURNS INT AS 'x'", 2, "CREATE PROCEDURE"),
    Refusal("stream", "CREATE STREAM S ON TABLE T", 2, "CREATE STREAM"),
    Refusal("temporary table", "CREATE TEMPORARY TABLE T (A INT)", 2, "temporary"),
    Refusal("unknown property", "CREATE WAREHOUSE W FLAVOUR = 'x'", 1420, "FLAVOUR"),
    Refusal("bad value", "CREATE WAREHOUSE W WAREHOUSE_SIZE = 'HUGE'", 1008, "HUGE"),
    Refusal("missing property", "CREATE EXTERNAL VOLUME V ALLOW_WRITES = TRUE", 2029, "STORAGE"),
    Refusal("taken name", "CREATE SCHEMA {db}.RAW", 2002, "already exists"),
    Refusal("unknown role", "USE ROLE NOPE", 3013, "NOPE"),
    Refusal("dropped nothing", "DROP TABLE {db}.RAW.NOPE", 2003, "does not exist"),
    Refusal("unknown function", "SELECT SYSTEM$FLY()", 2, "SYSTEM$FLY"),
    Refusal("unknown privilege", "GRANT FLY ON DATABASE {db} TO ROLE PUBLIC", 3008, "FLY"),
    Refusal("unload", "COPY INTO @S FROM T", 2, "unloading"),
    Refusal("two statements", "SELECT 1; SELECT 2", 8, "statement count 2"),
)


@pytest.mark.parametrize("refusal", _REFUSALS, ids=[one.label for one in _REFUSALS])
def test_what_is_not_understood_or_not_there_is_refused_at_once(
    lone: TestAccount, refusal: Refusal
) -> None:
    began = time.monotonic()
    with pytest.raises(ProgrammingError, match=refusal.words.replace("$", r"\$")) as caught:
        lone.admin.rows(refusal.statement.format(db=lone.database))
    assert caught.value.errno == refusal.number
    # An HTTP 500 would be retried until the driver's network timeout of 30 seconds.
    assert time.monotonic() - began < 25


def test_if_exists_and_if_not_exists_are_lenient(lone: TestAccount) -> None:
    lone.admin.rows(f"DROP TABLE IF EXISTS {lone.database}.RAW.NOPE")
    lone.admin.rows(f"CREATE SCHEMA IF NOT EXISTS {lone.database}.RAW")


def test_show_patterns_ignore_case_and_escape_wildcards(lone: TestAccount) -> None:
    lone.admin.rows(f"CREATE TABLE {lone.database}.RAW.A_B (X INT)")
    lone.admin.rows(f"CREATE TABLE {lone.database}.RAW.AXB (X INT)")
    scope = f"IN SCHEMA {lone.database}.RAW"
    wild = lone.admin.records(f"SHOW TABLES LIKE 'a_b' {scope}")
    exact = lone.admin.records(rf"SHOW TABLES LIKE 'a\\_b' {scope}")
    assert [row["name"] for row in wild] == ["AXB", "A_B"]
    assert [row["name"] for row in exact] == ["A_B"]


def test_a_dropped_database_is_left_by_every_session(
    lone_settings: LocalCloudSettings, lone: TestAccount
) -> None:
    other = User(lone_settings, database=lone.database, schema="RAW")
    lone.admin.rows(f"DROP DATABASE {lone.database}")
    assert other.rows("SELECT CURRENT_DATABASE()") == [(None,)]
    other.close()

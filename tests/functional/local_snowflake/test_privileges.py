"""Each statement needs the privileges that Snowflake documents: all of them do, none less does.

Source: docs.snowflake.com, "Access control privileges" and the access control requirements of
each command's page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from snowflake.connector.errors import ProgrammingError

from tests.functional.local_snowflake.account import PASSWORD, User
from tests.functional.local_snowflake.alone import AccountAlone

UNSEEN = 2003
FORBIDDEN = 3001
NO_WAREHOUSE = 606

DATABASE = "USAGE ON DATABASE D"
SCHEMA = "USAGE ON SCHEMA D.RAW"
WAREHOUSE = "USAGE ON WAREHOUSE COMPUTE_WH"
CONTAINERS = {DATABASE: UNSEEN, SCHEMA: UNSEEN}
CREATING = {DATABASE: UNSEEN, SCHEMA: FORBIDDEN}
"""A privilege to create makes the schema visible, and does not suffice."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A statement, and each privilege that it needs with the error without just that one.

    ``sees`` is granted in every try: it makes the object visible, and does not suffice.
    """

    statement: str
    needs: dict[str, int]
    sees: tuple[str, ...] = ()


def rows(statement: str, *privileges: str, missing: int = UNSEEN) -> Case:
    """A statement over rows of D.RAW.T, which also computes."""
    on_table = {f"{one} ON TABLE D.RAW.T": missing for one in privileges}
    sees = ("REFERENCES ON TABLE D.RAW.T",) if missing == FORBIDDEN else ()
    needs = {**CONTAINERS, **on_table, WAREHOUSE: NO_WAREHOUSE}
    return Case(statement=statement, needs=needs, sees=sees)


def of_account(statement: str, privilege: str) -> Case:
    """A statement that needs a privilege on the account."""
    return Case(statement=statement, needs={f"{privilege} ON ACCOUNT": FORBIDDEN})


def in_schema(statement: str, privilege: str) -> Case:
    """A statement that creates in the schema."""
    needs = {**CREATING, f"{privilege} ON SCHEMA D.RAW": FORBIDDEN}
    return Case(statement=statement, needs=needs)


CASES = (
    rows("SELECT * FROM D.RAW.T", "SELECT"),
    rows("SELECT * FROM D.RAW.T", "SELECT", missing=FORBIDDEN),
    rows("SELECT * FROM IDENTIFIER('D.RAW.T')", "SELECT"),
    rows("SELECT (SELECT MAX(ID) FROM D.RAW.T) AS M", "SELECT"),
    rows("WITH X AS (SELECT * FROM D.RAW.T) SELECT * FROM X", "SELECT"),
    rows("INSERT INTO D.RAW.T VALUES (1)", "INSERT"),
    rows("UPDATE D.RAW.T SET ID = 1", "UPDATE", missing=FORBIDDEN),
    rows("DELETE FROM D.RAW.T", "DELETE", missing=FORBIDDEN),
    rows("TRUNCATE TABLE D.RAW.T", "TRUNCATE", missing=FORBIDDEN),
    rows(
        "MERGE INTO D.RAW.T T USING (SELECT 1 AS N) S ON T.ID = S.N WHEN MATCHED THEN "
        "UPDATE SET ID = S.N WHEN NOT MATCHED THEN INSERT (ID) VALUES (S.N)",
        *("SELECT", "INSERT", "UPDATE"),
        missing=FORBIDDEN,
    ),
    Case(
        statement="SELECT * FROM D.RAW.V",
        needs={**CONTAINERS, "SELECT ON VIEW D.RAW.V": UNSEEN, WAREHOUSE: NO_WAREHOUSE},
    ),
    Case(
        statement="DESC TABLE D.RAW.T",
        needs={**CONTAINERS, "SELECT ON TABLE D.RAW.T": UNSEEN},
    ),
    Case(
        statement="SHOW COLUMNS IN TABLE D.RAW.T",
        needs={**CONTAINERS, "SELECT ON TABLE D.RAW.T": UNSEEN},
    ),
    Case(statement="SHOW GRANTS ON TABLE D.RAW.T", needs={"SELECT ON TABLE D.RAW.T": UNSEEN}),
    Case(statement="USE DATABASE D", needs={DATABASE: UNSEEN}),
    Case(statement="USE SCHEMA D.RAW", needs=CONTAINERS),
    Case(
        statement="USE WAREHOUSE W",
        needs={"USAGE ON WAREHOUSE W": FORBIDDEN},
        sees=("OPERATE ON WAREHOUSE W", "MONITOR ON WAREHOUSE W"),
    ),
    Case(
        statement="ALTER WAREHOUSE W SET AUTO_SUSPEND = 70",
        needs={"MODIFY ON WAREHOUSE W": FORBIDDEN},
        sees=("OPERATE ON WAREHOUSE W", "USAGE ON WAREHOUSE W"),
    ),
    Case(
        statement="ALTER WAREHOUSE W RESUME IF SUSPENDED",
        needs={"OPERATE ON WAREHOUSE W": FORBIDDEN},
        sees=("MODIFY ON WAREHOUSE W", "USAGE ON WAREHOUSE W"),
    ),
    Case(
        statement="ALTER RESOURCE MONITOR M SET CREDIT_QUOTA = 2",
        needs={"MODIFY ON RESOURCE MONITOR M": FORBIDDEN},
        sees=("MONITOR ON RESOURCE MONITOR M",),
    ),
    Case(
        statement="ALTER DATABASE D SET COMMENT = 'x'",
        needs={"MODIFY ON DATABASE D": FORBIDDEN},
        sees=(DATABASE,),
    ),
    Case(
        statement="ALTER SCHEMA D.RAW SET COMMENT = 'x'",
        needs={DATABASE: UNSEEN, "MODIFY ON SCHEMA D.RAW": FORBIDDEN},
        sees=(SCHEMA,),
    ),
    Case(
        statement="CREATE SCHEMA D.NEW",
        needs={"CREATE SCHEMA ON DATABASE D": FORBIDDEN},
        sees=(DATABASE,),
    ),
    in_schema("CREATE TABLE D.RAW.NEW (ID INT)", "CREATE TABLE"),
    in_schema("CREATE VIEW D.RAW.NEW_V AS SELECT 1 AS ID", "CREATE VIEW"),
    in_schema("CREATE FILE FORMAT D.RAW.NEW_F TYPE = PARQUET", "CREATE FILE FORMAT"),
    in_schema("CREATE SEQUENCE D.RAW.NEW_S", "CREATE SEQUENCE"),
    Case(
        statement="CREATE STAGE D.RAW.NEW_STAGE URL = 's3://b/x/' STORAGE_INTEGRATION = I",
        needs={
            **CREATING,
            "CREATE STAGE ON SCHEMA D.RAW": FORBIDDEN,
            "USAGE ON INTEGRATION I": UNSEEN,
        },
    ),
    Case(
        statement="CREATE VIEW D.RAW.NEW_W AS SELECT * FROM D.RAW.T",
        needs={
            **CREATING,
            "CREATE VIEW ON SCHEMA D.RAW": FORBIDDEN,
            "SELECT ON TABLE D.RAW.T": UNSEEN,
        },
    ),
    of_account("CREATE DATABASE NEW", "CREATE DATABASE"),
    of_account("CREATE WAREHOUSE NEW", "CREATE WAREHOUSE"),
    of_account("CREATE ROLE NEW", "CREATE ROLE"),
    of_account("CREATE USER NEW", "CREATE USER"),
    of_account(
        "CREATE STORAGE INTEGRATION NEW TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' "
        "ENABLED = TRUE STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::000000000000:role/r' "
        "STORAGE_ALLOWED_LOCATIONS = ('s3://b/')",
        "CREATE INTEGRATION",
    ),
    of_account("GRANT ROLE GIVEN TO ROLE OTHER", "MANAGE GRANTS"),
    Case(
        statement="GRANT SELECT ON TABLE D.RAW.T TO ROLE OTHER",
        needs={"SELECT ON TABLE D.RAW.T TO ROLE R WITH GRANT OPTION": UNSEEN},
    ),
    Case(
        statement="GRANT SELECT ON TABLE D.RAW.T TO ROLE OTHER",
        needs={"SELECT ON TABLE D.RAW.T TO ROLE R WITH GRANT OPTION": FORBIDDEN},
        sees=("SELECT ON TABLE D.RAW.T",),
    ),
)
OWNED = (
    ("TABLE D.RAW.T", "DROP TABLE D.RAW.T"),
    ("TABLE D.RAW.T", "ALTER TABLE D.RAW.T ADD COLUMN X INT"),
    ("TABLE D.RAW.T", "ALTER TABLE D.RAW.T SET COMMENT = 'x'"),
    ("TABLE D.RAW.T", "CREATE OR REPLACE TABLE D.RAW.T (ID INT)"),
    ("VIEW D.RAW.V", "DROP VIEW D.RAW.V"),
    ("SCHEMA D.RAW", "DROP SCHEMA D.RAW"),
    ("DATABASE D", "DROP DATABASE D"),
    ("WAREHOUSE W", "DROP WAREHOUSE W"),
    ("RESOURCE MONITOR M", "DROP RESOURCE MONITOR M"),
    ("INTEGRATION I", "DROP INTEGRATION I"),
    ("INTEGRATION I", "ALTER STORAGE INTEGRATION I SET ENABLED = FALSE"),
    ("ROLE OTHER", "DROP ROLE OTHER"),
    ("USER OTHER", "ALTER USER OTHER SET DISABLED = TRUE"),
    ("USER OTHER", "DROP USER OTHER"),
)


class Stage:
    """An account with one user, whose role starts each try with nothing."""

    def __init__(self, alone: AccountAlone, admin: User) -> None:
        self.admin = admin
        self.computes = False
        admin.rows(f"CREATE USER U PASSWORD = '{PASSWORD}' DEFAULT_ROLE = R")
        self.strip()
        self.user = User(alone.settings, "U")

    def reset(self) -> None:
        """Make everything anew, so that the role has nothing."""
        for kind, *names in (
            ("DATABASE", "D", "NEW"),
            ("WAREHOUSE", "W", "NEW"),
            ("USER", "OTHER", "NEW"),
            ("RESOURCE MONITOR", "M"),
            ("INTEGRATION", "I", "NEW"),
            ("ROLE", "OTHER", "GIVEN", "NEW"),
        ):
            for name in names:
                self.admin.rows(f"DROP {kind} IF EXISTS {name}")
        for create in (
            "ROLE OTHER",
            "ROLE GIVEN",
            "USER OTHER",
            "WAREHOUSE W INITIALLY_SUSPENDED = TRUE",
            "RESOURCE MONITOR M WITH CREDIT_QUOTA = 1",
            "STORAGE INTEGRATION I TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ENABLED = TRUE "
            "STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::000000000000:role/r' "
            "STORAGE_ALLOWED_LOCATIONS = ('s3://b/')",
            "DATABASE D",
            "SCHEMA D.RAW",
            "TABLE D.RAW.T (ID INT)",
            "VIEW D.RAW.V AS SELECT ID FROM D.RAW.T",
        ):
            self.admin.rows(f"CREATE {create}")
        self.strip()

    def strip(self) -> None:
        """Take everything from the role: it is another one of the same name."""
        self.admin.rows("DROP ROLE IF EXISTS R")
        self.admin.rows("CREATE ROLE R")
        self.admin.rows("GRANT ROLE R TO USER U")
        self.admin.rows("GRANT ROLE R TO ROLE ACCOUNTADMIN")

    def grant(self, *privileges: str) -> None:
        """Give the role what it is to have in this try."""
        self.computes = WAREHOUSE in privileges
        for one in privileges:
            given = one if " TO ROLE " in one else f"{one} TO ROLE R"
            self.admin.rows(f"GRANT {given}")

    def run(self, statement: str) -> int:
        """Run a statement as the user; 0, or the number of the error."""
        self.user.rows("USE ROLE R")
        try:
            if self.computes:
                self.user.rows("USE WAREHOUSE COMPUTE_WH")
            if statement.startswith("MERGE"):
                # The engine keeps what it merges in the session's schema.
                self.user.rows("USE SCHEMA D.RAW")
            self.user.rows(statement)
        except ProgrammingError as error:
            return int(error.errno or -1)
        return 0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A service of these tests' own."""
    alone = AccountAlone(tmp_path_factory.mktemp("privileges"))
    with alone as admin:
        yield Stage(alone, admin)


@pytest.fixture
def stage(served: Stage) -> Stage:
    """The stage, with nothing granted."""
    served.reset()
    return served


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.statement[:50])
def test_a_statement_needs_each_of_its_privileges(stage: Stage, case: Case) -> None:
    for missing, number in case.needs.items():
        stage.strip()
        stage.grant(*case.sees, *(one for one in case.needs if one != missing))
        assert stage.run(case.statement) == number, f"without {missing}"
    stage.strip()
    stage.grant(*case.sees, *case.needs)
    assert stage.run(case.statement) == 0


@pytest.mark.parametrize(("owned", "statement"), OWNED, ids=[one for _, one in OWNED])
def test_what_only_the_owner_does(stage: Stage, owned: str, statement: str) -> None:
    everything = {
        "TABLE": "ALL ON TABLE D.RAW.T",
        "VIEW": "ALL ON VIEW D.RAW.V",
        "WAREHOUSE": "ALL ON WAREHOUSE W",
        "RESOURCE": "ALL ON RESOURCE MONITOR M",
        "INTEGRATION": "ALL ON INTEGRATION I",
    }.get(owned.split()[0])
    stage.grant("ALL ON DATABASE D", "ALL ON SCHEMA D.RAW", *([everything] if everything else []))
    assert stage.run(statement) in (FORBIDDEN, UNSEEN)
    stage.admin.rows(f"GRANT OWNERSHIP ON {owned} TO ROLE R COPY CURRENT GRANTS")
    assert stage.run(statement) == 0


def test_secondary_roles_help_to_read_but_not_to_create(stage: Stage) -> None:
    stage.grant(DATABASE, SCHEMA, WAREHOUSE)
    for privilege in ("SELECT ON TABLE D.RAW.T", "CREATE TABLE ON SCHEMA D.RAW"):
        stage.admin.rows(f"GRANT {privilege} TO ROLE OTHER")
    stage.admin.rows("GRANT ROLE OTHER TO USER U")
    assert stage.run("SELECT * FROM D.RAW.T") == UNSEEN
    stage.user.rows("USE SECONDARY ROLES ALL")
    assert stage.run("SELECT * FROM D.RAW.T") == 0
    assert stage.run("CREATE TABLE D.RAW.NEW (ID INT)") == FORBIDDEN
    stage.user.rows("USE SECONDARY ROLES NONE")
    assert stage.run("SELECT * FROM D.RAW.T") == UNSEEN


def test_a_role_taken_away_gives_nothing_any_more(stage: Stage) -> None:
    stage.grant(DATABASE, SCHEMA, WAREHOUSE, "SELECT ON TABLE D.RAW.T")
    assert stage.run("SELECT * FROM D.RAW.T") == 0
    stage.admin.rows("REVOKE ROLE R FROM USER U")
    with pytest.raises(ProgrammingError, match="does not exist or not authorized"):
        stage.user.rows("SELECT * FROM D.RAW.T")
    with pytest.raises(ProgrammingError) as caught:
        stage.user.rows("USE ROLE R")
    assert caught.value.errno == 3013


def test_information_schema_shows_what_the_role_may_see(stage: Stage) -> None:
    stage.grant(DATABASE, WAREHOUSE)
    stage.user.rows("USE ROLE R")
    stage.user.rows("USE WAREHOUSE COMPUTE_WH")
    tables = "SELECT TABLE_NAME FROM D.INFORMATION_SCHEMA.TABLES T ORDER BY 1"
    columns = "SELECT COLUMN_NAME FROM D.INFORMATION_SCHEMA.COLUMNS"
    schemata = "SELECT SCHEMA_NAME FROM D.INFORMATION_SCHEMA.SCHEMATA"
    assert (stage.user.rows(tables), stage.user.rows(columns)) == ([], [])
    assert ("RAW",) not in stage.user.rows(schemata)
    stage.grant(SCHEMA, "SELECT ON TABLE D.RAW.T", WAREHOUSE)
    assert (stage.user.rows(tables), stage.user.rows(columns)) == ([("T",)], [("ID",)])
    assert ("RAW",) in stage.user.rows(schemata)
    views = "SELECT TABLE_NAME FROM D.INFORMATION_SCHEMA.VIEWS"
    assert (stage.user.rows(views), stage.admin.rows(views)) == ([], [("V",)])


def test_what_a_dropped_role_owned_belongs_to_who_dropped_it(stage: Stage) -> None:
    stage.admin.rows("GRANT OWNERSHIP ON TABLE D.RAW.T TO ROLE OTHER")
    stage.admin.rows("DROP ROLE OTHER")
    (row,) = stage.admin.records("SHOW TABLES IN SCHEMA D.RAW")
    assert row["owner"] == "ACCOUNTADMIN"


@pytest.mark.parametrize(
    "source",
    [
        "read_text('/etc/hostname')",
        "TABLE(read_csv('/etc/hostname'))",
        "'/etc/hostname'",
        "query_table('D.RAW.T')",
        "duckdb_tables()",
        "TABLE(query('FROM D.RAW.T'))",
    ],
)
def test_nothing_is_read_around_the_grants(stage: Stage, source: str) -> None:
    stage.grant(WAREHOUSE)
    assert stage.run(f"SELECT COUNT(*) FROM {source}") in (2, 1003)


def test_users_are_shown_to_who_manages_them_and_to_themselves(stage: Stage) -> None:
    stage.user.rows("USE ROLE R")
    assert [row["name"] for row in stage.user.records("SHOW USERS")] == ["U"]
    shown = {row["name"] for row in stage.admin.records("SHOW USERS")}
    assert {"TARN_ADMIN", "U", "OTHER"} <= shown

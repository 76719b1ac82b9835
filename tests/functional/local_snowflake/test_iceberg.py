"""Iceberg tables follow the lake's commits; readers see whole commits; nobody writes."""

from __future__ import annotations

import json
import threading

import pyarrow as pa
import pytest
from snowflake.connector.errors import ProgrammingError

from tests.functional.local_snowflake.account import TestAccount, User

ROWS = pa.table({"id": pa.array([1, 2, 3], pa.int64()), "name": ["a", "b", "c"]})


def test_an_empty_lake_table_is_an_empty_table_with_its_columns(account: TestAccount) -> None:
    account.lake_table("t", ROWS)
    name = account.iceberg_table("T", "t")
    assert account.admin.rows(f"SELECT * FROM {name}") == []
    described = account.admin.records(f"DESC TABLE {name}")
    assert [(row["name"], row["type"]) for row in described] == [
        ("ID", "NUMBER(19,0)"),
        ("NAME", "VARCHAR(16777216)"),
    ]


def test_it_is_listed_among_the_tables_as_iceberg(account: TestAccount) -> None:
    account.lake_table("t", ROWS)
    account.iceberg_table("T", "t")
    shown = account.admin.records(f"SHOW TABLES IN DATABASE {account.database}")
    assert [(row["name"], row["is_iceberg"], row["retention_time"]) for row in shown] == [
        ("T", "Y", "1")
    ]


def test_a_commit_is_seen_without_a_word(account: TestAccount) -> None:
    lake = account.lake_table("t", ROWS)
    name = account.iceberg_table("T", "t", "AUTO_REFRESH = TRUE")
    account.admin.rows(f"CREATE VIEW {account.database}.RAW.V AS SELECT MAX(ID) AS M FROM RAW.T")
    lake.append(ROWS)
    account.admin.wait_for(f"SELECT COUNT(*) FROM {name}", 3)
    assert account.admin.value(f"SELECT M FROM {account.database}.RAW.V") == 3


def test_without_auto_refresh_a_commit_waits_for_refresh(account: TestAccount) -> None:
    lake = account.lake_table("t", ROWS)
    name = account.iceberg_table("T", "t")
    lake.append(ROWS)
    assert account.admin.value(f"SELECT COUNT(*) FROM {name}") == 0
    account.admin.rows(f"ALTER ICEBERG TABLE {name} REFRESH")
    assert account.admin.value(f"SELECT COUNT(*) FROM {name}") == 3


def test_a_new_column_of_the_lake_appears(account: TestAccount) -> None:
    lake = account.lake_table("t", ROWS)
    name = account.iceberg_table("T", "t")
    with lake.update_schema() as update:
        update.union_by_name(ROWS.append_column("late", pa.array([True, False, True])).schema)
    lake.append(ROWS.append_column("late", pa.array([True, False, True])))
    account.admin.rows(f"ALTER ICEBERG TABLE {name} REFRESH")
    assert account.admin.value(f"SELECT COUNT_IF(LATE) FROM {name}") == 2


def test_readers_see_whole_commits_only(account: TestAccount) -> None:
    lake = account.lake_table("t", ROWS)
    name = account.iceberg_table("T", "t", "AUTO_REFRESH = TRUE")
    reader = User(account.settings)
    seen: set[int] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(int(reader.value(f"SELECT COUNT(*) FROM {name}")))

    watcher = threading.Thread(target=read)
    watcher.start()
    try:
        for commit in range(1, 4):
            lake.append(ROWS)
            account.admin.wait_for(f"SELECT COUNT(*) FROM {name}", 3 * commit)
    finally:
        done.set()
        watcher.join()
        reader.close()
    assert seen <= {0, 3, 6, 9}


@pytest.mark.parametrize(
    "statement", ["INSERT INTO {t} VALUES (1, 'x')", "DELETE FROM {t}", "TRUNCATE TABLE {t}"]
)
def test_nobody_writes_to_it_from_snowflake(account: TestAccount, statement: str) -> None:
    account.lake_table("t", ROWS)
    name = account.iceberg_table("T", "t")
    with pytest.raises(ProgrammingError, match="external catalog"):
        account.admin.rows(statement.format(t=name))


def test_a_volume_that_does_not_hold_the_files_is_refused(account: TestAccount) -> None:
    account.lake_table("t", ROWS)
    volume = f"V2_{account.suffix.upper()}"
    account.admin.rows(
        f"CREATE EXTERNAL VOLUME {volume} STORAGE_LOCATIONS = ((NAME = 'x' STORAGE_PROVIDER = 'S3' "
        f"STORAGE_BASE_URL = 's3://elsewhere/' STORAGE_AWS_ROLE_ARN = '{account.role('x')}'))"
    )
    with pytest.raises(ProgrammingError, match="none of its storage locations"):
        account.admin.rows(
            f"CREATE ICEBERG TABLE {account.database}.RAW.T EXTERNAL_VOLUME = '{volume}' "
            f"CATALOG = '{account.catalog}' CATALOG_TABLE_NAME = 't'"
        )
    assert account.admin.records(f"SHOW ICEBERG TABLES IN DATABASE {account.database}") == []


def test_a_role_that_trusts_another_external_id_is_not_assumed(account: TestAccount) -> None:
    account.lake_table("t", ROWS)
    name, arn = f"C2_{account.suffix.upper()}", account.role("other")
    account.admin.rows(
        f"CREATE CATALOG INTEGRATION {name} CATALOG_SOURCE = GLUE TABLE_FORMAT = ICEBERG "
        f"GLUE_AWS_ROLE_ARN = '{arn}' GLUE_CATALOG_ID = '{account.settings.account_id}' "
        f"CATALOG_NAMESPACE = '{account.namespace}' ENABLED = TRUE"
    )
    user = account.admin.described(f"CATALOG INTEGRATION {name}")["GLUE_AWS_IAM_USER_ARN"]
    account.trust(arn, user=user, external_id="another")
    with pytest.raises(ProgrammingError, match="cannot be assumed"):
        account.admin.rows(
            f"CREATE ICEBERG TABLE {account.database}.RAW.T EXTERNAL_VOLUME = '{account.volume}' "
            f"CATALOG = '{name}' CATALOG_TABLE_NAME = 't'"
        )
    verdict = account.admin.value(f"SELECT SYSTEM$VERIFY_CATALOG_INTEGRATION('{name}')")
    assert json.loads(verdict)["success"] is False


def test_what_iceberg_tables_need_cannot_be_dropped(account: TestAccount) -> None:
    account.lake_table("t", ROWS)
    account.iceberg_table("T", "t")
    with pytest.raises(ProgrammingError, match="Iceberg tables use it"):
        account.admin.rows(f"DROP EXTERNAL VOLUME {account.volume}")

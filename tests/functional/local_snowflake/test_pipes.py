"""Files announced by S3 become rows: each once, each whole, by the role and by nothing else."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from snowflake.connector.errors import ProgrammingError

from tests.functional.local_snowflake.account import TestAccount


def _count(account: TestAccount) -> str:
    return f"SELECT COUNT(*) FROM {account.table}"


def _status(account: TestAccount, pipe: str) -> dict[str, object]:
    return json.loads(account.admin.value(f"SELECT SYSTEM$PIPE_STATUS('{pipe}')"))


def test_an_announced_file_becomes_rows_with_its_scan_time(account: TestAccount) -> None:
    account.pipe()
    account.put("t/one.parquet", 3)
    account.admin.wait_for(_count(account), 3)
    rows = account.admin.rows(
        f"SELECT ID, NAME, _LOADED_AT IS NULL FROM {account.table} ORDER BY 1"
    )
    assert rows == [(0, "n0", False), (1, "n1", False), (2, "n2", False)]


def test_a_file_announced_twice_is_loaded_once_whatever_its_content(
    account: TestAccount,
) -> None:
    account.pipe()
    account.put("t/one.parquet", 3)
    account.admin.wait_for(_count(account), 3)
    account.put("t/one.parquet", 5, first=100)
    account.put("t/two.parquet", 1, first=200)
    account.admin.wait_for(f"{_count(account)} WHERE ID = 200", 1)
    assert account.admin.value(_count(account)) == 4


def test_a_recreated_pipe_forgets_and_refresh_loads_again(account: TestAccount) -> None:
    pipe = account.pipe()
    account.put("t/one.parquet", 3)
    account.admin.wait_for(_count(account), 3)
    account.admin.rows(f"ALTER PIPE {pipe} REFRESH")
    assert account.admin.value(_count(account)) == 3
    account.admin.rows(f"DROP PIPE {pipe}")
    account.pipe()
    account.admin.rows(f"ALTER PIPE {pipe} REFRESH")
    account.admin.wait_for(_count(account), 6)


def test_a_bad_file_is_reported_and_hinders_no_other(account: TestAccount) -> None:
    pipe = account.pipe()
    account.s3.put_object(Bucket=account.bucket, Key="t/bad.parquet", Body=b"not parquet")
    account.put("t/good.parquet", 2)
    account.admin.wait_for(_count(account), 2)
    failed = account.admin.value(
        "SELECT COUNT(*) FROM TABLE(INFORMATION_SCHEMA.COPY_HISTORY("
        f"TABLE_NAME => '{account.table}', "
        "START_TIME => DATEADD(hours, -1, CURRENT_TIMESTAMP()))) "
        "WHERE STATUS = 'Load failed' AND FILE_NAME = 't/bad.parquet'"
    )
    assert failed == 1
    assert _status(account, pipe)["executionState"] == "RUNNING"


def test_a_pipe_reads_only_below_its_own_folder(account: TestAccount) -> None:
    account.pipe(folder="t/")
    account.put("t2/sibling.parquet", 5)
    account.put("t/own.parquet", 1)
    account.admin.wait_for(_count(account), 1)


def test_a_path_without_its_slash_takes_the_siblings_too(account: TestAccount) -> None:
    # risingwave#25849: a stage path without a trailing slash loads what merely begins alike.
    account.pipe(folder="t")
    account.put("t2/sibling.parquet", 5)
    account.admin.wait_for(_count(account), 5)


def test_a_paused_pipe_keeps_what_is_announced_until_it_runs(account: TestAccount) -> None:
    pipe = account.pipe()
    account.admin.rows(f"ALTER PIPE {pipe} SET PIPE_EXECUTION_PAUSED = TRUE")
    account.put("t/one.parquet", 3)
    account.admin.wait_for(
        f"SELECT PARSE_JSON(SYSTEM$PIPE_STATUS('{pipe}')):pendingFileCount::INT", 1
    )
    assert account.admin.value(_count(account)) == 0
    assert _status(account, pipe)["executionState"] == "PAUSED"
    account.admin.rows(f"ALTER PIPE {pipe} SET PIPE_EXECUTION_PAUSED = FALSE")
    account.admin.wait_for(_count(account), 3)


def test_a_pipe_without_its_roles_trust_loads_nothing_and_says_why(account: TestAccount) -> None:
    pipe = account.pipe()
    client = account.client("iam")
    role = account.role("stage").rpartition("/")[2]
    client.delete_role_policy(RoleName=role, PolicyName="p")
    account.put("t/one.parquet", 3)
    account.admin.wait_for(
        f"SELECT CONTAINS(SYSTEM$PIPE_STATUS('{pipe}'), 'cannot be read with role')", True
    )
    assert account.admin.value(_count(account)) == 0


def test_copy_by_hand_loads_all_or_nothing(account: TestAccount) -> None:
    account.put("t/a.parquet", 2)
    account.s3.put_object(Bucket=account.bucket, Key="t/b.parquet", Body=b"not parquet")
    with pytest.raises(ProgrammingError, match="Nothing was loaded"):
        account.admin.rows(account.copy_statement())
    assert account.admin.value(_count(account)) == 0
    rows = account.admin.records(f"{account.copy_statement()} ON_ERROR = SKIP_FILE")
    assert {(row["status"], row["rows_loaded"]) for row in rows} == {
        ("LOADED", 2),
        ("LOAD_FAILED", 0),
    }


def test_copy_by_hand_compares_content_and_chooses_files(account: TestAccount) -> None:
    account.put("t/a.parquet", 2)
    account.put("t/b.parquet", 3)
    copy = account.copy_statement()
    account.admin.rows(f"{copy} FILES = ('a.parquet')")
    assert account.admin.value(_count(account)) == 2
    account.admin.rows(f"{copy} PATTERN = '.*b[.]parquet'")
    assert account.admin.value(_count(account)) == 5
    assert "0 files processed" in str(account.admin.rows(copy))
    account.put("t/a.parquet", 4)
    account.admin.rows(copy)
    assert account.admin.value(_count(account)) == 9


def test_columns_match_by_name_whatever_their_order_or_case(account: TestAccount) -> None:
    table = pa.table({"extra": [1], "NAME": ["x"], "Id": [7]})
    account.put_table("t/a.parquet", table)
    account.admin.rows(account.copy_statement())
    assert account.admin.rows(f"SELECT ID, NAME FROM {account.table}") == [(7, "x")]


def test_a_stage_outside_the_integrations_locations_is_refused(account: TestAccount) -> None:
    with pytest.raises(ProgrammingError, match="not allowed by integration"):
        account.admin.rows(
            f"CREATE STAGE {account.database}.RAW.ELSEWHERE URL = 's3://elsewhere/' "
            f"STORAGE_INTEGRATION = {account.integration}"
        )

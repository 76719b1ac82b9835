"""COPY INTO by hand: which files, which rows, and what the answer and the history say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest
from snowflake.connector.errors import ProgrammingError

from tests.functional.local_snowflake.account import TestAccount, User

BAD_ROWS = pa.table({"id": ["0", "x", "2", "y"], "name": ["a", "b", "c", "d"]})
"""Of four rows the second and the fourth do not fit the table."""


def _count(account: TestAccount) -> str:
    return f"SELECT COUNT(*) FROM {account.table}"


def _history(account: TestAccount) -> str:
    return (
        f"TABLE(INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => '{account.table}', "
        "START_TIME => DATEADD(hours, -1, CURRENT_TIMESTAMP())))"
    )


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


# Sources: COPY INTO table, "Output" and copy option ON_ERROR.
@pytest.mark.parametrize(
    ("choice", "status", "rows", "limit"),
    [
        ("CONTINUE", "PARTIALLY_LOADED", 2, 4),
        ("SKIP_FILE", "LOAD_FAILED", 0, 1),
        ("SKIP_FILE_2", "LOAD_FAILED", 0, 2),
        ("SKIP_FILE_3", "PARTIALLY_LOADED", 2, 3),
        ("SKIP_FILE_49%", "LOAD_FAILED", 0, 1),
        ("SKIP_FILE_50%", "PARTIALLY_LOADED", 2, 2),
    ],
)
def test_on_error_decides_what_becomes_of_wrong_rows(
    account: TestAccount, choice: str, status: str, rows: int, limit: int
) -> None:
    account.put_table("t/bad.parquet", BAD_ROWS)
    account.put("t/good.parquet", 3, first=10)
    answer = account.admin.records(f"{account.copy_statement()} ON_ERROR = '{choice}'")
    bad, good = sorted(answer, key=lambda row: row["file"])
    assert bad == {
        "file": f"s3://{account.bucket}/t/bad.parquet",
        "status": status,
        "rows_parsed": 4,
        "rows_loaded": rows,
        "error_limit": limit,
        "errors_seen": 2,
        "first_error": 'Failed to cast variant value "x" to FIXED',
        "first_error_line": 2,
        "first_error_character": None,
        "first_error_column_name": '"T"["ID":1]',
    }
    assert (good["status"], good["rows_loaded"], good["first_error"]) == ("LOADED", 3, None)
    loaded = {0, 2, 10, 11, 12} if rows else {10, 11, 12}
    assert {row[0] for row in account.admin.rows(f"SELECT ID FROM {account.table}")} == loaded


def test_the_first_wrong_row_aborts_the_statement(account: TestAccount) -> None:
    account.put("t/a.parquet", 3)
    account.put_table("t/b.parquet", BAD_ROWS)
    with pytest.raises(ProgrammingError, match='cast variant value "x"') as refused:
        account.admin.rows(account.copy_statement())
    assert refused.value.errno == 100071
    assert "t/b.parquet" in str(refused.value)
    assert account.admin.value(_count(account)) == 0
    assert account.admin.rows(f"SELECT * FROM {_history(account)}") == []


def test_a_required_column_makes_rows_without_it_wrong(account: TestAccount) -> None:
    account.admin.rows(
        f"CREATE OR REPLACE TABLE {account.table} (ID NUMBER NOT NULL, "
        "NAME VARCHAR, _LOADED_AT TIMESTAMP_LTZ)"
    )
    account.put_table("t/a.parquet", pa.table({"id": [1, None, 3]}))
    account.put_table("t/b.parquet", pa.table({"name": ["without id"]}))
    answer = account.admin.records(f"{account.copy_statement()} ON_ERROR = CONTINUE")
    assert [(row["status"], row["rows_loaded"], row["first_error"]) for row in answer] == [
        ("PARTIALLY_LOADED", 2, "NULL result in a non-nullable column ID"),
        ("LOAD_FAILED", 0, "NULL result in a non-nullable column ID"),
    ]


def test_a_failed_file_is_tried_again_and_a_partially_loaded_one_is_not(
    account: TestAccount,
) -> None:
    account.put_table("t/bad.parquet", BAD_ROWS)
    copy = account.copy_statement()
    account.admin.rows(f"{copy} ON_ERROR = SKIP_FILE")
    account.admin.rows(f"{copy} ON_ERROR = CONTINUE")
    assert account.admin.value(_count(account)) == 2
    assert "0 files processed" in str(account.admin.rows(f"{copy} ON_ERROR = CONTINUE"))
    account.admin.rows(f"{copy} ON_ERROR = CONTINUE FORCE = TRUE")
    assert account.admin.value(_count(account)) == 4


def test_copy_history_and_load_history_tell_of_each_file(account: TestAccount) -> None:
    account.put_table("t/bad.parquet", BAD_ROWS)
    account.put("t/good.parquet", 1)
    account.admin.rows(f"{account.copy_statement()} ON_ERROR = CONTINUE")
    shown = account.admin.records(f"SELECT * FROM {_history(account)} ORDER BY FILE_NAME")
    assert [(row["FILE_NAME"], row["STATUS"], row["ROW_COUNT"]) for row in shown] == [
        ("t/bad.parquet", "Partially loaded", 2),
        ("t/good.parquet", "Loaded", 1),
    ]
    assert (shown[0]["ROW_PARSED"], shown[0]["ERROR_COUNT"], shown[0]["PIPE_NAME"]) == (4, 2, None)
    loads = account.admin.rows(
        "SELECT FILE_NAME, STATUS, FIRST_ERROR_LINE_NUMBER FROM "
        f"{account.database}.INFORMATION_SCHEMA.LOAD_HISTORY ORDER BY 1"
    )
    assert loads == [("t/bad.parquet", "PARTIALLY_LOADED", 2), ("t/good.parquet", "LOADED", None)]
    account.admin.rows(f"TRUNCATE TABLE {account.table}")
    assert account.admin.rows(f"SELECT * FROM {_history(account)}") == []


def test_purge_deletes_what_was_loaded_and_nothing_else(account: TestAccount) -> None:
    account.put_table("t/bad.parquet", BAD_ROWS)
    account.put("t/good.parquet", 1)
    answer = account.admin.records(
        f"{account.copy_statement()} ON_ERROR = SKIP_FILE PURGE = TRUE RETURN_FAILED_ONLY = TRUE"
    )
    assert [row["status"] for row in answer] == ["LOAD_FAILED"]
    left = account.s3.list_objects_v2(Bucket=account.bucket)["Contents"]
    assert [one["Key"] for one in left] == ["t/bad.parquet"]


def test_size_limit_ends_with_the_file_that_reaches_it(account: TestAccount) -> None:
    for number in range(3):
        account.put(f"t/{number}.parquet", 1, first=number)
    size = account.s3.head_object(Bucket=account.bucket, Key="t/0.parquet")["ContentLength"]
    copy = f"{account.copy_statement()} SIZE_LIMIT = "
    account.admin.rows(f"{copy}{size + 1}")
    assert account.admin.value(_count(account)) == 2
    account.admin.rows(f"{copy}1")
    assert account.admin.value(_count(account)) == 3


def test_parallel_statements_load_a_file_once(account: TestAccount) -> None:
    # data-load-considerations-load, "Executing parallel COPY statements".
    for number in range(4):
        account.put(f"t/{number}.parquet", 1, first=number)
    copy = account.copy_statement()
    users = [User(account.settings) for _ in range(4)]
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(lambda user: user.rows(copy), users))
    for user in users:
        user.close()
    assert account.admin.value(_count(account)) == 4


def test_copy_within_a_transaction_is_refused(account: TestAccount) -> None:
    account.put("t/a.parquet", 1)
    copy = account.copy_statement()
    account.admin.rows("BEGIN")
    with pytest.raises(ProgrammingError, match="BEGIN and COMMIT"):
        account.admin.rows(copy)
    account.admin.rows("ROLLBACK")
    account.admin.rows(copy)
    assert account.admin.value(_count(account)) == 1


def test_list_shows_the_files_of_a_path(account: TestAccount) -> None:
    account.put("t/a.parquet", 1)
    account.put("t/b.parquet", 1)
    account.put("u/a.parquet", 1)
    (row,) = account.admin.records(f"LIST @{account.stage}/t/ PATTERN = '.*a[.]parquet'")
    head = account.s3.head_object(Bucket=account.bucket, Key="t/a.parquet")
    assert row == {
        "name": f"s3://{account.bucket}/t/a.parquet",
        "size": head["ContentLength"],
        "md5": head["ETag"].strip('"'),
        "last_modified": account.in_cloud_time(head["LastModified"]).strftime(
            "%a, %d %b %Y %H:%M:%S GMT"
        ),
    }
    assert len(account.admin.rows(f"LS @{account.stage}")) == 3

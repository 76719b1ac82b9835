"""Files announced by S3 become rows: each once, each whole, by the role and by nothing else."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from snowflake.connector.errors import ProgrammingError

from tests.functional.local_snowflake.account import TestAccount


def _count(account: TestAccount) -> str:
    return f"SELECT COUNT(*) FROM {account.table}"


def _failures(account: TestAccount) -> str:
    return (
        f"SELECT COUNT(*) FROM TABLE(INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => "
        f"'{account.table}', START_TIME => DATEADD(hours, -1, CURRENT_TIMESTAMP()))) "
        "WHERE STATUS = 'Load failed'"
    )


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
    assert account.admin.value(f"{_failures(account)} AND FILE_NAME = 't/bad.parquet'") == 1
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


def test_a_recreated_stage_stops_its_pipe_until_that_is_recreated_too(
    account: TestAccount,
) -> None:
    # terraform-provider-snowflake#4196; CREATE STAGE, "Usage notes".
    pipe = account.pipe()
    account.admin.rows(
        f"CREATE OR REPLACE STAGE {account.stage} URL = 's3://{account.bucket}/' "
        f"STORAGE_INTEGRATION = {account.integration}"
    )
    status = _status(account, pipe)
    assert status["executionState"] == "STOPPED_STAGE_DROPPED"
    assert "stage LAKE dropped" in str(status["error"])
    assert account.admin.shown("PIPES", "P")["invalid_reason"] == status["error"]
    # A pipe on the new stage hears of the same file, so the old one has had its turn.
    account.pipe("Q")
    account.put("t/one.parquet", 3)
    account.admin.wait_for(_count(account), 3)
    with pytest.raises(ProgrammingError, match="stage LAKE dropped"):
        account.admin.rows(f"ALTER PIPE {pipe} REFRESH")
    account.admin.rows(f"DROP PIPE {pipe}")
    account.pipe()
    account.admin.rows(f"ALTER PIPE {pipe} REFRESH")
    assert account.admin.value(_count(account)) == 6


def test_a_stage_with_another_url_stops_its_pipe(account: TestAccount) -> None:
    pipe = account.pipe()
    account.admin.rows(f"ALTER STAGE {account.stage} SET URL = 's3://{account.bucket}/deeper/'")
    assert _status(account, pipe)["executionState"] == "STOPPED_STAGE_ALTERED"
    account.admin.rows(f"ALTER STAGE {account.stage} SET COMMENT = 'not the URL'")
    account.admin.rows(f"ALTER STAGE {account.stage} SET URL = 's3://{account.bucket}/'")
    assert _status(account, pipe)["executionState"] == "RUNNING"


def test_a_pipe_goes_on_with_a_new_table_of_the_same_name(account: TestAccount) -> None:
    # data-load-snowpipe-ts, STOPPED_MISSING_TABLE: what came meanwhile was not queued.
    pipe, renamed = account.pipe(), f"{account.table}_OLD"
    account.admin.rows(f"ALTER TABLE {account.table} RENAME TO {renamed}")
    assert _status(account, pipe)["executionState"] == "STOPPED_MISSING_TABLE"
    copy = account.copy_statement().replace(f"INTO {account.table}", f"INTO {renamed}")
    account.admin.rows(f"CREATE PIPE {account.database}.RAW.Q AUTO_INGEST = TRUE AS {copy}")
    account.put("t/missed.parquet", 3)
    account.admin.wait_for(f"SELECT COUNT(*) FROM {renamed}", 3)
    account.admin.rows(f"CREATE TABLE {account.table} AS SELECT * FROM {renamed} LIMIT 0")
    account.put("t/next.parquet", 2)
    account.admin.wait_for(_count(account), 2)
    assert _status(account, pipe)["executionState"] == "RUNNING"


def test_two_pipes_load_the_same_file_once_each(account: TestAccount) -> None:
    account.pipe("P")
    account.pipe("Q")
    account.put("t/one.parquet", 3)
    account.admin.wait_for(_count(account), 6)


def test_a_pipe_takes_only_what_its_pattern_matches_below_its_path(account: TestAccount) -> None:
    account.pipe(options="PATTERN = 'a[0-9][.]parquet'")
    account.put("t/b1.parquet", 5)
    account.put("t/a1.parquet", 1)
    account.admin.wait_for(_count(account), 1)


def test_refresh_and_events_together_load_each_file_once(account: TestAccount) -> None:
    pipe = account.pipe()
    for number in range(6):
        account.put(f"t/{number}.parquet", 1, first=number)
        account.admin.rows(f"ALTER PIPE {pipe} REFRESH")
    account.admin.wait_for(f"SELECT COUNT(DISTINCT ID) FROM {account.table}", 6)
    account.admin.wait_for(
        f"SELECT PARSE_JSON(SYSTEM$PIPE_STATUS('{pipe}')):pendingFileCount::INT", 0
    )
    assert account.admin.value(_count(account)) == 6


def test_refresh_takes_a_prefix_and_a_time_of_the_last_seven_days(account: TestAccount) -> None:
    pipe = account.pipe()
    account.admin.rows(f"ALTER PIPE {pipe} SET PIPE_EXECUTION_PAUSED = TRUE")
    account.put("t/a1.parquet", 1)
    account.put("t/b1.parquet", 1)
    refresh = f"ALTER PIPE {pipe} REFRESH"
    assert account.admin.rows(f"{refresh} PREFIX = 'a'") == [("t/a1.parquet", "SENT")]
    assert account.admin.rows(f"{refresh} MODIFIED_AFTER = '2999-01-01T00:00:00Z'") == []
    for refused in ("MODIFIED_AFTER = '2001-01-01T00:00:00Z'", "MODIFIED_AFTER = 'noon'", "X = 1"):
        with pytest.raises(ProgrammingError):
            account.admin.rows(f"{refresh} {refused}")


def test_a_refused_pipe_is_asked_anew_and_keeps_what_failed(account: TestAccount) -> None:
    # data-load-snowpipe-ts: SYSTEM$PIPE_STATUS rechecks access; a file that failed stays in the
    # pipe's metadata, so that not even REFRESH tries it again.
    pipe = account.pipe()
    iam, role = account.client("iam"), account.role("stage").rpartition("/")[2]
    policy = iam.get_role_policy(RoleName=role, PolicyName="p")["PolicyDocument"]
    iam.delete_role_policy(RoleName=role, PolicyName="p")
    account.put("t/one.parquet", 3)
    state = f"SELECT PARSE_JSON(SYSTEM$PIPE_STATUS('{pipe}')):executionState::VARCHAR"
    account.admin.wait_for(state, "STALLED_STAGE_PERMISSION_ERROR")
    account.admin.wait_for(_failures(account), 1)
    iam.put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=json.dumps(policy))
    assert account.admin.value(state) == "RUNNING"
    account.admin.rows(f"ALTER PIPE {pipe} REFRESH")
    assert account.admin.value(_count(account)) == 0
    account.admin.rows(account.copy_statement())
    assert account.admin.value(_count(account)) == 3


def test_pipe_errors_are_told_by_validate_pipe_load(account: TestAccount) -> None:
    pipe = account.pipe()
    account.put_table("t/bad.parquet", pa.table({"id": ["1", "x"]}))
    call = (
        f"TABLE(INFORMATION_SCHEMA.VALIDATE_PIPE_LOAD(PIPE_NAME => '{pipe}', "
        "START_TIME => DATEADD(hours, {hours}, CURRENT_TIMESTAMP())))"
    )
    account.admin.wait_for(f"SELECT COUNT(*) FROM {call.format(hours=-1)}", 1)
    (row,) = account.admin.records(f"SELECT * FROM {call.format(hours=-1)}")
    assert (row["FILE"], row["LINE"], row["CODE"]) == ("t/bad.parquet", 2, 100071)
    assert account.admin.rows(f"SELECT * FROM {call.format(hours=1)}") == []


def test_a_role_makes_only_pipes_whose_copy_it_could_run(account: TestAccount) -> None:
    # data-load-snowpipe-intro, "Access control".
    role, schema = f"R_{account.suffix.upper()}", f"{account.database}.RAW"
    create = f"CREATE PIPE {schema}.P AS {account.copy_statement()}"
    account.admin.rows(f"CREATE ROLE {role}")
    account.admin.rows(f"GRANT ROLE {role} TO USER TARN_ADMIN")
    account.admin.rows(f"GRANT USAGE ON DATABASE {account.database} TO ROLE {role}")
    account.admin.rows(f"GRANT USAGE, CREATE PIPE ON SCHEMA {schema} TO ROLE {role}")
    needed = (
        f"USAGE ON STAGE {account.stage}",
        f"USAGE ON FILE FORMAT {account.file_format}",
        f"SELECT ON TABLE {account.table}",
        f"INSERT ON TABLE {account.table}",
    )
    for privilege in needed:
        account.admin.rows(f"GRANT {privilege} TO ROLE {role}")
    for privilege in needed:
        account.admin.rows(f"REVOKE {privilege} FROM ROLE {role}")
        account.admin.rows(f"USE ROLE {role}")
        with pytest.raises(ProgrammingError) as refused:
            account.admin.rows(create)
        assert refused.value.errno in (2003, 3001), privilege
        account.admin.rows("USE ROLE ACCOUNTADMIN")
        account.admin.rows(f"GRANT {privilege} TO ROLE {role}")
    account.admin.rows(f"USE ROLE {role}")
    account.admin.rows(create)
    assert account.admin.shown("PIPES", "P")["owner"] == role


def test_only_owner_and_monitor_ask_for_a_pipes_status(account: TestAccount) -> None:
    pipe, role = account.pipe(), f"R_{account.suffix.upper()}"
    account.admin.rows(f"CREATE ROLE {role}")
    account.admin.rows(f"GRANT ROLE {role} TO USER TARN_ADMIN")
    account.admin.rows(f"GRANT USAGE ON DATABASE {account.database} TO ROLE {role}")
    account.admin.rows(f"GRANT USAGE ON SCHEMA {account.database}.RAW TO ROLE {role}")
    account.admin.rows(f"GRANT OPERATE ON PIPE {pipe} TO ROLE {role}")
    account.admin.rows(f"USE ROLE {role}")
    with pytest.raises(ProgrammingError, match="Insufficient privileges"):
        _status(account, pipe)
    account.admin.rows("USE ROLE ACCOUNTADMIN")
    account.admin.rows(f"GRANT MONITOR ON PIPE {pipe} TO ROLE {role}")
    account.admin.rows(f"USE ROLE {role}")
    assert _status(account, pipe)["executionState"] == "RUNNING"


def test_a_stage_outside_the_integrations_locations_is_refused(account: TestAccount) -> None:
    with pytest.raises(ProgrammingError, match="not allowed by integration"):
        account.admin.rows(
            f"CREATE STAGE {account.database}.RAW.ELSEWHERE URL = 's3://elsewhere/' "
            f"STORAGE_INTEGRATION = {account.integration}"
        )

"""A load that ends early, for whatever reason, leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from local_cloud.journal import Journal
from local_cloud.settings import LocalCloudSettings
from local_cloud.snowflake import loading
from local_cloud.snowflake.account_parts import AccountParts
from local_cloud.snowflake.aws import CustomerAws, RoleTrust
from local_cloud.snowflake.copy_statement import read_copy
from local_cloud.snowflake.loading_job import LoadJob
from local_cloud.snowflake.sql_reader import SqlReader
from local_cloud.snowflake.stages import ExternalStage, StagedFile

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TABLE = ("D", "main", "T")
STAGE = ExternalStage(
    name="S",
    bucket="b",
    prefix="",
    trust=RoleTrust(role_arn="arn:aws:iam::000000000000:role/r", external_id="x", used_by="i"),
)


@pytest.fixture
def account(tmp_path: Path) -> Iterator[AccountParts]:
    """An account with a table, and without AWS."""
    settings = LocalCloudSettings(home=tmp_path)
    account = AccountParts(settings=settings, journal=Journal(), aws=CustomerAws(settings=settings))
    account.engine.create_database("D")
    account.engine.execute('CREATE TABLE "D"."main"."T" ("ID" BIGINT)')
    yield account
    account.engine.close()


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> list[StagedFile]:
    """Two files of one row each, staged without S3."""

    def download(_: AccountParts, __: ExternalStage, file: StagedFile, target: Path) -> None:
        pq.write_table(pa.table({"id": [file.size]}), target)

    monkeypatch.setattr(loading, "download", download)
    return [
        StagedFile(bucket="b", key=name, name=name, size=size, etag="e", modified_at=NOW)
        for size, name in enumerate(("one", "two"))
    ]


def _job(options: str = "") -> LoadJob:
    copy = read_copy(SqlReader(f"INTO T FROM @S MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE {options}"))
    return LoadJob(copy=copy, table=TABLE, stage=STAGE)


def _rows(account: AccountParts) -> int:
    return int(account.engine.fetch('SELECT count(*) FROM "D"."main"."T"')[0][0])


def _fail_at(monkeypatch: pytest.MonkeyPatch, name: str, error: BaseException) -> None:
    """Let one file insert its rows and then fail."""
    insert = loading.insert

    def insert_and_fail(
        duck: duckdb.DuckDBPyConnection,
        job: LoadJob,
        file: loading.LocalFile,
        started: datetime,
        *,
        sound_only: bool = False,
    ) -> int:
        rows = insert(duck, job, file, started, sound_only=sound_only)
        if file.staged.name == name:
            raise error
        return rows

    monkeypatch.setattr(loading, "insert", insert_and_fail)


def test_a_killed_load_leaves_neither_rows_nor_history(
    account: AccountParts, files: list[StagedFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as context:
        _fail_at(context, "two", KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            loading.load(account, _job(), files)
    assert (_rows(account), account.loads.of_table(TABLE)) == (0, [])
    loading.load(account, _job(), files)
    assert _rows(account) == 2


def test_a_file_that_fails_unforeseen_is_failed_and_the_others_are_loaded(
    account: AccountParts, files: list[StagedFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    _fail_at(monkeypatch, "one", duckdb.InvalidInputException("unforeseen"))
    one, two = loading.load(account, _job("ON_ERROR = SKIP_FILE"), files)
    assert (one.status.name, two.status.name, _rows(account)) == ("LOAD_FAILED", "LOADED", 1)

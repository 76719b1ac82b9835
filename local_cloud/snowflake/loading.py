"""Loads staged Parquet files into a table, all in one transaction.

Sound files go in as they are. Only when one is not, all are inspected row by row, ON_ERROR judges
each, and what it lets in goes in together. A statement that ends early leaves nothing.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path as FilePath
from typing import Final

import duckdb

from local_cloud.snowflake.account_parts import AccountParts
from local_cloud.snowflake.errors import SnowflakeSqlError
from local_cloud.snowflake.load_history import FileLoad, FirstError
from local_cloud.snowflake.loading_job import LoadJob
from local_cloud.snowflake.names import plain
from local_cloud.snowflake.on_error import Verdict
from local_cloud.snowflake.parquet_rows import Inspection, LocalFile, insert, inspect
from local_cloud.snowflake.stages import StagedFile, download

_DOWNLOADS: Final = 8
_TRIES_AT_CONFLICT: Final = 5
_PAUSE_AT_CONFLICT: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class _Judged:
    """A file with what was found in it; ``whole`` when nothing was looked for."""

    file: LocalFile
    verdict: Verdict = Verdict.WHOLE
    found: Inspection | None = None


def load(account: AccountParts, job: LoadJob, files: Sequence[StagedFile]) -> list[FileLoad]:
    """Load files and remember them.

    With ABORT_STATEMENT the first wrong row is raised and nothing is loaded.
    """
    if not files:
        return []
    started = account.now()
    with tempfile.TemporaryDirectory(prefix="tarn-copy-") as folder:
        local = _download_all(account, job, files, FilePath(folder))
        session = account.engine.connect()
        try:
            outcome = _load_local(session.duck, job, local, started)
        except duckdb.Error as error:
            raise _aborted(job, _failed(local[0], error)) from error
        finally:
            session.close()
    account.loads.record(*outcome)
    return outcome


def _download_all(
    account: AccountParts, job: LoadJob, files: Sequence[StagedFile], folder: FilePath
) -> list[LocalFile]:
    local = [
        LocalFile(staged=file, path=folder / f"{number}.parquet")
        for number, file in enumerate(files)
    ]
    if len(local) == 1:
        download(account, job.stage, local[0].staged, local[0].path)
        return local
    with ThreadPoolExecutor(max_workers=_DOWNLOADS) as pool:
        list(pool.map(lambda one: download(account, job.stage, one.staged, one.path), local))
    return local


def _load_local(
    duck: duckdb.DuckDBPyConnection, job: LoadJob, local: Sequence[LocalFile], started: datetime
) -> list[FileLoad]:
    with suppress(duckdb.Error):
        return _transaction(duck, job, [_Judged(file=file) for file in local], started)
    judged = [_judge(duck, job, file, started) for file in local]
    for one in judged:
        if one.verdict is Verdict.ABORTED:
            raise _aborted(job, one)
    while True:
        try:
            return _transaction(duck, job, judged, started)
        except _FileError as error:
            # The inspection missed something: the file is failed, and the others go on without.
            failed = _failed(error.judged.file, error.reason)
            if job.copy.on_error.aborts:
                raise _aborted(job, failed) from error
            judged = [failed if one is error.judged else one for one in judged]


class _FileError(duckdb.Error):
    """A file that could not be inserted."""

    def __init__(self, judged: _Judged, reason: duckdb.Error) -> None:
        super().__init__(str(reason))
        self.judged = judged
        self.reason = reason


def _judge(
    duck: duckdb.DuckDBPyConnection, job: LoadJob, file: LocalFile, started: datetime
) -> _Judged:
    try:
        found = inspect(duck, job, file, started)
    except duckdb.Error as error:
        failed = _failed(file, error)
        if job.copy.on_error.aborts:
            return _Judged(file=file, verdict=Verdict.ABORTED, found=failed.found)
        return failed
    verdict = job.copy.on_error.verdict(parsed=found.parsed, errors=found.errors)
    return _Judged(file=file, verdict=verdict, found=found)


def _failed(file: LocalFile, error: duckdb.Error) -> _Judged:
    first = FirstError(message=str(error).splitlines()[0])
    found = Inspection(parsed=0, errors=1, first=first)
    return _Judged(file=file, verdict=Verdict.SKIPPED, found=found)


def _transaction(
    duck: duckdb.DuckDBPyConnection, job: LoadJob, judged: Sequence[_Judged], started: datetime
) -> list[FileLoad]:
    """Insert files together; a conflict with another change of the table is tried again."""
    for _ in range(_TRIES_AT_CONFLICT):
        try:
            return _once(duck, lambda: [_insert(duck, job, one, started) for one in judged])
        except duckdb.TransactionException:
            time.sleep(_PAUSE_AT_CONFLICT)
    return _once(duck, lambda: [_insert(duck, job, one, started) for one in judged])


def _once(
    duck: duckdb.DuckDBPyConnection, insert_all: Callable[[], list[FileLoad]]
) -> list[FileLoad]:
    duck.execute("BEGIN")
    try:
        outcome = insert_all()
        duck.execute("COMMIT")
    except BaseException:
        # A failed COMMIT has already ended the transaction.
        with suppress(duckdb.TransactionException):
            duck.execute("ROLLBACK")
        raise
    return outcome


def _insert(
    duck: duckdb.DuckDBPyConnection, job: LoadJob, judged: _Judged, started: datetime
) -> FileLoad:
    rows = 0
    if judged.verdict is not Verdict.SKIPPED:
        sound_only = judged.verdict is Verdict.SOUND_ROWS
        try:
            rows = insert(duck, job, judged.file, started, sound_only=sound_only)
        except duckdb.TransactionException:
            raise
        except duckdb.Error as error:
            raise _FileError(judged, error) from error
    found = judged.found or Inspection(parsed=rows, errors=0)
    staged = judged.file.staged
    return FileLoad(
        table=job.table,
        file=staged.name,
        stage=job.stage.name,
        etag=staged.etag,
        rows=rows,
        parsed=found.parsed,
        size=staged.size,
        loaded_at=started,
        errors=found.errors,
        error_limit=job.copy.on_error.limit(found.parsed),
        first_error=found.first,
        pipe=job.pipe,
        received_at=staged.received_at,
    )


def _aborted(job: LoadJob, judged: _Judged) -> SnowflakeSqlError:
    """Say what Snowflake says of a wrong row: what, in which file, where, and what else to do."""
    staged = judged.file.staged
    first = (judged.found and judged.found.first) or FirstError(message="The file has wrong rows")
    where = f"  File '{staged.name}'"
    if first.line is not None:
        where += f", line {first.line}, row {first.line}, column {first.column}"
    return SnowflakeSqlError(
        code=first.code,
        sqlstate=first.sqlstate,
        message=f"{first.message}\n{where}\n  Nothing was loaded into {plain(job.table)}. To go "
        "on when there are errors, use another ON_ERROR, such as SKIP_FILE or CONTINUE.",
    )

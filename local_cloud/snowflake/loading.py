"""Loads staged Parquet files into a table: a file is there whole or not at all."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import Final

import duckdb

from local_cloud.snowflake.account_parts import AccountParts
from local_cloud.snowflake.copy_statement import CopyStatement
from local_cloud.snowflake.errors import SnowflakeSqlError
from local_cloud.snowflake.load_history import FileLoad
from local_cloud.snowflake.names import Path, plain, quoted
from local_cloud.snowflake.stages import ExternalStage, StagedFile, download

_DOWNLOADS: Final = 8
_TRIES_AT_CONFLICT: Final = 5
_PAUSE_AT_CONFLICT: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class LoadJob:
    """A COPY with its names resolved; ``pipe`` is None when a person runs it."""

    copy: CopyStatement
    table: Path
    stage: ExternalStage
    pipe: Path | None = None


def load(account: AccountParts, job: LoadJob, files: Sequence[StagedFile]) -> list[FileLoad]:
    """Load files, all in one transaction when they are sound, else each in its own.

    When bad files are not to be skipped, the first failure is raised and nothing is loaded.
    """
    if not files:
        return []
    started = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="tarn-copy-") as folder:
        local = _download_all(account, job, files, FilePath(folder))
        outcome = _load_together(account, job, local, started)
    account.loads.record(*outcome)
    return outcome


_Local = tuple[StagedFile, FilePath]


def _download_all(
    account: AccountParts, job: LoadJob, files: Sequence[StagedFile], folder: FilePath
) -> list[_Local]:
    targets = [(file, folder / f"{number}.parquet") for number, file in enumerate(files)]
    if len(targets) == 1:
        download(account, job.stage, *targets[0])
        return targets
    with ThreadPoolExecutor(max_workers=_DOWNLOADS) as pool:
        list(pool.map(lambda pair: download(account, job.stage, *pair), targets))
    return targets


def _load_together(
    account: AccountParts, job: LoadJob, local: Sequence[_Local], started: datetime
) -> list[FileLoad]:
    session = account.engine.connect()
    try:
        return _transaction(session.duck, job, local, started)
    except duckdb.Error as error:
        if not job.copy.skip_bad_files:
            raise _bad_file(local[0][0] if len(local) == 1 else None, job, error) from error
        return [_load_alone(session.duck, job, one, started) for one in local]
    finally:
        session.close()


def _load_alone(
    duck: duckdb.DuckDBPyConnection, job: LoadJob, one: _Local, started: datetime
) -> FileLoad:
    try:
        return _transaction(duck, job, [one], started)[0]
    except duckdb.Error as error:
        return _file_load(job, one[0], rows=0, started=started, error=_reason(error))


def _transaction(
    duck: duckdb.DuckDBPyConnection, job: LoadJob, local: Sequence[_Local], started: datetime
) -> list[FileLoad]:
    """Insert files together; a conflict with another change of the table is tried again."""
    for _ in range(_TRIES_AT_CONFLICT):
        try:
            return _once(duck, job, local, started)
        except duckdb.TransactionException:
            time.sleep(_PAUSE_AT_CONFLICT)
    return _once(duck, job, local, started)


def _once(
    duck: duckdb.DuckDBPyConnection, job: LoadJob, local: Sequence[_Local], started: datetime
) -> list[FileLoad]:
    duck.execute("BEGIN")
    try:
        outcome = [
            _file_load(job, file, rows=_insert(duck, job, file, path, started), started=started)
            for file, path in local
        ]
        duck.execute("COMMIT")
    except duckdb.Error:
        _roll_back(duck)
        raise
    return outcome


def _roll_back(duck: duckdb.DuckDBPyConnection) -> None:
    try:
        duck.execute("ROLLBACK")
    except duckdb.TransactionException:
        # A failed COMMIT has already ended the transaction.
        return


def _insert(
    duck: duckdb.DuckDBPyConnection,
    job: LoadJob,
    file: StagedFile,
    path: FilePath,
    started: datetime,
) -> int:
    in_file = {_fold(job, name): name for name in _file_columns(duck, path)}
    targets: list[str] = []
    sources: list[str] = []
    parameters: list[object] = []
    for name, required in _table_columns(duck, job.table):
        if name in job.copy.metadata:
            source, values = _metadata(job.copy.metadata[name], file, started)
            parameters += values
        elif _fold(job, name) in in_file:
            source = quoted((in_file[_fold(job, name)],))
        else:
            source = f"CAST(error({_missing(name)}) AS VARCHAR)" if required else "NULL"
        targets.append(quoted((name,)))
        sources.append(source)
    row = duck.execute(
        f"INSERT INTO {quoted(job.table)} ({', '.join(targets)}) "  # noqa: S608 - quoted names
        f"SELECT {', '.join(sources)} FROM read_parquet(?, file_row_number = true)",
        [*parameters, str(path)],
    ).fetchone()
    return int(row[0]) if row else 0


def _file_columns(duck: duckdb.DuckDBPyConnection, path: FilePath) -> list[str]:
    """Return a file's columns from its footer; DESCRIBE would plan a scan, 20 times slower."""
    rows = duck.execute("SELECT name, num_children FROM parquet_schema(?)", [str(path)]).fetchall()
    names: list[str] = []
    nested = 0
    for name, children in rows[1:]:
        if nested == 0:
            names.append(str(name))
        nested += (children or 0) - (1 if nested else 0)
    return names


def _table_columns(duck: duckdb.DuckDBPyConnection, table: Path) -> list[tuple[str, bool]]:
    rows = duck.execute(f"DESCRIBE {quoted(table)}").fetchall()
    return [(str(row[0]), row[2] == "NO") for row in rows]


def _fold(job: LoadJob, name: str) -> str:
    return name if job.copy.case_sensitive else name.upper()


def _missing(name: str) -> str:
    return f"'NULL result in a non-nullable column {name.replace(chr(39), '')}'"


def _metadata(source: str, file: StagedFile, started: datetime) -> tuple[str, list[object]]:
    if source == "METADATA$FILE_ROW_NUMBER":
        return "file_row_number + 1", []
    values: Mapping[str, object] = {
        "METADATA$FILENAME": file.key,
        "METADATA$FILE_CONTENT_KEY": file.etag,
        "METADATA$FILE_LAST_MODIFIED": file.modified_at,
        "METADATA$START_SCAN_TIME": started,
    }
    return "?", [values[source]]


def _file_load(
    job: LoadJob, file: StagedFile, *, rows: int, started: datetime, error: str = ""
) -> FileLoad:
    return FileLoad(
        table=job.table,
        file=file.name,
        stage=job.stage.name,
        etag=file.etag,
        rows=rows,
        size=file.size,
        loaded_at=started,
        status="Load failed" if error else "Loaded",
        error=error,
        pipe=job.pipe,
    )


def _reason(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]


def _bad_file(file: StagedFile | None, job: LoadJob, error: duckdb.Error) -> SnowflakeSqlError:
    where = f"File '{file.url}'" if file else f"Files of stage {job.stage.name}"
    return SnowflakeSqlError(
        code=100183,
        sqlstate="22000",
        message=f"{where} cannot be loaded into {plain(job.table)}: {_reason(error)}. Nothing was "
        "loaded. Use ON_ERROR = SKIP_FILE to load the other files.",
    )

"""Rows of one Parquet file on their way into a table: all of them, or only the sound ones.

DuckDB stops at the first value that does not fit. Which rows are wrong, and why, is only asked
when that has happened, so a sound file is read once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path as FilePath
from typing import Final

import duckdb

from local_cloud.snowflake.load_history import FirstError
from local_cloud.snowflake.loading_job import LoadJob
from local_cloud.snowflake.names import quoted
from local_cloud.snowflake.stages import StagedFile

_VARIANT_TYPES: Final = (
    ("DECIMAL", "FIXED"),
    ("BIGINT", "FIXED"),
    ("HUGEINT", "FIXED"),
    ("INTEGER", "FIXED"),
    ("DOUBLE", "REAL"),
    ("FLOAT", "REAL"),
    ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP_LTZ"),
    ("TIMESTAMP", "TIMESTAMP_NTZ"),
    ("VARCHAR", "TEXT"),
    ("BLOB", "BINARY"),
)
"""DuckDB's types and what Snowflake calls them in its errors."""


@dataclass(frozen=True, kw_only=True)
class LocalFile:
    """A staged file on the disk."""

    staged: StagedFile
    path: FilePath


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """How many rows a file has, how many are wrong, and the first of them."""

    parsed: int
    errors: int
    first: FirstError | None = None


@dataclass(frozen=True, kw_only=True)
class _Target:
    """One column of the table, and where its value comes from; no source means NULL."""

    name: str
    type: str
    required: bool
    source: str | None = None
    parameters: tuple[object, ...] = field(default=())
    checked: bool = False

    @property
    def wrong(self) -> str | None:
        """SQL that is true for a row whose value does not fit; None if every value does."""
        if not self.checked:
            return "TRUE" if self.required and self.source is None else None
        misfit = f"({self.source} IS NOT NULL AND TRY_CAST({self.source} AS {self.type}) IS NULL)"
        return f"({misfit} OR {self.source} IS NULL)" if self.required else misfit


def insert(
    duck: duckdb.DuckDBPyConnection,
    job: LoadJob,
    file: LocalFile,
    started: datetime,
    *,
    sound_only: bool = False,
) -> int:
    """Insert a file's rows and return their number; with ``sound_only`` without the wrong ones.

    Raises duckdb.Error if a row does not fit or the file cannot be read.
    """
    targets = _targets(duck, job, file, started)
    where = f" WHERE NOT ({_any_wrong(targets)})" if sound_only else ""
    names = ", ".join(quoted((one.name,)) for one in targets)
    row = duck.execute(
        f"INSERT INTO {quoted(job.table)} ({names}) "  # noqa: S608 - quoted names
        f"SELECT {', '.join(_inserted(one) for one in targets)} "
        f"FROM read_parquet(?, file_row_number = true){where}",
        [*(value for one in targets for value in one.parameters), str(file.path)],
    ).fetchone()
    return int(row[0]) if row else 0


def inspect(
    duck: duckdb.DuckDBPyConnection, job: LoadJob, file: LocalFile, started: datetime
) -> Inspection:
    """Count a file's rows and the wrong ones among them; raises duckdb.Error if it is no file."""
    targets = _targets(duck, job, file, started)
    wrong = _any_wrong(targets)
    counted = duck.execute(
        f"SELECT count(*), count(*) FILTER ({wrong}), "  # noqa: S608 - quoted names
        f"min(file_row_number) FILTER ({wrong}) FROM read_parquet(?, file_row_number = true)",
        [str(file.path)],
    ).fetchone()
    parsed, errors, row = counted or (0, 0, None)
    first = None if row is None else _first_error(duck, job, file, targets, int(row))
    return Inspection(parsed=parsed, errors=errors, first=first)


def _any_wrong(targets: Sequence[_Target]) -> str:
    return " OR ".join(one.wrong for one in targets if one.wrong) or "FALSE"


def _first_error(
    duck: duckdb.DuckDBPyConnection,
    job: LoadJob,
    file: LocalFile,
    targets: Sequence[_Target],
    row: int,
) -> FirstError | None:
    suspects = [one for one in targets if one.wrong]
    asked = ", ".join(f"{one.wrong}, CAST({one.source or 'NULL'} AS VARCHAR)" for one in suspects)
    answer = duck.execute(
        f"SELECT {asked} FROM read_parquet(?, file_row_number = true) "  # noqa: S608
        "WHERE file_row_number = ?",
        [str(file.path), row],
    ).fetchone()
    pairs = zip(answer[::2], answer[1::2], strict=True) if answer else ()
    for target, (wrong, value) in zip(suspects, pairs, strict=False):
        if wrong:
            code, sqlstate, message = _misfit(target, value)
            return FirstError(
                message=message,
                code=code,
                sqlstate=sqlstate,
                line=row + 1,
                column=f'"{job.table[-1]}"["{target.name}":{targets.index(target) + 1}]',
            )
    return None


def _misfit(target: _Target, value: str | None) -> tuple[int, str, str]:
    if value is None:
        return 100072, "22000", f"NULL result in a non-nullable column {target.name}"
    kind = next((name for word, name in _VARIANT_TYPES if target.type.startswith(word)), None)
    return 100071, "22000", f'Failed to cast variant value "{value}" to {kind or target.type}'


def _inserted(target: _Target) -> str:
    if target.source is not None:
        return target.source
    if not target.required:
        return "NULL"
    name = target.name.replace("'", "")
    return f"CAST(error('NULL result in a non-nullable column {name}') AS VARCHAR)"


def _targets(
    duck: duckdb.DuckDBPyConnection, job: LoadJob, file: LocalFile, started: datetime
) -> list[_Target]:
    in_file = {_fold(job, name): name for name in _file_columns(duck, file.path)}
    targets: list[_Target] = []
    for name, kind, required in _table_columns(duck, job):
        if name in job.copy.metadata:
            source, values = _metadata(job.copy.metadata[name], file.staged, started)
            parameters = tuple(values)
            checked = False
        elif _fold(job, name) in in_file:
            source, parameters = quoted((in_file[_fold(job, name)],)), ()
            checked = True
        else:
            source, parameters, checked = None, (), False
        targets.append(
            _Target(
                name=name,
                type=kind,
                required=required,
                source=source,
                parameters=parameters,
                checked=checked,
            )
        )
    return targets


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


def _table_columns(duck: duckdb.DuckDBPyConnection, job: LoadJob) -> list[tuple[str, str, bool]]:
    rows = duck.execute(f"DESCRIBE {quoted(job.table)}").fetchall()
    return [(str(row[0]), str(row[1]), row[2] == "NO") for row in rows]


def _fold(job: LoadJob, name: str) -> str:
    return name if job.copy.case_sensitive else name.upper()


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

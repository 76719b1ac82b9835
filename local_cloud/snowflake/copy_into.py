"""COPY INTO by hand: which files, in which order, and what the answer shows."""

from __future__ import annotations

from local_cloud.snowflake.context import Context
from local_cloud.snowflake.copy_statement import CopyStatement, read_copy
from local_cloud.snowflake.load_history import FileLoad
from local_cloud.snowflake.loading import LoadJob, load
from local_cloud.snowflake.objects import Kind
from local_cloud.snowflake.results import Cell, CellType, Result, status, table
from local_cloud.snowflake.sql_reader import SqlReader
from local_cloud.snowflake.stages import (
    ExternalStage,
    StagedFile,
    external_stage,
    list_files,
    matching,
    stat_file,
)
from local_cloud.snowflake.tables import require_on_relation

_COLUMNS = (
    "file",
    "status",
    ("rows_parsed", CellType.FIXED),
    ("rows_loaded", CellType.FIXED),
    ("error_limit", CellType.FIXED),
    ("errors_seen", CellType.FIXED),
    "first_error",
    ("first_error_line", CellType.FIXED),
    ("first_error_character", CellType.FIXED),
    "first_error_column_name",
)


def copy_into(context: Context, reader: SqlReader) -> Result:
    """Load staged files that this table has not got yet, with their present content."""
    statement = read_copy(reader)
    job = resolve(context, statement)
    account = context.account
    wanted = [
        file
        for file in _candidates(context, statement, job.stage)
        if statement.force or not account.loads.copy_loaded(job.table, file.name, file.etag)
    ]
    if not wanted:
        return status("Copy executed with 0 files processed.")
    loads = load(account, job, wanted)
    rows = [_row(job.stage, one) for one in loads]
    return table(_COLUMNS, rows)


def resolve(context: Context, statement: CopyStatement) -> LoadJob:
    """Check names and privileges of a COPY."""
    account, session = context.account, context.session
    target = session.resolve(Kind.TABLE, statement.table)
    require_on_relation(context, target, "INSERT")
    account.registry.get(Kind.TABLE, target)
    stage = account.registry.get(Kind.STAGE, session.resolve(Kind.STAGE, statement.stage))
    account.access.require_usage(session, stage.path)
    account.access.require(session, stage, "USAGE", "READ")
    if statement.file_format is not None:
        path = session.resolve(Kind.FILE_FORMAT, statement.file_format)
        account.access.require(session, account.registry.get(Kind.FILE_FORMAT, path), "USAGE")
    return LoadJob(copy=statement, table=target, stage=external_stage(account, stage))


def _candidates(
    context: Context, statement: CopyStatement, stage: ExternalStage
) -> list[StagedFile]:
    account = context.account
    if statement.files:
        return [stat_file(account, stage, statement.prefix + name) for name in statement.files]
    return matching(list(list_files(account, stage, statement.prefix)), statement.pattern)


def _row(stage: ExternalStage, load: FileLoad) -> dict[str, Cell]:
    return {
        "file": f"s3://{stage.bucket}/{stage.key_prefix(load.file)}",
        "status": "LOAD_FAILED" if load.error else "LOADED",
        "rows_parsed": load.rows,
        "rows_loaded": load.rows,
        "error_limit": 1,
        "errors_seen": 1 if load.error else 0,
        "first_error": load.error or None,
    }

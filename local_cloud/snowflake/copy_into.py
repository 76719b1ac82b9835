"""COPY INTO by hand: which files, in which order, and what the answer shows."""

from __future__ import annotations

from local_cloud.snowflake.context import Context
from local_cloud.snowflake.copy_statement import CopyStatement, read_copy
from local_cloud.snowflake.errors import StatementUnsupportedError
from local_cloud.snowflake.load_history import FileLoad, LoadStatus
from local_cloud.snowflake.loading import load
from local_cloud.snowflake.loading_job import LoadJob
from local_cloud.snowflake.objects import Kind
from local_cloud.snowflake.results import Cell, CellType, Result, status, table
from local_cloud.snowflake.sql_reader import SqlReader
from local_cloud.snowflake.stages import (
    ExternalStage,
    StagedFile,
    external_stage,
    list_files,
    matching,
    purge_files,
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
    if context.session.engine.in_transaction():
        raise StatementUnsupportedError(what="COPY INTO within BEGIN and COMMIT")
    job = resolve(context, statement)
    account = context.account
    with account.loads.loading(job.table):
        wanted = _chosen(context, job)
        loads = load(account, job, wanted)
    if not wanted:
        return status("Copy executed with 0 files processed.")
    if statement.purge:
        gone = {one.file for one in loads if one.status is not LoadStatus.LOAD_FAILED}
        purge_files(account, job.stage, [file for file in wanted if file.name in gone])
    shown = [
        one
        for one in loads
        if not statement.return_failed_only or one.status is LoadStatus.LOAD_FAILED
    ]
    return table(_COLUMNS, [_row(job.stage, one) for one in shown])


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


def _chosen(context: Context, job: LoadJob) -> list[StagedFile]:
    """Return what is to be loaded now; SIZE_LIMIT ends with the file that reaches it."""
    statement, loads = job.copy, context.account.loads
    chosen: list[StagedFile] = []
    size = 0
    for file in _candidates(context, statement, job.stage):
        if statement.size_limit is not None and size >= statement.size_limit:
            break
        skipped = not statement.force and loads.copy_skips(
            job.table,
            file.name,
            file.etag,
            file.modified_at,
            load_uncertain=statement.load_uncertain_files,
        )
        if not skipped:
            chosen.append(file)
            size += file.size
    return chosen


def _candidates(
    context: Context, statement: CopyStatement, stage: ExternalStage
) -> list[StagedFile]:
    """Return the named files or, without FILES, those of the path; with FILES no PATTERN counts."""
    account = context.account
    if statement.files:
        return [stat_file(account, stage, statement.prefix + name) for name in statement.files]
    return matching(list_files(account, stage, statement.prefix), statement.pattern)


def _row(stage: ExternalStage, load: FileLoad) -> dict[str, Cell]:
    first = load.first_error
    return {
        "file": f"s3://{stage.bucket}/{stage.key_prefix(load.file)}",
        "status": load.status.name,
        "rows_parsed": load.parsed,
        "rows_loaded": load.rows,
        "error_limit": load.error_limit,
        "errors_seen": load.errors,
        "first_error": first and first.message,
        "first_error_line": first and first.line,
        "first_error_character": None,
        "first_error_column_name": first and first.column,
    }

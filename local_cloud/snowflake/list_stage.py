"""LIST: the files of a stage, as the integration's role sees them in S3."""

from __future__ import annotations

from typing import Final

from local_cloud.snowflake.context import Context
from local_cloud.snowflake.copy_statement import read_location
from local_cloud.snowflake.errors import invalid_property
from local_cloud.snowflake.objects import Kind
from local_cloud.snowflake.results import Cell, CellType, Result, table
from local_cloud.snowflake.sql_reader import SqlReader
from local_cloud.snowflake.stages import external_stage, list_files, matching

_COLUMNS: Final = ("name", ("size", CellType.FIXED), "md5", "last_modified")
_AS_SNOWFLAKE_SHOWS_TIME: Final = "%a, %d %b %Y %H:%M:%S GMT"


def list_stage(context: Context, reader: SqlReader) -> Result:
    """Run LIST @<stage>[/<path>] [PATTERN = '<regex>']."""
    name, path = read_location(reader)
    given = reader.properties()
    reader.expect_end()
    for option in given:
        if option != "PATTERN":
            raise invalid_property(name=option, kind="LIST", allowed="PATTERN")
    account, session = context.account, context.session
    item = account.registry.get(Kind.STAGE, session.resolve(Kind.STAGE, name))
    account.access.require_usage(session, item.path)
    account.access.require(session, item, "USAGE", "READ")
    pattern = given.get("PATTERN")
    listed = list_files(account, external_stage(account, item), path)
    rows: list[dict[str, Cell]] = [
        {
            "name": file.url,
            "size": file.size,
            "md5": file.etag,
            "last_modified": file.modified_at.strftime(_AS_SNOWFLAKE_SHOWS_TIME),
        }
        for file in matching(listed, None if pattern is None else str(pattern))
    ]
    return table(_COLUMNS, rows)

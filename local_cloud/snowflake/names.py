"""Snowflake's identifiers: how they are read, resolved and written."""

from __future__ import annotations

import re
from typing import Final

from local_cloud.snowflake.errors import SnowflakeSqlError

Path = tuple[str, ...]
"""An object's full name: (name,) in the account, (database, schema, name) in a schema."""

_PLAIN: Final = re.compile(r"[A-Z_][A-Z0-9_$]*")


def quoted(path: Path) -> str:
    """Write a path with every part quoted, as the providers' ``fully_qualified_name`` has it."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in path)


def plain(path: Path) -> str:
    """Write a path with quotes only where an identifier needs them, as Snowflake prints it."""
    return ".".join(part if _PLAIN.fullmatch(part) else quoted((part,)) for part in path)


def string_literal(text: str) -> str:
    """Write a text as a SQL string."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def in_schema(path: Path, *, database: str | None, schema: str | None) -> Path:
    """Complete a schema object's name with the session's database and schema."""
    if len(path) == 3:
        return path
    if database is None:
        raise SnowflakeSqlError(
            code=90105,
            sqlstate="22000",
            message="Cannot perform operation. This session does not have a current database. "
            "Call 'USE DATABASE', or use a qualified name.",
        )
    if len(path) == 2:
        return (database, *path)
    if schema is None:
        raise SnowflakeSqlError(
            code=90106,
            sqlstate="22000",
            message="Cannot perform operation. This session does not have a current schema. "
            "Call 'USE SCHEMA', or use a qualified name.",
        )
    return (database, schema, *path)


def in_database(path: Path, *, database: str | None) -> Path:
    """Complete a schema's name with the session's database."""
    if len(path) == 2:
        return path
    return in_schema(path, database=database, schema="")[:1] + path

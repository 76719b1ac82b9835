"""Which privileges exist on which kind: what GRANT accepts, and what ALL means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from local_cloud.snowflake.grants import ACCOUNT

_CREATE_IN_SCHEMA: Final = (
    "CREATE TABLE",
    "CREATE VIEW",
    "CREATE STAGE",
    "CREATE FILE FORMAT",
    "CREATE PIPE",
    "CREATE ICEBERG TABLE",
    "CREATE DYNAMIC TABLE",
    "CREATE SEQUENCE",
    "CREATE FUNCTION",
    "CREATE PROCEDURE",
    "CREATE STREAM",
    "CREATE TASK",
    "CREATE EXTERNAL TABLE",
    "CREATE MATERIALIZED VIEW",
    "CREATE MASKING POLICY",
    "CREATE ROW ACCESS POLICY",
    "CREATE TAG",
)
_TABLE: Final = (
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "TRUNCATE",
    "REFERENCES",
    "EVOLVE SCHEMA",
    "REBUILD",
    "APPLYBUDGET",
)

PRIVILEGES: Final[Mapping[str, tuple[str, ...]]] = {
    ACCOUNT: (
        "CREATE DATABASE",
        "CREATE WAREHOUSE",
        "CREATE ROLE",
        "CREATE USER",
        "CREATE INTEGRATION",
        "CREATE EXTERNAL VOLUME",
        "MANAGE GRANTS",
        "MONITOR USAGE",
        "MONITOR EXECUTION",
        "EXECUTE TASK",
        "EXECUTE MANAGED TASK",
        "IMPORT SHARE",
        "APPLY MASKING POLICY",
        "APPLY ROW ACCESS POLICY",
        "APPLY TAG",
    ),
    "WAREHOUSE": ("USAGE", "OPERATE", "MONITOR", "MODIFY", "APPLYBUDGET"),
    "RESOURCE MONITOR": ("MONITOR", "MODIFY"),
    "INTEGRATION": ("USAGE", "USE_ANY_ROLE"),
    "EXTERNAL VOLUME": ("USAGE",),
    "USER": ("MONITOR",),
    "DATABASE": ("USAGE", "MONITOR", "MODIFY", "CREATE SCHEMA", "CREATE DATABASE ROLE"),
    "SCHEMA": ("USAGE", "MONITOR", "MODIFY", "ADD SEARCH OPTIMIZATION", *_CREATE_IN_SCHEMA),
    "TABLE": _TABLE,
    "ICEBERG TABLE": _TABLE,
    "VIEW": ("SELECT", "REFERENCES"),
    "STAGE": ("USAGE", "READ", "WRITE"),
    "FILE FORMAT": ("USAGE",),
    "PIPE": ("MONITOR", "OPERATE"),
    "DYNAMIC TABLE": ("SELECT", "MONITOR", "OPERATE"),
    "EXTERNAL TABLE": ("SELECT", "REFERENCES"),
    "MATERIALIZED VIEW": ("SELECT", "REFERENCES"),
    "SEQUENCE": ("USAGE",),
    "STREAM": ("SELECT",),
    "TASK": ("MONITOR", "OPERATE"),
}

ONLY_PROMISED: Final = (
    "DYNAMIC TABLE",
    "EXTERNAL TABLE",
    "MATERIALIZED VIEW",
    "SEQUENCE",
    "STREAM",
    "TASK",
)
"""Kinds that future grants may name although the account keeps no such objects."""

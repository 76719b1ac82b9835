"""What the local Snowflake refuses, simplifies, or stores without effect, by name."""

from __future__ import annotations

from typing import Final

from local_cloud.limits import Limit, LimitKind
from local_cloud.snowflake.kinds import SPECS

_SAY_IT_IN_SNOWFLAKE: Final = "Try it in a Snowflake account; nothing local depends on it."


def _refused(name: str, why: str, what_to_do: str = _SAY_IT_IN_SNOWFLAKE) -> Limit:
    return Limit(name=f"snowflake: {name}", kind=LimitKind.REFUSED, why=why, what_to_do=what_to_do)


def _simplified(name: str, why: str, what_to_do: str) -> Limit:
    return Limit(
        name=f"snowflake: {name}", kind=LimitKind.SIMPLIFIED, why=why, what_to_do=what_to_do
    )


_REFUSED: Final = (
    _refused(
        "streams, tasks, dynamic tables, procedures, functions, policies, tags, shares",
        "The account keeps no such objects.",
    ),
    _refused(
        "internal stages, PUT and GET",
        "Files come from S3 only.",
        "Put the file into S3 and use an external stage with a storage integration.",
    ),
    _refused(
        "COPY of other formats than Parquet, or without MATCH_BY_COLUMN_NAME",
        "Validated files are Parquet and are matched by name.",
        "Load Parquet with MATCH_BY_COLUMN_NAME.",
    ),
    _refused(
        "COPY with VALIDATION_MODE, TRUNCATECOLUMNS, ENFORCE_LENGTH, a column list or a SELECT; "
        "unloading",
        "Columns are matched by name, with which Snowflake itself refuses VALIDATION_MODE, column "
        "lists and SELECT.",
        "Use ON_ERROR, and COPY_HISTORY for the first error of each file.",
    ),
    _refused(
        "COPY INTO between BEGIN and COMMIT",
        "A COPY is a transaction of its own, and its load history cannot be rolled back.",
        "Commit first.",
    ),
    _refused("time travel, UNDROP, CLONE", "Rows are kept in their present state only."),
    _refused(
        "login with OAuth, SAML, a browser, MFA or a programmatic access token",
        "Users prove themselves with a password or with a key pair (SNOWFLAKE_JWT).",
        "Use a key pair, or test the login in a Snowflake account.",
    ),
    _refused("database roles", "Only account roles hold privileges.", "Grant to account roles."),
    _refused(
        "renaming databases, schemas, roles, pipes and Iceberg tables",
        "Their names are used by the query engine and by grants.",
        "Make a new object and move to it.",
    ),
    _refused("temporary tables", "Every table is permanent.", "Create and drop a table."),
)

_SIMPLIFIED: Final = (
    _simplified(
        "login",
        "The account may have any name; wrong passwords lock nobody out; there are no network, "
        "password or authentication policies.",
        "Test policies in a Snowflake account.",
    ),
    _simplified(
        "Iceberg auto-refresh",
        "The Glue catalog is asked every second, not every REFRESH_INTERVAL_SECONDS.",
        "Expect up to the configured interval in Snowflake.",
    ),
    _simplified(
        "INFORMATION_SCHEMA",
        "It has TABLES (without views), VIEWS, COLUMNS, SCHEMATA, DATABASES and LOAD_HISTORY; its "
        "other views are refused.",
        "Ask SHOW, or look in Snowflake.",
    ),
    _simplified(
        "MERGE",
        "It needs a current schema, also when every name in it is complete.",
        "USE a schema first.",
    ),
    _simplified(
        "sequences",
        "Who may create sequences in a schema may drop them, anybody takes numbers from them, and "
        "SHOW SEQUENCES is refused.",
        "Test grants on sequences in a Snowflake account.",
    ),
    _simplified(
        "query engine",
        "Rows are kept by DuckDB, and SQL is translated by fakesnow: functions that it does not "
        "know fail, VARCHAR lengths and NUMBER precision are not enforced.",
        "Keep to SQL that runs in both; the shipped views do.",
    ),
    _simplified(
        "pipes",
        "Files load within a second, and REFRESH has loaded them when it answers; only a pause of "
        "the pipe itself, not one of its schema, makes it stale.",
        "Expect about a minute in Snowflake.",
    ),
    _simplified(
        "pipes' owners",
        "What a pipe's owner may do with stage and table is asked when the pipe is created, not at "
        "each load.",
        "Revoke the privilege before the pipe is created to see the refusal.",
    ),
    _simplified(
        "load errors",
        "Whether a value of a Parquet file fits its column is decided by DuckDB's casts, and only "
        "the first error of a file is kept; positions within a row are NULL.",
        "Keep the types of file and table alike.",
    ),
    _simplified(
        "SHOW ICEBERG TABLES",
        "name_mapping, partition_specs and current_partition_spec_id are always empty.",
        "Ask the table's metadata in the lake.",
    ),
    _simplified(
        "COPY_HISTORY",
        "It has no BYTES_BILLED, for nothing is billed.",
        "Watch costs in Snowflake.",
    ),
    _simplified(
        "credits",
        "Warehouses cost credits by size and time; pipes, refreshes and cloud services cost none, "
        "nor do further clusters. Monitors watch warehouses, not the account.",
        "Watch those credits in Snowflake.",
    ),
)


def _stored() -> list[Limit]:
    return [
        Limit(
            name=f"snowflake: {kind.value} {name}",
            kind=LimitKind.STORED,
            why="It is kept and shown, and changes nothing.",
            what_to_do="Nothing; it has its effect in Snowflake.",
        )
        for kind, spec in SPECS.items()
        for name, known in spec.properties.items()
        if known.stored
    ]


SNOWFLAKE_LIMITS: Final = (*_REFUSED, *_SIMPLIFIED, *_stored())

"""Parameters: properties that an object has only where somebody set them, else the default counts.

Snowflake tells the two apart (the ``level`` of SHOW PARAMETERS), and so must a reader that looks
for drift: one day of retention by default is not one day of retention by choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from local_cloud.snowflake.kinds import SPECS, complete
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.sql_reader import Value

_CONTAINER_PARAMETERS: Final = (
    "CATALOG",
    "DATA_RETENTION_TIME_IN_DAYS",
    "DEFAULT_DDL_COLLATION",
    "EXTERNAL_VOLUME",
    "LOG_LEVEL",
    "MAX_DATA_EXTENSION_TIME_IN_DAYS",
    "QUOTED_IDENTIFIERS_IGNORE_CASE",
    "REPLACE_INVALID_CHARACTERS",
    "STORAGE_SERIALIZATION_POLICY",
    "TRACE_LEVEL",
)
PARAMETERS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.WAREHOUSE: (
        "MAX_CONCURRENCY_LEVEL",
        "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS",
        "STATEMENT_TIMEOUT_IN_SECONDS",
    ),
    Kind.DATABASE: _CONTAINER_PARAMETERS,
    Kind.SCHEMA: (*_CONTAINER_PARAMETERS, "PIPE_EXECUTION_PAUSED"),
    Kind.TABLE: ("DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS"),
}


def new_properties(kind: Kind, given: Mapping[str, Value]) -> dict[str, Value]:
    """Check a new object's properties and add the defaults, but those of its parameters."""
    unset = [name for name in PARAMETERS.get(kind, ()) if given.get(name) is None]
    return {name: value for name, value in complete(kind, given).items() if name not in unset}


def unset_value(kind: Kind, name: str) -> Value:
    """Return what a property holds after UNSET."""
    return None if name in PARAMETERS.get(kind, ()) else SPECS[kind].properties[name].default


def in_force(item: SnowflakeObject, name: str) -> Value:
    """Return a parameter as it counts for an object: what was set, else the default."""
    value = item.properties.get(name)
    return SPECS[item.kind].properties[name].default if value is None else value

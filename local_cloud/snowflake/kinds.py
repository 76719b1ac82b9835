"""Which properties objects of each kind have: a table, and the one check against it.

A property that is not here is refused by name. Those marked ``stored`` are kept and shown but
change nothing in the local cloud.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from local_cloud.snowflake.errors import invalid_property, invalid_value, missing_property
from local_cloud.snowflake.objects import Kind
from local_cloud.snowflake.sql_reader import Value


@dataclass(frozen=True, kw_only=True)
class Property:
    """One property; ``values`` limits what it may be, empty means anything."""

    default: Value = None
    required: bool = False
    stored: bool = False
    values: tuple[str, ...] = ()
    minimum: int | None = None


@dataclass(frozen=True, kw_only=True)
class KindSpec:
    """A kind's properties, and the privilege (on the account or container) to create one."""

    create_privilege: str
    properties: Mapping[str, Property] = field(default_factory=dict[str, Property])


MANAGED_ACCESS: Final = "MANAGED ACCESS"
"""A schema's switch that is no property in SQL: WITH, ENABLE or DISABLE MANAGED ACCESS."""

_PLAIN: Final = Property()
_STORED: Final = Property(stored=True)
_SWITCH: Final = ("TRUE", "FALSE")
_COMMENT: Final = {"COMMENT": _PLAIN}
WAREHOUSE_SIZES: Final = (
    "XSMALL",
    "SMALL",
    "MEDIUM",
    "LARGE",
    "XLARGE",
    "XXLARGE",
    "XXXLARGE",
    "X4LARGE",
    "X5LARGE",
    "X6LARGE",
)
_SIZE_SPELLINGS: Final = {
    "X-SMALL": "XSMALL",
    "X-LARGE": "XLARGE",
    "2X-LARGE": "XXLARGE",
    "X2LARGE": "XXLARGE",
    "3X-LARGE": "XXXLARGE",
    "X3LARGE": "XXXLARGE",
    "4X-LARGE": "X4LARGE",
    "5X-LARGE": "X5LARGE",
    "6X-LARGE": "X6LARGE",
}

_WAREHOUSE: Final = {
    **_COMMENT,
    "WAREHOUSE_TYPE": Property(default="STANDARD", values=("STANDARD", "SNOWPARK-OPTIMIZED")),
    "WAREHOUSE_SIZE": Property(default="XSMALL", values=WAREHOUSE_SIZES),
    "MAX_CLUSTER_COUNT": Property(default=1, minimum=1, stored=True),
    "MIN_CLUSTER_COUNT": Property(default=1, minimum=1, stored=True),
    "SCALING_POLICY": Property(default="STANDARD", values=("STANDARD", "ECONOMY"), stored=True),
    "AUTO_SUSPEND": Property(default=600, minimum=0),
    "AUTO_RESUME": Property(default=True, values=_SWITCH),
    "INITIALLY_SUSPENDED": Property(values=_SWITCH),
    "RESOURCE_MONITOR": _PLAIN,
    "ENABLE_QUERY_ACCELERATION": Property(default=False, values=_SWITCH, stored=True),
    "QUERY_ACCELERATION_MAX_SCALE_FACTOR": Property(default=8, minimum=0, stored=True),
    "MAX_CONCURRENCY_LEVEL": Property(default=8, minimum=1, stored=True),
    "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": Property(default=0, minimum=0, stored=True),
    "STATEMENT_TIMEOUT_IN_SECONDS": Property(default=172800, minimum=0, stored=True),
    "GENERATION": _STORED,
    "RESOURCE_CONSTRAINT": _STORED,
}

_CONTAINER: Final = {
    **_COMMENT,
    "DATA_RETENTION_TIME_IN_DAYS": Property(default=1, minimum=0, stored=True),
    "MAX_DATA_EXTENSION_TIME_IN_DAYS": Property(default=14, minimum=0, stored=True),
    "EXTERNAL_VOLUME": _STORED,
    "CATALOG": _STORED,
    "REPLACE_INVALID_CHARACTERS": Property(default=False, values=_SWITCH, stored=True),
    "DEFAULT_DDL_COLLATION": Property(default="", stored=True),
    "STORAGE_SERIALIZATION_POLICY": Property(default="OPTIMIZED", stored=True),
    "LOG_LEVEL": Property(default="OFF", stored=True),
    "TRACE_LEVEL": Property(default="OFF", stored=True),
    "QUOTED_IDENTIFIERS_IGNORE_CASE": Property(default=False, values=("FALSE",)),
}

_PARQUET: Final = {
    **_COMMENT,
    "TYPE": Property(required=True, values=("PARQUET",)),
    "COMPRESSION": Property(default="AUTO", stored=True),
    "SNAPPY_COMPRESSION": Property(stored=True, values=_SWITCH),
    "BINARY_AS_TEXT": Property(default=True, values=_SWITCH, stored=True),
    "USE_LOGICAL_TYPE": Property(default=False, values=_SWITCH, stored=True),
    "TRIM_SPACE": Property(default=False, values=_SWITCH, stored=True),
    "USE_VECTORIZED_SCANNER": Property(default=False, values=_SWITCH, stored=True),
    "REPLACE_INVALID_CHARACTERS": Property(default=False, values=_SWITCH, stored=True),
    "NULL_IF": _STORED,
}

_USER: Final = {
    **_COMMENT,
    "LOGIN_NAME": _PLAIN,
    "DISPLAY_NAME": _PLAIN,
    "FIRST_NAME": _PLAIN,
    "LAST_NAME": _PLAIN,
    "EMAIL": _PLAIN,
    "PASSWORD": _PLAIN,
    "MUST_CHANGE_PASSWORD": Property(values=_SWITCH, stored=True),
    "DISABLED": Property(default=False, values=_SWITCH),
    "TYPE": Property(values=("PERSON", "SERVICE", "LEGACY_SERVICE")),
    "DEFAULT_ROLE": _PLAIN,
    "DEFAULT_WAREHOUSE": _PLAIN,
    "DEFAULT_NAMESPACE": _PLAIN,
    "DEFAULT_SECONDARY_ROLES": _PLAIN,
    "RSA_PUBLIC_KEY": _PLAIN,
    "RSA_PUBLIC_KEY_2": _PLAIN,
}

SPECS: Final[Mapping[Kind, KindSpec]] = {
    Kind.WAREHOUSE: KindSpec(create_privilege="CREATE WAREHOUSE", properties=_WAREHOUSE),
    Kind.RESOURCE_MONITOR: KindSpec(
        create_privilege="CREATE RESOURCE MONITOR",
        properties={
            "CREDIT_QUOTA": Property(minimum=0),
            "FREQUENCY": Property(
                default="MONTHLY", values=("MONTHLY", "DAILY", "WEEKLY", "YEARLY", "NEVER")
            ),
            "START_TIMESTAMP": _PLAIN,
            "END_TIMESTAMP": _PLAIN,
            "NOTIFY_USERS": _STORED,
            "TRIGGERS": _PLAIN,
        },
    ),
    Kind.ROLE: KindSpec(create_privilege="CREATE ROLE", properties=_COMMENT),
    Kind.USER: KindSpec(create_privilege="CREATE USER", properties=_USER),
    Kind.STORAGE_INTEGRATION: KindSpec(
        create_privilege="CREATE INTEGRATION",
        properties={
            **_COMMENT,
            "TYPE": Property(required=True, values=("EXTERNAL_STAGE",)),
            "STORAGE_PROVIDER": Property(required=True, values=("S3",)),
            "ENABLED": Property(required=True, values=_SWITCH),
            "STORAGE_AWS_ROLE_ARN": Property(required=True),
            "STORAGE_AWS_EXTERNAL_ID": _PLAIN,
            "STORAGE_AWS_OBJECT_ACL": _STORED,
            "STORAGE_ALLOWED_LOCATIONS": Property(required=True),
            "STORAGE_BLOCKED_LOCATIONS": _STORED,
            "USE_PRIVATELINK_ENDPOINT": Property(default=False, values=_SWITCH, stored=True),
        },
    ),
    Kind.CATALOG_INTEGRATION: KindSpec(
        create_privilege="CREATE INTEGRATION",
        properties={
            **_COMMENT,
            "CATALOG_SOURCE": Property(required=True, values=("GLUE",)),
            "TABLE_FORMAT": Property(default="ICEBERG", values=("ICEBERG",)),
            "GLUE_AWS_ROLE_ARN": Property(required=True),
            "GLUE_CATALOG_ID": Property(required=True),
            "GLUE_REGION": _PLAIN,
            "CATALOG_NAMESPACE": _PLAIN,
            "ENABLED": Property(required=True, values=_SWITCH),
            "REFRESH_INTERVAL_SECONDS": Property(default=30, minimum=30),
        },
    ),
    Kind.EXTERNAL_VOLUME: KindSpec(
        create_privilege="CREATE EXTERNAL VOLUME",
        properties={
            **_COMMENT,
            "STORAGE_LOCATIONS": Property(required=True),
            "ALLOW_WRITES": Property(default=True, values=_SWITCH),
        },
    ),
    Kind.DATABASE: KindSpec(create_privilege="CREATE DATABASE", properties=_CONTAINER),
    Kind.SCHEMA: KindSpec(
        create_privilege="CREATE SCHEMA",
        properties={
            **_CONTAINER,
            "PIPE_EXECUTION_PAUSED": Property(default=False, values=_SWITCH),
            MANAGED_ACCESS: Property(default=False, values=_SWITCH),
        },
    ),
    Kind.STAGE: KindSpec(
        create_privilege="CREATE STAGE",
        properties={
            **_COMMENT,
            "URL": Property(required=True),
            "STORAGE_INTEGRATION": Property(required=True),
            "FILE_FORMAT": _PLAIN,
            "ENCRYPTION": _STORED,
            "DIRECTORY": _STORED,
            "USE_PRIVATELINK_ENDPOINT": Property(values=_SWITCH, stored=True),
        },
    ),
    Kind.FILE_FORMAT: KindSpec(create_privilege="CREATE FILE FORMAT", properties=_PARQUET),
    Kind.PIPE: KindSpec(
        create_privilege="CREATE PIPE",
        properties={
            **_COMMENT,
            "AUTO_INGEST": Property(default=False, values=_SWITCH),
            "ERROR_INTEGRATION": _STORED,
            "PIPE_EXECUTION_PAUSED": Property(default=False, values=_SWITCH),
        },
    ),
    Kind.ICEBERG_TABLE: KindSpec(
        create_privilege="CREATE ICEBERG TABLE",
        properties={
            **_COMMENT,
            "EXTERNAL_VOLUME": Property(required=True),
            "CATALOG": Property(required=True),
            "CATALOG_TABLE_NAME": Property(required=True),
            "CATALOG_NAMESPACE": _PLAIN,
            "AUTO_REFRESH": Property(default=False, values=_SWITCH),
            "REPLACE_INVALID_CHARACTERS": Property(default=False, values=_SWITCH, stored=True),
        },
    ),
    Kind.TABLE: KindSpec(
        create_privilege="CREATE TABLE",
        properties={
            **_COMMENT,
            "DATA_RETENTION_TIME_IN_DAYS": Property(default=1, minimum=0, stored=True),
            "MAX_DATA_EXTENSION_TIME_IN_DAYS": Property(default=14, minimum=0, stored=True),
            "CHANGE_TRACKING": Property(default=False, values=_SWITCH, stored=True),
            "ENABLE_SCHEMA_EVOLUTION": Property(default=False, values=("FALSE",)),
            "DEFAULT_DDL_COLLATION": _STORED,
        },
    ),
    Kind.VIEW: KindSpec(
        create_privilege="CREATE VIEW",
        properties={**_COMMENT, "CHANGE_TRACKING": Property(values=_SWITCH, stored=True)},
    ),
}


def checked(kind: Kind, given: Mapping[str, Value]) -> dict[str, Value]:
    """Return properties in their canonical form; an unknown name or value is refused."""
    known = SPECS[kind].properties
    result: dict[str, Value] = {}
    for name, value in given.items():
        if name not in known:
            allowed = ", ".join(sorted(known))
            raise invalid_property(name=name, kind=kind.value, allowed=allowed)
        result[name] = _checked_value(name, known[name], value)
    return result


def complete(kind: Kind, given: Mapping[str, Value]) -> dict[str, Value]:
    """Check a new object's properties, refuse missing ones and add the defaults."""
    properties = checked(kind, given)
    for name, known in SPECS[kind].properties.items():
        if properties.get(name) is None and known.required:
            raise missing_property(name=name, kind=kind.value)
        if properties.get(name) is None and known.default is not None:
            properties[name] = known.default
    return properties


def _checked_value(name: str, known: Property, value: Value) -> Value:
    if value is None or isinstance(value, (Mapping, list)):
        return value
    if known.minimum is not None:
        return _whole_number(name, known.minimum, value)
    if not known.values:
        return value
    spelled = str(value).upper()
    canonical = _SIZE_SPELLINGS.get(spelled, spelled)
    if canonical not in known.values:
        raise invalid_value(
            name=name, value=value, reason=f"Allowed are: {', '.join(known.values)}."
        )
    return canonical == "TRUE" if known.values == _SWITCH else canonical


def _whole_number(name: str, minimum: int, value: Value) -> int:
    text = str(value)
    if not text.lstrip("-").isdigit() or int(text) < minimum:
        raise invalid_value(
            name=name, value=value, reason=f"Allowed is a whole number from {minimum}."
        )
    return int(text)

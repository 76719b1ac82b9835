"""The objects of an account, as values; a change makes a new value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from local_cloud.snowflake.names import Path
from local_cloud.snowflake.sql_reader import Value


class Kind(StrEnum):
    """A kind of object; the value is its SQL keyword."""

    WAREHOUSE = "WAREHOUSE"
    RESOURCE_MONITOR = "RESOURCE MONITOR"
    ROLE = "ROLE"
    USER = "USER"
    STORAGE_INTEGRATION = "STORAGE INTEGRATION"
    CATALOG_INTEGRATION = "CATALOG INTEGRATION"
    EXTERNAL_VOLUME = "EXTERNAL VOLUME"
    DATABASE = "DATABASE"
    SCHEMA = "SCHEMA"
    STAGE = "STAGE"
    FILE_FORMAT = "FILE FORMAT"
    PIPE = "PIPE"
    TABLE = "TABLE"
    ICEBERG_TABLE = "ICEBERG TABLE"
    VIEW = "VIEW"

    @property
    def plural(self) -> str:
        """The keyword of SHOW."""
        return self.value + "S"

    @property
    def depth(self) -> int:
        """The number of parts of a full name: 1 in the account, 3 in a schema."""
        if self is Kind.SCHEMA:
            return 2
        return 1 if self in ACCOUNT_KINDS else 3

    @property
    def privilege_kind(self) -> str:
        """The word that GRANT ... ON uses; both integrations are INTEGRATION there."""
        return "INTEGRATION" if self in INTEGRATIONS else self.value


ACCOUNT_KINDS: Final = frozenset(
    {
        Kind.WAREHOUSE,
        Kind.RESOURCE_MONITOR,
        Kind.ROLE,
        Kind.USER,
        Kind.STORAGE_INTEGRATION,
        Kind.CATALOG_INTEGRATION,
        Kind.EXTERNAL_VOLUME,
        Kind.DATABASE,
    }
)
INTEGRATIONS: Final = frozenset({Kind.STORAGE_INTEGRATION, Kind.CATALOG_INTEGRATION})
RELATIONS: Final = frozenset({Kind.TABLE, Kind.ICEBERG_TABLE, Kind.VIEW})
"""Kinds that share one name space and can be selected from."""


def namespace(kind: Kind) -> str:
    """Name the name space of a kind: no two objects in it have the same path."""
    if kind in RELATIONS:
        return "RELATION"
    return kind.privilege_kind


@dataclass(frozen=True, kw_only=True)
class SnowflakeObject:
    """One object.

    ``properties`` holds what was set by its owner, ``facts`` what Snowflake made up at creation
    (external ids, a notification channel), ``body`` the text after AS.
    """

    kind: Kind
    path: Path
    owner: str
    created_on: datetime = field(default_factory=lambda: datetime.now(UTC))
    properties: Mapping[str, Value] = field(default_factory=dict[str, Value])
    facts: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str = ""
    statement: str = ""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path[-1]

    @property
    def comment(self) -> str:
        """The COMMENT property, '' when there is none."""
        return self.text("COMMENT")

    def text(self, name: str) -> str:
        """Return a property as text, '' when it is not set."""
        value = self.properties.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """Return whether a property is true, in either spelling."""
        return self.text(name).upper() == "TRUE"

    def number(self, name: str) -> int | None:
        """Return a whole-number property."""
        text = self.text(name)
        return int(text) if text else None

    def group(self, name: str) -> Mapping[str, Value]:
        """Return a property that is a group of properties."""
        value = self.properties.get(name)
        return value if isinstance(value, Mapping) else {}

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a property that is a list of texts."""
        value = self.properties.get(name)
        if value is None or isinstance(value, Mapping):
            return ()
        if isinstance(value, (str, int, float)):
            return (str(value),)
        return tuple(str(item) for item in value)

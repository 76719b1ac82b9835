"""Who may do what in Snowflake, as data.

Every grant has one role, one target and its privileges in alphabetical order, because the provider
reports a list in another order as a change. Grants on what lies in a schema are future grants
only, made before the objects: a grant on "all" objects is never stable (docs/adr/0033).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from infra.components.warehouse.names import AccessRole, SchemaName

if TYPE_CHECKING:
    from collections.abc import Iterator


class AccountObject(StrEnum):
    """Objects of the account that roles use."""

    DATABASE = "DATABASE"
    WAREHOUSE = "WAREHOUSE"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Privileges of one role on one target: an account object, a schema, or its future objects."""

    role: AccessRole
    privileges: tuple[str, ...]
    account_object: AccountObject | None = None
    schema: SchemaName | None = None
    future_objects: str | None = None
    """Plural object type within the schema; None: the schema itself."""

    @property
    def name(self) -> str:
        """A name within the stack, e.g. ``reader-future-views-in-marts``."""
        target = (self.account_object or self.schema or "").lower()
        if self.future_objects:
            objects = self.future_objects.lower().replace(" ", "-")
            target = f"future-{objects}-in-{target}"
        return f"{self.role.lower()}-{target}"


_USED_SCHEMAS: Final = {
    AccessRole.LOADER: {SchemaName.RAW: ("USAGE",)},
    AccessRole.TRANSFORMER: {
        SchemaName.RAW: ("USAGE",),
        SchemaName.CURATED: ("USAGE",),
        SchemaName.MARTS: ("CREATE DYNAMIC TABLE", "CREATE TABLE", "CREATE VIEW", "USAGE"),
    },
    AccessRole.READER: {SchemaName.MARTS: ("USAGE",)},
}

_FUTURE_OBJECTS: Final = {
    AccessRole.LOADER: {
        (SchemaName.RAW, "FILE FORMATS"): ("USAGE",),
        (SchemaName.RAW, "PIPES"): ("MONITOR", "OPERATE"),
        (SchemaName.RAW, "STAGES"): ("USAGE",),
        (SchemaName.RAW, "TABLES"): ("INSERT", "SELECT"),
    },
    AccessRole.TRANSFORMER: {
        (SchemaName.RAW, "TABLES"): ("SELECT",),
        (SchemaName.RAW, "VIEWS"): ("SELECT",),
        (SchemaName.CURATED, "ICEBERG TABLES"): ("SELECT",),
    },
    AccessRole.READER: {
        (SchemaName.MARTS, "DYNAMIC TABLES"): ("SELECT",),
        (SchemaName.MARTS, "TABLES"): ("SELECT",),
        (SchemaName.MARTS, "VIEWS"): ("SELECT",),
    },
}

PARENT_ROLES: Final = {
    AccessRole.READER: AccessRole.TRANSFORMER,
    AccessRole.LOADER: "SYSADMIN",
    AccessRole.TRANSFORMER: "SYSADMIN",
}
"""Which role inherits each role, so that administrators see every object."""


def grants() -> Iterator[Grant]:
    """Every grant of the platform."""
    for role in AccessRole:
        for account_object in AccountObject:
            yield Grant(role=role, account_object=account_object, privileges=("USAGE",))
        for schema, privileges in _USED_SCHEMAS[role].items():
            yield Grant(role=role, schema=schema, privileges=privileges)
        for (schema, objects), privileges in _FUTURE_OBJECTS[role].items():
            yield Grant(role=role, schema=schema, future_objects=objects, privileges=privileges)

"""Names of Snowflake objects. All are upper case, so that nobody ever has to quote them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from infra.deployment import Deployment


class SchemaName(StrEnum):
    """The schemas, in the order in which data travels."""

    RAW = "RAW"
    """Validated rows as Snowpipe loads them."""
    CURATED = "CURATED"
    """Iceberg tables of the lake."""
    MARTS = "MARTS"
    """Views for analysts."""


class AccessRole(StrEnum):
    """The account roles people and applications get."""

    LOADER = "LOADER"
    """Operates the pipes and loads RAW by hand."""
    TRANSFORMER = "TRANSFORMER"
    """Reads everything, builds in MARTS."""
    READER = "READER"
    """Reads MARTS."""


STAGE: Final = "VALIDATED"
QUARANTINE_STAGE: Final = "QUARANTINE"
QUARANTINED_ROWS: Final = "QUARANTINED_ROWS"
QUARANTINE_DECISIONS: Final = "QUARANTINE_DECISIONS"
QUARANTINE_VIEW: Final = "QUARANTINE"
FILE_FORMAT: Final = "PARQUET"
VOLUME_LOCATION: Final = "CURATED"


@dataclass(frozen=True, kw_only=True)
class WarehouseNames:
    """Names of one environment's objects in the Snowflake account."""

    database: str

    @classmethod
    def of(cls, deployment: Deployment) -> WarehouseNames:
        """Derive the names, e.g. ``TARN_DEV``, from the environment."""
        return cls(database=deployment.prefix.replace("-", "_").upper())

    @property
    def warehouse(self) -> str:
        """The warehouse has the database's name: they come and go together."""
        return self.database

    @property
    def resource_monitor(self) -> str:
        """The monitor that suspends the warehouse."""
        return self.database

    @property
    def storage_integration(self) -> str:
        """What the stage reads validated files through."""
        return f"{self.database}_S3"

    @property
    def external_volume(self) -> str:
        """What Iceberg tables read curated files through."""
        return f"{self.database}_CURATED"

    @property
    def catalog_integration(self) -> str:
        """What Iceberg tables look up their metadata through."""
        return f"{self.database}_GLUE"

    def role(self, role: AccessRole) -> str:
        """Name an account role, e.g. ``TARN_DEV_READER``."""
        return f"{self.database}_{role}"


def table_name(dataset: str) -> str:
    """Name a dataset's table, in RAW and in CURATED alike."""
    return dataset.upper()


def current_view_name(dataset: str) -> str:
    """Name the view that selects the current rows of a RAW table."""
    return f"{table_name(dataset)}_CURRENT"


def orphans_view_name(dataset: str) -> str:
    """Name the view of values that are not where the contract says that they are."""
    return f"{table_name(dataset)}_ORPHANS"

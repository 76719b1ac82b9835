"""What may differ between environments: the stack's configuration, typed.

Namespace ``tarn:``. Three plain values (environment, owner, dataRemovalAllowed) and one object a
section. Keys are written in camelCase, as Pulumi's are; a key that is not declared here is
refused by name, and every problem is reported at once. A default is stated in its field only.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import pulumi
from pulumi.runtime.config import CONFIG

from infra.configuration import at_least, between, matching, one_of, read_section
from infra.errors import SettingsError
from tarn.contract.rules import SchemaChange

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMESPACE: Final = "tarn"
LARGEST_BATCH_WITHOUT_WINDOW: Final = 10


class Architecture(StrEnum):
    """The processor a function runs on; decides which wheels its layer holds."""

    ARM64 = "arm64"
    X86_64 = "x86_64"
    HOST = "host"
    """That of the machine that deploys: for a target that runs functions on that machine."""

    @property
    def concrete(self) -> Architecture:
        """The architecture that is meant, never HOST."""
        if self is not Architecture.HOST:
            return self
        is_arm = platform.machine().lower() in ("arm64", "aarch64")
        return Architecture.ARM64 if is_arm else Architecture.X86_64


class GlueWorker(StrEnum):
    """Sizes of Glue workers."""

    G_1X = "G.1X"
    G_2X = "G.2X"
    G_4X = "G.4X"
    G_8X = "G.8X"


class WarehouseSize(StrEnum):
    """Sizes of Snowflake warehouses, as Snowflake writes them."""

    XSMALL = "XSMALL"
    SMALL = "SMALL"
    MEDIUM = "MEDIUM"
    LARGE = "LARGE"
    XLARGE = "XLARGE"


@dataclass(frozen=True, kw_only=True)
class LakeSettings:
    """Buckets and their key."""

    data_removal_allowed: bool = False
    """The component's switch; the stack's must agree (see infra/components/component.py)."""
    archive_days: int = at_least(30, default=90)
    """When objects that are kept only for a replay move to cheaper storage of instant access."""
    access_log_expiry_days: int = at_least(1, default=90)
    incomplete_upload_days: int = at_least(1, default=3)
    key_deletion_days: int = between(7, 30, default=30)


@dataclass(frozen=True, kw_only=True)
class IngestionSettings:
    """The function that validates, its queue and its ledger."""

    data_removal_allowed: bool = False
    architecture: Architecture = Architecture.ARM64
    memory_mb: int = between(512, 10240, default=2048)
    timeout_seconds: int = between(30, 900, default=300)
    ephemeral_storage_mb: int = between(512, 10240, default=2048)
    schema_change: SchemaChange = SchemaChange.REORDER
    """How far a file's columns may differ, for contracts that do not say it themselves."""
    batch_size: int = between(1, 10000, default=10)
    batch_window_seconds: int = between(0, 300, default=5)
    maximum_concurrency: int = between(2, 1000, default=20)
    attempts: int = between(2, 100, default=5)
    """How often a message is tried before it goes to the dead-letter queue."""
    message_retention_days: int = between(1, 14, default=14)
    log_retention_days: int = one_of((1, 3, 7, 14, 30, 60, 90, 180, 365, 731), default=30)
    log_level: str = one_of(("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO")

    def conflicts(self) -> Iterator[str]:
        """Lambda collects more than ten messages only when it may wait for them."""
        if self.batch_size > LARGEST_BATCH_WITHOUT_WINDOW and self.batch_window_seconds == 0:
            yield (
                f"batchSize is {self.batch_size} while batchWindowSeconds is 0; allowed: a window "
                f"of at least 1, or at most {LARGEST_BATCH_WITHOUT_WINDOW} messages"
            )


@dataclass(frozen=True, kw_only=True)
class TransformSettings:
    """The Glue jobs and what wakes them."""

    data_removal_allowed: bool = False
    worker_type: GlueWorker = GlueWorker.G_1X
    worker_count: int = between(2, 100, default=2)
    timeout_minutes: int = between(5, 2880, default=60)
    batch_size: int = between(1, 100, default=100)
    """Events that wake the workflow at once."""
    batch_window_seconds: int = between(1, 900, default=300)
    """After this long fewer events wake it too."""
    sweep_schedule: str = matching(r"(cron|rate)\(.+\)", default="cron(15 0,6,12,18 * * ? *)")
    log_retention_days: int = one_of((1, 3, 7, 14, 30, 60, 90, 180, 365, 731), default=30)


@dataclass(frozen=True, kw_only=True)
class WarehouseSettings:
    """Snowflake."""

    data_removal_allowed: bool = False
    organization: str = matching(r"|[A-Za-z][A-Za-z0-9_]*", default="")
    """Snowflake organization to deploy to; empty: the environment's SNOWFLAKE_ORGANIZATION_NAME."""
    account: str = matching(r"|[A-Za-z][A-Za-z0-9_]*", default="")
    """Account within the organization; empty: the environment's SNOWFLAKE_ACCOUNT_NAME."""
    size: WarehouseSize = WarehouseSize.XSMALL
    auto_suspend_seconds: int = between(60, 3600, default=60)
    credit_quota: int = between(1, 100000, default=50)
    """Credits a month at which the resource monitor suspends the warehouse."""
    data_retention_days: int = between(0, 90, default=1)
    """Snowflake's time travel."""
    catalog_refresh_seconds: int = between(30, 86400, default=60)
    """How often Snowflake looks for new commits to the Iceberg tables."""
    role_settle_seconds: int = between(0, 300, default=30)
    """Age of a new role before Snowflake reads through it (docs/adr/0034)."""


@dataclass(frozen=True, kw_only=True)
class WatchingSettings:
    """Alarms, and whom they tell."""

    alarm_email: str = matching(r"|[^@\s]+@[^@\s]+\.[^@\s]+", default="")
    """Subscribed to the alarm topic; empty: nobody is, the topic exists all the same."""
    quarantine_share_percent: int = between(1, 100, default=5)
    """Rejected rows in a hundred at which somebody is told."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that may differ between environments."""

    environment: str = matching(r"[a-z][a-z0-9]{0,11}")
    """Part of every name, so short: the longest bucket name must stay under 63 characters."""
    owner: str = matching(r"[\w.@ -]{1,128}", default="platform-engineering")
    data_removal_allowed: bool = False
    """The stack's switch for removing data; each component has its own."""
    permissions_boundary: bool = False
    """Whether every role has a ceiling, whatever its own policy says (infra/iam/boundary.py)."""
    lake: LakeSettings = LakeSettings()
    ingestion: IngestionSettings = IngestionSettings()
    transform: TransformSettings = TransformSettings()
    warehouse: WarehouseSettings = WarehouseSettings()
    watching: WatchingSettings = WatchingSettings()


def settings_from(values: Mapping[str, object], *, stack: str) -> Settings:
    """Build settings from the values of the namespace; refuse with every problem at once.

    values: by key without namespace; a section may be a mapping or its JSON text.
    """
    settings, problems = read_section(Settings, values, path=NAMESPACE + ":")
    if settings is None:
        raise SettingsError(stack=stack, problems=problems)
    return settings


def load_settings() -> Settings:
    """Read the settings of the stack that is being deployed."""
    prefix = f"{NAMESPACE}:"
    values = {
        key.removeprefix(prefix): value
        for key, value in CONFIG.get().items()
        if key.startswith(prefix)
    }
    return settings_from(values, stack=pulumi.get_stack())

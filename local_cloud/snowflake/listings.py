"""The columns of SHOW for each kind, as Snowflake has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from local_cloud.snowflake import show_rows as rows
from local_cloud.snowflake.account import Account
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.results import CellType

Columns = Sequence[str | tuple[str, CellType]]
_CREATED: Final = ("created_on", CellType.TIMESTAMP)
_NUMBER: Final = CellType.FIXED
_IN_SCHEMA: Final = ("database_name", "schema_name")
_INTEGRATION: Final = ("name", "type", "category", "enabled", "comment", _CREATED)
_OF_USERS: Final = (
    "login_name display_name first_name last_name email mins_to_unlock days_to_expiry comment "
    "disabled must_change_password snowflake_lock default_warehouse default_namespace "
    "default_role default_secondary_roles ext_authn_duo ext_authn_uid mins_to_bypass_mfa owner "
    "last_success_login expires_at_time locked_until_time has_password has_rsa_public_key type "
    "has_mfa has_pat has_federated_workload_authentication"
)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """How one kind is shown, and described if that is a row too; the reference is Snowflake's."""

    columns: Columns
    row: Callable[[Account, SnowflakeObject], rows.Row]
    not_described: tuple[str, ...] = ()

    @property
    def described_columns(self) -> Columns:
        """The columns of DESCRIBE."""
        return [one for one in self.columns if one not in self.not_described]


LISTINGS: Final[Mapping[Kind, Listing]] = {
    Kind.WAREHOUSE: Listing(
        columns=(
            "name",
            "state",
            "type",
            "size",
            ("min_cluster_count", _NUMBER),
            ("max_cluster_count", _NUMBER),
            ("started_clusters", _NUMBER),
            ("running", _NUMBER),
            ("queued", _NUMBER),
            "is_default",
            "is_current",
            ("auto_suspend", _NUMBER),
            "auto_resume",
            "available",
            "provisioning",
            "quiescing",
            "other",
            _CREATED,
            ("resumed_on", CellType.TIMESTAMP),
            ("updated_on", CellType.TIMESTAMP),
            "owner",
            "comment",
            "enable_query_acceleration",
            ("query_acceleration_max_scale_factor", _NUMBER),
            "resource_monitor",
            ("actives", _NUMBER),
            ("pendings", _NUMBER),
            ("failed", _NUMBER),
            ("suspended", _NUMBER),
            "uuid",
            "scaling_policy",
            "budget",
            "owner_role_type",
            "resource_constraint",
            "generation",
        ),
        row=rows.warehouse_row,
    ),
    Kind.RESOURCE_MONITOR: Listing(
        columns=(
            "name",
            "credit_quota",
            "used_credits",
            "remaining_credits",
            "level",
            "frequency",
            ("start_time", CellType.TIMESTAMP),
            "end_time",
            "notify_at",
            "suspend_at",
            "suspend_immediately_at",
            _CREATED,
            "owner",
            "comment",
            "notify_users",
        ),
        row=rows.monitor_row,
    ),
    Kind.ROLE: Listing(
        columns=(
            _CREATED,
            "name",
            "is_default",
            "is_current",
            "is_inherited",
            ("assigned_to_users", _NUMBER),
            ("granted_to_roles", _NUMBER),
            ("granted_roles", _NUMBER),
            "owner",
            "comment",
        ),
        row=rows.role_row,
    ),
    Kind.USER: Listing(
        columns=("name", _CREATED, *_OF_USERS.split()),
        row=rows.user_row,
    ),
    Kind.STORAGE_INTEGRATION: Listing(
        columns=("name", "type", "category", "enabled", "comment", _CREATED),
        row=rows.integration_row,
    ),
    Kind.CATALOG_INTEGRATION: Listing(
        columns=("name", "type", "category", "enabled", "comment", _CREATED),
        row=rows.integration_row,
    ),
    Kind.EXTERNAL_VOLUME: Listing(columns=("name", "allow_writes", "comment"), row=rows.volume_row),
    Kind.DATABASE: Listing(
        columns=(
            _CREATED,
            "name",
            "is_default",
            "is_current",
            "origin",
            "owner",
            "comment",
            "options",
            "retention_time",
            "kind",
            "owner_role_type",
        ),
        row=rows.database_row,
    ),
    Kind.SCHEMA: Listing(
        columns=(
            _CREATED,
            "name",
            "is_default",
            "is_current",
            "database_name",
            "owner",
            "comment",
            "options",
            "retention_time",
            "owner_role_type",
        ),
        row=rows.schema_row,
    ),
    Kind.STAGE: Listing(
        columns=(
            _CREATED,
            "name",
            *_IN_SCHEMA,
            "url",
            "has_credentials",
            "has_encryption_key",
            "owner",
            "comment",
            "region",
            "type",
            "cloud",
            "notification_channel",
            "storage_integration",
            "endpoint",
            "owner_role_type",
            "directory_enabled",
        ),
        row=rows.stage_row,
    ),
    Kind.FILE_FORMAT: Listing(
        columns=(
            _CREATED,
            "name",
            *_IN_SCHEMA,
            "type",
            "owner",
            "comment",
            "format_options",
            "owner_role_type",
        ),
        row=rows.file_format_row,
    ),
    Kind.PIPE: Listing(
        columns=(
            _CREATED,
            "name",
            *_IN_SCHEMA,
            "definition",
            "owner",
            "notification_channel",
            "comment",
            "integration",
            "pattern",
            "error_integration",
            "owner_role_type",
            "invalid_reason",
            "kind",
        ),
        row=rows.pipe_row,
        not_described=("owner_role_type",),
    ),
    Kind.TABLE: Listing(
        columns=(
            _CREATED,
            "name",
            *_IN_SCHEMA,
            "kind",
            "comment",
            "cluster_by",
            ("rows", _NUMBER),
            ("bytes", _NUMBER),
            "owner",
            "retention_time",
            "automatic_clustering",
            "change_tracking",
            "search_optimization",
            ("search_optimization_progress", _NUMBER),
            ("search_optimization_bytes", _NUMBER),
            "is_external",
            "enable_schema_evolution",
            "owner_role_type",
            "is_event",
            "is_hybrid",
            "is_iceberg",
            "is_immutable",
        ),
        row=rows.table_row,
    ),
    Kind.VIEW: Listing(
        columns=(
            _CREATED,
            "name",
            "reserved",
            *_IN_SCHEMA,
            "owner",
            "comment",
            "text",
            "is_secure",
            "is_materialized",
            "owner_role_type",
            "change_tracking",
        ),
        row=rows.view_row,
    ),
    Kind.ICEBERG_TABLE: Listing(
        columns=(
            _CREATED,
            "name",
            *_IN_SCHEMA,
            "owner",
            "external_volume_name",
            "catalog_name",
            "iceberg_table_type",
            "catalog_table_name",
            "catalog_namespace",
            "base_location",
            "can_write_metadata",
            "comment",
            "name_mapping",
            "owner_role_type",
            "catalog_sync_name",
            "auto_refresh_status",
            "partition_specs",
            ("current_partition_spec_id", _NUMBER),
        ),
        row=rows.iceberg_row,
    ),
}

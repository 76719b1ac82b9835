"""How an object of each kind becomes a row of SHOW."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from local_cloud.snowflake.account import Account
from local_cloud.snowflake.kinds import MANAGED_ACCESS
from local_cloud.snowflake.monitor_periods import start_of
from local_cloud.snowflake.names import quoted
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.parameters import in_force
from local_cloud.snowflake.pipe_jobs import statement_of, stop_of
from local_cloud.snowflake.results import Cell

Row = Mapping[str, Cell]


def _base(item: SnowflakeObject) -> dict[str, Cell]:
    cells: dict[str, Cell] = {
        "created_on": item.created_on,
        "name": item.name,
        "owner": item.owner,
        "comment": item.comment,
        "owner_role_type": "ROLE" if item.owner else "",
    }
    if item.kind.depth == 3:
        cells |= {"database_name": item.path[0], "schema_name": item.path[1]}
    return cells


def _yes_no(flag: bool) -> str:
    return "Y" if flag else "N"


def warehouse_row(account: Account, item: SnowflakeObject) -> Row:
    """Show a warehouse."""
    running = account.warehouses.running(item)
    return {
        **_base(item),
        "state": "STARTED" if running else "SUSPENDED",
        "type": item.text("WAREHOUSE_TYPE"),
        "size": _SIZE_NAMES.get(item.text("WAREHOUSE_SIZE"), item.text("WAREHOUSE_SIZE")),
        "min_cluster_count": item.number("MIN_CLUSTER_COUNT"),
        "max_cluster_count": item.number("MAX_CLUSTER_COUNT"),
        "started_clusters": 1 if running else 0,
        "running": account.warehouses.queries(item),
        "queued": 0,
        "is_default": "N",
        "is_current": "N",
        "auto_suspend": item.number("AUTO_SUSPEND"),
        "auto_resume": "true" if item.flag("AUTO_RESUME") else "false",
        "available": "100" if running else "",
        **dict.fromkeys(("provisioning", "quiescing", "other"), "0" if running else ""),
        **dict.fromkeys(("pendings", "failed"), 0),
        "actives": 1 if running else 0,
        "suspended": 0 if running else 1,
        "uuid": f"{item.created_on.timestamp():.0f}",
        "resumed_on": account.warehouses.resumed_on(item),
        "updated_on": item.created_on,
        "enable_query_acceleration": "true" if item.flag("ENABLE_QUERY_ACCELERATION") else "false",
        "query_acceleration_max_scale_factor": item.number("QUERY_ACCELERATION_MAX_SCALE_FACTOR"),
        "resource_monitor": item.text("RESOURCE_MONITOR") or "null",
        "scaling_policy": item.text("SCALING_POLICY"),
        "generation": item.text("GENERATION") or None,
        "resource_constraint": item.text("RESOURCE_CONSTRAINT") or None,
    }


_SIZE_NAMES: Final = {
    "XSMALL": "X-Small",
    "SMALL": "Small",
    "MEDIUM": "Medium",
    "LARGE": "Large",
    "XLARGE": "X-Large",
    "XXLARGE": "2X-Large",
    "XXXLARGE": "3X-Large",
    "X4LARGE": "4X-Large",
    "X5LARGE": "5X-Large",
    "X6LARGE": "6X-Large",
}


def monitor_row(account: Account, item: SnowflakeObject) -> Row:
    """Show a monitor."""
    triggers = item.properties.get("TRIGGERS")
    by_action: dict[str, list[str]] = {}
    for one in triggers if isinstance(triggers, list) else []:
        if isinstance(one, Mapping):
            by_action.setdefault(str(one["action"]), []).append(f"{one['percent']}%")
    quota = item.properties.get("CREDIT_QUOTA")
    used = account.warehouses.used(item)
    watched = any(
        one.text("RESOURCE_MONITOR") == item.name for one in account.registry.all(Kind.WAREHOUSE)
    )
    return {
        **_base(item),
        "credit_quota": None if quota is None else f"{float(str(quota)):.2f}",
        "used_credits": f"{used:.2f}",
        "remaining_credits": None if quota is None else f"{float(str(quota)) - used:.2f}",
        "level": "WAREHOUSE" if watched else None,
        "frequency": item.text("FREQUENCY"),
        "start_time": start_of(item),
        "end_time": item.text("END_TIMESTAMP") or None,
        "notify_at": ",".join(by_action.get("NOTIFY", [])) or None,
        "suspend_at": ",".join(by_action.get("SUSPEND", [])) or None,
        "suspend_immediately_at": ",".join(by_action.get("SUSPEND_IMMEDIATE", [])) or None,
        "notify_users": ", ".join(item.texts("NOTIFY_USERS")) or None,
    }


def role_row(account: Account, item: SnowflakeObject) -> Row:
    """Show a role."""
    roles, users = account.grants.holders(item.name)
    return {
        **_base(item),
        "is_default": "N",
        "is_current": "N",
        "is_inherited": "N",
        "assigned_to_users": len(users),
        "granted_to_roles": len(roles),
        "granted_roles": len(account.grants.held_by_role(item.name)),
    }


_NOT_HAD: Final = (
    *("snowflake_lock", "ext_authn_duo", "has_mfa", "has_pat"),
    "has_federated_workload_authentication",
)


def user_row(_: Account, item: SnowflakeObject) -> Row:
    """Show a user."""
    return {
        **_base(item),
        "login_name": item.text("LOGIN_NAME") or item.name,
        "display_name": item.text("DISPLAY_NAME") or item.name,
        "first_name": item.text("FIRST_NAME"),
        "last_name": item.text("LAST_NAME"),
        "email": item.text("EMAIL"),
        "disabled": "true" if item.flag("DISABLED") else "false",
        "must_change_password": "true" if item.flag("MUST_CHANGE_PASSWORD") else "false",
        **dict.fromkeys(_NOT_HAD, "false"),
        "default_warehouse": item.text("DEFAULT_WAREHOUSE"),
        "default_namespace": item.text("DEFAULT_NAMESPACE"),
        "default_role": item.text("DEFAULT_ROLE"),
        "default_secondary_roles": json.dumps(list(item.texts("DEFAULT_SECONDARY_ROLES"))),
        "has_password": "true" if item.text("PASSWORD") else "false",
        "has_rsa_public_key": "true" if item.text("RSA_PUBLIC_KEY") else "false",
        "type": item.text("TYPE"),
    }


def integration_row(_: Account, item: SnowflakeObject) -> Row:
    """Show an integration."""
    storage = item.kind is Kind.STORAGE_INTEGRATION
    return {
        **_base(item),
        "type": "EXTERNAL_STAGE" if storage else "CATALOG",
        "category": "STORAGE" if storage else "CATALOG",
        "enabled": "true" if item.flag("ENABLED") else "false",
    }


def volume_row(_: Account, item: SnowflakeObject) -> Row:
    """Show a volume."""
    return {**_base(item), "allow_writes": "true" if item.flag("ALLOW_WRITES") else "false"}


def database_row(_: Account, item: SnowflakeObject) -> Row:
    """Show a database."""
    return {
        **_base(item),
        "is_default": "N",
        "is_current": "N",
        "origin": "",
        "options": "TRANSIENT" if item.flag("TRANSIENT") else "",
        "retention_time": str(in_force(item, "DATA_RETENTION_TIME_IN_DAYS")),
        "kind": "STANDARD",
    }


def schema_row(_: Account, item: SnowflakeObject) -> Row:
    """Show a schema."""
    return {
        **_base(item),
        "is_default": "N",
        "is_current": "N",
        "database_name": item.path[0],
        "options": ", ".join(name for name in ("TRANSIENT", MANAGED_ACCESS) if item.flag(name)),
        "retention_time": str(in_force(item, "DATA_RETENTION_TIME_IN_DAYS")),
    }


def stage_row(account: Account, item: SnowflakeObject) -> Row:
    """Show a stage."""
    return {
        **_base(item),
        "url": item.text("URL"),
        "has_credentials": "N",
        "has_encryption_key": "N",
        "region": account.settings.region,
        "type": "EXTERNAL",
        "cloud": "AWS",
        "notification_channel": None,
        "storage_integration": item.text("STORAGE_INTEGRATION"),
        "endpoint": None,
        "directory_enabled": _yes_no(str(item.group("DIRECTORY").get("ENABLE")) == "True"),
    }


def file_format_row(_: Account, item: SnowflakeObject) -> Row:
    """Show a file format."""
    hidden = ("COMMENT",)
    options = {key: value for key, value in item.properties.items() if key not in hidden}
    return {**_base(item), "type": item.text("TYPE"), "format_options": json.dumps(options)}


def pipe_row(account: Account, item: SnowflakeObject) -> Row:
    """Show a pipe."""
    stop = stop_of(account, item)
    return {
        **_base(item),
        "definition": item.body,
        "notification_channel": item.facts.get("notification_channel"),
        "integration": None,
        "pattern": statement_of(item).pattern,
        "error_integration": item.text("ERROR_INTEGRATION") or None,
        "invalid_reason": stop.reason if stop else None,
        "kind": "STAGE",
    }


def table_row(account: Account, item: SnowflakeObject) -> Row:
    """Show a table."""
    return {
        **_base(item),
        "kind": "TABLE",
        "cluster_by": "",
        "rows": row_count(account, item),
        "bytes": 0,
        # An Iceberg table of another catalog cannot set it: the account's default counts.
        "retention_time": str(
            in_force(item, "DATA_RETENTION_TIME_IN_DAYS") if item.kind is Kind.TABLE else 1
        ),
        "automatic_clustering": "OFF",
        "change_tracking": "ON" if item.flag("CHANGE_TRACKING") else "OFF",
        "search_optimization": "OFF",
        "search_optimization_progress": None,
        "search_optimization_bytes": None,
        "is_external": "N",
        "enable_schema_evolution": "N",
        "is_event": "N",
        "is_hybrid": "N",
        "is_iceberg": _yes_no(item.kind is Kind.ICEBERG_TABLE),
        "is_immutable": "N",
    }


def row_count(account: Account, item: SnowflakeObject) -> int:
    """Count a table's rows."""
    return int(account.engine.fetch(f"SELECT count(*) FROM {quoted(item.path)}")[0][0])  # noqa: S608


def view_row(_: Account, item: SnowflakeObject) -> Row:
    """Show a view."""
    return {
        **_base(item),
        "reserved": "",
        "text": item.statement,
        "is_secure": "true" if item.flag("SECURE") else "false",
        "is_materialized": "false",
        "change_tracking": "ON" if item.flag("CHANGE_TRACKING") else "OFF",
    }


def iceberg_row(account: Account, item: SnowflakeObject) -> Row:
    """Show an iceberg."""
    integration = account.registry.find(Kind.CATALOG_INTEGRATION, (item.text("CATALOG"),))
    namespace = item.text("CATALOG_NAMESPACE") or (
        integration.text("CATALOG_NAMESPACE") if integration else ""
    )
    return {
        **_base(item),
        "external_volume_name": item.text("EXTERNAL_VOLUME"),
        "catalog_name": item.text("CATALOG"),
        "iceberg_table_type": "UNMANAGED",
        "catalog_table_name": item.text("CATALOG_TABLE_NAME"),
        "catalog_namespace": namespace,
        "base_location": account.iceberg.location(item.path),
        "can_write_metadata": "N",
        "name_mapping": "[NULL]",
        "catalog_sync_name": None,
        "auto_refresh_status": (
            account.iceberg.status_json(item.path) if item.flag("AUTO_REFRESH") else None
        ),
    }

"""A resource monitor's triggers, the one tail that is no ``PROPERTY = value``; its warehouses."""

from __future__ import annotations

from collections.abc import Mapping

from local_cloud.snowflake.context import Context
from local_cloud.snowflake.errors import insufficient_privileges
from local_cloud.snowflake.objects import Kind
from local_cloud.snowflake.sql_reader import SqlReader, Value

_ACTIONS = ("SUSPEND_IMMEDIATE", "SUSPEND", "NOTIFY")


def read_triggers(reader: SqlReader) -> dict[str, Value]:
    """Take properties and ``TRIGGERS ON 80 PERCENT DO NOTIFY ...`` in any order."""
    properties = reader.properties()
    if not reader.accept("TRIGGERS"):
        return properties
    triggers: list[Value] = []
    while reader.accept("ON"):
        percent = reader.value()
        reader.expect("PERCENT DO")
        action = reader.accept_one_of(_ACTIONS)
        if action is None:
            raise reader.unexpected()
        triggers.append({"percent": percent, "action": action})
    properties["TRIGGERS"] = triggers
    return {**properties, **reader.properties()}


def require_monitor(context: Context, given: Mapping[str, Value]) -> None:
    """Refuse a warehouse's monitor that is not there, or not this role's to assign.

    Only account administrators put warehouses under a monitor (docs: Working with resource
    monitors).
    """
    name = given.get("RESOURCE_MONITOR")
    if name is None or str(name).upper() in ("", "NULL"):
        return
    monitor = context.account.registry.get(Kind.RESOURCE_MONITOR, (str(name),))
    if "ACCOUNTADMIN" not in context.account.access.roles(context.session):
        raise insufficient_privileges(kind="RESOURCE MONITOR", name=monitor.name)

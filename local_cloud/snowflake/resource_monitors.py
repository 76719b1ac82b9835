"""The one statement tail that is not ``PROPERTY = value``: a resource monitor's triggers."""

from __future__ import annotations

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

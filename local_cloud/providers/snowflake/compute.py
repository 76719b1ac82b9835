"""Warehouses and resource monitors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Final

from local_cloud.providers.adapter import CheckFailure, Input
from local_cloud.providers.snowflake.connection import Record, SnowflakeConnection
from local_cloud.providers.snowflake.identifiers import object_name, same_identifier
from local_cloud.providers.snowflake.object_adapter import (
    COMMENT,
    SnowflakeObjectAdapter,
    flag_text,
    optional,
    shown,
    whole,
)
from local_cloud.providers.snowflake.rules import at_least, between, each
from local_cloud.providers.snowflake.sql import Clause, Form, assignments, quoted
from local_cloud.providers.values import Properties, Value, items

SIZES: Final = (
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
_SHOWN_SIZES: Final = {
    "X-Small": "XSMALL",
    "Small": "SMALL",
    "Medium": "MEDIUM",
    "Large": "LARGE",
    "X-Large": "XLARGE",
    "2X-Large": "XXLARGE",
    "3X-Large": "XXXLARGE",
    "4X-Large": "X4LARGE",
    "5X-Large": "X5LARGE",
    "6X-Large": "X6LARGE",
}
_SPELLINGS: Final = {
    **{size: size for size in SIZES},
    **{shown.upper(): size for shown, size in _SHOWN_SIZES.items()},
    "X2LARGE": "XXLARGE",
    "X3LARGE": "XXXLARGE",
}
"""What ToWarehouseSize of pkg/sdk/warehouses.go takes, in any case."""
_PARAMETERS: Final = {
    "maxConcurrencyLevel": "MAX_CONCURRENCY_LEVEL",
    "statementQueuedTimeoutInSeconds": "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS",
    "statementTimeoutInSeconds": "STATEMENT_TIMEOUT_IN_SECONDS",
}


def _canonical_size(spelling: Value) -> str | None:
    return _SPELLINGS.get(str(spelling).upper())


def _same_size(one: Value, other: Value) -> bool:
    return _canonical_size(one) is not None and _canonical_size(one) == _canonical_size(other)


def _size(value: Value) -> str | None:
    if _canonical_size(value) is not None:
        return None
    return f"{value!r} is no size of a warehouse; one of {', '.join(SIZES)} is"


class Warehouse(SnowflakeObjectAdapter):
    """A warehouse; everything but its first state can change in place."""

    resource_type: ClassVar[str] = "snowflake:index/warehouse:Warehouse"
    source: ClassVar[str] = "pkg/resources/warehouse.go"
    keyword: ClassVar[str] = "WAREHOUSE"
    computed: ClassVar[tuple[str, ...]] = ("fullyQualifiedName", "showOutputs")
    volatile: ClassVar[tuple[str, ...]] = ("showOutputs",)
    clauses: ClassVar[Mapping[str, Clause]] = {
        "autoResume": Clause(name="AUTO_RESUME", form=Form.FLAG, unset=False),
        "autoSuspend": Clause(name="AUTO_SUSPEND", form=Form.NUMBER),
        "comment": COMMENT,
        "enableQueryAcceleration": Clause(name="ENABLE_QUERY_ACCELERATION", form=Form.FLAG),
        "maxClusterCount": Clause(name="MAX_CLUSTER_COUNT", form=Form.NUMBER),
        "minClusterCount": Clause(name="MIN_CLUSTER_COUNT", form=Form.NUMBER),
        "queryAccelerationMaxScaleFactor": Clause(
            name="QUERY_ACCELERATION_MAX_SCALE_FACTOR", form=Form.NUMBER
        ),
        "resourceMonitor": Clause(name="RESOURCE_MONITOR", form=Form.NAME),
        "scalingPolicy": Clause(name="SCALING_POLICY", form=Form.TEXT),
        "warehouseSize": Clause(name="WAREHOUSE_SIZE", form=Form.TEXT),
        "warehouseType": Clause(name="WAREHOUSE_TYPE", form=Form.TEXT),
        **{name: Clause(name=sql, form=Form.NUMBER) for name, sql in _PARAMETERS.items()},
    }
    inputs: ClassVar[Mapping[str, Input]] = {
        "autoResume": Input(default="true", choices=("true", "false")),
        "autoSuspend": Input(default=600, rule=at_least(0)),
        "comment": Input(),
        "enableQueryAcceleration": Input(default="false", choices=("true", "false"), stored=True),
        "initiallySuspended": Input(create_only=True, write_only=True),
        "maxClusterCount": Input(default=1, rule=at_least(1), stored=True),
        "maxConcurrencyLevel": Input(default=8, rule=at_least(1), stored=True),
        "minClusterCount": Input(default=1, rule=at_least(1), stored=True),
        "name": Input(same=same_identifier, rule=object_name),
        "queryAccelerationMaxScaleFactor": Input(default=8, rule=between(0, 100), stored=True),
        "resourceMonitor": Input(same=same_identifier, rule=object_name),
        "scalingPolicy": Input(
            default="STANDARD", choices=("STANDARD", "ECONOMY"), ignore_case=True, stored=True
        ),
        "statementQueuedTimeoutInSeconds": Input(default=0, rule=at_least(0), stored=True),
        "statementTimeoutInSeconds": Input(default=172800, rule=between(0, 604800), stored=True),
        "warehouseSize": Input(default="XSMALL", same=_same_size, rule=_size, unset_replaces=True),
        "warehouseType": Input(
            default="STANDARD", choices=("STANDARD", "SNOWPARK-OPTIMIZED"), ignore_case=True
        ),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        least, most = (inputs.get(f"{one}ClusterCount", 1) for one in ("min", "max"))
        if isinstance(least, int) and isinstance(most, int) and least > most:
            reason = f"must be at least minClusterCount, which is {least}, not {most}"
            return [CheckFailure(property="maxClusterCount", reason=reason)]
        return []

    def create_clauses(self, inputs: Properties) -> list[str]:
        first = Clause(name="INITIALLY_SUSPENDED", form=Form.FLAG)
        return assignments([*self.clauses.items(), ("initiallySuspended", first)], inputs)

    def state(
        self,
        backend: SnowflakeConnection,
        row: Record,
        described: Sequence[Record],
        known: Properties,
    ) -> Properties:
        monitor = row["resource_monitor"]
        parameters = backend.execute(f"SHOW PARAMETERS IN WAREHOUSE {quoted(str(row['name']))}")
        levels = {str(one["key"]): one["value"] for one in parameters}
        return {
            "autoResume": flag_text(row["auto_resume"]),
            "autoSuspend": whole(row["auto_suspend"]),
            "comment": optional(row["comment"]),
            "enableQueryAcceleration": flag_text(row["enable_query_acceleration"]),
            "maxClusterCount": whole(row["max_cluster_count"]),
            "minClusterCount": whole(row["min_cluster_count"]),
            "queryAccelerationMaxScaleFactor": whole(row["query_acceleration_max_scale_factor"]),
            "resourceMonitor": None if monitor in (None, "", "null") else monitor,
            "scalingPolicy": row["scaling_policy"],
            "warehouseSize": _SHOWN_SIZES.get(str(row["size"]), row["size"]),
            "warehouseType": row["type"],
            **{name: whole(levels[sql]) for name, sql in _PARAMETERS.items()},
            "showOutputs": [_shown_warehouse(row)],
        }


def _shown_warehouse(row: Record) -> Properties:
    """What SHOW tells and no query changes: its load and state are left out."""
    monitor = row["resource_monitor"]
    return {
        **shown(
            row,
            "name type scaling_policy comment owner owner_role_type created_on generation"
            " resource_constraint",
            numbers="min_cluster_count max_cluster_count auto_suspend"
            " query_acceleration_max_scale_factor",
            flags="auto_resume enable_query_acceleration is_default",
        ),
        "size": _SHOWN_SIZES.get(str(row["size"]), row["size"]),
        "resourceMonitor": "" if monitor in (None, "null") else monitor,
    }


_UNSET: Final = {"creditQuota": "NULL", "endTimestamp": "NULL", "notifyUsers": "()"}
"""A monitor has no UNSET; what is left out here keeps its last value, as the provider says."""
_START: Final = ("frequency", "startTimestamp")
_TRIGGERS: Final = {
    "notifyTriggers": "NOTIFY",
    "suspendTrigger": "SUSPEND",
    "suspendImmediateTrigger": "SUSPEND_IMMEDIATE",
}


class ResourceMonitor(SnowflakeObjectAdapter):
    """A monitor of credits; its name is final."""

    resource_type: ClassVar[str] = "snowflake:index/resourceMonitor:ResourceMonitor"
    source: ClassVar[str] = "pkg/resources/resource_monitor.go"
    keyword: ClassVar[str] = "RESOURCE MONITOR"
    computed: ClassVar[tuple[str, ...]] = ("fullyQualifiedName", "showOutputs")
    volatile: ClassVar[tuple[str, ...]] = ("showOutputs",)
    clauses: ClassVar[Mapping[str, Clause]] = {
        "creditQuota": Clause(name="CREDIT_QUOTA", form=Form.NUMBER),
        "frequency": Clause(name="FREQUENCY", form=Form.WORD),
        "startTimestamp": Clause(name="START_TIMESTAMP", form=Form.TEXT),
        "endTimestamp": Clause(name="END_TIMESTAMP", form=Form.TEXT),
        "notifyUsers": Clause(name="NOTIFY_USERS", form=Form.NAMES),
    }
    inputs: ClassVar[Mapping[str, Input]] = {
        "creditQuota": Input(rule=at_least(1)),
        "endTimestamp": Input(write_only=True),
        "frequency": Input(
            choices=("MONTHLY", "DAILY", "WEEKLY", "YEARLY", "NEVER"), ignore_case=True
        ),
        "name": Input(replace=True, same=same_identifier, rule=object_name),
        "notifyTriggers": Input(unordered=True, rule=each(at_least(1))),
        "notifyUsers": Input(unordered=True, rule=each(object_name), stored=True),
        "startTimestamp": Input(write_only=True),
        "suspendImmediateTrigger": Input(rule=at_least(1)),
        "suspendTrigger": Input(rule=at_least(1)),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        for one, other in (_START, reversed(_START)):
            if one in inputs and other not in inputs:
                reason = f"needs {other} too: the two are given together or not at all"
                return [CheckFailure(property=one, reason=reason)]
        return []

    def replacements(self, old: Properties, new: Properties) -> Iterable[str]:
        """Triggers can be changed, but the last one cannot be taken away."""
        return () if any(new.get(name) for name in _TRIGGERS) else tuple(_TRIGGERS)

    def create_clauses(self, inputs: Properties) -> list[str]:
        pieces = ["WITH", *assignments(self.clauses.items(), inputs)]
        return [*pieces, *_triggers(inputs)]

    def alter(
        self, backend: SnowflakeConnection, path: Sequence[str], old: Properties, new: Properties
    ) -> None:
        names = [name for name in self.clauses if old.get(name) != new.get(name)]
        pieces = assignments([(name, self.clauses[name]) for name in names], new)
        target = f"ALTER RESOURCE MONITOR {quoted(*path)}"
        if pieces:
            backend.execute(f"{target} SET {' '.join(pieces)}")
        for name, nothing in _UNSET.items():
            if name in names and new.get(name) is None:
                backend.execute(f"{target} SET {self.clauses[name].name} = {nothing}")
        if any(old.get(name) != new.get(name) for name in _TRIGGERS):
            backend.execute(f"{target} {' '.join(_triggers(new) or ['TRIGGERS'])}")

    def state(
        self,
        backend: SnowflakeConnection,
        row: Record,
        described: Sequence[Record],
        known: Properties,
    ) -> Properties:
        return {
            "creditQuota": whole(row["credit_quota"]),
            "frequency": row["frequency"],
            "notifyTriggers": _percents(row["notify_at"]) or None,
            "notifyUsers": _names(row["notify_users"]) or None,
            "suspendTrigger": next(iter(_percents(row["suspend_at"])), None),
            "suspendImmediateTrigger": next(iter(_percents(row["suspend_immediately_at"])), None),
            "showOutputs": [_shown_monitor(row)],
        }


def _shown_monitor(row: Record) -> Properties:
    """What SHOW tells and no query changes: used credits are left out."""
    outputs = shown(
        row,
        "name level frequency start_time end_time owner comment created_on",
        numbers="credit_quota",
    )
    ends = {"suspendAt": "suspend_at", "suspendImmediateAt": "suspend_immediately_at"}
    found = {name: _percents(row[column]) for name, column in ends.items()}
    return {**outputs, **{name: values[0] for name, values in found.items() if values}}


def _triggers(inputs: Properties) -> list[str]:
    pieces: list[str] = []
    for name, action in _TRIGGERS.items():
        value = inputs.get(name)
        percents = items(inputs, name) if isinstance(value, list) else [value]
        pieces += [f"ON {one} PERCENT DO {action}" for one in percents if one is not None]
    return ["TRIGGERS", *pieces] if pieces else []


def _percents(shown: str | None) -> list[Value]:
    return [int(part.strip().removesuffix("%")) for part in (shown or "").split(",") if part]


def _names(shown: str | None) -> list[Value]:
    return [part.strip() for part in (shown or "").split(",") if part.strip()]


ADAPTERS = (Warehouse(), ResourceMonitor())

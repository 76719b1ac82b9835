"""One row of the conformance table of the Snowflake adapters, and how the account is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from local_cloud.providers.snowflake.sql import quoted
from local_cloud.providers.values import Properties, Value
from tests.functional.local_snowflake.account import TestAccount
from tests.functional.providers.engine import Managed
from tests.functional.providers.life import Description, LifeCase, leaves, text_of

Given = Callable[[TestAccount], Properties]
_UNDESCRIBED = ("ROLE", "RESOURCE MONITOR")
_PARAMETRIZED = ("WAREHOUSE", "DATABASE", "SCHEMA")
_YES = ("true", "y", "on", "yes")
_NO = ("false", "n", "off", "no")


@dataclass(frozen=True, kw_only=True)
class SnowflakeCase(LifeCase[TestAccount]):
    """`columns` names the column or property that shows an input, where it has another name.

    `planned` names inputs whose replacement is decided and not carried out; `unsettable` those
    that cannot be taken out; `unread` those that an import cannot tell.
    """

    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    planned: frozenset[str] = frozenset()
    unsettable: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    """Columns that show stored inputs once more."""
    title: str = ""
    empties: bool = False
    """Whether a deleted one is read as one that holds nothing (privileges)."""

    @property
    def label(self) -> str:
        """The readable id of the case."""
        name = self.resource_type.rsplit(":", 1)[-1]
        return f"{name}-{self.title}" if self.title else name

    def column(self, name: str) -> str:
        """Where an input is shown, e.g. ``auto_suspend`` for ``autoSuspend``."""
        return self.columns.get(name) or re.sub(r"(?=[A-Z])", "_", name).lower()

    def unknown(self, shown: Description, inputs: Properties) -> dict[str, object]:
        """The inputs that the account shows otherwise than they were given."""
        return {
            name: shown.get(self.column(name), "not shown")
            for name, value in inputs.items()
            if name not in self.kept and not _means(shown, self.column(name), value)
        }


def _means(shown: Description, column: str, value: Value) -> bool:
    if isinstance(value, (dict, list)):
        text = text_of({"at": shown.get(column)}).upper()
        return all(leaf.upper() in text for leaf in leaves(value))
    return column in shown and _plain(shown[column]) == _plain(value)


def _plain(value: object) -> object:
    text = str(value).lower().strip('"').replace("-", "").removesuffix("%")
    if text in _YES or text in _NO:
        return text in _YES
    try:
        return float(text)
    except ValueError:
        return " ".join(text.split())


def path_of(inputs: Properties) -> tuple[str, ...]:
    """The object's name with its containers."""
    names = ("database", "schema", "name")
    return tuple(str(inputs[name]).strip('"') for name in names if name in inputs)


def asked(keyword: str) -> Callable[[TestAccount, Managed], Description | None]:
    """A question to the account about one object, by SHOW, DESC and SHOW PARAMETERS."""

    def ask(account: TestAccount, managed: Managed) -> Description | None:
        path = path_of(managed.inputs)
        container = quoted(*path[:-1])
        scope = {1: "ACCOUNT", 2: f"DATABASE {container}"}.get(len(path), f"SCHEMA {container}")
        shown = account.admin.records(f"SHOW {keyword}S IN {scope}")
        found = [row for row in shown if row["name"] == path[-1]]
        return _flat(account, keyword, quoted(*path), found[0]) if found else None

    return ask


def _flat(
    account: TestAccount, keyword: str, name: str, row: Mapping[str, object]
) -> dict[str, object]:
    options = str(row.get("options", ""))
    found: dict[str, object] = {
        **row,
        "database": row.get("database_name"),
        "schema": row.get("schema_name"),
        "is_transient": "TRANSIENT" in options,
        "with_managed_access": "MANAGED ACCESS" in options,
        "statement": str(row.get("text", "")).partition(" AS ")[2],
        "auto_ingest": row.get("notification_channel") is not None,
        "auto_refresh": bool(row.get("auto_refresh_status")),
    }
    if keyword in _PARAMETRIZED:
        parameters = account.admin.records(f"SHOW PARAMETERS IN {keyword} {name}")
        found |= {str(one["key"]).lower(): one["value"] for one in parameters}
    if keyword in _UNDESCRIBED:
        return found
    described = account.admin.records(f"DESC {keyword} {name}")
    if described and "property" in described[0]:
        properties = {str(one["property"]).lower(): one["property_value"] for one in described}
        found = {**properties, **found}
        locations = [one for one in described if "STORAGE_LOCATION_" in str(one["property"])]
        found["storage_locations"] = [one["property_value"] for one in locations]
    elif keyword in ("TABLE", "VIEW"):
        found["columns"] = described
    return found


def meddled(keyword: str, change: str) -> Callable[[TestAccount, Managed], object]:
    """A change of one object behind Pulumi's back."""
    return lambda account, managed: account.admin.rows(
        f"ALTER {keyword} {quoted(*path_of(managed.inputs))} {change}"
    )


def named(account: TestAccount, kind: str) -> str:
    """A name in the account that no other test uses."""
    return f"{kind}_{account.suffix.upper()}"


def in_schema(account: TestAccount, name: str) -> Properties:
    """The inputs that everything in a schema has."""
    return {"database": account.database, "schema": "RAW", "name": name, "comment": "before"}


def elsewhere(account: TestAccount) -> dict[str, Value]:
    """Another schema and another database for what cannot move."""
    other = named(account, "ELSEWHERE")
    account.admin.rows(f"CREATE DATABASE IF NOT EXISTS {other}")
    account.admin.rows(f"CREATE SCHEMA IF NOT EXISTS {other}.RAW")
    return {"schema": "PUBLIC", "database": other}

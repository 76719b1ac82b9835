"""DESCRIBE: an object's properties or columns, in Snowflake's shapes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from local_cloud.snowflake.account import Account
from local_cloud.snowflake.context import Context, accept_kind
from local_cloud.snowflake.describe_user import describe_user
from local_cloud.snowflake.errors import StatementUnsupportedError, does_not_exist
from local_cloud.snowflake.kinds import SPECS
from local_cloud.snowflake.listings import LISTINGS
from local_cloud.snowflake.names import plain
from local_cloud.snowflake.objects import INTEGRATIONS, RELATIONS, Kind, SnowflakeObject
from local_cloud.snowflake.results import Cell, CellType, Result, table
from local_cloud.snowflake.sql_reader import SqlReader, Value
from local_cloud.snowflake.tables_declared import columns_of
from local_cloud.snowflake.trusts import external_id, storage_locations

_PROPERTY_COLUMNS: Final = ("property", "property_type", "property_value", "property_default")
_KINDS: Final = (("created_on", CellType.TIMESTAMP), "name", "kind")
_GROUPED_COLUMNS: Final = ("parent_property", *_PROPERTY_COLUMNS)
_COLUMN_COLUMNS: Final = (
    "name",
    "type",
    "kind",
    "null?",
    "default",
    "primary key",
    "unique key",
    "check",
    "expression",
    "comment",
    "policy name",
    "privacy domain",
)


def describe(context: Context, reader: SqlReader) -> Result:
    """Answer DESC or DESCRIBE of an object."""
    kind = accept_kind(reader)
    integration = kind is None and reader.accept("INTEGRATION")
    if kind is None and not integration:
        raise StatementUnsupportedError(what=f"DESCRIBE {reader.rest()}")
    kind = kind or Kind.STORAGE_INTEGRATION
    path = context.session.resolve(kind, reader.path())
    reader.accept("TYPE = COLUMNS")
    item = _find(context, kind, path, integration=integration)
    context.account.access.require_usage(context.session, item.path)
    context.account.access.require(
        context.session, item, "USAGE", "SELECT", "MONITOR", "OPERATE", "REFERENCES"
    )
    return _describe(context.account, item)


def _find(
    context: Context, kind: Kind, path: tuple[str, ...], *, integration: bool
) -> SnowflakeObject:
    found = context.account.registry.at(kind, path)
    if found is not None and integration and found.kind in INTEGRATIONS:
        return found
    if found is not None and kind in RELATIONS and found.kind in RELATIONS:
        return found
    if found is None or found.kind is not kind:
        raise does_not_exist(kind=kind.value, name=plain(path))
    return found


def _describe(account: Account, item: SnowflakeObject) -> Result:
    if item.kind in RELATIONS:
        return _columns(account, item)
    if item.kind is Kind.DATABASE:
        return _contents(account, item, Kind.SCHEMA)
    if item.kind is Kind.SCHEMA:
        return _contents(account, item, *RELATIONS)
    if item.kind is Kind.USER:
        return describe_user(item)
    if item.kind is Kind.WAREHOUSE:
        return table(
            _KINDS, [{"created_on": item.created_on, "name": item.name, "kind": item.kind.value}]
        )
    if item.kind is Kind.PIPE:
        listing = LISTINGS[item.kind]
        return table(listing.described_columns, [listing.row(account, item)])
    describer = _DESCRIBERS.get(item.kind)
    if describer is None:
        raise StatementUnsupportedError(what=f"DESCRIBE {item.kind.value}")
    rows = list(describer(item))
    grouped = bool(rows) and "parent_property" in rows[0]
    return table(_GROUPED_COLUMNS if grouped else _PROPERTY_COLUMNS, rows)


def _columns(account: Account, item: SnowflakeObject) -> Result:
    comments = item.group("COLUMN_COMMENTS")
    rows: list[dict[str, Cell]] = [
        {
            "name": one.name,
            "type": one.type,
            "kind": "COLUMN",
            "null?": "Y" if one.nullable else "N",
            "default": one.default,
            "primary key": "N",
            "unique key": "N",
            "comment": one.comment or _text(comments.get(one.name)) or None,
        }
        for one in columns_of(account, item)
    ]
    return table(_COLUMN_COLUMNS, rows)


def _contents(account: Account, item: SnowflakeObject, *kinds: Kind) -> Result:
    rows: list[dict[str, Cell]] = [
        {"created_on": one.created_on.isoformat(), "name": one.name, "kind": one.kind.value}
        for one in account.registry.all(*kinds)
        if one.path[:-1] == item.path
    ]
    return table(("created_on", "name", "kind"), rows)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _row(name: str, type_name: str, value: Value, default: Value = "") -> dict[str, Cell]:
    return {
        "property": name,
        "property_type": type_name,
        "property_value": _text(value),
        "property_default": _text(default),
    }


def _storage_integration(item: SnowflakeObject) -> Iterable[dict[str, Cell]]:
    yield _row("ENABLED", "Boolean", item.flag("ENABLED"), default=False)
    yield _row("STORAGE_PROVIDER", "String", item.text("STORAGE_PROVIDER"))
    allowed = ",".join(item.texts("STORAGE_ALLOWED_LOCATIONS"))
    yield _row("STORAGE_ALLOWED_LOCATIONS", "List", allowed, default="[]")
    blocked = ",".join(item.texts("STORAGE_BLOCKED_LOCATIONS"))
    yield _row("STORAGE_BLOCKED_LOCATIONS", "List", blocked, default="[]")
    user = item.facts["STORAGE_AWS_IAM_USER_ARN"]
    yield _row("STORAGE_AWS_IAM_USER_ARN", "String", user)
    yield _row("STORAGE_AWS_ROLE_ARN", "String", item.text("STORAGE_AWS_ROLE_ARN"))
    yield _row("STORAGE_AWS_EXTERNAL_ID", "String", external_id(item))
    if item.text("STORAGE_AWS_OBJECT_ACL"):
        yield _row("STORAGE_AWS_OBJECT_ACL", "String", item.text("STORAGE_AWS_OBJECT_ACL"))
    private = item.flag("USE_PRIVATELINK_ENDPOINT")
    yield _row("USE_PRIVATELINK_ENDPOINT", "Boolean", private, default=False)
    yield _row("COMMENT", "String", item.comment)


def _catalog_integration(item: SnowflakeObject) -> Iterable[dict[str, Cell]]:
    yield _row("ENABLED", "Boolean", item.flag("ENABLED"), default=False)
    yield _row("CATALOG_SOURCE", "String", item.text("CATALOG_SOURCE"))
    yield _row("TABLE_FORMAT", "String", item.text("TABLE_FORMAT"))
    yield _row("CATALOG_NAMESPACE", "String", item.text("CATALOG_NAMESPACE"))
    yield _row("GLUE_AWS_ROLE_ARN", "String", item.text("GLUE_AWS_ROLE_ARN"))
    yield _row("GLUE_CATALOG_ID", "String", item.text("GLUE_CATALOG_ID"))
    yield _row("GLUE_REGION", "String", item.text("GLUE_REGION") or "us-east-1")
    yield _row("GLUE_AWS_IAM_USER_ARN", "String", item.facts["GLUE_AWS_IAM_USER_ARN"])
    yield _row("GLUE_AWS_EXTERNAL_ID", "String", item.facts["GLUE_AWS_EXTERNAL_ID"])
    seconds = item.properties.get("REFRESH_INTERVAL_SECONDS")
    yield _row("REFRESH_INTERVAL_SECONDS", "Integer", seconds, default=30)
    yield _row("COMMENT", "String", item.comment)


def _external_volume(item: SnowflakeObject) -> Iterable[dict[str, Cell]]:
    def grouped(parent: str, row: dict[str, Cell]) -> dict[str, Cell]:
        return {"parent_property": parent, **row}

    writes = item.flag("ALLOW_WRITES")
    yield grouped("", _row("ALLOW_WRITES", "Boolean", writes, default=True))
    names: list[str] = []
    for number, location in enumerate(storage_locations(item), start=1):
        names.append(location["NAME"])
        value = json.dumps(location)
        yield grouped("STORAGE_LOCATIONS", _row(f"STORAGE_LOCATION_{number}", "String", value))
    active = names[0] if names else ""
    yield grouped("STORAGE_LOCATIONS", _row("ACTIVE", "String", active))
    yield grouped("", _row("COMMENT", "String", item.comment))


def _stage(item: SnowflakeObject) -> Iterable[dict[str, Cell]]:
    def grouped(parent: str, row: dict[str, Cell]) -> dict[str, Cell]:
        return {"parent_property": parent, **row}

    for name, value in item.group("FILE_FORMAT").items():
        yield grouped("STAGE_FILE_FORMAT", _row(name, "String", value))
    yield grouped("STAGE_LOCATION", _row("URL", "String", json.dumps([item.text("URL")])))
    integration = item.text("STORAGE_INTEGRATION")
    yield grouped("STAGE_INTEGRATION", _row("STORAGE_INTEGRATION", "String", integration))
    directory = item.group("DIRECTORY")
    yield grouped("DIRECTORY", _row("ENABLE", "Boolean", directory.get("ENABLE", False), False))
    auto = directory.get("AUTO_REFRESH", False)
    yield grouped("DIRECTORY", _row("AUTO_REFRESH", "Boolean", auto, default=False))


def _plain_properties(item: SnowflakeObject) -> Iterable[dict[str, Cell]]:
    for name, known in SPECS[item.kind].properties.items():
        if name == "COMMENT" and item.kind is Kind.FILE_FORMAT:
            continue
        value = item.properties.get(name)
        shown: Value = f"[{', '.join(item.texts(name))}]" if isinstance(value, list) else value
        yield _row(name, _type_of(known.default), shown, default=known.default)


def _type_of(default: Value) -> str:
    if isinstance(default, bool):
        return "Boolean"
    return "Integer" if isinstance(default, int) else "String"


_DESCRIBERS: Final[Mapping[Kind, Callable[[SnowflakeObject], Iterable[dict[str, Cell]]]]] = {
    Kind.STORAGE_INTEGRATION: _storage_integration,
    Kind.CATALOG_INTEGRATION: _catalog_integration,
    Kind.EXTERNAL_VOLUME: _external_volume,
    Kind.STAGE: _stage,
    Kind.FILE_FORMAT: _plain_properties,
}

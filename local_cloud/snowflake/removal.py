"""DROP, and what else goes when an object goes."""

from __future__ import annotations

from dataclasses import replace

from local_cloud.snowflake.account import Account
from local_cloud.snowflake.context import Context, accept_kind
from local_cloud.snowflake.errors import (
    SnowflakeSqlError,
    StatementUnsupportedError,
    does_not_exist,
)
from local_cloud.snowflake.names import plain, quoted
from local_cloud.snowflake.objects import INTEGRATIONS, RELATIONS, Kind, SnowflakeObject
from local_cloud.snowflake.results import Result, status
from local_cloud.snowflake.sql_reader import SqlReader


def drop(context: Context, reader: SqlReader) -> Result:
    """Drop an object; with IF EXISTS a missing one is no error."""
    kind = accept_kind(reader)
    integration = kind is None and reader.accept("INTEGRATION")
    if kind is None and not integration:
        raise StatementUnsupportedError(what=f"DROP {reader.word() or '?'}")
    kind = kind or Kind.STORAGE_INTEGRATION
    lenient = reader.accept("IF EXISTS")
    path = context.session.resolve(kind, reader.path())
    reader.accept_one_of(("CASCADE", "RESTRICT"))
    reader.expect_end()
    account = context.account
    with account.lock:
        found = account.registry.at(kind, path)
        if found is not None and integration and found.kind in INTEGRATIONS:
            kind = found.kind
        if found is not None and kind is Kind.TABLE and found.kind is Kind.ICEBERG_TABLE:
            kind = found.kind
        if found is None or not account.access.sees(context.session, found):
            if lenient:
                return status("Drop statement executed successfully.")
            raise does_not_exist(kind=kind.value, name=plain(path))
        found = account.registry.get(kind, path)
        account.access.require_usage(context.session, path)
        account.access.require_owner(context.session, found)
        _require_unused(account, found)
        remove(account, found)
        if kind is Kind.ROLE:
            _inherit(account, found.name, context.session.role)
    return status(f"{plain(path[-1:])} successfully dropped.")


def _inherit(account: Account, role: str, heir: str) -> None:
    """Give what a dropped role owned to the role that dropped it, as Snowflake does."""
    for item in account.registry.all(*Kind):
        if item.owner == role:
            account.registry.change(item.kind, item.path, lambda old: replace(old, owner=heir))


def remove(account: Account, item: SnowflakeObject) -> None:
    """Take an object, its contents, its grants and its effects away."""
    for gone in account.registry.drop(item.kind, item.path):
        account.dropped(gone)
        if gone.kind is Kind.PIPE:
            account.pipes.remove(gone)
        elif gone.kind is Kind.ICEBERG_TABLE:
            account.iceberg.remove(gone)
        if gone.kind in RELATIONS:
            account.loads.forget_table(gone.path)
    if item.kind is Kind.DATABASE:
        account.leave_database(item.name)
        account.engine.drop_database(item.name)
    elif item.kind is Kind.SCHEMA:
        account.leave_schema(item.path)
        account.engine.execute(f"DROP SCHEMA {quoted(item.path)} CASCADE")
    elif item.kind is Kind.VIEW:
        account.engine.execute(f"DROP VIEW {quoted(item.path)}")
    elif item.kind in RELATIONS:
        account.engine.execute(f"DROP TABLE {quoted(item.path)}")
    elif item.kind is Kind.WAREHOUSE:
        account.warehouses.suspend(item)
    elif item.kind is Kind.RESOURCE_MONITOR:
        account.warehouses.monitor_dropped(item)


def _require_unused(account: Account, item: SnowflakeObject) -> None:
    """Refuse to drop a volume or catalog that Iceberg tables still need, as Snowflake does."""
    needed_as = {Kind.EXTERNAL_VOLUME: "EXTERNAL_VOLUME", Kind.CATALOG_INTEGRATION: "CATALOG"}
    name = needed_as.get(item.kind)
    if name is None:
        return
    users = [
        plain(one.path)
        for one in account.registry.all(Kind.ICEBERG_TABLE)
        if one.text(name) == item.name
    ]
    if users:
        raise SnowflakeSqlError(
            code=93001,
            sqlstate="55000",
            message=f"Cannot drop {item.kind.value} {item.name} because Iceberg tables use it: "
            f"{', '.join(users)}. Drop them first.",
        )

"""ALTER: set, unset, rename, and the few verbs that only one kind has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from local_cloud.snowflake.context import Context, accept_kind
from local_cloud.snowflake.errors import (
    SnowflakeSqlError,
    StatementUnsupportedError,
    does_not_exist,
    invalid_property,
)
from local_cloud.snowflake.kinds import MANAGED_ACCESS, SPECS, checked
from local_cloud.snowflake.names import Path, plain, quoted
from local_cloud.snowflake.objects import INTEGRATIONS, RELATIONS, Kind, SnowflakeObject
from local_cloud.snowflake.parameters import unset_value
from local_cloud.snowflake.pipe_statements import refresh_pipe, require_resumable
from local_cloud.snowflake.resource_monitors import read_triggers, require_monitor
from local_cloud.snowflake.results import Result, status
from local_cloud.snowflake.sql_reader import SqlReader, Value
from local_cloud.snowflake.table_changes import alter_table, alter_view
from local_cloud.snowflake.users import require_valid_user

_DONE = "Statement executed successfully."
_CHANGING = ("SET", "UNSET", "TRIGGERS")
_PRIVILEGES: dict[Kind, dict[str, tuple[str, ...]]] = {
    Kind.WAREHOUSE: {
        "MODIFY": _CHANGING,
        "OPERATE": ("SUSPEND", "RESUME", "ABORT"),
    },
    Kind.RESOURCE_MONITOR: {"MODIFY": _CHANGING},
    Kind.DATABASE: {"MODIFY": _CHANGING},
    Kind.SCHEMA: {"MODIFY": _CHANGING},
    Kind.PIPE: {"OPERATE": ("SET", "UNSET", "REFRESH")},
}
"""What else than ownership suffices for which verb (docs: Access control privileges)."""


def alter(context: Context, reader: SqlReader) -> Result:
    """Change an object in place."""
    kind = accept_kind(reader)
    integration = kind is None and reader.accept("INTEGRATION")
    if kind is None and not integration:
        raise StatementUnsupportedError(what=f"ALTER {reader.word() or '?'}")
    kind = kind or Kind.STORAGE_INTEGRATION
    lenient = reader.accept("IF EXISTS")
    path = context.session.resolve(kind, reader.path())
    account = context.account
    with account.lock:
        found = account.registry.at(kind, path)
        if found is None and lenient:
            return status(_DONE)
        if found is not None and integration and found.kind in INTEGRATIONS:
            kind = found.kind
        if found is not None and kind is Kind.TABLE and found.kind is Kind.ICEBERG_TABLE:
            kind = found.kind
        if found is None or found.kind is not kind:
            raise does_not_exist(kind=kind.value, name=plain(path))
        suffices = _PRIVILEGES.get(kind, {})
        verb = reader.word()
        account.access.require_usage(context.session, path)
        account.access.require(
            context.session, found, *(name for name, verbs in suffices.items() if verb in verbs)
        )
    # Outside the lock, for a REFRESH asks AWS; a change of the registry is atomic by itself.
    result = _change(context, found, reader)
    reader.expect_end()
    return result or status(_DONE)


def _change(context: Context, item: SnowflakeObject, reader: SqlReader) -> Result | None:
    if reader.accept("RENAME TO"):
        return _rename(context, item, context.session.resolve(item.kind, reader.path()))
    if item.kind is Kind.TABLE:
        return alter_table(context, item, reader)
    if item.kind is Kind.VIEW:
        return alter_view(context, item, reader)
    if reader.accept("SET"):
        given = read_triggers(reader) if item.kind is Kind.RESOURCE_MONITOR else reader.properties()
        return _set(context, item, checked(item.kind, given))
    if item.kind is Kind.RESOURCE_MONITOR and reader.word() == "TRIGGERS":
        return _set(context, item, read_triggers(reader))
    if reader.accept("UNSET"):
        return _unset(context, item, _names(reader))
    return _own_verb(context, item, reader)


def _own_verb(context: Context, item: SnowflakeObject, reader: SqlReader) -> Result | None:
    account = context.account
    if item.kind is Kind.WAREHOUSE and reader.accept("SUSPEND"):
        account.warehouses.suspend_by_hand(item)
    elif item.kind is Kind.WAREHOUSE and reader.accept("RESUME"):
        account.warehouses.resume_by_hand(item, if_suspended=reader.accept("IF SUSPENDED"))
    elif item.kind is Kind.WAREHOUSE and reader.accept("ABORT ALL QUERIES"):
        account.warehouses.abort_queries(item)
    elif item.kind is Kind.SCHEMA and reader.accept("ENABLE MANAGED ACCESS"):
        _set(context, item, {MANAGED_ACCESS: True})
    elif item.kind is Kind.SCHEMA and reader.accept("DISABLE MANAGED ACCESS"):
        _set(context, item, {MANAGED_ACCESS: False})
    elif item.kind is Kind.PIPE and reader.accept("REFRESH"):
        return refresh_pipe(context, item, reader)
    elif item.kind is Kind.ICEBERG_TABLE and reader.accept("REFRESH"):
        account.iceberg.refresh(item.path)
    elif item.kind is Kind.EXTERNAL_VOLUME:
        _change_locations(context, item, reader)
    else:
        raise StatementUnsupportedError(what=f"ALTER {item.kind.value} {reader.rest()}")
    return None


def _names(reader: SqlReader) -> list[str]:
    names = [reader.identifier()]
    while reader.accept_symbol(",") or reader.word():
        names.append(reader.identifier())
    return names


def _set(context: Context, item: SnowflakeObject, given: Mapping[str, Value]) -> None:
    if not given:
        raise StatementUnsupportedError(what=f"ALTER {item.kind.value} SET of this form")
    require_resumable(context, item, given)
    if item.kind is Kind.USER:
        require_valid_user(given, str(given.get("TYPE") or item.text("TYPE")))
    elif item.kind is Kind.WAREHOUSE:
        require_monitor(context, given)
    context.account.warehouses.settle()
    context.account.registry.change(
        item.kind, item.path, lambda old: replace(old, properties={**old.properties, **given})
    )
    context.account.journal.record("snowflake", "altered", object=plain(item.path))
    _wake(context, item.kind, item.path)


def _wake(context: Context, kind: Kind, path: Path) -> None:
    """Let pipes that are not paused any more, and tables that now refresh, catch up."""
    account = context.account
    if kind in (Kind.PIPE, Kind.SCHEMA):
        for pipe in account.registry.all(Kind.PIPE):
            if pipe.path[: len(path)] == path:
                account.pipes.changed(pipe)
    elif kind is Kind.ICEBERG_TABLE:
        account.iceberg.follow()
    elif kind is Kind.RESOURCE_MONITOR:
        account.warehouses.monitor_changed(account.registry.get(kind, path))


def _unset(context: Context, item: SnowflakeObject, names: list[str]) -> None:
    known = SPECS[item.kind].properties
    for name in names:
        if name not in known:
            allowed = ", ".join(sorted(known))
            raise invalid_property(name=name, kind=item.kind.value, allowed=allowed)
    defaults = {name: unset_value(item.kind, name) for name in names}
    context.account.warehouses.settle()
    require_resumable(context, item, defaults)
    context.account.registry.change(
        item.kind, item.path, lambda old: replace(old, properties={**old.properties, **defaults})
    )
    _wake(context, item.kind, item.path)


def _rename(context: Context, item: SnowflakeObject, new_path: Path) -> None:
    account = context.account
    if item.kind in (Kind.DATABASE, Kind.SCHEMA, Kind.PIPE, Kind.ROLE, Kind.ICEBERG_TABLE):
        raise StatementUnsupportedError(what=f"ALTER {item.kind.value} ... RENAME TO")
    if item.kind in RELATIONS and new_path[:2] != item.path[:2]:
        raise StatementUnsupportedError(what="moving a relation to another schema")
    account.registry.rename(item.kind, item.path, new_path)
    if item.kind is Kind.WAREHOUSE:
        account.warehouses.renamed(item.name, new_path[-1])
    if item.kind in RELATIONS:
        account.engine.execute(
            f"ALTER {item.kind.value} {quoted(item.path)} RENAME TO {quoted(new_path[-1:])}"
        )
    account.grants.on_renamed(kind=item.kind.privilege_kind, path=item.path, new_path=new_path)


def _change_locations(context: Context, item: SnowflakeObject, reader: SqlReader) -> None:
    """ADD or REMOVE one storage location of an external volume."""
    present = item.properties.get("STORAGE_LOCATIONS")
    items = present if isinstance(present, list) else []
    locations = [one for one in items if isinstance(one, Mapping)]
    if reader.accept("ADD"):
        added = reader.properties().get("STORAGE_LOCATION")
        if not isinstance(added, Mapping):
            raise reader.unexpected()
        locations.append(added)
    elif reader.accept("REMOVE STORAGE_LOCATION"):
        name = reader.string()
        kept = [one for one in locations if one.get("NAME") != name]
        if len(kept) == len(locations):
            raise does_not_exist(kind="Storage location", name=name)
        locations = kept
    else:
        raise StatementUnsupportedError(what=f"ALTER EXTERNAL VOLUME {reader.rest()}")
    if not locations:
        raise SnowflakeSqlError(
            code=93002,
            sqlstate="22023",
            message=f"External volume {item.name} must keep at least one storage location.",
        )
    context.account.registry.change(
        item.kind,
        item.path,
        lambda old: replace(old, properties={**old.properties, "STORAGE_LOCATIONS": locations}),
    )

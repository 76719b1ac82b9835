"""ALTER TABLE and ALTER VIEW: columns and comments."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from local_cloud.snowflake.column_types import engine_type
from local_cloud.snowflake.context import Context
from local_cloud.snowflake.errors import StatementUnsupportedError
from local_cloud.snowflake.kinds import checked
from local_cloud.snowflake.names import quoted
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.parameters import unset_value
from local_cloud.snowflake.relations import parse
from local_cloud.snowflake.sql_reader import SqlReader, Value
from local_cloud.snowflake.tables import declaration
from local_cloud.snowflake.tables_declared import columns_of, with_columns


def alter_view(context: Context, view: SnowflakeObject, reader: SqlReader) -> None:
    """SET or UNSET a view's properties."""
    if reader.accept("SET SECURE"):
        _merge(context, view, {"SECURE": True})
    elif reader.accept("UNSET SECURE"):
        _merge(context, view, {"SECURE": False})
    elif reader.accept("SET"):
        _merge(context, view, checked(Kind.VIEW, reader.properties()))
    elif reader.accept("UNSET"):
        name = reader.identifier()
        checked(Kind.VIEW, {name: None})
        _merge(context, view, {name: None})
    else:
        raise StatementUnsupportedError(what=f"ALTER VIEW {reader.rest()}")


def alter_table(context: Context, table: SnowflakeObject, reader: SqlReader) -> None:
    """Change a table's properties or its columns."""
    if reader.accept("SET"):
        _merge(context, table, checked(Kind.TABLE, reader.properties()))
        return
    if reader.accept("UNSET"):
        name = reader.identifier()
        checked(Kind.TABLE, {name: None})
        _merge(context, table, {name: unset_value(Kind.TABLE, name)})
        return
    if reader.accept("ADD COLUMN") or reader.accept("ADD"):
        _add_columns(context, table, reader)
    elif reader.accept("DROP COLUMN"):
        _drop_columns(context, table, reader)
    elif reader.accept("RENAME COLUMN"):
        _rename_column(context, table, reader)
    elif reader.accept("MODIFY COLUMN") or reader.accept("ALTER COLUMN"):
        _modify_column(context, table, reader)
    else:
        raise StatementUnsupportedError(what=f"ALTER TABLE {reader.rest()}")


def _merge(context: Context, item: SnowflakeObject, given: dict[str, Value]) -> None:
    context.account.registry.change(
        item.kind, item.path, lambda old: replace(old, properties={**old.properties, **given})
    )


def _add_columns(context: Context, table: SnowflakeObject, reader: SqlReader) -> None:
    reader.accept("IF NOT EXISTS")
    parsed = parse(f"CREATE TABLE t ({reader.rest()})")
    schema = parsed.this
    columns = columns_of(context.account, table)
    for item in schema.expressions if isinstance(schema, exp.Schema) else []:
        if not isinstance(item, exp.ColumnDef):
            raise StatementUnsupportedError(what=item.sql(dialect="snowflake"))
        added = declaration(item)
        if not added.nullable and added.default is None and _has_rows(context, table):
            raise StatementUnsupportedError(what=f"NOT NULL column {added.name} in a filled table")
        default = "" if added.default is None else f" DEFAULT {added.default}"
        context.session.engine.run(
            f"ALTER TABLE {quoted(table.path)} ADD COLUMN {quoted((added.name,))} "
            f"{engine_type(added.type)}{default}"
        )
        columns.append(added)
    context.account.registry.change(table.kind, table.path, lambda old: with_columns(old, columns))


def _has_rows(context: Context, table: SnowflakeObject) -> bool:
    return bool(context.account.engine.fetch(f"SELECT 1 FROM {quoted(table.path)} LIMIT 1"))  # noqa: S608


def _drop_columns(context: Context, table: SnowflakeObject, reader: SqlReader) -> None:
    reader.accept("IF EXISTS")
    columns = columns_of(context.account, table)
    while not reader.done:
        name = reader.identifier()
        context.account.engine.execute(
            f"ALTER TABLE {quoted(table.path)} DROP COLUMN {quoted((name,))}"
        )
        columns = [one for one in columns if one.name != name]
        reader.accept_symbol(",")
    context.account.registry.change(table.kind, table.path, lambda old: with_columns(old, columns))


def _rename_column(context: Context, table: SnowflakeObject, reader: SqlReader) -> None:
    name = reader.identifier()
    reader.expect("TO")
    new_name = reader.identifier()
    columns = columns_of(context.account, table)
    context.account.engine.execute(
        f"ALTER TABLE {quoted(table.path)} RENAME COLUMN {quoted((name,))} TO {quoted((new_name,))}"
    )
    renamed = [replace(one, name=new_name) if one.name == name else one for one in columns]
    context.account.registry.change(table.kind, table.path, lambda old: with_columns(old, renamed))


def _modify_column(context: Context, table: SnowflakeObject, reader: SqlReader) -> None:
    name = reader.identifier()
    columns = columns_of(context.account, table)
    target = f"ALTER TABLE {quoted(table.path)} ALTER COLUMN {quoted((name,))}"
    changed = {}
    if reader.accept("COMMENT"):
        changed = {"comment": reader.string()}
    elif reader.accept("UNSET COMMENT"):
        changed = {"comment": ""}
    elif reader.accept("DROP NOT NULL"):
        context.account.engine.execute(f"{target} DROP NOT NULL")
        changed = {"nullable": True}
    elif reader.accept("SET NOT NULL"):
        context.account.engine.execute(f"{target} SET NOT NULL")
        changed = {"nullable": False}
    elif reader.accept("DROP DEFAULT"):
        context.account.engine.execute(f"{target} DROP DEFAULT")
        changed = {"default": None}
    else:
        reader.accept_one_of(("SET DATA TYPE", "TYPE"))
        changed = {"type": _wider(context, table, name, reader.rest())}
    new = [replace(one, **changed) if one.name == name else one for one in columns]
    context.account.registry.change(table.kind, table.path, lambda old: with_columns(old, new))


def _wider(context: Context, table: SnowflakeObject, name: str, wanted: str) -> str:
    """Accept what Snowflake accepts: a longer text or a number with more digits."""
    parsed = parse(f"CREATE TABLE t ({quoted((name,))} {wanted})")
    column = parsed.this.expressions[0] if isinstance(parsed.this, exp.Schema) else None
    if not isinstance(column, exp.ColumnDef):
        raise StatementUnsupportedError(what=f"column type {wanted}")
    new_type = declaration(column).type
    old = next((c for c in columns_of(context.account, table) if c.name == name), None)
    if old is None or old.type.split("(")[0] != new_type.split("(")[0]:
        raise StatementUnsupportedError(what=f"changing column {name} to {new_type}")
    return new_type

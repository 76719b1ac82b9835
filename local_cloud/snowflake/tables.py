"""Tables and views: created in the query engine, declared in the account.

Constraints are declared in Snowflake and enforced (but for NOT NULL) by nobody; the engine would
enforce them, so it never sees them.
"""

from __future__ import annotations

from sqlglot import exp

from local_cloud.snowflake.column_types import ColumnDeclaration, engine_type, snowflake_type
from local_cloud.snowflake.context import Context
from local_cloud.snowflake.errors import (
    SnowflakeSqlError,
    StatementUnsupportedError,
    does_not_exist,
)
from local_cloud.snowflake.names import Path, plain, quoted
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.parameters import new_properties
from local_cloud.snowflake.relations import parse, path_of, qualify, relations
from local_cloud.snowflake.sql_reader import SqlReader, Value
from local_cloud.snowflake.tables_declared import COLUMNS, as_value


def create_table(
    context: Context, path: Path, reader: SqlReader, *, replacing: bool
) -> SnowflakeObject:
    """Create a table from the text after its name: columns or a query, then properties."""
    statement = f"CREATE TABLE {quoted(path)} {reader.rest()}"
    created = parse(statement)
    if not isinstance(created, exp.Create) or created.args.get("clone") is not None:
        raise StatementUnsupportedError(what="this form of CREATE TABLE")
    columns = _declared_columns(created)
    # Everything that can be refused is, before the engine has a table that nobody declared.
    properties = new_properties(Kind.TABLE, _table_properties(created))
    properties[COLUMNS] = as_value(columns)
    word = "CREATE OR REPLACE TABLE" if replacing else "CREATE TABLE"
    if created.expression is not None:
        for node in relations(created.expression):
            require_select(context, path_of(node))
        body = f" AS {created.expression.sql(dialect='snowflake')}"
    else:
        body = " (" + ", ".join(_engine_column(column) for column in columns) + ")"
    context.session.engine.run(f"{word} {quoted(path)}{body}")
    return SnowflakeObject(
        kind=Kind.TABLE, path=path, owner=context.session.role, properties=properties
    )


def create_view(
    context: Context, path: Path, reader: SqlReader, *, replacing: bool, secure: bool
) -> SnowflakeObject:
    """Create a view that reads its tables anew at every query, with the owner's rights."""
    names = _view_columns(reader)
    reader.accept("COPY GRANTS")
    properties = new_properties(Kind.VIEW, reader.properties())
    reader.accept("COPY GRANTS")
    reader.expect("AS")
    body = reader.rest()
    query = parse(body)
    qualify(query, database=path[0], schema=path[1])
    for node in relations(query):
        require_select(context, path_of(node))
    header = f" ({', '.join(quoted((name,)) for name, _ in names)})" if names else ""
    word = "CREATE OR REPLACE VIEW" if replacing else "CREATE VIEW"
    context.session.engine.run(f"{word} {quoted(path)}{header} AS {query.sql(dialect='snowflake')}")
    properties["SECURE"] = secure
    properties["COLUMN_COMMENTS"] = {name: comment for name, comment in names if comment}
    return SnowflakeObject(
        kind=Kind.VIEW,
        path=path,
        owner=context.session.role,
        properties=properties,
        body=body,
        statement=context.sql.strip(),
    )


def _view_columns(reader: SqlReader) -> list[tuple[str, str]]:
    names: list[tuple[str, str]] = []
    if not reader.accept_symbol("("):
        return names
    while not reader.accept_symbol(")"):
        name = reader.identifier()
        comment = reader.string() if reader.accept("COMMENT") else ""
        names.append((name, comment))
        reader.accept_symbol(",")
    return names


def require_select(context: Context, path: Path) -> None:
    """Refuse a relation that the session's role may not read."""
    require_on_relation(context, path, "SELECT")


def require_on_relation(context: Context, path: Path, *privileges: str) -> SnowflakeObject | None:
    """Check a relation's privileges; INFORMATION_SCHEMA needs only its database."""
    account, session = context.account, context.session
    resolved = session.resolve(Kind.TABLE, path)
    if resolved[1] == "INFORMATION_SCHEMA":
        account.access.require(session, account.registry.get(Kind.DATABASE, resolved[:1]), "USAGE")
        return None
    found = account.registry.at(Kind.TABLE, resolved)
    if found is None:
        raise missing_relation(resolved)
    if not account.access.sees(session, found):
        raise missing_relation(resolved)
    account.access.require_usage(session, resolved)
    account.access.require(session, found, *privileges)
    return found


def missing_relation(path: Path) -> SnowflakeSqlError:
    """Build the error for a relation that is not there, or not for this role."""
    return does_not_exist(kind="Object", name=plain(path))


def _declared_columns(created: exp.Create) -> list[ColumnDeclaration]:
    if not isinstance(created.this, exp.Schema):
        return []
    return [
        declaration(item) for item in created.this.expressions if isinstance(item, exp.ColumnDef)
    ]


def declaration(column: exp.ColumnDef) -> ColumnDeclaration:
    """Read one column's definition; what the account cannot keep is refused by name."""
    declared = column.args.get("kind")
    if not isinstance(declared, exp.DataType):
        raise StatementUnsupportedError(what=f"column {column.name} without a type")
    nullable, default, comment = True, None, ""
    for constraint in column.constraints:
        kind = constraint.kind
        if isinstance(kind, exp.NotNullColumnConstraint):
            nullable = bool(kind.args.get("allow_null"))
        elif isinstance(kind, exp.DefaultColumnConstraint):
            default = kind.this.sql(dialect="snowflake")
        elif isinstance(kind, exp.CommentColumnConstraint):
            comment = kind.this.name
        elif isinstance(kind, (exp.PrimaryKeyColumnConstraint, exp.UniqueColumnConstraint)):
            continue
        else:
            raise StatementUnsupportedError(
                what=f"{constraint.sql(dialect='snowflake')} of column {column.name}"
            )
    identifier = column.this
    quoted_name = isinstance(identifier, exp.Identifier) and identifier.args.get("quoted")
    return ColumnDeclaration(
        name=column.name if quoted_name else column.name.upper(),
        type=snowflake_type(declared),
        nullable=nullable,
        default=default,
        comment=comment,
    )


def _engine_column(column: ColumnDeclaration) -> str:
    required = "" if column.nullable else " NOT NULL"
    default = "" if column.default is None else f" DEFAULT {column.default}"
    return f"{quoted((column.name,))} {engine_type(column.type)}{default}{required}"


def _table_properties(created: exp.Create) -> dict[str, Value]:
    properties = created.args.get("properties")
    found: dict[str, Value] = {}
    for item in properties.expressions if properties is not None else []:
        if isinstance(item, exp.SchemaCommentProperty):
            found["COMMENT"] = item.this.name
        elif isinstance(item, exp.Property) and item.args.get("value") is not None:
            found[item.name.upper()] = (
                item.args["value"].sql(dialect="snowflake").strip("'").upper()
            )
        elif not isinstance(item, (exp.TransientProperty, exp.Cluster)):
            raise StatementUnsupportedError(what=item.sql(dialect="snowflake"))
    return found

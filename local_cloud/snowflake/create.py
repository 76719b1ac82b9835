"""CREATE, for every kind of object that the account knows."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Callable, Mapping

from local_cloud.settings import SEED
from local_cloud.snowflake.aws import SERVICE_USER_ARN
from local_cloud.snowflake.context import Context, accept_kind
from local_cloud.snowflake.errors import (
    SnowflakeSqlError,
    StatementUnsupportedError,
    does_not_exist,
)
from local_cloud.snowflake.kinds import MANAGED_ACCESS, SPECS
from local_cloud.snowflake.names import Path, plain, quoted
from local_cloud.snowflake.objects import RELATIONS, Kind, SnowflakeObject
from local_cloud.snowflake.parameters import new_properties
from local_cloud.snowflake.pipe_statements import require_loading_rights
from local_cloud.snowflake.removal import remove
from local_cloud.snowflake.resource_monitors import read_triggers, require_monitor
from local_cloud.snowflake.results import Result, status
from local_cloud.snowflake.sql_reader import SqlReader, Value
from local_cloud.snowflake.tables import create_table, create_view
from local_cloud.snowflake.users import require_valid_user

_MODIFIERS = ("TRANSIENT", "SECURE", "RECURSIVE", "TEMPORARY", "TEMP", "LOCAL", "GLOBAL")
_REFUSED = {
    "TEMPORARY": "temporary objects",
    "TEMP": "temporary objects",
    "RECURSIVE": "recursive views",
}


def create(context: Context, reader: SqlReader) -> Result:
    """Create an object, replace it, or leave the present one alone."""
    replacing = reader.accept("OR REPLACE")
    modifiers = _modifiers(reader)
    kind = accept_kind(reader)
    if kind is None:
        raise StatementUnsupportedError(what=f"CREATE {reader.word() or '?'}")
    lenient = reader.accept("IF NOT EXISTS")
    path = context.session.resolve(kind, reader.path())
    lenient = reader.accept("IF NOT EXISTS") or lenient
    account, session = context.account, context.session
    account.access.require_create(session, kind, path, SPECS[kind].create_privilege)
    with account.lock:
        present = account.registry.at(kind, path)
        if present is not None and lenient and not replacing:
            return status(f"{plain(path[-1:])} already exists, statement succeeded.")
        if present is not None and not replacing:
            raise SnowflakeSqlError(
                code=2002,
                sqlstate="42710",
                message=f"SQL compilation error:\nObject '{plain(path)}' already exists.",
            )
        if present is not None:
            account.access.require_owner(session, present)
            if present.kind not in RELATIONS or present.kind is not kind:
                remove(account, present)
        added = _build(context, kind, path, reader, replacing=replacing, modifiers=modifiers)
        reader.expect_end()
        account.registry.add(added, replacing=True)
        if present is not None:
            account.dropped(present)
        account.created(added)
        _take_effect(context, added)
    # These ask AWS, which may take its time: other statements go on meanwhile.
    if kind is Kind.PIPE:
        _undone_on_failure(context, added, lambda pipe: require_loading_rights(context, pipe))
        _undone_on_failure(context, added, account.pipes.add)
    elif kind is Kind.ICEBERG_TABLE:
        _undone_on_failure(context, added, account.iceberg.add)
    return status(_message(kind, path))


def _modifiers(reader: SqlReader) -> frozenset[str]:
    found: set[str] = set()
    while word := reader.accept_one_of(_MODIFIERS):
        if word in _REFUSED:
            raise StatementUnsupportedError(what=_REFUSED[word])
        found.add(word)
    return frozenset(found)


def _build(
    context: Context,
    kind: Kind,
    path: Path,
    reader: SqlReader,
    *,
    replacing: bool,
    modifiers: frozenset[str],
) -> SnowflakeObject:
    if kind is Kind.TABLE:
        context.account.loads.forget_table(path)
        return create_table(context, path, reader, replacing=replacing)
    if kind is Kind.VIEW:
        return create_view(context, path, reader, replacing=replacing, secure="SECURE" in modifiers)
    properties = _read_properties(kind, reader)
    body = ""
    if kind is Kind.PIPE:
        reader.expect("AS")
        body = reader.rest()
    completed = new_properties(kind, properties)
    if kind is Kind.USER:
        require_valid_user(completed, str(completed.get("TYPE") or ""))
    elif kind is Kind.WAREHOUSE:
        require_monitor(context, completed)
    if kind in (Kind.DATABASE, Kind.SCHEMA):
        completed["TRANSIENT"] = "TRANSIENT" in modifiers
    return SnowflakeObject(
        kind=kind,
        path=path,
        owner=context.session.role,
        properties=completed,
        facts=_facts(kind, path, completed),
        body=body,
        statement=context.sql.strip(),
    )


def _read_properties(kind: Kind, reader: SqlReader) -> dict[str, Value]:
    reader.accept("WITH")
    if kind is Kind.SCHEMA and reader.accept("MANAGED ACCESS"):
        return {**reader.properties(), MANAGED_ACCESS: True}
    if kind is Kind.RESOURCE_MONITOR:
        return read_triggers(reader)
    return reader.properties()


def _external_id(kind: Kind, path: Path) -> str:
    """Make up an external id; with a seed the same object gets the same one in every run."""
    seed = os.environ.get(SEED)
    drawn = (
        secrets.token_bytes(18)
        if seed is None
        else hashlib.sha256("\0".join((seed, kind.name, str(path))).encode()).digest()[:18]
    )
    return f"TARN_LOCAL_SFCRole=1_{base64.urlsafe_b64encode(drawn).decode()}="


def _facts(kind: Kind, path: Path, properties: Mapping[str, Value]) -> dict[str, str]:
    """Make up what Snowflake makes up: the user that assumes the role, and the external id."""
    if kind is Kind.STORAGE_INTEGRATION:
        given = properties.get("STORAGE_AWS_EXTERNAL_ID")
        return {
            "STORAGE_AWS_IAM_USER_ARN": SERVICE_USER_ARN,
            "STORAGE_AWS_EXTERNAL_ID": str(given) if given else _external_id(kind, path),
        }
    if kind is Kind.CATALOG_INTEGRATION:
        return {
            "GLUE_AWS_IAM_USER_ARN": SERVICE_USER_ARN,
            "GLUE_AWS_EXTERNAL_ID": _external_id(kind, path),
        }
    if kind is Kind.EXTERNAL_VOLUME:
        return {
            "STORAGE_AWS_IAM_USER_ARN": SERVICE_USER_ARN,
            "STORAGE_AWS_EXTERNAL_ID": _external_id(kind, path),
        }
    return {}


def _take_effect(context: Context, added: SnowflakeObject) -> None:
    account, session = context.account, context.session
    if added.kind is Kind.DATABASE:
        account.engine.create_database(added.name)
        _add_schema(context, (added.name, "PUBLIC"))
        session.engine.use((added.name, "PUBLIC"))
    elif added.kind is Kind.SCHEMA:
        account.engine.execute(f"CREATE SCHEMA {quoted(added.path)}")
        session.engine.use(added.path)
    elif added.kind is Kind.WAREHOUSE:
        session.warehouse = added.name
        if not added.flag("INITIALLY_SUSPENDED") and account.warehouses.may_run(added):
            account.warehouses.resume(added)
    elif added.kind is Kind.STAGE:
        _require_integration(context, added)


def _add_schema(context: Context, path: Path) -> None:
    context.account.engine.execute(f"CREATE SCHEMA {quoted(path)}")
    context.account.registry.add(
        SnowflakeObject(
            kind=Kind.SCHEMA,
            path=path,
            owner=context.session.role,
            properties=new_properties(Kind.SCHEMA, {}),
        )
    )


def _require_integration(context: Context, stage: SnowflakeObject) -> None:
    """A stage without its integration is refused, and not kept."""
    account = context.account
    path = (stage.text("STORAGE_INTEGRATION"),)
    integration = account.registry.find(Kind.STORAGE_INTEGRATION, path)
    if integration is None or not account.access.allows(context.session, integration, "USAGE"):
        account.registry.drop(Kind.STAGE, stage.path)
        raise does_not_exist(kind="Integration", name=plain(path))
    allowed = [one.rstrip("*") for one in integration.texts("STORAGE_ALLOWED_LOCATIONS")]
    url = stage.text("URL")
    if not any(one in ("", "s3://") or url.startswith(one.rstrip("/")) for one in allowed):
        account.registry.drop(Kind.STAGE, stage.path)
        raise SnowflakeSqlError(
            code=3167,
            sqlstate="42601",
            message=f"SQL compilation error: Location '{url}' is not allowed by integration "
            f"{integration.name}. Please use DESC INTEGRATION to check out allowed and blocked "
            "locations.",
        )


def _undone_on_failure(
    context: Context, added: SnowflakeObject, step: Callable[[SnowflakeObject], None]
) -> None:
    """Keep an object only when what makes it work succeeded."""
    try:
        step(added)
    except SnowflakeSqlError:
        context.account.registry.drop(added.kind, added.path)
        context.account.dropped(added)
        raise


def _message(kind: Kind, path: Path) -> str:
    name = plain(path[-1:])
    word = {
        Kind.STORAGE_INTEGRATION: "Integration",
        Kind.CATALOG_INTEGRATION: "Catalog integration",
        Kind.STAGE: "Stage area",
        Kind.FILE_FORMAT: "File format",
        Kind.ICEBERG_TABLE: "Iceberg Table",
    }.get(kind, kind.value.capitalize())
    return f"{word} {name} successfully created."

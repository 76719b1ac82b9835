"""Databases, schemas and account roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from local_cloud.providers.adapter import CreateResult, Input
from local_cloud.providers.snowflake.connection import Record, SnowflakeConnection
from local_cloud.providers.snowflake.identifiers import object_name, same_identifier
from local_cloud.providers.snowflake.object_adapter import (
    COMMENT,
    SnowflakeObjectAdapter,
    flag_text,
    optional,
    shown,
    whole,
    yes,
)
from local_cloud.providers.snowflake.rules import between
from local_cloud.providers.snowflake.sql import Clause, Form, quoted
from local_cloud.providers.values import Properties, Value, flag

_FLAG: Final = ("true", "false")
_NAME: Final = Input(same=same_identifier, rule=object_name)
_PARAMETERS: Final[Mapping[str, Clause]] = {
    "catalog": Clause(name="CATALOG", form=Form.NAME),
    "dataRetentionTimeInDays": Clause(name="DATA_RETENTION_TIME_IN_DAYS", form=Form.NUMBER),
    "defaultDdlCollation": Clause(name="DEFAULT_DDL_COLLATION", form=Form.TEXT),
    "externalVolume": Clause(name="EXTERNAL_VOLUME", form=Form.NAME),
    "logLevel": Clause(name="LOG_LEVEL", form=Form.TEXT),
    "maxDataExtensionTimeInDays": Clause(name="MAX_DATA_EXTENSION_TIME_IN_DAYS", form=Form.NUMBER),
    "replaceInvalidCharacters": Clause(name="REPLACE_INVALID_CHARACTERS", form=Form.FLAG),
    "storageSerializationPolicy": Clause(name="STORAGE_SERIALIZATION_POLICY", form=Form.WORD),
    "traceLevel": Clause(name="TRACE_LEVEL", form=Form.TEXT),
}
_DAYS: Final = Input(stored=True, rule=between(0, 90))
_OBJECT: Final = Input(stored=True, same=same_identifier, rule=object_name)


def _one_of(*values: str) -> Input:
    return Input(stored=True, choices=values, ignore_case=True)


# pkg/resources/database_commons.go and schema_parameters.go
_PARAMETER_INPUTS: Final[Mapping[str, Input]] = {
    "catalog": _OBJECT,
    "dataRetentionTimeInDays": _DAYS,
    "defaultDdlCollation": Input(stored=True),
    "externalVolume": _OBJECT,
    "logLevel": _one_of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"),
    "maxDataExtensionTimeInDays": _DAYS,
    "replaceInvalidCharacters": Input(stored=True),
    "storageSerializationPolicy": _one_of("COMPATIBLE", "OPTIMIZED"),
    "traceLevel": _one_of("ALWAYS", "ON_EVENT", "PROPAGATE", "OFF"),
}


def _parameters(
    backend: SnowflakeConnection, keyword: str, path: Sequence[str]
) -> dict[str, Value]:
    """The parameters that were set on the object itself; inherited ones are not its inputs."""
    rows = backend.execute(f"SHOW PARAMETERS IN {keyword} {quoted(*path)}")
    own = {str(row["key"]): row["value"] for row in rows if row["level"] == keyword}
    return {
        name: _parameter(own.get(clause.name), clause.form) for name, clause in _PARAMETERS.items()
    }


def _parameter(value: str | None, form: Form) -> Value:
    if value is None or form in (Form.TEXT, Form.WORD, Form.NAME):
        return value
    return whole(value) if form is Form.NUMBER else yes(value)


class _Container(SnowflakeObjectAdapter):
    """What databases and schemas share."""

    def create_words(self, inputs: Properties) -> list[str]:
        return ["TRANSIENT"] if flag(inputs, "isTransient") else []


class Database(_Container):
    """A database."""

    resource_type: ClassVar[str] = "snowflake:index/database:Database"
    source: ClassVar[str] = "pkg/resources/database.go"
    keyword: ClassVar[str] = "DATABASE"
    clauses: ClassVar[Mapping[str, Clause]] = {"comment": COMMENT, **_PARAMETERS}
    inputs: ClassVar[Mapping[str, Input]] = {
        **_PARAMETER_INPUTS,
        "comment": Input(),
        "dropPublicSchemaOnCreation": Input(create_only=True, write_only=True),
        "isTransient": Input(replace=True, default=False, stored=True),
        "name": _NAME,
    }

    def create(self, backend: SnowflakeConnection, inputs: Properties) -> CreateResult:
        made = super().create(backend, inputs)
        if flag(inputs, "dropPublicSchemaOnCreation"):
            backend.execute(f"DROP SCHEMA IF EXISTS {quoted(*self.path(inputs), 'PUBLIC')}")
        return made

    def state(
        self,
        backend: SnowflakeConnection,
        row: Record,
        described: Sequence[Record],
        known: Properties,
    ) -> Properties:
        name = str(row["name"])
        return {
            "comment": optional(row["comment"]),
            "isTransient": "TRANSIENT" in str(row["options"]),
            **_parameters(backend, self.keyword, [name]),
        }


class Schema(_Container):
    """A schema; it cannot move to another database."""

    resource_type: ClassVar[str] = "snowflake:index/schema:Schema"
    source: ClassVar[str] = "pkg/resources/schema.go"
    keyword: ClassVar[str] = "SCHEMA"
    containers: ClassVar[tuple[str, ...]] = ("database",)
    computed: ClassVar[tuple[str, ...]] = ("fullyQualifiedName", "showOutputs")
    volatile: ClassVar[tuple[str, ...]] = ("showOutputs",)
    clauses: ClassVar[Mapping[str, Clause]] = {
        "comment": COMMENT,
        **_PARAMETERS,
        "pipeExecutionPaused": Clause(name="PIPE_EXECUTION_PAUSED", form=Form.FLAG),
    }
    inputs: ClassVar[Mapping[str, Input]] = {
        **_PARAMETER_INPUTS,
        "comment": Input(),
        "database": Input(required=True, replace=True, same=same_identifier, rule=object_name),
        "isTransient": Input(replace=True, default="false", choices=_FLAG, stored=True),
        "name": _NAME,
        "pipeExecutionPaused": Input(write_only=True),
        "withManagedAccess": Input(default="false", choices=_FLAG),
    }

    def create(self, backend: SnowflakeConnection, inputs: Properties) -> CreateResult:
        """Every new database has a PUBLIC schema: it is altered, as the provider does."""
        path = self.path(inputs)
        if path[-1].strip().upper() != "PUBLIC" or self.show(backend, path) is None:
            return super().create(backend, inputs)
        self.alter(backend, path, {"withManagedAccess": "false"}, inputs)
        return CreateResult(id=self.identity(path))

    def create_clauses(self, inputs: Properties) -> list[str]:
        managed = ["WITH MANAGED ACCESS"] if flag(inputs, "withManagedAccess") else []
        return [*managed, *super().create_clauses(inputs)]

    def alter(
        self, backend: SnowflakeConnection, path: Sequence[str], old: Properties, new: Properties
    ) -> None:
        if old.get("withManagedAccess") != new.get("withManagedAccess"):
            verb = "ENABLE" if flag(new, "withManagedAccess") else "DISABLE"
            backend.execute(f"ALTER SCHEMA {quoted(*path)} {verb} MANAGED ACCESS")
        super().alter(backend, path, old, new)

    def state(
        self,
        backend: SnowflakeConnection,
        row: Record,
        described: Sequence[Record],
        known: Properties,
    ) -> Properties:
        options = str(row["options"])
        path = (str(row["database_name"]), str(row["name"]))
        return {
            "comment": optional(row["comment"]),
            "isTransient": flag_text(str("TRANSIENT" in options)),
            "withManagedAccess": flag_text(str("MANAGED ACCESS" in options)),
            **_parameters(backend, self.keyword, path),
            "showOutputs": [
                shown(
                    row,
                    "created_on name database_name owner comment options retention_time"
                    " owner_role_type",
                    flags="is_default",
                )
            ],
        }


class AccountRole(SnowflakeObjectAdapter):
    """A role of the account."""

    resource_type: ClassVar[str] = "snowflake:index/accountRole:AccountRole"
    source: ClassVar[str] = "pkg/resources/account_role.go"
    keyword: ClassVar[str] = "ROLE"
    computed: ClassVar[tuple[str, ...]] = ("fullyQualifiedName", "showOutputs")
    volatile: ClassVar[tuple[str, ...]] = ("showOutputs",)
    clauses: ClassVar[Mapping[str, Clause]] = {"comment": COMMENT}
    inputs: ClassVar[Mapping[str, Input]] = {"comment": Input(), "name": _NAME}

    def state(
        self,
        backend: SnowflakeConnection,
        row: Record,
        described: Sequence[Record],
        known: Properties,
    ) -> Properties:
        # How many hold it changes with every grant, so that is left out.
        outputs = shown(row, "created_on name owner comment", flags="is_default is_inherited")
        return {"comment": optional(row["comment"]), "showOutputs": [outputs]}


ADAPTERS = (Database(), Schema(), AccountRole())

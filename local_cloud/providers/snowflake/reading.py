"""What is only read: views, and Iceberg tables over the Glue catalog."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from local_cloud.providers.adapter import CreateResult, Input
from local_cloud.providers.snowflake.connection import Record, SnowflakeConnection
from local_cloud.providers.snowflake.identifiers import object_name, same_identifier
from local_cloud.providers.snowflake.loading import IN_SCHEMA
from local_cloud.providers.snowflake.object_adapter import (
    COMMENT,
    SnowflakeObjectAdapter,
    flag_text,
    optional,
)
from local_cloud.providers.snowflake.rules import not_empty
from local_cloud.providers.snowflake.sql import Clause, Form, assignments, literal, quoted
from local_cloud.providers.values import Properties, Value, flag, objects, text

_FLAG: Final = ("true", "false")


def same_query(one: Value, other: Value) -> bool:
    """Whether two queries differ in blanks and case only: DiffSuppressStatement, view.go.

    The provider knows that this misses changes within literals, and so does the local cloud.
    """
    return " ".join(str(one).split()).lower() == " ".join(str(other).split()).lower()


class View(SnowflakeObjectAdapter):
    """A view; another statement replaces it in place, so that grants can be copied."""

    resource_type: ClassVar[str] = "snowflake:index/view:View"
    source: ClassVar[str] = "pkg/resources/view.go"
    keyword: ClassVar[str] = "VIEW"
    containers: ClassVar[tuple[str, ...]] = ("database", "schema")
    computed: ClassVar[tuple[str, ...]] = ("fullyQualifiedName", "showOutputs")
    volatile: ClassVar[tuple[str, ...]] = ("showOutputs",)
    clauses: ClassVar[Mapping[str, Clause]] = {"comment": COMMENT}
    inputs: ClassVar[Mapping[str, Input]] = {
        **IN_SCHEMA,
        # Without a list Snowflake infers the columns, so taking it out changes nothing.
        "columns": Input(
            fields={"columnName": Input(required=True, rule=not_empty), "comment": Input()},
            computed=True,
            write_only=True,
        ),
        "copyGrants": Input(default=False, create_only=True, write_only=True),
        "isSecure": Input(default="false", choices=_FLAG),
        "statement": Input(required=True, same=same_query, rule=not_empty),
    }

    def create(self, backend: SnowflakeConnection, inputs: Properties) -> CreateResult:
        path = self.path(inputs)
        backend.execute(self._create_statement(inputs, path, replacing=False))
        return CreateResult(id=self.identity(path))

    def _create_statement(self, inputs: Properties, path: Sequence[str], *, replacing: bool) -> str:
        words = ["CREATE", *(["OR REPLACE"] if replacing else [])]
        words.append("SECURE VIEW" if flag(inputs, "isSecure") else "VIEW")
        copies = ["COPY GRANTS"] if replacing and flag(inputs, "copyGrants") else []
        pieces = [
            *_columns(inputs),
            *copies,
            *assignments(self.clauses.items(), inputs),
            _body(inputs),
        ]
        return f"{' '.join(words)} {quoted(*path)} {' '.join(pieces)}"

    def alter(
        self, backend: SnowflakeConnection, path: Sequence[str], old: Properties, new: Properties
    ) -> None:
        if any(old.get(name) != new.get(name) for name in ("statement", "columns")):
            backend.execute(self._create_statement(new, path, replacing=True))
            return
        if old.get("isSecure") != new.get("isSecure"):
            verb = "SET" if flag(new, "isSecure") else "UNSET"
            backend.execute(f"ALTER VIEW {quoted(*path)} {verb} SECURE")
        super().alter(backend, path, old, new)

    def state(
        self,
        backend: SnowflakeConnection,
        row: Record,
        described: Sequence[Record],
        known: Properties,
    ) -> Properties:
        shown: Properties = {
            "createdOn": row["created_on"],
            "name": row["name"],
            "databaseName": row["database_name"],
            "schemaName": row["schema_name"],
            "owner": row["owner"],
            "comment": row["comment"] or "",
            "text": row["text"],
            "isSecure": row["is_secure"] == "true",
            "isMaterialized": row["is_materialized"] == "true",
            "ownerRoleType": row["owner_role_type"],
            "changeTracking": row["change_tracking"],
        }
        return {
            "comment": optional(row["comment"]),
            "isSecure": flag_text(row["is_secure"]),
            "showOutputs": [shown],
            "statement": _statement_of(str(row["text"])),
        }


def _columns(inputs: Properties) -> list[str]:
    columns = objects(inputs, "columns")
    if not columns:
        return []
    written = [
        " ".join(
            [
                quoted(text(one, "columnName")),
                *([f"COMMENT {literal(text(one, 'comment'))}"] if one.get("comment") else []),
            ]
        )
        for one in columns
    ]
    return [f"({', '.join(written)})"]


def _body(inputs: Properties) -> str:
    return f"AS {text(inputs, 'statement')}"


def _statement_of(view_text: str) -> str:
    """The query in a CREATE VIEW text: what follows the first AS outside quotes and brackets."""
    depth, quote, place = 0, "", 0
    while place < len(view_text):
        character = view_text[place]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif depth == 0 and view_text[place : place + 4].upper() in (" AS ", " AS\n"):
            return view_text[place + 4 :].strip()
        place += 1
    return view_text


_PART: Final = Input(required=True, replace=True, same=same_identifier, rule=object_name)


class IcebergTableFromAwsGlue(SnowflakeObjectAdapter):
    """An Iceberg table of the Glue catalog; where it comes from is final.

    What changes with every commit (snapshot ids, columns) is left out of the state, so that a
    refresh after a commit stays empty.
    """

    resource_type: ClassVar[str] = "snowflake:index/icebergTableFromAwsGlue:IcebergTableFromAwsGlue"
    source: ClassVar[str] = "pkg/resources/iceberg_table_from_aws_glue.go"
    keyword: ClassVar[str] = "ICEBERG TABLE"
    containers: ClassVar[tuple[str, ...]] = ("database", "schema")
    computed: ClassVar[tuple[str, ...]] = ("fullyQualifiedName", "showOutputs")
    volatile: ClassVar[tuple[str, ...]] = ("showOutputs",)
    clauses: ClassVar[Mapping[str, Clause]] = {
        "externalVolume": Clause(name="EXTERNAL_VOLUME", form=Form.TEXT),
        "catalog": Clause(name="CATALOG", form=Form.TEXT),
        "catalogTableName": Clause(name="CATALOG_TABLE_NAME", form=Form.TEXT),
        "catalogNamespace": Clause(name="CATALOG_NAMESPACE", form=Form.TEXT),
        "replaceInvalidCharacters": Clause(name="REPLACE_INVALID_CHARACTERS", form=Form.FLAG),
        "autoRefresh": Clause(name="AUTO_REFRESH", form=Form.FLAG, unset=False),
        "comment": Clause(name="COMMENT", form=Form.TEXT, unset=False),
    }
    inputs: ClassVar[Mapping[str, Input]] = {
        **IN_SCHEMA,
        "autoRefresh": Input(default="false", choices=_FLAG),
        "catalog": _PART,
        "catalogNamespace": Input(replace=True, rule=not_empty),
        "catalogTableName": Input(required=True, replace=True, rule=not_empty),
        "externalVolume": _PART,
        "name": Input(replace=True, same=same_identifier, rule=object_name),
        "replaceInvalidCharacters": Input(stored=True),
    }

    def state(
        self,
        backend: SnowflakeConnection,
        row: Record,
        described: Sequence[Record],
        known: Properties,
    ) -> Properties:
        status = row["auto_refresh_status"]
        namespace_given = known.get("catalogNamespace") is not None
        shown: Properties = {
            "createdOn": row["created_on"],
            "name": row["name"],
            "databaseName": row["database_name"],
            "schemaName": row["schema_name"],
            "owner": row["owner"],
            "externalVolumeName": row["external_volume_name"],
            "catalogName": row["catalog_name"],
            "icebergTableType": row["iceberg_table_type"],
            "catalogTableName": row["catalog_table_name"],
            "catalogNamespace": row["catalog_namespace"],
            "baseLocation": row["base_location"],
            "canWriteMetadata": row["can_write_metadata"],
            "comment": row["comment"] or "",
            "ownerRoleType": row["owner_role_type"],
        }
        if status:
            running = json.loads(status)["executionState"]
            shown["autoRefreshStatuses"] = [{"executionState": running}]
        return {
            "autoRefresh": "true" if status else "false",
            "catalog": row["catalog_name"],
            "catalogNamespace": row["catalog_namespace"] if namespace_given else None,
            "catalogTableName": row["catalog_table_name"],
            "comment": optional(row["comment"]),
            "externalVolume": row["external_volume_name"],
            "showOutputs": [shown],
        }


ADAPTERS = (View(), IcebergTableFromAwsGlue())

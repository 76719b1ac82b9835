"""Stages, file formats and pipes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from local_cloud.providers.adapter import CheckFailure, Input
from local_cloud.providers.snowflake.connection import Record, SnowflakeConnection
from local_cloud.providers.snowflake.identifiers import (
    object_name,
    same_identifier,
    unquoted_name,
)
from local_cloud.providers.snowflake.object_adapter import (
    COMMENT,
    SnowflakeObjectAdapter,
    flag_text,
    listed,
    optional,
    properties_of,
    yes,
)
from local_cloud.providers.snowflake.rules import s3_url
from local_cloud.providers.snowflake.sql import Clause, Form, assignments
from local_cloud.providers.values import Properties, Value, flag, text

_FLAG: Final = ("true", "false")
_CONTAINER: Final = Input(required=True, replace=True, same=same_identifier, rule=object_name)
IN_SCHEMA: Final[Mapping[str, Input]] = {
    "comment": Input(),
    "database": _CONTAINER,
    "name": Input(same=same_identifier, rule=object_name),
    "schema": _CONTAINER,
}
IN_UNQUOTED_SCHEMA: Final[Mapping[str, Input]] = {
    **IN_SCHEMA,
    "database": Input(required=True, replace=True, rule=unquoted_name),
    "schema": Input(required=True, replace=True, rule=unquoted_name),
}
"""The older resources compare the names of their containers as texts."""


class StageExternalS3(SnowflakeObjectAdapter):
    """A place in S3 that files are loaded from."""

    resource_type: ClassVar[str] = "snowflake:index/stageExternalS3:StageExternalS3"
    source: ClassVar[str] = "pkg/resources/external_s3_stage.go"
    keyword: ClassVar[str] = "STAGE"
    containers: ClassVar[tuple[str, ...]] = ("database", "schema")
    computed: ClassVar[tuple[str, ...]] = (
        "cloud",
        "describeOutputs",
        "fullyQualifiedName",
        "showOutputs",
        "stageType",
    )
    volatile: ClassVar[tuple[str, ...]] = ("describeOutputs", "showOutputs")
    clauses: ClassVar[Mapping[str, Clause]] = {
        "url": Clause(name="URL", form=Form.TEXT),
        "storageIntegration": Clause(name="STORAGE_INTEGRATION", form=Form.NAME),
        "comment": Clause(name="COMMENT", form=Form.TEXT, unset=False),
    }
    inputs: ClassVar[Mapping[str, Input]] = {
        **IN_SCHEMA,
        "storageIntegration": Input(
            required=True, same=same_identifier, rule=object_name, unset_replaces=True
        ),
        "url": Input(required=True, rule=s3_url),
    }

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
            "url": row["url"],
            "hasCredentials": yes(row["has_credentials"]),
            "hasEncryptionKey": yes(row["has_encryption_key"]),
            "owner": row["owner"],
            "comment": row["comment"] or "",
            "region": row["region"],
            "type": row["type"],
            "cloud": row["cloud"],
            "storageIntegration": row["storage_integration"],
            "ownerRoleType": row["owner_role_type"],
            "directoryEnabled": yes(row["directory_enabled"]),
        }
        return {
            "cloud": row["cloud"],
            "comment": optional(row["comment"]),
            "describeOutputs": [{"locations": [{"urls": [row["url"]], "awsAccessPointArn": ""}]}],
            "showOutputs": [shown],
            "stageType": row["type"],
            "storageIntegration": row["storage_integration"],
            "url": row["url"],
        }


_FORMAT: Final[Mapping[str, Clause]] = {
    "binaryAsText": Clause(name="BINARY_AS_TEXT", form=Form.FLAG),
    "compression": Clause(name="COMPRESSION", form=Form.WORD),
    "nullIfs": Clause(name="NULL_IF", form=Form.TEXTS),
    "replaceInvalidCharacters": Clause(name="REPLACE_INVALID_CHARACTERS", form=Form.FLAG),
    "trimSpace": Clause(name="TRIM_SPACE", form=Form.FLAG),
    "useLogicalType": Clause(name="USE_LOGICAL_TYPE", form=Form.FLAG),
    "useVectorizedScanner": Clause(name="USE_VECTORIZED_SCANNER", form=Form.FLAG),
}


class FileFormatParquet(SnowflakeObjectAdapter):
    """How Parquet files are read."""

    resource_type: ClassVar[str] = "snowflake:index/fileFormatParquet:FileFormatParquet"
    source: ClassVar[str] = "pkg/resources/file_format_parquet.go"
    keyword: ClassVar[str] = "FILE FORMAT"
    describes: ClassVar[bool] = True
    containers: ClassVar[tuple[str, ...]] = ("database", "schema")
    computed: ClassVar[tuple[str, ...]] = (
        "describeOutputs",
        "fullyQualifiedName",
        "showOutputs",
        "type",
    )
    volatile: ClassVar[tuple[str, ...]] = ("describeOutputs", "showOutputs")
    create_prefix: ClassVar[tuple[str, ...]] = ("TYPE = PARQUET",)
    clauses: ClassVar[Mapping[str, Clause]] = {
        **_FORMAT,
        "comment": Clause(name="COMMENT", form=Form.TEXT, unset=False),
    }
    inputs: ClassVar[Mapping[str, Input]] = {
        **IN_SCHEMA,
        "binaryAsText": Input(default="true", choices=_FLAG, stored=True),
        "compression": Input(
            default="AUTO",
            choices=("AUTO", "LZO", "SNAPPY", "NONE"),
            ignore_case=True,
            stored=True,
        ),
        "nullIfs": Input(stored=True),
        "replaceInvalidCharacters": Input(default="false", choices=_FLAG, stored=True),
        "trimSpace": Input(default="false", choices=_FLAG, stored=True),
        "useLogicalType": Input(default="false", choices=_FLAG, stored=True),
        "useVectorizedScanner": Input(default="false", choices=_FLAG, stored=True),
    }

    def state(
        self,
        backend: SnowflakeConnection,
        row: Record,
        described: Sequence[Record],
        known: Properties,
    ) -> Properties:
        live = properties_of(described)
        options: Properties = {
            name: flag_text(live[clause.name])
            for name, clause in _FORMAT.items()
            if clause.form is Form.FLAG
        }
        options["compression"] = live["COMPRESSION"]
        nulls = listed(live.get("NULL_IF", ""))
        return {
            **options,
            "comment": optional(row["comment"]),
            "nullIfs": nulls or None,
            "type": row["type"],
            "describeOutputs": [
                {
                    **{name: yes(str(value)) for name, value in options.items()},
                    "compression": live["COMPRESSION"],
                    "id": row["name"],
                    "nullIfs": nulls,
                    "type": row["type"],
                }
            ],
            "showOutputs": [
                {
                    "createdOn": row["created_on"],
                    "name": row["name"],
                    "databaseName": row["database_name"],
                    "schemaName": row["schema_name"],
                    "type": row["type"],
                    "owner": row["owner"],
                    "comment": row["comment"] or "",
                    "formatOptions": row["format_options"],
                    "ownerRoleType": row["owner_role_type"],
                }
            ],
        }


def same_copy_statement(one: Value, other: Value) -> bool:
    """Whether two statements differ in line ends, a last semicolon and outer blanks only."""
    return _trimmed(one) == _trimmed(other)


def _trimmed(statement: Value) -> str:
    return str(statement).replace("\r\n", "\n").rstrip(";\r\n").strip()


class Pipe(SnowflakeObjectAdapter):
    """A pipe; of all its inputs only the comment can change in place."""

    resource_type: ClassVar[str] = "snowflake:index/pipe:Pipe"
    source: ClassVar[str] = "pkg/resources/pipe.go"
    keyword: ClassVar[str] = "PIPE"
    containers: ClassVar[tuple[str, ...]] = ("database", "schema")
    plain_id: ClassVar[bool] = True
    computed: ClassVar[tuple[str, ...]] = ("fullyQualifiedName", "notificationChannel", "owner")
    clauses: ClassVar[Mapping[str, Clause]] = {
        "comment": COMMENT,
        "errorIntegration": Clause(name="ERROR_INTEGRATION", form=Form.WORD),
    }
    inputs: ClassVar[Mapping[str, Input]] = {
        **IN_UNQUOTED_SCHEMA,
        "autoIngest": Input(default=False, replace=True),
        "copyStatement": Input(required=True, replace=True, same=same_copy_statement),
        "errorIntegration": Input(stored=True),
        "name": Input(replace=True, rule=unquoted_name),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        statement = inputs.get("copyStatement")
        if isinstance(statement, str) and not statement.strip().upper().startswith("COPY INTO"):
            reason = "must be a COPY INTO statement"
            return [CheckFailure(property="copyStatement", reason=reason)]
        return []

    def create_clauses(self, inputs: Properties) -> list[str]:
        automatic = ["AUTO_INGEST = TRUE"] if flag(inputs, "autoIngest") else []
        pieces = [*automatic, *assignments(self.clauses.items(), inputs)]
        return [*pieces, f"AS {text(inputs, 'copyStatement')}"]

    def state(
        self,
        backend: SnowflakeConnection,
        row: Record,
        described: Sequence[Record],
        known: Properties,
    ) -> Properties:
        return {
            "autoIngest": row["notification_channel"] is not None,
            "comment": optional(row["comment"]),
            "copyStatement": row["definition"],
            "errorIntegration": optional(row["error_integration"]),
            "notificationChannel": row["notification_channel"],
            "owner": row["owner"],
        }


ADAPTERS = (StageExternalS3(), FileFormatParquet(), Pipe())

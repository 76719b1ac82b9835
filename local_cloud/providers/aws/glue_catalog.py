"""The Glue catalog: databases and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from local_cloud.providers.adapter import (
    CreateResult,
    Input,
    Naming,
    ReadResult,
    ResourceAdapter,
)
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.aws.enumerations import CATALOG_PERMISSIONS
from local_cloud.providers.aws.glue_iceberg import (
    ICEBERG,
    open_table_format,
    open_table_format_update,
    without_managed_parameters,
)
from local_cloud.providers.aws.glue_jobs import MISSING, TAGGING
from local_cloud.providers.aws.shapes import request, state
from local_cloud.providers.aws.tags import TAGS
from local_cloud.providers.values import Properties, mapping, text, text_or

_LOWER_CASE = rules.pattern(r"[^A-Z]{1,255}", "1 to 255 characters without capitals")
_DATABASE: dict[str, Input] = {
    "createTableDefaultPermissions": Input(
        computed=True,
        stored=True,
        fields={
            "permissions": Input(unordered=True, each=rules.one_of(*CATALOG_PERMISSIONS)),
            "principal": Input(
                fields={"dataLakePrincipalIdentifier": Input(rule=rules.length(1, 255))}
            ),
        },
    ),
    "description": Input(rule=rules.length(0, 2048)),
    "locationUri": Input(computed=True),
    "name": Input(replace=True, rule=_LOWER_CASE),
    "parameters": Input(),
}


class CatalogDatabase(ResourceAdapter[Aws]):
    """A database; its id is `<catalog>:<name>`."""

    resource_type: ClassVar[str] = "aws:glue/catalogDatabase:CatalogDatabase"
    source: ClassVar[str] = "internal/service/glue/catalog_database.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=255, separator="_", lower=True)
    computed: ClassVar[tuple[str, ...]] = ("arn", "region", "tagsAll")
    inputs: ClassVar[Mapping[str, Input]] = {
        **_DATABASE,
        "catalogId": Input(replace=True, computed=True),
        "tags": TAGS,
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        catalog = text_or(inputs, "catalogId", backend.account_id)
        backend.call(
            "glue",
            "create_database",
            CatalogId=catalog,
            DatabaseInput=request(inputs, _DATABASE),
            Tags=TAGGING.given(inputs),
        )
        return CreateResult(id=f"{catalog}:{text(inputs, 'name')}")

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        catalog, _, name = identity.partition(":")
        answer = backend.find("glue", "get_database", MISSING, CatalogId=catalog, Name=name)
        if answer is None:
            return None
        arn = backend.arn("glue", f"database/{name}")
        live: Properties = {
            **state(mapping(answer, "Database"), _DATABASE),
            "arn": arn,
            "catalogId": catalog,
            "name": name,
            "region": backend.region,
            **TAGGING.read(backend, arn),
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        catalog, _, name = identity.partition(":")
        if any(old.get(key) != new.get(key) for key in _DATABASE):
            changed = request(new, _DATABASE)
            backend.call(
                "glue", "update_database", CatalogId=catalog, Name=name, DatabaseInput=changed
            )
        TAGGING.update(backend, text(old, "arn"), old, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        catalog, _, name = identity.partition(":")
        backend.find("glue", "delete_database", MISSING, CatalogId=catalog, Name=name)


_COLUMN = {
    "comment": Input(rule=rules.length(0, 255)),
    "name": Input(required=True, rule=rules.length(1, 255)),
    "parameters": Input(),
    "type": Input(rule=rules.length(0, 131072)),
}
_STORAGE = {
    "additionalLocations": Input(),
    "bucketColumns": Input(each=rules.length(1, 255)),
    "columns": Input(computed=True, fields=_COLUMN),
    "compressed": Input(),
    "inputFormat": Input(),
    "location": Input(),
    "numberOfBuckets": Input(),
    "outputFormat": Input(),
    "parameters": Input(),
    "serDeInfo": Input(
        wire="SerdeInfo",
        fields={
            "name": Input(rule=rules.length(1, 255)),
            "parameters": Input(),
            "serializationLibrary": Input(rule=rules.length(1, 2048)),
        },
    ),
    "sortColumns": Input(
        fields={
            "column": Input(required=True, rule=rules.length(1, 255)),
            "sortOrder": Input(required=True, choices=(0, 1)),
        }
    ),
    "storedAsSubDirectories": Input(),
}
_TABLE: dict[str, Input] = {
    "description": Input(rule=rules.length(0, 2048)),
    "name": Input(required=True, replace=True, rule=_LOWER_CASE),
    "owner": Input(),
    "parameters": Input(computed=True),
    "partitionKeys": Input(fields=_COLUMN),
    "retention": Input(rule=rules.at_least(0)),
    "storageDescriptor": Input(computed=True, fields=_STORAGE),
    "tableType": Input(),
    "viewExpandedText": Input(rule=rules.length(0, 409600)),
    "viewOriginalText": Input(rule=rules.length(0, 409600)),
}


class CatalogTable(ResourceAdapter[Aws]):
    """A table; its id is `<catalog>:<database>:<name>`.

    Of an Iceberg table Glue itself makes columns, location and metadata, and jobs go on changing
    them: they are computed values unless the program gives them.
    """

    resource_type: ClassVar[str] = "aws:glue/catalogTable:CatalogTable"
    source: ClassVar[str] = "internal/service/glue/catalog_table.go"
    naming: ClassVar[Naming | None] = Naming(input="name", given_only=True)
    computed: ClassVar[tuple[str, ...]] = ("arn", "region")
    inputs: ClassVar[Mapping[str, Input]] = {
        **_TABLE,
        "catalogId": Input(replace=True, computed=True),
        "databaseName": Input(required=True, replace=True),
        "openTableFormatInput": Input(write_only=True, fields={"icebergInput": ICEBERG}),
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        catalog = text_or(inputs, "catalogId", backend.account_id)
        database, name = text(inputs, "databaseName"), text(inputs, "name")
        iceberg = open_table_format(inputs)
        # With an Iceberg definition, AWS takes the name beside it and no table input.
        definition = {"Name": name} if iceberg else {"TableInput": request(inputs, _TABLE)}
        backend.call(
            "glue",
            "create_table",
            CatalogId=catalog,
            DatabaseName=database,
            **iceberg,
            **definition,
        )
        return CreateResult(id=f"{catalog}:{database}:{name}")

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        catalog, database, name = identity.split(":", 2)
        answer = backend.find(
            "glue", "get_table", MISSING, CatalogId=catalog, DatabaseName=database, Name=name
        )
        if answer is None:
            return None
        live: Properties = {
            **without_managed_parameters(state(mapping(answer, "Table"), _TABLE)),
            "arn": backend.arn("glue", f"table/{database}/{name}"),
            "catalogId": catalog,
            "databaseName": database,
            "name": name,
            "region": backend.region,
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        catalog, database, name = identity.split(":", 2)
        place = {"CatalogId": catalog, "DatabaseName": database}
        if old.get("openTableFormatInput") != new.get("openTableFormatInput"):
            iceberg = open_table_format_update(new)
            backend.call("glue", "update_table", Name=name, **place, **iceberg)
        if all(old.get(key) == new.get(key) for key in _TABLE):
            return None
        answer = backend.call("glue", "get_table", Name=name, **place)
        # What the program does not give stays as it is: Glue or a job owns it.
        live = state(mapping(answer, "Table"), _TABLE)
        kept = {key: value for key, value in live.items() if value is not None and key not in old}
        changed = request({**kept, **new}, _TABLE)
        backend.call("glue", "update_table", TableInput=changed, **place)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        catalog, database, name = identity.split(":", 2)
        backend.find(
            "glue", "delete_table", MISSING, CatalogId=catalog, DatabaseName=database, Name=name
        )


ADAPTERS = (CatalogDatabase(), CatalogTable())

"""The first metadata file of an Iceberg table, and the table's entry in the Glue catalog.

CreateTable with ``OpenTableFormatInput`` makes Glue write that file; moto only keeps the request.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table.metadata import TableMetadata, new_table_metadata
from pyiceberg.table.sorting import UNSORTED_SORT_ORDER, SortOrder

_HIVE_NAMES: Final = {
    "long": "bigint",
    "timestamptz": "timestamp",
    "uuid": "string",
    "time": "string",
}
_ICEBERG_NAMES: Final = {"bigint": "long", "tinyint": "int", "smallint": "int"}


@dataclass(frozen=True, kw_only=True)
class NewIcebergTable:
    """An empty Iceberg table that is about to exist."""

    location: str
    metadata: TableMetadata

    @property
    def metadata_location(self) -> str:
        """Where the first metadata file is written."""
        return f"{self.location}/metadata/00000-{self.metadata.table_uuid}.metadata.json"

    def to_json(self) -> str:
        """Return the content of the metadata file."""
        return self.metadata.model_dump_json()

    def catalog_entry(self, table_input: Mapping[str, Any]) -> dict[str, Any]:
        """Return the table input as Glue keeps it once the table exists."""
        columns = [
            {
                "Name": field.name,
                "Type": _hive_type(str(field.field_type)),
                "Comment": field.doc or "",
                "Parameters": {
                    "iceberg.field.id": str(field.field_id),
                    "iceberg.field.optional": str(field.optional).lower(),
                    "iceberg.field.current": "true",
                },
            }
            for field in self.metadata.schema().fields
        ]
        return {
            **table_input,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {
                **(table_input.get("Parameters") or {}),
                "table_type": "ICEBERG",
                "metadata_location": self.metadata_location,
            },
            "StorageDescriptor": {
                **(table_input.get("StorageDescriptor") or {}),
                "Columns": columns,
                "Location": self.location,
            },
        }


def new_iceberg_table(
    table_input: Mapping[str, Any], iceberg_input: Mapping[str, Any]
) -> NewIcebergTable:
    """Build the table that a CreateTable request describes; ValueError says what is wrong."""
    declared = iceberg_input.get("CreateIcebergTableInput") or _from_columns(table_input)
    location = str(declared.get("Location") or "").rstrip("/")
    if not location.startswith("s3://"):
        message = f"an Iceberg table needs an s3:// location, not {location!r}"
        raise ValueError(message)
    version = str(iceberg_input.get("Version") or "2")
    if version != "2":
        message = f"Iceberg format version {version} is not supported by the local cloud"
        raise ValueError(message)
    fields: Sequence[Mapping[str, Any]] = declared["Schema"].get("Fields") or []
    if not fields:
        message = "an Iceberg table needs at least one column"
        raise ValueError(message)
    metadata = new_table_metadata(
        schema=_schema(declared["Schema"], fields),
        partition_spec=_partition_spec(declared.get("PartitionSpec")),
        sort_order=_sort_order(declared.get("WriteOrder")),
        location=location,
        properties={"format-version": version, **(declared.get("Properties") or {})},
        table_uuid=uuid.uuid4(),
    )
    return NewIcebergTable(location=location, metadata=metadata)


def _schema(declared: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> Schema:
    return Schema.model_validate(
        {
            "type": "struct",
            "schema-id": 0,
            "identifier-field-ids": declared.get("IdentifierFieldIds") or [],
            "fields": [
                {
                    "id": field["Id"],
                    "name": field["Name"],
                    "type": _iceberg_type(field["Type"]),
                    "required": field["Required"],
                    "doc": field.get("Doc"),
                }
                for field in fields
            ],
        }
    )


def _partition_spec(declared: Mapping[str, Any] | None) -> PartitionSpec:
    if not declared or not declared.get("Fields"):
        return UNPARTITIONED_PARTITION_SPEC
    fields = [
        {
            "source-id": field["SourceId"],
            "field-id": field.get("FieldId") or 1000 + number,
            "transform": field["Transform"],
            "name": field["Name"],
        }
        for number, field in enumerate(declared["Fields"])
    ]
    return PartitionSpec.model_validate({"spec-id": declared.get("SpecId") or 0, "fields": fields})


def _sort_order(declared: Mapping[str, Any] | None) -> SortOrder:
    if not declared or not declared.get("Fields"):
        return UNSORTED_SORT_ORDER
    fields = [
        {
            "source-id": field["SourceId"],
            "transform": field["Transform"],
            "direction": field["Direction"],
            "null-order": field["NullOrder"],
        }
        for field in declared["Fields"]
    ]
    return SortOrder.model_validate({"order-id": declared["OrderId"], "fields": fields})


def _from_columns(table_input: Mapping[str, Any]) -> dict[str, Any]:
    """Derive the table from Hive columns, the older way to ask for one."""
    storage: Mapping[str, Any] = table_input.get("StorageDescriptor") or {}
    fields = [
        {
            "Id": number,
            "Name": column["Name"],
            "Type": _ICEBERG_NAMES.get(column["Type"], column["Type"]),
            "Required": False,
            "Doc": column.get("Comment"),
        }
        for number, column in enumerate(storage.get("Columns") or [], start=1)
    ]
    return {"Location": storage.get("Location"), "Schema": {"Fields": fields}}


def _iceberg_type(declared: object) -> object:
    """Glue takes a type as a JSON document; providers send a primitive type as quoted text."""
    if isinstance(declared, str) and declared[:1] in {'"', "{"}:
        return json.loads(declared)
    return declared


def _hive_type(iceberg_type: str) -> str:
    return _HIVE_NAMES.get(iceberg_type, iceberg_type.replace(", ", ","))

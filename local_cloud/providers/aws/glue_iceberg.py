"""The definition of an Iceberg table that Glue creates itself: `openTableFormatInput`."""

from __future__ import annotations

import json

from local_cloud.providers.adapter import Input
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.shapes import request
from local_cloud.providers.values import Properties, Value, mapping, objects, text

_FIELD = {
    "doc": Input(rule=rules.length(0, 255)),
    "id": Input(required=True),
    "initialDefault": Input(json=True, rule=rules.json_document),
    "name": Input(required=True, rule=rules.length(1, 1024)),
    "required": Input(required=True),
    "type": Input(required=True, json=True, rule=rules.json_document),
    "writeDefault": Input(json=True, rule=rules.json_document),
}
_SCHEMA = {
    "fields": Input(required=True, fields=_FIELD),
    "identifierFieldIds": Input(),
    "schemaId": Input(),
    "type": Input(choices=("struct",)),
}
_PARTITION = {
    "fieldId": Input(),
    "name": Input(required=True, rule=rules.length(1, 1024)),
    "sourceId": Input(required=True),
    "transform": Input(required=True),
}
_SORT = {
    "direction": Input(required=True, choices=("asc", "desc")),
    "nullOrder": Input(required=True, choices=("nulls-first", "nulls-last")),
    "sourceId": Input(required=True),
    "transform": Input(required=True),
}
_TABLE = {
    "location": Input(required=True, rule=rules.pattern(r"s3://.{1,2051}", "s3://bucket/prefix/")),
    "partitionSpec": Input(
        fields={"fields": Input(required=True, fields=_PARTITION), "specId": Input()}
    ),
    "properties": Input(),
    "schema": Input(required=True, fields=_SCHEMA),
    "sortOrder": Input(
        wire="WriteOrder",
        fields={"fields": Input(required=True, fields=_SORT), "orderId": Input(required=True)},
    ),
}
ICEBERG = Input(
    required=True,
    fields={
        "icebergTableInput": Input(wire="CreateIcebergTableInput", fields=_TABLE),
        "metadataOperation": Input(required=True, replace=True, choices=("CREATE",)),
        "version": Input(replace=True, rule=rules.length(1, 255)),
    },
)


def open_table_format(inputs: Properties) -> Properties:
    """The parameter `OpenTableFormatInput` of CreateTable, when the program gives one."""
    wire = _wire(inputs)
    return {"OpenTableFormatInput": wire} if wire else {}


def open_table_format_update(inputs: Properties) -> Properties:
    """The parameter `UpdateOpenTableFormatInput` of UpdateTable: the whole new definition."""
    table = mapping(mapping(_wire(inputs), "IcebergInput"), "CreateIcebergTableInput")
    updates: list[Value] = [
        {("SortOrder" if key == "WriteOrder" else key): value for key, value in table.items()}
    ]
    changed: Properties = {"UpdateIcebergInput": {"UpdateIcebergTableInput": {"Updates": updates}}}
    return {"UpdateOpenTableFormatInput": changed}


def _wire(inputs: Properties) -> Properties:
    wire = request(mapping(inputs, "openTableFormatInput"), {"icebergInput": ICEBERG})
    table = mapping(mapping(wire, "IcebergInput"), "CreateIcebergTableInput")
    for field in objects(mapping(table, "Schema"), "Fields"):
        # Types and defaults are documents: JSON text in the program, values on the wire.
        for name in ("InitialDefault", "Type", "WriteDefault"):
            if name in field:
                field[name] = json.loads(text(field, name))
    return wire


def without_managed_parameters(table: Properties) -> Properties:
    """The state of a table without the parameters that commits own, as the real provider reads."""
    parameters = mapping(table, "parameters")
    if parameters.get("table_type") != "ICEBERG":
        return table
    managed = ("metadata_location", "table_type")
    kept = {key: value for key, value in parameters.items() if key not in managed}
    return {**table, "parameters": kept}

"""The Glue catalog's tables: Iceberg tables that are really created, commits that are not lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from botocore.exceptions import ClientError
from moto.glue.models import FakeTable

from local_cloud.aws.glue.iceberg_metadata import new_iceberg_table
from local_cloud.aws.glue.optimizer_access import LOG_GROUPS, require_optimizer_access
from local_cloud.aws.glue.requests import (
    Answer,
    GlueRefusal,
    GlueRequest,
    Operation,
    refuse_unknown,
)

PutObject = Callable[[str, str, str], None]
"""Writes text: region, s3:// location, content."""


class Catalog:
    """Tables and their optimizers. One lock orders all changes, as Glue orders those of a table."""

    def __init__(self, put_object: PutObject) -> None:
        self._put_object = put_object
        self._lock = threading.Lock()
        self._optimizers: WeakKeyDictionary[FakeTable, dict[str, dict[str, Any]]] = (
            WeakKeyDictionary()
        )

    def operations(self) -> dict[str, Operation]:
        """Return the operations that this class answers."""
        return {
            "CreateTable": self._create_table,
            "UpdateTable": self._update_table,
            "CreateTableOptimizer": self._create_optimizer,
            "GetTableOptimizer": self._get_optimizer,
            "UpdateTableOptimizer": self._update_optimizer,
            "DeleteTableOptimizer": self._delete_optimizer,
        }

    def _create_table(self, request: GlueRequest) -> Answer:
        refuse_unknown(request, "PartitionIndexes", "TransactionId")
        database = str(request.parameters["DatabaseName"])
        # With an Iceberg definition AWS takes the name beside it, and no table input.
        table_input: dict[str, Any] = dict(
            request.parameters.get("TableInput") or {"Name": request.parameters["Name"]}
        )
        name = str(table_input["Name"])
        formats: Mapping[str, Any] = request.parameters.get("OpenTableFormatInput") or {}
        iceberg_input: Mapping[str, Any] | None = formats.get("IcebergInput")
        with self._lock:
            if iceberg_input is not None:
                if name in request.backend.get_database(database).tables:
                    raise GlueRefusal(
                        code="AlreadyExistsException", message="Table already exists."
                    )
                table_input = self._written(request.region, table_input, iceberg_input)
            request.backend.create_table(database, name, table_input)
        return {}

    def _written(
        self, region: str, table_input: dict[str, Any], iceberg_input: Mapping[str, Any]
    ) -> dict[str, Any]:
        try:
            table = new_iceberg_table(table_input, iceberg_input)
        except (ValueError, KeyError) as error:
            raise GlueRefusal(
                code="InvalidInputException", message=f"Invalid Iceberg table: {error}"
            ) from error
        try:
            self._put_object(region, table.metadata_location, table.to_json())
        except ClientError as error:
            raise GlueRefusal(
                code="InvalidInputException",
                message=f"Cannot write {table.metadata_location}: {error}",
            ) from error
        return table.catalog_entry(table_input)

    def _update_table(self, request: GlueRequest) -> Answer:
        """Honour the expected version: moto ignores it, and a racing commit would be lost."""
        refuse_unknown(request, "TransactionId", "UpdateOpenTableFormatInput", "ViewUpdateAction")
        database = str(request.parameters["DatabaseName"])
        table_input: dict[str, Any] = dict(request.parameters["TableInput"])
        expected = request.parameters.get("VersionId")
        with self._lock:
            table = request.backend.get_table(database, str(table_input["Name"]))
            held = str(table.as_dict()["VersionId"])
            if expected is not None and str(expected) != held:
                raise GlueRefusal(
                    code="ConcurrentModificationException",
                    message="Update table failed due to concurrent modifications.",
                )
            table.update(table_input)
            if request.parameters.get("SkipArchive"):
                table.delete_version(held)
        return {}

    def _create_optimizer(self, request: GlueRequest) -> Answer:
        optimizers, kind = self._addressed(request)
        with self._lock:
            if kind in optimizers:
                message = f"Table optimizer {kind} already exists."
                raise GlueRefusal(code="AlreadyExistsException", message=message)
            optimizers[kind] = _permitted(request, kind)
        return {}

    def _get_optimizer(self, request: GlueRequest) -> Answer:
        optimizers, kind = self._existing(request)
        return {
            "CatalogId": request.parameters["CatalogId"],
            "DatabaseName": request.parameters["DatabaseName"],
            "TableName": request.parameters["TableName"],
            "TableOptimizer": {
                "type": kind,
                "configuration": optimizers[kind],
                "configurationSource": "table",
            },
        }

    def _update_optimizer(self, request: GlueRequest) -> Answer:
        optimizers, kind = self._existing(request)
        optimizers[kind] = _permitted(request, kind)
        return {}

    def _delete_optimizer(self, request: GlueRequest) -> Answer:
        optimizers, kind = self._existing(request)
        del optimizers[kind]
        return {}

    def _existing(self, request: GlueRequest) -> tuple[dict[str, dict[str, Any]], str]:
        optimizers, kind = self._addressed(request)
        if kind not in optimizers:
            raise GlueRefusal(
                code="EntityNotFoundException", message=f"Table optimizer {kind} not found."
            )
        return optimizers, kind

    def _addressed(self, request: GlueRequest) -> tuple[dict[str, dict[str, Any]], str]:
        kind = str(request.parameters["Type"])
        if kind not in LOG_GROUPS:
            message = f"Type {kind} is none of {', '.join(LOG_GROUPS)}."
            raise GlueRefusal(code="InvalidInputException", message=message)
        table = request.backend.get_table(
            str(request.parameters["DatabaseName"]), str(request.parameters["TableName"])
        )
        parameters: Mapping[str, str] = table.as_dict().get("Parameters") or {}
        if parameters.get("table_type", "").upper() != "ICEBERG":
            message = f"Table {table.name} is not an Iceberg table."
            raise GlueRefusal(code="InvalidInputException", message=message)
        with self._lock:
            return self._optimizers.setdefault(table, {}), kind


def _permitted(request: GlueRequest, kind: str) -> dict[str, Any]:
    """Return the configuration, when its role may do what the optimizer does."""
    configuration: dict[str, Any] = dict(request.parameters["TableOptimizerConfiguration"])
    database = str(request.parameters["DatabaseName"])
    table = request.backend.get_table(database, str(request.parameters["TableName"]))
    require_optimizer_access(
        kind,
        str(configuration["roleArn"]),
        table={**table.as_dict(), "DatabaseName": database, "Name": table.name},
        region=request.region,
    )
    return configuration

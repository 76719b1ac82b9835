"""Optimizers of Iceberg tables in the Glue catalog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from local_cloud.providers.adapter import (
    CheckFailure,
    CreateResult,
    Input,
    ReadResult,
    ResourceAdapter,
)
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.aws.glue_jobs import MISSING
from local_cloud.providers.values import Properties, mapping, text


def _iceberg(fields: Mapping[str, Input]) -> Input:
    return Input(stored=True, fields={"icebergConfiguration": Input(fields=fields)})


_OPTIMIZER = {
    "compactionConfiguration": _iceberg(
        {
            "deleteFileThreshold": Input(),
            "minInputFiles": Input(),
            "strategy": Input(required=True, choices=("binpack", "sort", "z-order")),
        }
    ),
    "enabled": Input(required=True),
    "orphanFileDeletionConfiguration": _iceberg(
        {
            "location": Input(),
            "orphanFileRetentionPeriodInDays": Input(),
            "runRateInHours": Input(rule=rules.between(3, 168)),
        }
    ),
    "retentionConfiguration": _iceberg(
        {
            "cleanExpiredFiles": Input(),
            "numberOfSnapshotsToRetain": Input(),
            "runRateInHours": Input(rule=rules.between(3, 168)),
            "snapshotRetentionPeriodInDays": Input(),
        }
    ),
    "roleArn": Input(required=True, rule=rules.arn),
}


_OF_TYPE = {
    "compaction": "compactionConfiguration",
    "orphan_file_deletion": "orphanFileDeletionConfiguration",
    "retention": "retentionConfiguration",
}


class CatalogTableOptimizer(ResourceAdapter[Aws]):
    """Upkeep of an Iceberg table; its id is `<catalog>,<database>,<table>,<type>`."""

    resource_type: ClassVar[str] = "aws:glue/catalogTableOptimizer:CatalogTableOptimizer"
    source: ClassVar[str] = "internal/service/glue/catalog_table_optimizer.go"
    computed: ClassVar[tuple[str, ...]] = ("region",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "catalogId": Input(required=True, replace=True),
        "configuration": Input(required=True, fields=_OPTIMIZER),
        "databaseName": Input(required=True, replace=True),
        "tableName": Input(required=True, replace=True),
        "type": Input(
            required=True,
            replace=True,
            choices=("compaction", "retention", "orphan_file_deletion"),
        ),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        configuration = inputs.get("configuration")
        given = configuration if isinstance(configuration, dict) else {}
        return [
            CheckFailure(
                property=f"configuration.{name}",
                reason=f"is only for an optimizer of type {kind!r}, not {inputs.get('type')!r}",
            )
            for kind, name in _OF_TYPE.items()
            if name in given and isinstance(inputs.get("type"), str) and inputs["type"] != kind
        ]

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        names = ("catalogId", "databaseName", "tableName", "type")
        identity = ",".join(text(inputs, name) for name in names)
        self._put(backend, "create_table_optimizer", identity, inputs)
        return CreateResult(id=identity)

    def _put(self, aws: Aws, operation: str, identity: str, inputs: Properties) -> None:
        # The fields of this one structure are spelt in AWS as they are in Pulumi.
        configuration = mapping(inputs, "configuration")
        names = _optimizer_names(identity)
        aws.call("glue", operation, TableOptimizerConfiguration=configuration, **names)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        names = _optimizer_names(identity)
        answer = backend.find("glue", "get_table_optimizer", MISSING, **names)
        if answer is None:
            return None
        optimizer = mapping(answer, "TableOptimizer")
        live: Properties = {
            "catalogId": names["CatalogId"],
            "configuration": mapping(optimizer, "configuration"),
            "databaseName": names["DatabaseName"],
            "region": backend.region,
            "tableName": names["TableName"],
            "type": names["Type"],
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        self._put(backend, "update_table_optimizer", identity, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        names = _optimizer_names(identity)
        backend.find("glue", "delete_table_optimizer", MISSING, **names)


def _optimizer_names(identity: str) -> dict[str, str]:
    names = ("CatalogId", "DatabaseName", "TableName", "Type")
    return dict(zip(names, identity.split(","), strict=True))


ADAPTERS = (CatalogTableOptimizer(),)

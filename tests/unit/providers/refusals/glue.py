"""The Glue catalog, jobs and triggers."""

from __future__ import annotations

from typing import Final

from local_cloud.providers.values import Properties
from tests.unit.providers.good_inputs import (
    LONG,
    Refusal,
    column,
    encrypted,
    iceberg,
    predicate,
    trigger,
    upkeep,
)

_SCHEMA: Final = "openTableFormatInput.icebergInput.icebergTableInput"
_TOO_OFTEN: Final[Properties] = {"icebergConfiguration": {"runRateInHours": 2}}
GLUE: Final[dict[str, list[Refusal]]] = {
    "glue/catalogDatabase:CatalogDatabase": [
        (
            {"createTableDefaultPermissions": [{"permissions": ["READ"]}]},
            "createTableDefaultPermissions[0].permissions[0]",
        ),
        (
            {"createTableDefaultPermissions": [{"principal": {"dataLakePrincipalIdentifier": ""}}]},
            "createTableDefaultPermissions[0].principal.dataLakePrincipalIdentifier",
        ),
        ({"description": LONG}, "description"),
        ({"name": "Lake"}, "name"),
    ],
    "glue/catalogTable:CatalogTable": [
        ({"description": LONG}, "description"),
        ({"name": "Flights"}, "name"),
        ({"partitionKeys": [{"name": ""}]}, "partitionKeys[0].name"),
        ({"partitionKeys": [{"name": "d", "comment": LONG}]}, "partitionKeys[0].comment"),
        ({"partitionKeys": [{"name": "d", "type": LONG * 20}]}, "partitionKeys[0].type"),
        ({"retention": -1}, "retention"),
        (column(name=""), "storageDescriptor.columns[0].name"),
        (column(comment=LONG), "storageDescriptor.columns[0].comment"),
        (column(type=LONG * 20), "storageDescriptor.columns[0].type"),
        ({"storageDescriptor": {"bucketColumns": [""]}}, "storageDescriptor.bucketColumns[0]"),
        (
            {"storageDescriptor": {"serDeInfo": {"name": ""}}},
            "storageDescriptor.serDeInfo.name",
        ),
        (
            {"storageDescriptor": {"serDeInfo": {"serializationLibrary": ""}}},
            "storageDescriptor.serDeInfo.serializationLibrary",
        ),
        (
            {"storageDescriptor": {"sortColumns": [{"column": "", "sortOrder": 1}]}},
            "storageDescriptor.sortColumns[0].column",
        ),
        ({"viewExpandedText": LONG * 50}, "viewExpandedText"),
        ({"viewOriginalText": LONG * 50}, "viewOriginalText"),
        (iceberg({}, version=""), "openTableFormatInput.icebergInput.version"),
        (iceberg({"location": "/lake"}), f"{_SCHEMA}.location"),
        (
            iceberg({"partitionSpec": {"fields": [{"name": "", "sourceId": 1, "transform": "d"}]}}),
            f"{_SCHEMA}.partitionSpec.fields[0].name",
        ),
        *(
            (
                iceberg(
                    {
                        "schema": {
                            "fields": [
                                {"id": 1, "name": "f", "required": True, "type": '"long"', **given}
                            ]
                        }
                    }
                ),
                f"{_SCHEMA}.schema.fields[0].{next(iter(given))}",
            )
            for given in (
                {"doc": LONG},
                {"initialDefault": "{"},
                {"name": ""},
                {"type": "long"},
                {"writeDefault": "{"},
            )
        ),
    ],
    "glue/catalogTableOptimizer:CatalogTableOptimizer": [
        (upkeep(roleArn="upkeep"), "configuration.roleArn"),
        (upkeep(retentionConfiguration={}), "configuration.retentionConfiguration"),
        *(
            (
                {"type": kind, **upkeep(**{name: _TOO_OFTEN})},
                f"configuration.{name}.icebergConfiguration.runRateInHours",
            )
            for kind, name in (
                ("retention", "retentionConfiguration"),
                ("orphan_file_deletion", "orphanFileDeletionConfiguration"),
            )
        ),
    ],
    "glue/job:Job": [
        ({"command": {"scriptLocation": "/curate.py"}}, "command.scriptLocation"),
        ({"description": LONG}, "description"),
        (
            {"executionProperty": {"maxConcurrentRuns": 0}},
            "executionProperty.maxConcurrentRuns",
        ),
        ({"maxRetries": 11}, "maxRetries"),
        ({"name": ""}, "name"),
        (
            {"notificationProperty": {"notifyDelayAfter": 0}},
            "notificationProperty.notifyDelayAfter",
        ),
        ({"numberOfWorkers": 0}, "numberOfWorkers"),
        ({"numberOfWorkers": 2, "maxCapacity": 2}, "numberOfWorkers"),
        ({"roleArn": "curate"}, "roleArn"),
        ({"timeout": 0}, "timeout"),
        ({"workerType": "G.1X", "maxCapacity": 2}, "workerType"),
    ],
    "glue/securityConfiguration:SecurityConfiguration": [
        ({"name": ""}, "name"),
        *(
            (encrypted(name, kmsKeyArn="key"), f"encryptionConfiguration.{name}.kmsKeyArn")
            for name in ("cloudwatchEncryption", "jobBookmarksEncryption", "s3Encryption")
        ),
    ],
    "glue/trigger:Trigger": [
        ({"actions": []}, "actions"),
        (
            trigger(notificationProperty={"notifyDelayAfter": 0}),
            "actions[0].notificationProperty.notifyDelayAfter",
        ),
        (trigger(timeout=0), "actions[0].timeout"),
        ({"description": LONG}, "description"),
        ({"eventBatchingConditions": [{"batchSize": 101}]}, "eventBatchingConditions[0].batchSize"),
        (
            {"eventBatchingConditions": [{"batchSize": 1, "batchWindow": 901}]},
            "eventBatchingConditions[0].batchWindow",
        ),
        ({"name": ""}, "name"),
        ({"type": "CONDITIONAL"}, "predicate"),
        (predicate(), "predicate.conditions"),
        ({"schedule": "hourly"}, "schedule"),
        ({"schedule": None}, "schedule"),
        ({"type": "EVENT"}, "workflowName"),
    ],
    "glue/workflow:Workflow": [({"name": ""}, "name")],
}

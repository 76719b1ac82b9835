"""The Glue catalog, jobs, and what starts them."""

from __future__ import annotations

from local_cloud.providers.values import Properties, Value
from tests.functional.providers.ask import ask
from tests.functional.providers.case import Case, Description
from tests.functional.providers.engine import Managed
from tests.functional.providers.world import World


def _named(operation: str, parameter: str = "Name"):  # noqa: ANN202 - a describe function
    """What a get operation says, with the object's tags."""

    def describe(world: World, managed: Managed) -> Description | None:
        found = ask(world, "glue", operation, **{parameter: managed.id.split(":")[-1]})
        if found is None or "arn" not in managed.state:
            return found
        tags = ask(world, "glue", "get_tags", ResourceArn=str(managed.state["arn"]))
        return {"found": found, "tags": tags, "id": managed.id}

    return describe


def _table(world: World, managed: Managed) -> Description | None:
    _, database, name = managed.id.split(":")
    return ask(world, "glue", "get_table", DatabaseName=database, Name=name)


def _optimizer(world: World, managed: Managed) -> Description | None:
    catalog, database, table, kind = managed.id.split(",")
    return ask(
        world,
        "glue",
        "get_table_optimizer",
        CatalogId=catalog,
        DatabaseName=database,
        TableName=table,
        Type=kind,
    )


def _columns(*names: str) -> list[Value]:
    return [{"name": name, "type": "string", "comment": f"the {name}"} for name in names]


def _storage(world: World, *names: str) -> Properties:
    return {
        "location": f"s3://{world.bucket}/validated/",
        "inputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "outputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        "serDeInfo": {
            "serializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
            "parameters": {"serialization.format": "1"},
        },
        "columns": _columns(*names),
    }


def _iceberg(world: World) -> Properties:
    fields: list[Value] = [{"id": 1, "name": "id", "type": '"long"', "required": False}]
    return {
        "icebergInput": {
            "metadataOperation": "CREATE",
            "version": "2",
            "icebergTableInput": {
                "location": f"s3://{world.bucket}/curated/",
                "schema": {"type": "struct", "fields": fields},
                "properties": {"write.format.default": "parquet"},
            },
        }
    }


def _widened(world: World, managed: Managed) -> object:
    """What a crawler or a job might do."""
    client = world.client("glue")
    _, database, name = managed.id.split(":")
    table = client.get_table(DatabaseName=database, Name=name)["Table"]
    storage = table["StorageDescriptor"]
    storage["Columns"] = [*storage["Columns"], {"Name": "rogue", "Type": "string"}]
    keys = ("Name", "Description", "Parameters", "TableType")
    definition = {key: table[key] for key in keys if key in table}
    return client.update_table(
        DatabaseName=database, TableInput={**definition, "StorageDescriptor": storage}
    )


def _job_inputs(world: World) -> dict[str, Value]:
    return {
        "name": world.name("subject"),
        "description": "merges files",
        "roleArn": world.role_arn,
        "glueVersion": "5.1",
        "command": {
            "name": "glueetl",
            "pythonVersion": "3",
            "scriptLocation": f"s3://{world.bucket}/jobs/one.py",
        },
        "workerType": "G.1X",
        "numberOfWorkers": 2,
        "timeout": 31,
        "maxRetries": 0,
        "executionClass": "STANDARD",
        "executionProperty": {"maxConcurrentRuns": 1},
        "defaultArguments": {"--datalake-formats": "iceberg"},
        "tags": {"team": "lake"},
    }


def _encryption(world: World, mode: str) -> Properties:
    return {
        "cloudwatchEncryption": {
            "cloudwatchEncryptionMode": "SSE-KMS",
            "kmsKeyArn": world.key_arn,
        },
        "jobBookmarksEncryption": {"jobBookmarksEncryptionMode": "DISABLED"},
        "s3Encryption": {"s3EncryptionMode": mode, "kmsKeyArn": world.key_arn},
    }


def _upkeep(world: World, files: int) -> Properties:
    return {
        "enabled": True,
        "roleArn": world.optimizer_role_arn,
        "compactionConfiguration": {
            "icebergConfiguration": {"strategy": "binpack", "minInputFiles": files}
        },
    }


def _only_role(world: World) -> Properties:
    upkeep = _upkeep(world, 7)
    return {name: upkeep[name] for name in ("enabled", "roleArn")}


CASES = (
    Case(
        resource_type="aws:glue/catalogDatabase:CatalogDatabase",
        inputs=lambda world: {
            "name": f"subject_{world.suffix}",
            "description": "the lake",
            "tags": {"team": "lake"},
        },
        describe=_named("get_database"),
        changes=lambda world: {
            "description": "the shore",
            "locationUri": f"s3://{world.bucket}/somewhere/",
            "parameters": {"owner": "lake"},
            "tags": {"team": "shore"},
            "createTableDefaultPermissions": [
                {
                    "permissions": ["SELECT"],
                    "principal": {"dataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"},
                }
            ],
        },
        replacing=lambda world: {"name": f"other_{world.suffix}", "catalogId": "111111111111"},
        diffed_only={"catalogId": "an account has one catalog"},
        meddle=lambda world, managed: world.client("glue").update_database(
            Name=managed.id.split(":")[-1],
            DatabaseInput={"Name": managed.id.split(":")[-1], "Description": "rogue"},
        ),
        drift=frozenset({"description"}),
    ),
    Case(
        resource_type="aws:glue/catalogTable:CatalogTable",
        inputs=lambda world: {
            "name": "subject",
            "databaseName": world.database,
            "description": "validated rows",
            "tableType": "EXTERNAL_TABLE",
            "parameters": {"classification": "parquet"},
            "storageDescriptor": _storage(world, "carrier", "flight"),
        },
        describe=_table,
        changes=lambda world: {
            "description": "more validated rows",
            "parameters": {"classification": "parquet", "EXTERNAL": "TRUE"},
            "storageDescriptor": _storage(world, "carrier", "flight", "origin"),
            "partitionKeys": _columns("day"),
            "owner": "lake",
            "retention": 13,
            "viewExpandedText": "SELECT 1",
            "viewOriginalText": "SELECT 2",
            "tableType": "VIRTUAL_VIEW",
        },
        replacing=lambda world: {
            "name": "other",
            "databaseName": world.other_database,
            "catalogId": "111111111111",
            "openTableFormatInput": _iceberg(world),
        },
        diffed_only={
            "catalogId": "an account has one catalog",
            "openTableFormatInput": "Glue owns the rest then; test_beyond_the_table makes one",
        },
        meddle=_widened,
        drift=frozenset({"storageDescriptor"}),
    ),
    Case(
        resource_type="aws:glue/catalogTableOptimizer:CatalogTableOptimizer",
        inputs=lambda world: {
            "catalogId": world.account,
            "databaseName": world.database,
            "tableName": world.iceberg_table,
            "type": "compaction",
            "configuration": _upkeep(world, 7),
        },
        describe=_optimizer,
        changes=lambda world: {"configuration": _upkeep(world, 11)},
        replacing=lambda world: {
            "catalogId": "111111111111",
            "databaseName": world.database_with_twin,
            "tableName": world.other_iceberg_table,
            "type": "retention",
        },
        beside=lambda world: {"type": {"configuration": _only_role(world)}},
        diffed_only={"catalogId": "an account has one catalog"},
        meddle=lambda world, managed: world.client("glue").update_table_optimizer(
            CatalogId=world.account,
            DatabaseName=world.database,
            TableName=world.iceberg_table,
            Type="compaction",
            TableOptimizerConfiguration={
                "enabled": False,
                "roleArn": world.optimizer_role_arn,
            },
        ),
        drift=frozenset({"configuration"}),
    ),
    Case(
        resource_type="aws:glue/job:Job",
        inputs=_job_inputs,
        describe=_named("get_job", "JobName"),
        changes=lambda world: {
            "description": "merges more files",
            "command": {
                "name": "glueetl",
                "pythonVersion": "3",
                "scriptLocation": f"s3://{world.bucket}/jobs/two.py",
            },
            "defaultArguments": {"--enable-metrics": "true"},
            "executionClass": "FLEX",
            "executionProperty": {"maxConcurrentRuns": 3},
            "maxRetries": 2,
            "nonOverridableArguments": {"--job-language": "python"},
            "notificationProperty": {"notifyDelayAfter": 13},
            "numberOfWorkers": 5,
            "roleArn": world.role("other", "glue.amazonaws.com"),
            "securityConfiguration": "some-configuration",
            "tags": {"team": "shore"},
            "timeout": 61,
            "workerType": "G.2X",
        },
        replacing=lambda world: {"name": world.name("other")},
        meddle=lambda world, managed: world.client("glue").update_job(
            JobName=managed.id,
            JobUpdate={
                "Role": world.role_arn,
                "GlueVersion": "5.1",
                "Command": {
                    "Name": "glueetl",
                    "PythonVersion": "3",
                    "ScriptLocation": f"s3://{world.bucket}/jobs/one.py",
                },
                "Description": "rogue",
                "DefaultArguments": {"--datalake-formats": "iceberg"},
                "ExecutionProperty": {"MaxConcurrentRuns": 1},
                "ExecutionClass": "STANDARD",
                "WorkerType": "G.1X",
                "NumberOfWorkers": 2,
                "Timeout": 31,
                "MaxRetries": 0,
            },
        ),
        drift=frozenset({"description"}),
        # One excludes worker types; of the other the local cloud runs one version only.
        untried=frozenset({"maxCapacity", "glueVersion"}),
    ),
    Case(
        resource_type="aws:glue/workflow:Workflow",
        inputs=lambda world: {
            "name": world.name("subject"),
            "description": "the transform",
            "maxConcurrentRuns": 1,
            "tags": {"team": "lake"},
        },
        describe=_named("get_workflow"),
        changes=lambda _: {
            "description": "the other transform",
            "maxConcurrentRuns": 3,
            "defaultRunProperties": {"mode": "sweep"},
            "tags": {"team": "shore"},
        },
        replacing=lambda world: {"name": world.name("other")},
        meddle=lambda world, managed: world.client("glue").update_workflow(
            Name=managed.id, Description="rogue", MaxConcurrentRuns=1
        ),
        drift=frozenset({"description"}),
    ),
    Case(
        resource_type="aws:glue/securityConfiguration:SecurityConfiguration",
        inputs=lambda world: {
            "name": world.name("subject"),
            "encryptionConfiguration": _encryption(world, "SSE-KMS"),
        },
        describe=_named("get_security_configuration"),
        replacing=lambda world: {
            "name": world.name("other"),
            "encryptionConfiguration": _encryption(world, "SSE-S3"),
        },
        fixed="a security configuration never changes",
    ),
    Case(
        resource_type="aws:glue/trigger:Trigger",
        inputs=lambda world: {
            "name": world.name("subject"),
            "description": "files arrived",
            "type": "EVENT",
            "workflowName": world.workflow,
            "actions": [{"jobName": world.job}],
            "eventBatchingConditions": [{"batchSize": 7, "batchWindow": 61}],
            "tags": {"team": "lake"},
        },
        describe=_named("get_trigger"),
        changes=lambda world: {
            "description": "more files arrived",
            "actions": [{"jobName": world.job, "arguments": {"--sweep": "yes"}}],
            "eventBatchingConditions": [{"batchSize": 9, "batchWindow": 67}],
            "tags": {"team": "shore"},
        },
        replacing=lambda world: {
            "name": world.name("other"),
            "type": "ON_DEMAND",
            "workflowName": world.other_workflow,
        },
        beside=lambda world: {
            # A workflow has one starting trigger, and the new one comes before the old one goes.
            "name": {"workflowName": world.other_workflow},
            "type": {"eventBatchingConditions": None, "workflowName": None},
        },
        meddle=lambda world, managed: world.client("glue").update_trigger(
            Name=managed.id,
            TriggerUpdate={
                "Description": "rogue",
                "Actions": [{"JobName": world.job}],
                "EventBatchingCondition": {"BatchSize": 7, "BatchWindow": 61},
            },
        ),
        drift=frozenset({"description"}),
        # Triggers of other types have these; test_triggers tries them.
        untried=frozenset({"enabled", "predicate", "schedule", "startOnCreation"}),
    ),
)

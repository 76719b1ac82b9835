"""Glue: the catalog (a call on a table is checked on catalog, database and table) and jobs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.aws.operations.rules import Operations, also, on, only_root, passes_role, same


def _database(request: ApiRequest) -> Iterable[str]:
    name = request.text("Name") or request.text("DatabaseName")
    if not name:
        name = str(request.parameters.get("DatabaseInput", {}).get("Name", ""))
    return request.arn("catalog"), request.arn(f"database/{name}")


def _databases(request: ApiRequest) -> Iterable[str]:
    return request.arn("catalog"), request.arn("database/*")


def _table(request: ApiRequest) -> Iterable[str]:
    database = request.text("DatabaseName")
    table_input: Any = request.parameters.get("TableInput") or {}
    table = request.text("Name") or request.text("TableName") or str(table_input.get("Name", "*"))
    return (
        request.arn("catalog"),
        request.arn(f"database/{database}"),
        request.arn(f"table/{database}/{table}"),
    )


def _job(request: ApiRequest) -> str:
    name = request.text("JobName") or request.text("Name")
    return request.arn(f"job/{name}")


def _workflow(request: ApiRequest) -> str:
    return request.arn(f"workflow/{request.text('Name')}")


def _job_roles(request: ApiRequest) -> Iterable[str]:
    update: Any = request.parameters.get("JobUpdate") or {}
    return request.text("Role"), str(update.get("Role") or "")


def _optimizer_roles(request: ApiRequest) -> Iterable[str]:
    given: Any = request.parameters.get("TableOptimizerConfiguration") or {}
    return (str(given.get("roleArn") or ""),)


_GLUE: Final = "glue.amazonaws.com"

OPERATIONS: Final[Operations] = {
    **same(also(on(_job), passes_role(_job_roles, _GLUE)), "CreateJob", "UpdateJob"),
    **same(
        also(on(_table), passes_role(_optimizer_roles, _GLUE)),
        "CreateTableOptimizer",
        "UpdateTableOptimizer",
    ),
    "GetDatabase": on(_database),
    "GetDatabases": on(_databases),
    **same(
        on(_table),
        "CreateTable",
        "DeleteTable",
        "GetPartition",
        "GetPartitions",
        "GetTable",
        "GetTableVersion",
        "GetTableVersions",
        "GetTables",
        "UpdateTable",
    ),
    **same(
        on(_job),
        "BatchStopJobRun",
        "GetJob",
        "GetJobBookmark",
        "GetJobRun",
        "GetJobRuns",
        "ResetJobBookmark",
        "StartJobRun",
    ),
    **same(
        on(_workflow),
        "GetWorkflow",
        "GetWorkflowRun",
        "GetWorkflowRunProperties",
        "GetWorkflowRuns",
        "PutWorkflowRunProperties",
        "StartWorkflowRun",
        "StopWorkflowRun",
    ),
    **only_root(
        "BatchCreatePartition",
        "BatchGetJobs",
        "BatchGetTriggers",
        "BatchGetWorkflows",
        "CreateDatabase",
        "CreatePartition",
        "CreateSecurityConfiguration",
        "CreateTrigger",
        "CreateWorkflow",
        "DeleteDatabase",
        "DeleteJob",
        "DeletePartition",
        "DeleteSecurityConfiguration",
        "DeleteTableOptimizer",
        "DeleteTrigger",
        "DeleteWorkflow",
        "GetDataCatalogEncryptionSettings",
        "GetJobs",
        "GetPartitionIndexes",
        "GetSecurityConfiguration",
        "GetSecurityConfigurations",
        "GetTableOptimizer",
        "GetTags",
        "GetTrigger",
        "GetTriggers",
        "ListJobs",
        "ListTableOptimizerRuns",
        "ListTriggers",
        "ListWorkflows",
        "StartTrigger",
        "StopTrigger",
        "TagResource",
        "UntagResource",
        "UpdateDatabase",
        "UpdateTrigger",
        "UpdateWorkflow",
    ),
}

"""The only place that wires: builds every component and hands each what it needs of the others.

A callable, so that tests build the very program that is deployed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulumi_aws as aws

from infra.archives import (
    Archive,
    compiled_contracts,
    function_archive,
    job_library_archive,
    job_script,
    layer_archive,
)
from infra.components.bounding.boundary import PermissionsBoundary, PermissionsBoundaryArgs
from infra.components.ingestion.function import SERVICE
from infra.components.ingestion.ingestion import Ingestion, IngestionArgs
from infra.components.lake.lake import Lake, LakeArgs
from infra.components.lake.notifications import (
    Announcement,
    BucketNotifications,
    BucketNotificationsArgs,
)
from infra.components.operating.operator import Operator, OperatorArgs
from infra.components.transform.jobs import CURATE, datasets_by_job
from infra.components.transform.transform import Transform, TransformArgs
from infra.components.warehouse.names import AccessRole
from infra.components.warehouse.provider import snowflake_options
from infra.components.warehouse.warehouse import Warehouse, WarehouseArgs
from infra.components.watching.measures import Watched
from infra.components.watching.watching import Watching, WatchingArgs
from infra.deployment import Deployment
from infra.warehouse_views import views_over
from tarn.zones import Zone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from infra.settings import Settings
    from infra.warehouse_views import ViewDefinition
    from tarn.contract.model import ContractCatalog


@dataclass(frozen=True, kw_only=True)
class Deliverables:
    """What is deployed as bytes or follows from the contracts."""

    catalog: ContractCatalog
    function: Archive
    layer: Archive
    job_library: Archive
    job_scripts: Mapping[str, Archive]
    """By the job's package in glue_jobs/."""
    views: Sequence[ViewDefinition]


@dataclass(frozen=True, kw_only=True)
class Platform:
    """Everything that one stack consists of."""

    deployment: Deployment
    deliverables: Deliverables
    lake: Lake
    ingestion: Ingestion
    transform: Transform
    warehouse: Warehouse
    operator: Operator


def assemble(settings: Settings) -> Deliverables:
    """Compile the contracts and build the archives; raises before anything is planned."""
    catalog = compiled_contracts(schema_change=settings.ingestion.schema_change)
    return Deliverables(
        catalog=catalog,
        function=function_archive(catalog),
        layer=layer_archive(settings.ingestion.architecture),
        job_library=job_library_archive(),
        views=views_over(catalog),
        job_scripts={job: job_script(job) for job in (CURATE, *datasets_by_job(catalog))},
    )


def locate(settings: Settings) -> Deployment:
    """Ask the provider where it deploys to."""
    return Deployment(
        environment=settings.environment,
        owner=settings.owner,
        account_id=aws.get_caller_identity().account_id,
        region=aws.get_region().region,
        partition=aws.get_partition().partition,
        data_removal_allowed=settings.data_removal_allowed,
    )


def build(settings: Settings, deliverables: Deliverables) -> Platform:
    """Declare the whole platform."""
    deployment = _bounded(locate(settings), settings)
    lake = Lake("lake", LakeArgs(deployment=deployment, settings=settings.lake))
    ingestion = Ingestion(
        "ingestion",
        IngestionArgs(
            deployment=deployment,
            settings=settings.ingestion,
            lake=lake,
            code=deliverables.function,
            layer=deliverables.layer,
            protects_columns=any(c.protected for c in deliverables.catalog.ingested),
        ),
    )
    transform = Transform(
        "transform",
        TransformArgs(
            deployment=deployment,
            settings=settings.transform,
            contracts=deliverables.catalog,
            lake=lake,
            ledger_table=ingestion.ledger.table_name,
            library=deliverables.job_library,
            scripts=deliverables.job_scripts,
        ),
    )
    warehouse = Warehouse(
        "warehouse",
        WarehouseArgs(
            deployment=deployment,
            settings=settings.warehouse,
            contracts=deliverables.catalog,
            key_arn=lake.key.arn,
            curated_database=transform.catalog.curated_database,
            catalog_tables=transform.catalog.curated_tables,
            views=deliverables.views,
        ),
        snowflake_options("snowflake", settings.warehouse),
    )
    operator = Operator(
        "operator",
        OperatorArgs(deployment=deployment, ingestion=ingestion, key_arn=lake.key.arn),
    )
    _announce(deployment, lake, ingestion, warehouse)
    _watch(deployment, settings, deliverables, lake)
    return Platform(
        deployment=deployment,
        deliverables=deliverables,
        lake=lake,
        ingestion=ingestion,
        transform=transform,
        warehouse=warehouse,
        operator=operator,
    )


def exports(platform: Platform) -> dict[str, pulumi.Input[object]]:
    """Return the stack's outputs, by which the command line finds its way."""
    buckets = platform.lake.buckets
    ingestion = platform.ingestion
    names = platform.warehouse.foundation.names
    return {
        "accountId": platform.deployment.account_id,
        "region": platform.deployment.region,
        **{f"{zone.value}Bucket": buckets[zone].bucket_name for zone in Zone},
        "ledgerTable": ingestion.ledger.table_name,
        "ingestFunction": ingestion.function.function_name,
        "ingestQueueUrl": ingestion.intake.queue.url,
        "ingestDeadLetterQueueUrl": ingestion.intake.dead_letters.url,
        "operatorRoleArn": platform.operator.role.arn,
        "contractsUri": platform.transform.jobs.contracts.uri,
        "glueWorkflow": platform.transform.workflow.workflow.name,
        "curateJob": platform.transform.jobs.curate.name,
        **{job_export(job): made.name for job, made in platform.transform.jobs.models.items()},
        "curatedGlueDatabase": platform.transform.catalog.curated_database,
        "snowflakeDatabase": names.database,
        "snowflakeWarehouse": names.warehouse,
        "snowflakeRoles": {role.lower(): names.role(role) for role in AccessRole},
        "datasets": sorted(contract.dataset for contract in platform.deliverables.catalog.ingested),
    }


def job_export(job: str) -> str:
    """Name the output that holds a model job's name, e.g. ``flightPerformanceJob``."""
    first, *rest = job.split("_")
    return first + "".join(word.capitalize() for word in rest) + "Job"


def _bounded(deployment: Deployment, settings: Settings) -> Deployment:
    """Give every role a ceiling, where the stack wants one."""
    if not settings.permissions_boundary:
        return deployment
    boundary = PermissionsBoundary("boundary", PermissionsBoundaryArgs(deployment=deployment))
    return replace(deployment, boundary_arn=boundary.arn)


def _announce(
    deployment: Deployment, lake: Lake, ingestion: Ingestion, warehouse: Warehouse
) -> None:
    """Tell who hears about new objects; see infra/components/lake/notifications.py."""
    BucketNotifications(
        "notifications",
        BucketNotificationsArgs(
            deployment=deployment,
            announcements={
                Zone.LANDING: Announcement(
                    bucket=lake.buckets[Zone.LANDING],
                    queue_arns=[ingestion.intake.queue.arn],
                    after=[ingestion.intake.policy],
                ),
                Zone.VALIDATED: Announcement(
                    bucket=lake.buckets[Zone.VALIDATED],
                    queue_arns=warehouse.loading.notification_channels,
                    event_bridge=True,
                ),
                Zone.QUARANTINE: Announcement(
                    bucket=lake.buckets[Zone.QUARANTINE],
                    queue_arns=warehouse.quarantine.notification_channels,
                ),
            },
        ),
    )


def _watch(
    deployment: Deployment, settings: Settings, deliverables: Deliverables, lake: Lake
) -> None:
    """Tell what is watched, by name; nothing here waits for what it watches."""
    catalog = deliverables.catalog
    Watching(
        "watching",
        WatchingArgs(
            deployment=deployment,
            settings=settings.watching,
            key_arn=lake.key.arn,
            watched=Watched(
                function=deployment.name(SERVICE),
                queue=deployment.name("ingest"),
                dead_letter_queue=deployment.name("ingest-dead-letter"),
                jobs=tuple(
                    deployment.name(job.replace("_", "-")) for job in deliverables.job_scripts
                ),
                datasets=tuple(contract.dataset for contract in catalog.ingested),
                metrics_service=SERVICE,
            ),
        ),
    )

"""The only place that wires: builds every component and hands each what it needs of the others.

A callable, so that tests build the very program that is deployed.
"""

from __future__ import annotations

from dataclasses import dataclass
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
from infra.components.ingestion.ingestion import Ingestion, IngestionArgs
from infra.components.lake.lake import Lake, LakeArgs
from infra.components.lake.notifications import (
    Announcement,
    BucketNotifications,
    BucketNotificationsArgs,
)
from infra.deployment import Deployment
from tarn.zones import Zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from infra.settings import Settings
    from tarn.contract.model import ContractCatalog

JOBS = ("curate", "flight_performance")


@dataclass(frozen=True, kw_only=True)
class Deliverables:
    """What is deployed as bytes or follows from the contracts."""

    catalog: ContractCatalog
    function: Archive
    layer: Archive
    job_library: Archive
    job_scripts: Mapping[str, Archive]
    """By the job's package in glue_jobs/."""


@dataclass(frozen=True, kw_only=True)
class Platform:
    """Everything that one stack consists of."""

    deployment: Deployment
    deliverables: Deliverables
    lake: Lake
    ingestion: Ingestion


def assemble(settings: Settings) -> Deliverables:
    """Compile the contracts and build the archives; raises before anything is planned."""
    catalog = compiled_contracts()
    return Deliverables(
        catalog=catalog,
        function=function_archive(catalog),
        layer=layer_archive(settings.ingestion.architecture),
        job_library=job_library_archive(),
        job_scripts={job: job_script(job) for job in JOBS},
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
    deployment = locate(settings)
    lake = Lake("lake", LakeArgs(deployment=deployment, settings=settings.lake))
    ingestion = Ingestion(
        "ingestion",
        IngestionArgs(
            deployment=deployment,
            settings=settings.ingestion,
            lake=lake,
            code=deliverables.function,
            layer=deliverables.layer,
        ),
    )
    _announce(deployment, lake, ingestion)
    return Platform(
        deployment=deployment, deliverables=deliverables, lake=lake, ingestion=ingestion
    )


def exports(platform: Platform) -> dict[str, pulumi.Input[object]]:
    """Return the stack's outputs, by which the command line finds its way."""
    buckets = platform.lake.buckets
    ingestion = platform.ingestion
    return {
        "accountId": platform.deployment.account_id,
        "region": platform.deployment.region,
        **{f"{zone.value}Bucket": buckets[zone].bucket_name for zone in Zone},
        "ledgerTable": ingestion.ledger.table_name,
        "ingestFunction": ingestion.function.function_name,
        "ingestQueueUrl": ingestion.intake.queue.url,
        "ingestDeadLetterQueueUrl": ingestion.intake.dead_letters.url,
        "datasets": sorted(contract.dataset for contract in platform.deliverables.catalog.ingested),
    }


def _announce(deployment: Deployment, lake: Lake, ingestion: Ingestion) -> None:
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
                    bucket=lake.buckets[Zone.VALIDATED], event_bridge=True
                ),
            },
        ),
    )

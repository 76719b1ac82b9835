"""Upkeep of the Iceberg tables, done by Glue: compaction, expiry of snapshots, orphaned files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws
from pulumi_aws.glue import (
    CatalogTableOptimizerConfigurationArgs,
    CatalogTableOptimizerConfigurationCompactionConfigurationArgs,
    CatalogTableOptimizerConfigurationCompactionConfigurationIcebergConfigurationArgs,
    CatalogTableOptimizerConfigurationOrphanFileDeletionConfigurationArgs,
    CatalogTableOptimizerConfigurationOrphanFileDeletionConfigurationIcebergConfigurationArgs,
    CatalogTableOptimizerConfigurationRetentionConfigurationArgs,
    CatalogTableOptimizerConfigurationRetentionConfigurationIcebergConfigurationArgs,
)

from infra.components.component import TarnComponent
from infra.iam.document import rendered, service_trust, to_json
from infra.iam.transform import optimizer_policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.deployment import Deployment


class Optimizer(StrEnum):
    """Glue's optimizers, by the name of their type."""

    COMPACTION = "compaction"
    RETENTION = "retention"
    ORPHAN_FILE_DELETION = "orphan_file_deletion"


@dataclass(frozen=True, kw_only=True)
class TableOptimizersArgs:
    """Which tables are kept in order."""

    deployment: Deployment
    tables: Mapping[str, aws.glue.CatalogTable]
    curated_database: str
    key_arn: pulumi.Input[str]


class TableOptimizers(TarnComponent):
    """Every optimizer for every curated table, under one role."""

    def __init__(
        self, name: str, args: TableOptimizersArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("transform", name, args.deployment, opts)
        self._args = args
        self._role, self._permissions = self._optimizer_role()
        for dataset, table in args.tables.items():
            for optimizer in Optimizer:
                self._optimizer(dataset, table, optimizer)
        self.publish({})

    def _optimizer_role(self) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        role = aws.iam.Role(
            f"{self.component_name}-role",
            name=self.deployment.name("table-optimizer"),
            description="Glue keeps the curated tables in order.",
            assume_role_policy=to_json(service_trust("glue.amazonaws.com")),
            permissions_boundary=self.deployment.boundary_arn,
            tags=self.tags,
            opts=self.child(),
        )
        permissions = aws.iam.RolePolicy(
            f"{self.component_name}-permissions",
            name="permissions",
            role=role.name,
            policy=rendered(
                optimizer_policy,
                deployment=self.deployment,
                curated_database=self._args.curated_database,
                key_arn=self._args.key_arn,
            ),
            opts=self.child(),
        )
        return role, permissions

    def _optimizer(self, dataset: str, table: aws.glue.CatalogTable, optimizer: Optimizer) -> None:
        aws.glue.CatalogTableOptimizer(
            f"{self.component_name}-{dataset}-{optimizer.replace('_', '-')}",
            catalog_id=self.deployment.account_id,
            database_name=self._args.curated_database,
            table_name=table.name,
            type=optimizer.value,
            configuration=_configuration(optimizer, self._role.arn),
            opts=self.child(depends_on=[self._permissions]),
        )


def _configuration(
    optimizer: Optimizer, role_arn: pulumi.Input[str]
) -> CatalogTableOptimizerConfigurationArgs:
    """Say every value, Glue's defaults too: what it fills in itself would look like a change."""
    match optimizer:
        case Optimizer.COMPACTION:
            return CatalogTableOptimizerConfigurationArgs(
                enabled=True,
                role_arn=role_arn,
                compaction_configuration=CatalogTableOptimizerConfigurationCompactionConfigurationArgs(
                    iceberg_configuration=CatalogTableOptimizerConfigurationCompactionConfigurationIcebergConfigurationArgs(
                        strategy="binpack", min_input_files=100, delete_file_threshold=1
                    )
                ),
            )
        case Optimizer.RETENTION:
            return CatalogTableOptimizerConfigurationArgs(
                enabled=True,
                role_arn=role_arn,
                retention_configuration=CatalogTableOptimizerConfigurationRetentionConfigurationArgs(
                    iceberg_configuration=CatalogTableOptimizerConfigurationRetentionConfigurationIcebergConfigurationArgs(
                        snapshot_retention_period_in_days=7,
                        number_of_snapshots_to_retain=10,
                        clean_expired_files=True,
                        run_rate_in_hours=24,
                    )
                ),
            )
        case Optimizer.ORPHAN_FILE_DELETION:
            return CatalogTableOptimizerConfigurationArgs(
                enabled=True,
                role_arn=role_arn,
                orphan_file_deletion_configuration=CatalogTableOptimizerConfigurationOrphanFileDeletionConfigurationArgs(
                    iceberg_configuration=CatalogTableOptimizerConfigurationOrphanFileDeletionConfigurationIcebergConfigurationArgs(
                        orphan_file_retention_period_in_days=7, run_rate_in_hours=24
                    )
                ),
            )

"""From validated files to curated tables: catalog, jobs, workflow and upkeep together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.components.component import TarnComponent
from infra.components.transform.catalog import Catalog, CatalogArgs
from infra.components.transform.jobs import Jobs, JobsArgs
from infra.components.transform.optimizers import TableOptimizers, TableOptimizersArgs
from infra.components.transform.workflow import TransformWorkflow, TransformWorkflowArgs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from infra.archives import Archive
    from infra.components.lake.lake import Lake
    from infra.deployment import Deployment
    from infra.settings import TransformSettings
    from tarn.contract.model import ContractCatalog


@dataclass(frozen=True, kw_only=True)
class TransformArgs:
    """library and scripts: see infra/archives."""

    deployment: Deployment
    settings: TransformSettings
    contracts: ContractCatalog
    lake: Lake
    ledger_table: str
    library: Archive
    scripts: Mapping[str, Archive]


class Transform(TarnComponent):
    """Attributes: ``catalog``, ``jobs``, ``workflow``."""

    def __init__(
        self, name: str, args: TransformArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("transform", name, args.deployment, opts)
        self.catalog = Catalog(
            f"{name}-catalog",
            CatalogArgs(
                deployment=args.deployment,
                contracts=args.contracts,
                lake=args.lake,
                data_removal_allowed=args.settings.data_removal_allowed,
            ),
            self.child(),
        )
        self.jobs = Jobs(
            f"{name}-jobs",
            JobsArgs(
                deployment=args.deployment,
                settings=args.settings,
                contracts=args.contracts,
                library=args.library,
                scripts=args.scripts,
                lake=args.lake,
                ledger_table=args.ledger_table,
                curated_database=self.catalog.curated_database,
            ),
            self.child(),
        )
        self.workflow = TransformWorkflow(
            f"{name}-workflow",
            TransformWorkflowArgs(
                deployment=args.deployment,
                settings=args.settings,
                curate=self.jobs.curate,
                models=list(self.jobs.models.values()),
            ),
            self.child(),
        )
        TableOptimizers(
            f"{name}-optimizers",
            TableOptimizersArgs(
                deployment=args.deployment,
                tables=self.catalog.curated_tables,
                curated_database=self.catalog.curated_database,
                key_arn=args.lake.key.arn,
            ),
            self.child(),
        )
        self.publish({"workflow": self.workflow.workflow.name})

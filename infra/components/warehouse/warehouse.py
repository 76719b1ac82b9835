"""Snowflake as one: what it stands on, whom it trusts, what it loads and what it serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from infra.components.component import TarnComponent
from infra.components.warehouse.foundation import Foundation, FoundationArgs
from infra.components.warehouse.loading import Loading, LoadingArgs
from infra.components.warehouse.quarantine import Quarantine, QuarantineArgs
from infra.components.warehouse.serving import Serving, ServingArgs
from infra.components.warehouse.trust import SnowflakeTrust, SnowflakeTrustArgs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.deployment import Deployment
    from infra.settings import WarehouseSettings
    from infra.warehouse_views import ViewDefinition
    from tarn.contract.model import ContractCatalog


@dataclass(frozen=True, kw_only=True)
class WarehouseArgs:
    """What the warehouse is built from."""

    deployment: Deployment
    settings: WarehouseSettings
    contracts: ContractCatalog
    key_arn: pulumi.Input[str]
    curated_database: str
    catalog_tables: Mapping[str, pulumi.Resource]
    """The Glue table of every dataset, models included."""
    views: Sequence[ViewDefinition]


class Warehouse(TarnComponent):
    """Attributes: ``foundation``, ``trust``, ``loading``, ``quarantine``, ``serving``."""

    def __init__(
        self, name: str, args: WarehouseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("warehouse", name, args.deployment, opts)
        self.foundation = Foundation(
            f"{name}-foundation",
            FoundationArgs(deployment=args.deployment, settings=args.settings),
            self.child(),
        )
        self.trust = SnowflakeTrust(
            f"{name}-trust",
            SnowflakeTrustArgs(
                deployment=args.deployment,
                key_arn=args.key_arn,
                curated_database=args.curated_database,
                catalog_refresh_seconds=args.settings.catalog_refresh_seconds,
                role_settle_seconds=args.settings.role_settle_seconds,
            ),
            self.child(),
        )
        self.loading = Loading(
            f"{name}-loading",
            LoadingArgs(
                deployment=args.deployment,
                contracts=args.contracts,
                foundation=self.foundation,
                trust=self.trust,
                data_removal_allowed=args.settings.data_removal_allowed,
            ),
            self.child(),
        )
        self.quarantine = Quarantine(
            f"{name}-quarantine",
            QuarantineArgs(
                deployment=args.deployment,
                foundation=self.foundation,
                trust=self.trust,
                loading=self.loading,
                data_removal_allowed=args.settings.data_removal_allowed,
            ),
            self.child(),
        )
        self.serving = Serving(
            f"{name}-serving",
            ServingArgs(
                deployment=args.deployment,
                foundation=self.foundation,
                trust=self.trust,
                catalog_tables=args.catalog_tables,
                curated_database=args.curated_database,
                views=args.views,
            ),
            self.child(),
        )
        self.publish({"database": self.foundation.names.database})

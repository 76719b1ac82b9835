"""CURATED and MARTS: the lake's Iceberg tables in Snowflake, and the views over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_snowflake as snowflake

from infra.components.component import TarnComponent
from infra.components.warehouse.names import SchemaName, table_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.components.warehouse.foundation import Foundation
    from infra.components.warehouse.trust import SnowflakeTrust
    from infra.deployment import Deployment
    from infra.warehouse_views import ViewDefinition


@dataclass(frozen=True, kw_only=True)
class ServingArgs:
    """What is served."""

    deployment: Deployment
    foundation: Foundation
    trust: SnowflakeTrust
    catalog_tables: Mapping[str, pulumi.Resource]
    """The Glue table of every dataset, models included; it must exist first."""
    curated_database: str
    views: Sequence[ViewDefinition]


class Serving(TarnComponent):
    """Iceberg tables in CURATED and views in MARTS."""

    tables: dict[str, snowflake.IcebergTableFromAwsGlue]
    views: dict[str, snowflake.View]

    def __init__(
        self, name: str, args: ServingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("warehouse", name, args.deployment, opts)
        self._args = args
        self._database = args.foundation.database.name
        self.tables = {
            dataset: self._table(dataset, source) for dataset, source in args.catalog_tables.items()
        }
        self._sources: dict[str, pulumi.Resource] = {
            f"{SchemaName.CURATED}.{table_name(dataset)}": table
            for dataset, table in self.tables.items()
        }
        self.views = {}
        for definition in args.views:
            view = self._view(definition)
            self.views[definition.qualified_name] = view
            self._sources[definition.qualified_name] = view
        self.publish({"views": [definition.qualified_name for definition in args.views]})

    def _table(self, dataset: str, source: pulumi.Resource) -> snowflake.IcebergTableFromAwsGlue:
        trust = self._args.trust
        return snowflake.IcebergTableFromAwsGlue(
            f"{self.component_name}-table-{dataset}",
            name=table_name(dataset),
            database=self._database,
            schema=self._args.foundation.schemas[SchemaName.CURATED].name,
            external_volume=trust.external_volume.name,
            catalog=trust.catalog_integration.name,
            catalog_namespace=self._args.curated_database,
            catalog_table_name=dataset,
            auto_refresh="true",
            comment=pulumi.Output.concat(
                f"The curated rows of {dataset}. Trust ", trust.table_mark
            ),
            opts=self.child(
                depends_on=[
                    *self._args.foundation.grants,
                    source,
                    trust.volume_ready,
                    trust.catalog_ready,
                ],
                delete_before_replace=True,
                replace_on_changes=("comment",),
            ),
        )

    def _view(self, definition: ViewDefinition) -> snowflake.View:
        return snowflake.View(
            f"{self.component_name}-view-{definition.name.lower().replace('_', '-')}",
            name=definition.name,
            database=self._database,
            schema=self._args.foundation.schemas[SchemaName(definition.schema)].name,
            statement=definition.statement,
            is_secure="true" if definition.secure else "false",
            comment=definition.comment,
            copy_grants=True,
            opts=self.child(
                depends_on=[
                    *self._args.foundation.grants,
                    *(self._sources[source] for source in definition.reads),
                ]
            ),
        )

"""RAW: what Snowpipe loads, as it was validated.

Owns the stage over the validated bucket, the file format, and per ingested dataset a table, a pipe
and a view of the current rows. Does not own the bucket's notification: the pipes' channels are
published for the one owner of it (infra/components/lake/notifications.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_snowflake as snowflake

from infra.components.component import DataProtection, TarnComponent
from infra.components.warehouse.names import (
    FILE_FORMAT,
    STAGE,
    SchemaName,
    current_view_name,
    orphans_view_name,
    table_name,
)
from infra.components.warehouse.statements import (
    copy_statement,
    current_rows_statement,
    orphans_statement,
    raw_columns,
)
from tarn.zones import Zone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.components.warehouse.foundation import Foundation
    from infra.components.warehouse.trust import SnowflakeTrust
    from infra.deployment import Deployment
    from tarn.contract.model import Contract, ContractCatalog


@dataclass(frozen=True, kw_only=True)
class LoadingArgs:
    """What is loaded, from where, into what."""

    deployment: Deployment
    contracts: ContractCatalog
    foundation: Foundation
    trust: SnowflakeTrust
    data_removal_allowed: bool


class Loading(TarnComponent):
    """Stage, file format, tables, pipes and views of RAW."""

    format: snowflake.FileFormatParquet
    stage: snowflake.StageExternalS3
    tables: dict[str, snowflake.Table]
    pipes: dict[str, snowflake.Pipe]
    notification_channels: Sequence[pulumi.Output[str]]
    """Queues that must hear of new validated files; usually one and the same for all pipes."""

    def __init__(
        self, name: str, args: LoadingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("warehouse", name, args.deployment, opts)
        self._args = args
        self._database = args.foundation.database.name
        self._schema = args.foundation.schemas[SchemaName.RAW].name
        self._protection = DataProtection.decide(
            owner="RAW",
            component=args.data_removal_allowed,
            stack=args.deployment.data_removal_allowed,
        )
        self.format = self._file_format()
        self.stage = self._stage()
        contracts = args.contracts.ingested
        self.tables = {contract.dataset: self._table(contract) for contract in contracts}
        self.pipes = {contract.dataset: self._pipe(contract) for contract in contracts}
        current = {contract.dataset: self._current_view(contract) for contract in contracts}
        for contract in contracts:
            self._orphans_view(contract, current)
        self.notification_channels = [pipe.notification_channel for pipe in self.pipes.values()]
        self.publish({"stage": self.stage.fully_qualified_name})

    def _file_format(self) -> snowflake.FileFormatParquet:
        return snowflake.FileFormatParquet(
            f"{self.component_name}-format",
            name=FILE_FORMAT,
            database=self._database,
            schema=self._schema,
            comment="Validated files.",
            # Without logical types Snowflake loads a timestamp as a number.
            use_logical_type="true",
            opts=self.child(depends_on=self._args.foundation.grants),
        )

    def _stage(self) -> snowflake.StageExternalS3:
        return snowflake.StageExternalS3(
            f"{self.component_name}-stage",
            name=STAGE,
            database=self._database,
            schema=self._schema,
            # Without the slash at its end the stage would also match buckets and keys that
            # merely begin alike.
            url=f"s3://{self.deployment.bucket(Zone.VALIDATED)}/",
            storage_integration=self._args.trust.storage_integration.name,
            comment=pulumi.Output.concat(
                "Validated files, one folder a dataset. Trust ", self._args.trust.stage_mark
            ),
            opts=self.child(
                depends_on=[*self._args.foundation.grants, self._args.trust.stage_ready],
                delete_before_replace=True,
                replace_on_changes=("comment",),
            ),
        )

    def _table(self, contract: Contract) -> snowflake.Table:
        return snowflake.Table(
            f"{self.component_name}-table-{contract.dataset}",
            name=table_name(contract.dataset),
            database=self._database,
            schema=self._schema,
            comment=contract.title,
            columns=[
                snowflake.TableColumnArgs(
                    name=column.name, type=column.type, comment=column.comment
                )
                for column in raw_columns(contract)
            ],
            opts=self.child(depends_on=self._args.foundation.grants, protection=self._protection),
        )

    def _pipe(self, contract: Contract) -> snowflake.Pipe:
        return snowflake.Pipe(
            f"{self.component_name}-pipe-{contract.dataset}",
            name=table_name(contract.dataset),
            database=self._database,
            schema=self._schema,
            copy_statement=copy_statement(
                database=self._args.foundation.names.database, dataset=contract.dataset
            ),
            auto_ingest=True,
            comment=pulumi.Output.concat(
                f"Loads validated files of {contract.dataset}. Trust ",
                self._args.trust.stage_mark,
            ),
            opts=self.child(
                depends_on=[
                    *self._args.foundation.grants,
                    self.tables[contract.dataset],
                    self.stage,
                    self.format,
                ],
                # Two pipes over one folder would load every file twice.
                delete_before_replace=True,
                replace_on_changes=("comment",),
            ),
        )

    def _current_view(self, contract: Contract) -> snowflake.View:
        return snowflake.View(
            f"{self.component_name}-current-{contract.dataset}",
            name=current_view_name(contract.dataset),
            database=self._database,
            schema=self._schema,
            statement=current_rows_statement(contract),
            comment=f"The rows of {table_name(contract.dataset)} that count now.",
            copy_grants=True,
            opts=self.child(
                depends_on=[*self._args.foundation.grants, self.tables[contract.dataset]]
            ),
        )

    def _orphans_view(self, contract: Contract, current: Mapping[str, snowflake.View]) -> None:
        """References are looked at where all rows are, and not file by file (docs/adr/0099)."""
        parents = {column.references[0] for column in contract.columns if column.references}
        if not parents:
            return
        snowflake.View(
            f"{self.component_name}-orphans-{contract.dataset}",
            name=orphans_view_name(contract.dataset),
            database=self._database,
            schema=self._schema,
            statement=orphans_statement(contract),
            comment=f"Values of {table_name(contract.dataset)} that are not where they refer to.",
            copy_grants=True,
            opts=self.child(
                depends_on=[
                    *self._args.foundation.grants,
                    *(current[dataset] for dataset in sorted({contract.dataset, *parents})),
                ]
            ),
        )

"""Quarantined rows in Snowflake: what was rejected, what was decided, and each row's status.

Owns the stage over the quarantine bucket, two tables with their pipes, and the view QUARANTINE
over both. They lie in RAW, because a raw row may hold what readers of MARTS must not see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_snowflake as snowflake

from infra.components.component import DataProtection, TarnComponent
from infra.components.warehouse.names import (
    QUARANTINE_DECISIONS,
    QUARANTINE_STAGE,
    QUARANTINE_VIEW,
    QUARANTINED_ROWS,
    SchemaName,
)
from infra.components.warehouse.quarantine_statements import (
    decisions_columns,
    quarantine_copy_statement,
    quarantine_statement,
    rows_columns,
)
from tarn.quarantine import DECISIONS_PREFIX, ROWS_PREFIX
from tarn.zones import Zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.components.warehouse.foundation import Foundation
    from infra.components.warehouse.loading import Loading
    from infra.components.warehouse.trust import SnowflakeTrust
    from infra.deployment import Deployment
    from tarn.contract.schemas import FieldSpec


@dataclass(frozen=True, kw_only=True)
class QuarantineArgs:
    """What is loaded through whom; ``loading`` has the file format."""

    deployment: Deployment
    foundation: Foundation
    trust: SnowflakeTrust
    loading: Loading
    data_removal_allowed: bool


class Quarantine(TarnComponent):
    """Attribute: ``notification_channels``, which must hear of new quarantine files."""

    notification_channels: Sequence[pulumi.Output[str]]

    def __init__(
        self, name: str, args: QuarantineArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("warehouse", name, args.deployment, opts)
        self._args = args
        self._database = args.foundation.database.name
        self._schema = args.foundation.schemas[SchemaName.RAW].name
        self._protection = DataProtection.decide(
            owner="The quarantine in RAW",
            component=args.data_removal_allowed,
            stack=args.deployment.data_removal_allowed,
        )
        self._stage = self._make_stage()
        loaded = {
            "rows": (QUARANTINED_ROWS, ROWS_PREFIX, rows_columns(), "Rejected rows."),
            "decisions": (
                QUARANTINE_DECISIONS,
                DECISIONS_PREFIX,
                decisions_columns(),
                "What was decided about rejected rows.",
            ),
        }
        tables = {
            short: self._table(short, table, columns, comment)
            for short, (table, _, columns, comment) in loaded.items()
        }
        pipes = [
            self._pipe(short, table, prefix, tables[short])
            for short, (table, prefix, _, _) in loaded.items()
        ]
        self._view(list(tables.values()))
        self.notification_channels = [pipe.notification_channel for pipe in pipes]
        self.publish({"stage": self._stage.fully_qualified_name})

    def _make_stage(self) -> snowflake.StageExternalS3:
        trust = self._args.trust
        return snowflake.StageExternalS3(
            f"{self.component_name}-stage",
            name=QUARANTINE_STAGE,
            database=self._database,
            schema=self._schema,
            url=f"s3://{self.deployment.bucket(Zone.QUARANTINE)}/",
            storage_integration=trust.storage_integration.name,
            comment=pulumi.Output.concat(
                "Quarantined rows and decisions. Trust ", trust.stage_mark
            ),
            opts=self.child(
                depends_on=[*self._args.foundation.grants, trust.stage_ready],
                delete_before_replace=True,
                replace_on_changes=("comment",),
            ),
        )

    def _table(
        self, short: str, table: str, columns: Sequence[FieldSpec], comment: str
    ) -> snowflake.Table:
        return snowflake.Table(
            f"{self.component_name}-table-{short}",
            name=table,
            database=self._database,
            schema=self._schema,
            comment=comment,
            columns=[
                snowflake.TableColumnArgs(
                    name=column.name, type=column.type, comment=column.comment
                )
                for column in columns
            ],
            opts=self.child(depends_on=self._args.foundation.grants, protection=self._protection),
        )

    def _pipe(self, short: str, table: str, prefix: str, target: snowflake.Table) -> snowflake.Pipe:
        return snowflake.Pipe(
            f"{self.component_name}-pipe-{short}",
            name=table,
            database=self._database,
            schema=self._schema,
            copy_statement=quarantine_copy_statement(
                database=self._args.foundation.names.database, table=table, prefix=prefix
            ),
            auto_ingest=True,
            comment=pulumi.Output.concat(
                f"Loads {prefix} of the quarantine. Trust ", self._args.trust.stage_mark
            ),
            opts=self.child(
                depends_on=[
                    *self._args.foundation.grants,
                    target,
                    self._stage,
                    self._args.loading.format,
                ],
                # Two pipes over one folder would load every file twice.
                delete_before_replace=True,
                replace_on_changes=("comment",),
            ),
        )

    def _view(self, tables: Sequence[pulumi.Resource]) -> None:
        snowflake.View(
            f"{self.component_name}-view",
            name=QUARANTINE_VIEW,
            database=self._database,
            schema=self._schema,
            statement=quarantine_statement(),
            comment="Quarantined rows with their status: open, resolved or discarded, and by whom.",
            copy_grants=True,
            opts=self.child(depends_on=[*self._args.foundation.grants, *tables]),
        )

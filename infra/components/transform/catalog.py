"""The Glue catalog: a database a zone, a table a dataset.

Owns the databases, the external tables over validated and quarantined files, and the creation of
the empty Iceberg tables. Does not own what happens to an Iceberg table afterwards: its schema,
its properties and its metadata pointer belong to the jobs (docs/adr/0030).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pulumi
import pulumi_aws as aws
from pulumi_aws.glue import (
    CatalogTableOpenTableFormatInputIcebergInputIcebergTableInputArgs as IcebergTableInput,
)
from pulumi_aws.glue import (
    CatalogTableOpenTableFormatInputIcebergInputIcebergTableInputSchemaArgs as IcebergSchema,
)
from pulumi_aws.glue import (
    CatalogTableOpenTableFormatInputIcebergInputIcebergTableInputSchemaFieldArgs as IcebergField,
)

from infra.components.component import DataProtection, TarnComponent
from infra.components.transform import specs
from tarn.contract.schemas import glue_columns
from tarn.quarantine import (
    DECISION_COLUMNS,
    DECISIONS_PREFIX,
    QUARANTINE_COLUMNS,
    ROWS_PREFIX,
    WARNING_COLUMNS,
    WARNINGS_PREFIX,
)
from tarn.zones import Zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.components.lake.lake import Lake
    from infra.deployment import Deployment
    from tarn.contract.model import Contract, ContractCatalog
    from tarn.contract.schemas import FieldSpec

OWNED_BY_JOBS: Final = (
    "description",
    "openTableFormatInput",
    "parameters",
    "partitionKeys",
    "storageDescriptor",
    "tableType",
)
"""Inputs of a curated table that every commit of a job changes."""

CATALOGUED_ZONES: Final = (Zone.VALIDATED, Zone.CURATED, Zone.QUARANTINE)


@dataclass(frozen=True, kw_only=True)
class CatalogArgs:
    """What the catalog is made from."""

    deployment: Deployment
    contracts: ContractCatalog
    lake: Lake
    data_removal_allowed: bool
    """The component's switch: the stack's must agree."""


class Catalog(TarnComponent):
    """Databases and tables of the Glue Data Catalog."""

    databases: dict[Zone, aws.glue.CatalogDatabase]
    curated_tables: dict[str, aws.glue.CatalogTable]

    def __init__(
        self,
        name: str,
        args: CatalogArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("transform", name, args.deployment, opts)
        self._args = args
        self._protection = DataProtection.decide(
            owner="The Glue catalog",
            component=args.data_removal_allowed,
            stack=args.deployment.data_removal_allowed,
        )
        self.databases = {zone: self._database(zone) for zone in CATALOGUED_ZONES}
        for contract in args.contracts.ingested:
            self._validated_table(contract)
        self._quarantine_tables()
        self._warnings_table()
        self.curated_tables = {
            contract.dataset: self._curated_table(contract) for contract in args.contracts.values()
        }
        self.publish({"curatedDatabase": self.databases[Zone.CURATED].name})

    @property
    def curated_database(self) -> str:
        """Name of the database of curated tables, as plain text."""
        return glue_database_name(self.deployment, Zone.CURATED)

    def _database(self, zone: Zone) -> aws.glue.CatalogDatabase:
        return aws.glue.CatalogDatabase(
            f"{self.component_name}-{zone}",
            name=glue_database_name(self.deployment, zone),
            description=f"Tables over the {zone} zone of {self.deployment.prefix}.",
            tags=self.tags,
            opts=self.child(protection=self._protection),
        )

    def _validated_table(self, contract: Contract) -> None:
        self._parquet_table(
            f"{self.component_name}-validated-{contract.dataset}",
            zone=Zone.VALIDATED,
            table=contract.dataset,
            description=f"Accepted rows of {contract.dataset}, one file per source file.",
            path=f"{contract.dataset}/",
            columns=glue_columns(contract),
        )

    def _quarantine_tables(self) -> None:
        self._parquet_table(
            f"{self.component_name}-quarantined-rows",
            zone=Zone.QUARANTINE,
            table=specs.QUARANTINED_ROWS_TABLE,
            description="Rejected rows of every dataset, with the rules that they broke.",
            path=ROWS_PREFIX,
            columns=QUARANTINE_COLUMNS,
        )
        self._parquet_table(
            f"{self.component_name}-quarantine-decisions",
            zone=Zone.QUARANTINE,
            table=specs.QUARANTINE_DECISIONS_TABLE,
            description="What was decided about quarantined rows, and by whom.",
            path=DECISIONS_PREFIX,
            columns=DECISION_COLUMNS,
        )

    def _warnings_table(self) -> None:
        self._parquet_table(
            f"{self.component_name}-warnings",
            zone=Zone.QUARANTINE,
            table=specs.WARNINGS_TABLE,
            description="What accepted rows of every dataset, or whole files, were warned of.",
            path=WARNINGS_PREFIX,
            columns=WARNING_COLUMNS,
        )

    def _parquet_table(
        self,
        resource: str,
        *,
        zone: Zone,
        table: str,
        description: str,
        path: str,
        columns: Sequence[FieldSpec],
    ) -> None:
        aws.glue.CatalogTable(
            resource,
            name=table,
            database_name=self.databases[zone].name,
            description=description,
            table_type="EXTERNAL_TABLE",
            parameters={"classification": "parquet", "EXTERNAL": "TRUE"},
            storage_descriptor=aws.glue.CatalogTableStorageDescriptorArgs(
                location=f"s3://{self.deployment.bucket(zone)}/{path}",
                input_format=specs.PARQUET_INPUT_FORMAT,
                output_format=specs.PARQUET_OUTPUT_FORMAT,
                ser_de_info=aws.glue.CatalogTableStorageDescriptorSerDeInfoArgs(
                    serialization_library=specs.PARQUET_SERDE,
                    parameters={"serialization.format": "1"},
                ),
                columns=[
                    aws.glue.CatalogTableStorageDescriptorColumnArgs(
                        name=column.name, type=column.type, comment=column.comment
                    )
                    for column in specs.clipped_comments(columns)
                ],
            ),
            opts=self.child(),
        )

    def _curated_table(self, contract: Contract) -> aws.glue.CatalogTable:
        bucket = self.deployment.bucket(Zone.CURATED)
        return aws.glue.CatalogTable(
            f"{self.component_name}-curated-{contract.dataset}",
            name=contract.dataset,
            database_name=self.databases[Zone.CURATED].name,
            open_table_format_input=aws.glue.CatalogTableOpenTableFormatInputArgs(
                iceberg_input=aws.glue.CatalogTableOpenTableFormatInputIcebergInputArgs(
                    metadata_operation="CREATE",
                    version="2",
                    iceberg_table_input=_iceberg_table(
                        contract, location=f"s3://{bucket}/{contract.dataset}/"
                    ),
                )
            ),
            opts=self.child(
                # Glue writes the metadata of the empty table there.
                depends_on=[self._args.lake.buckets[Zone.CURATED]],
                protection=self._protection,
                ignore_changes=OWNED_BY_JOBS,
            ),
        )


def glue_database_name(deployment: Deployment, zone: Zone) -> str:
    """Glue wants lower case letters, digits and underscores: ``tarn_dev_curated``."""
    return deployment.name(zone).replace("-", "_")


def _iceberg_table(contract: Contract, *, location: str) -> IcebergTableInput:
    return IcebergTableInput(
        location=location,
        schema=IcebergSchema(
            schema_id=0,
            type="struct",
            fields=[
                IcebergField(
                    id=field.id,
                    name=field.name,
                    type=field.type,
                    required=field.required,
                    doc=field.doc,
                )
                for field in specs.iceberg_columns(contract)
            ],
        ),
        properties={**specs.ICEBERG_PROPERTIES, "comment": contract.title},
    )

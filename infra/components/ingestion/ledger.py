"""The ledger's table: one item a landing object version (tarn/ledger.py says what it holds)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_aws import dynamodb

from infra.components.component import DataProtection, TarnComponent
from tarn.ledger import PENDING_INDEX, Attribute

if TYPE_CHECKING:
    import pulumi

    from infra.deployment import Deployment


@dataclass(frozen=True, kw_only=True)
class LedgerArgs:
    """What the table is built from."""

    deployment: Deployment
    protection: DataProtection
    key_arn: pulumi.Input[str]


class Ledger(TarnComponent):
    """Attributes: ``table_name``, plain text; ``table``."""

    def __init__(
        self, name: str, args: LedgerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ingestion", name, args.deployment, opts)
        self.table_name = args.deployment.name("ledger")
        self.table_arn = args.deployment.arn("dynamodb", f"table/{self.table_name}")
        self.table = dynamodb.Table(
            name,
            name=self.table_name,
            billing_mode="PAY_PER_REQUEST",
            hash_key=Attribute.FILE.value,
            attributes=[
                dynamodb.TableAttributeArgs(name=attribute.value, type=kind)
                for attribute, kind in (
                    (Attribute.FILE, "S"),
                    (Attribute.PENDING, "S"),
                    (Attribute.PUBLISHED_AT, "N"),
                )
            ],
            global_secondary_indexes=[
                dynamodb.TableGlobalSecondaryIndexArgs(
                    name=PENDING_INDEX,
                    key_schemas=[
                        dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(
                            attribute_name=attribute.value, key_type=role
                        )
                        for attribute, role in (
                            (Attribute.PENDING, "HASH"),
                            (Attribute.PUBLISHED_AT, "RANGE"),
                        )
                    ],
                    projection_type="ALL",
                )
            ],
            point_in_time_recovery=dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
            server_side_encryption=dynamodb.TableServerSideEncryptionArgs(
                enabled=True, kms_key_arn=args.key_arn
            ),
            deletion_protection_enabled=args.protection.kept,
            tags=self.tags,
            opts=self.child(protection=args.protection),
        )
        self.publish({"tableName": self.table_name})

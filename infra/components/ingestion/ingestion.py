"""From a landed file to validated rows: the queues, the function and the ledger together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.components.component import DataProtection, TarnComponent
from infra.components.ingestion.function import IngestFunction, IngestFunctionArgs
from infra.components.ingestion.intake import Intake, IntakeArgs
from infra.components.ingestion.ledger import Ledger, LedgerArgs
from infra.components.ingestion.personal_data_key import PersonalDataKey, PersonalDataKeyArgs

if TYPE_CHECKING:
    import pulumi

    from infra.archives import Archive
    from infra.components.lake.lake import Lake
    from infra.deployment import Deployment
    from infra.settings import IngestionSettings


@dataclass(frozen=True, kw_only=True)
class IngestionArgs:
    """code and layer: see infra/archives."""

    deployment: Deployment
    settings: IngestionSettings
    lake: Lake
    code: Archive
    layer: Archive
    protects_columns: bool = False
    """Whether a contract protects columns, so that there has to be a key for it."""


class Ingestion(TarnComponent):
    """Attributes: ``intake``, ``ledger``, ``function``."""

    def __init__(
        self, name: str, args: IngestionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ingestion", name, args.deployment, opts)
        key_arn = args.lake.key.arn
        protection = DataProtection.decide(
            owner="The ingestion's ledger",
            component=args.settings.data_removal_allowed,
            stack=args.deployment.data_removal_allowed,
        )
        self.intake = Intake(
            f"{name}-intake",
            IntakeArgs(deployment=args.deployment, settings=args.settings, key_arn=key_arn),
            self.child(),
        )
        self.ledger = Ledger(
            f"{name}-ledger",
            LedgerArgs(deployment=args.deployment, protection=protection, key_arn=key_arn),
            self.child(),
        )
        self.personal_data_key = (
            PersonalDataKey(
                f"{name}-personal-data-key",
                PersonalDataKeyArgs(deployment=args.deployment, protection=protection),
                self.child(),
            )
            if args.protects_columns
            else None
        )
        self.function = IngestFunction(
            f"{name}-function",
            IngestFunctionArgs(
                deployment=args.deployment,
                settings=args.settings,
                lake=args.lake,
                intake=self.intake,
                ledger=self.ledger,
                code=args.code,
                layer=args.layer,
                personal_data_key=self.personal_data_key,
            ),
            self.child(),
        )
        self.publish(
            {
                "functionName": self.function.function_name,
                "ledgerTable": self.ledger.table_name,
                "queueUrl": self.intake.queue.url,
            }
        )

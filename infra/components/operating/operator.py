"""The role that people assume to operate the platform: its rights, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pulumi_aws import iam

from infra.components.component import TarnComponent
from infra.iam.document import rendered, to_json
from infra.iam.operator import operator_policy, operator_trust

if TYPE_CHECKING:
    import pulumi

    from infra.components.ingestion.ingestion import Ingestion
    from infra.deployment import Deployment

OPERATOR: Final = "operator"


@dataclass(frozen=True, kw_only=True)
class OperatorArgs:
    """What an operator works with."""

    deployment: Deployment
    ingestion: Ingestion
    key_arn: pulumi.Input[str]


class Operator(TarnComponent):
    """Attribute: ``role``. Who may assume it is decided where people are managed."""

    def __init__(
        self, name: str, args: OperatorArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("operating", name, args.deployment, opts)
        intake = args.ingestion.intake
        self.role = iam.Role(
            f"{name}-role",
            name=args.deployment.name(OPERATOR),
            description="Replays landed files, redrives dead letters, decides about quarantine",
            assume_role_policy=to_json(operator_trust(args.deployment)),
            permissions_boundary=self.deployment.boundary_arn,
            tags=self.tags,
            opts=self.child(),
        )
        iam.RolePolicy(
            f"{name}-permissions",
            name=OPERATOR,
            role=self.role.name,
            policy=rendered(
                lambda key_arn: operator_policy(
                    deployment=args.deployment,
                    queue_name=intake.queue_name,
                    dead_letter_queue_name=intake.dead_letter_queue_name,
                    ledger_table=args.ingestion.ledger.table_name,
                    key_arn=key_arn,
                ),
                key_arn=args.key_arn,
            ),
            opts=self.child(),
        )
        self.publish({"role": self.role.arn})

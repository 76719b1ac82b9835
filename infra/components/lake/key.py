"""The key that encrypts the lake: its buckets, queues, ledger, topics and logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_aws import kms

from infra.components.component import DataProtection, TarnComponent
from infra.iam.document import to_json
from infra.iam.lake_key import lake_key_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from infra.deployment import Deployment


@dataclass(frozen=True, kw_only=True)
class LakeKeyArgs:
    """notifying_bucket_arns and log_groups: see infra/iam/lake_key.py."""

    deployment: Deployment
    protection: DataProtection
    deletion_days: int
    notifying_bucket_arns: Sequence[str]
    log_groups: Sequence[str]


class LakeKey(TarnComponent):
    """A customer-managed key that rotates, with an alias."""

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: LakeKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lake", name, args.deployment, opts)
        policy = lake_key_policy(
            args.deployment,
            notifying_bucket_arns=args.notifying_bucket_arns,
            log_groups=args.log_groups,
        )
        # Losing the key loses everything that it encrypts, so it is as stateful as the data.
        self.key = kms.Key(
            name,
            description=f"Encrypts the data of {args.deployment.prefix}",
            enable_key_rotation=True,
            deletion_window_in_days=args.deletion_days,
            policy=to_json(policy),
            tags=self.tags,
            opts=self.child(protection=args.protection),
        )
        self.alias = kms.Alias(
            f"{name}-alias",
            name=f"alias/{args.deployment.prefix}",
            target_key_id=self.key.key_id,
            opts=self.child(),
        )
        self.arn = self.key.arn
        self.publish({"arn": self.arn})

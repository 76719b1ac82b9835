"""The key that personal data is protected with: a KMS key for MACs, which nobody can take out.

The function asks KMS once for a MAC of a constant and uses it as its secret, so the secret is in no
configuration, state, archive or log (docs/adr/0098). Exists only where a contract protects columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_aws import kms

from infra.components.component import DataProtection, TarnComponent
from infra.iam.document import to_json
from infra.iam.personal_data_key import personal_data_key_policy

if TYPE_CHECKING:
    import pulumi

    from infra.deployment import Deployment


@dataclass(frozen=True, kw_only=True)
class PersonalDataKeyArgs:
    """What the key is built from."""

    deployment: Deployment
    protection: DataProtection


class PersonalDataKey(TarnComponent):
    """A key for HMAC-SHA-256. It does not rotate: equal values must stay equal."""

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: PersonalDataKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ingestion", name, args.deployment, opts)
        # Without it, new rows no longer match old ones and no token can be opened.
        self.key = kms.Key(
            name,
            description=f"Protects the personal data of {args.deployment.prefix}",
            customer_master_key_spec="HMAC_256",
            key_usage="GENERATE_VERIFY_MAC",
            deletion_window_in_days=30,
            policy=to_json(personal_data_key_policy(args.deployment)),
            tags=self.tags,
            opts=self.child(protection=args.protection),
        )
        self.arn = self.key.arn
        self.publish({"arn": self.arn})

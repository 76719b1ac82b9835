"""Who may use the key that personal data is protected with: whom IAM of the account lets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.iam.document import PolicyDocument, Statement, key_policy

if TYPE_CHECKING:
    from infra.deployment import Deployment


def personal_data_key_policy(deployment: Deployment) -> PolicyDocument:
    """Build the key's policy. Without its statement nobody could change the key."""
    return key_policy(
        Statement(
            sid="AccountAdministersThroughIam",
            actions=("kms:*",),
            principals={"AWS": (deployment.root_arn(),)},
        )
    )


def derive_secret(key_arn: str) -> Statement:
    """Let a role compute the one kind of MAC that the secret is made of."""
    return Statement(
        sid="DeriveSecretForPersonalData",
        actions=("kms:GenerateMac",),
        resources=(key_arn,),
        conditions={"StringEquals": {"kms:MacAlgorithm": "HMAC_SHA_256"}},
    )

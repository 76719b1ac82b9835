"""Permission to use the lake's key, only through the services that hold its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.iam.document import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.deployment import Deployment


def key_use(
    *, deployment: Deployment, key_arn: str, services: Sequence[str], writes: bool
) -> Statement:
    """Let a role read, and if it writes also encrypt, what the services keep under the key.

    A call of the role to KMS itself is refused: only the services' own calls pass.
    """
    encrypting = ("kms:GenerateDataKey",) if writes else ()
    return Statement(
        sid="UseLakeKey",
        actions=("kms:Decrypt", *encrypting),
        resources=(key_arn,),
        conditions={
            "StringEquals": {
                "kms:ViaService": [deployment.service_endpoint(service) for service in services]
            }
        },
    )

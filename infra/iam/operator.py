"""What an operator may do: replay landed files, redrive dead letters, decide about quarantine.

Nothing here changes a landed, validated or curated object, nor the ledger: an operator announces
files again, and the function decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.iam.document import PolicyDocument, Statement, identity_policy, trust_policy
from infra.iam.key_use import key_use
from tarn.quarantine import DECISIONS_PREFIX, ROWS_PREFIX
from tarn.zones import Zone

if TYPE_CHECKING:
    from infra.deployment import Deployment


def operator_trust(deployment: Deployment) -> PolicyDocument:
    """Let the account decide, by its people's own policies, who becomes an operator."""
    return trust_policy(
        Statement(
            sid="AccountAssumesRole",
            actions=("sts:AssumeRole",),
            principals={"AWS": (deployment.root_arn(),)},
        )
    )


def operator_policy(
    *,
    deployment: Deployment,
    queue_name: str,
    dead_letter_queue_name: str,
    ledger_table: str,
    key_arn: str,
) -> PolicyDocument:
    """See landed files and what became of them, announce them again, decide on quarantine."""
    return identity_policy(
        *_see_landed_files(deployment, ledger_table),
        Statement(
            sid="AnnounceAgain",
            actions=("sqs:SendMessage",),
            resources=(deployment.arn("sqs", queue_name),),
        ),
        Statement(
            sid="TakeDeadLetters",
            actions=("sqs:ReceiveMessage", "sqs:DeleteMessage"),
            resources=(deployment.arn("sqs", dead_letter_queue_name),),
        ),
        *_decide_on_quarantine(deployment),
        key_use(
            deployment=deployment,
            key_arn=key_arn,
            services=("s3", "sqs", "dynamodb"),
            writes=True,
        ),
    )


def _see_landed_files(deployment: Deployment, ledger_table: str) -> tuple[Statement, ...]:
    landing = deployment.bucket_arn(Zone.LANDING)
    return (
        Statement(
            sid="FindLandedVersions",
            actions=("s3:ListBucketVersions",),
            resources=(landing,),
        ),
        Statement(
            sid="JudgeLandedVersions",
            actions=("s3:GetObjectVersion",),
            resources=(f"{landing}/*",),
        ),
        Statement(
            sid="ReadContracts",
            actions=("s3:GetObject",),
            resources=(f"{deployment.bucket_arn(Zone.ARTIFACTS)}/contracts/*",),
        ),
        Statement(
            sid="ReadLedger",
            actions=("dynamodb:BatchGetItem",),
            resources=(deployment.arn("dynamodb", f"table/{ledger_table}"),),
        ),
    )


def _decide_on_quarantine(deployment: Deployment) -> tuple[Statement, ...]:
    quarantine = deployment.bucket_arn(Zone.QUARANTINE)
    return (
        Statement(
            sid="FindDecisions",
            actions=("s3:ListBucket",),
            resources=(quarantine,),
        ),
        Statement(
            sid="ReadQuarantine",
            actions=("s3:GetObject",),
            resources=(f"{quarantine}/{ROWS_PREFIX}*", f"{quarantine}/{DECISIONS_PREFIX}*"),
        ),
        Statement(
            sid="DecideOnQuarantine",
            actions=("s3:PutObject",),
            resources=(f"{quarantine}/{DECISIONS_PREFIX}*",),
        ),
    )

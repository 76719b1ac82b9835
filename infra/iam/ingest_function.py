"""What the ingest function may do: one document, each call named, each resource named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.iam.document import PolicyDocument, Statement, identity_policy
from infra.iam.key_use import key_use
from infra.iam.personal_data_key import derive_secret
from tarn.zones import Zone

if TYPE_CHECKING:
    from infra.deployment import Deployment


def ingest_function_policy(
    *,
    deployment: Deployment,
    queue_name: str,
    log_group: str,
    ledger_table: str,
    key_arn: str,
    personal_data_key_arn: str | None = None,
) -> PolicyDocument:
    """Read landing, write validated and quarantine, keep the ledger, take messages, write logs."""
    return identity_policy(
        _take_messages(deployment.arn("sqs", queue_name)),
        _read_landing(deployment),
        _see_what_is_missing(deployment),
        _write_outputs(deployment),
        _keep_ledger(deployment.arn("dynamodb", f"table/{ledger_table}")),
        _write_logs(deployment.arn("logs", f"log-group:{log_group}")),
        key_use(
            deployment=deployment,
            key_arn=key_arn,
            services=("s3", "sqs", "dynamodb"),
            writes=True,
        ),
        *([derive_secret(personal_data_key_arn)] if personal_data_key_arn else []),
    )


def _take_messages(queue_arn: str) -> Statement:
    """The event source mapping acts with the function's role.

    The function itself says when a message that failed for now comes back.
    """
    return Statement(
        sid="TakeMessages",
        actions=(
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ChangeMessageVisibility",
        ),
        resources=(queue_arn,),
    )


def _read_landing(deployment: Deployment) -> Statement:
    """Only versions: a message names one, and the current object may be another by now."""
    return Statement(
        sid="ReadLandingVersions",
        actions=("s3:GetObjectVersion",),
        resources=(f"{deployment.bucket_arn(Zone.LANDING)}/*",),
    )


def _see_what_is_missing(deployment: Deployment) -> Statement:
    """S3 says "missing" only to those who may list; to others a missing object is forbidden."""
    return Statement(
        sid="SeeWhatIsMissing",
        actions=("s3:ListBucket",),
        resources=(deployment.bucket_arn(Zone.LANDING),),
    )


def _write_outputs(deployment: Deployment) -> Statement:
    return Statement(
        sid="WriteOutputs",
        actions=("s3:PutObject", "s3:AbortMultipartUpload"),
        resources=tuple(
            f"{deployment.bucket_arn(zone)}/*" for zone in (Zone.VALIDATED, Zone.QUARANTINE)
        ),
    )


def _keep_ledger(table_arn: str) -> Statement:
    return Statement(
        sid="KeepLedger",
        actions=("dynamodb:GetItem", "dynamodb:UpdateItem"),
        resources=(table_arn,),
    )


def _write_logs(log_group_arn: str) -> Statement:
    """Only streams: the program makes the group, with its retention and its key."""
    return Statement(
        sid="WriteLogs",
        actions=("logs:CreateLogStream", "logs:PutLogEvents"),
        resources=(f"{log_group_arn}:*",),
    )

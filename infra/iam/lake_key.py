"""Who may use the lake's key: the account through IAM, and three services for a named purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.iam.document import PolicyDocument, Statement, key_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.deployment import Deployment

_DATA_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey*")


def lake_key_policy(
    deployment: Deployment, *, notifying_bucket_arns: Sequence[str], log_groups: Sequence[str]
) -> PolicyDocument:
    """Build the key's policy.

    notifying_bucket_arns: buckets that announce objects to a queue encrypted with this key.
    log_groups: names or name patterns of the log groups encrypted with this key.
    """
    return key_policy(
        _account_administers(deployment),
        _s3_notifies(deployment, notifying_bucket_arns),
        _service_publishes(deployment, "AlarmsNotify", "cloudwatch.amazonaws.com", "alarm:"),
        _service_publishes(deployment, "EventsNotify", "events.amazonaws.com", "rule/"),
        _logs_encrypt(deployment, log_groups),
    )


def _account_administers(deployment: Deployment) -> Statement:
    """Without this statement nobody could change the key; it lets IAM decide who can."""
    return Statement(
        sid="AccountAdministersThroughIam",
        actions=("kms:*",),
        principals={"AWS": (deployment.root_arn(),)},
    )


def _s3_notifies(deployment: Deployment, bucket_arns: Sequence[str]) -> Statement:
    return Statement(
        sid="S3NotifiesQueues",
        actions=_DATA_KEY_ACTIONS,
        principals={"Service": ("s3.amazonaws.com",)},
        conditions={
            "StringEquals": {"aws:SourceAccount": deployment.account_id},
            "ArnEquals": {"aws:SourceArn": bucket_arns},
        },
    )


def _service_publishes(
    deployment: Deployment, sid: str, service: str, resource_prefix: str
) -> Statement:
    """Let alarms or rules of this environment reach the encrypted topic."""
    source_service = service.partition(".")[0]
    source = deployment.arn(source_service, f"{resource_prefix}{deployment.prefix}-*")
    return Statement(
        sid=sid,
        actions=_DATA_KEY_ACTIONS,
        principals={"Service": (service,)},
        conditions={
            "StringEquals": {"aws:SourceAccount": deployment.account_id},
            "ArnLike": {"aws:SourceArn": source},
        },
    )


def _logs_encrypt(deployment: Deployment, log_groups: Sequence[str]) -> Statement:
    return Statement(
        sid="LogsEncrypt",
        actions=(
            "kms:Encrypt",
            "kms:Decrypt",
            "kms:ReEncrypt*",
            "kms:GenerateDataKey*",
            "kms:DescribeKey",
        ),
        principals={"Service": (f"logs.{deployment.region}.amazonaws.com",)},
        conditions={
            "ArnLike": {
                "kms:EncryptionContext:aws:logs:arn": [
                    deployment.arn("logs", f"log-group:{name}") for name in log_groups
                ]
            }
        },
    )

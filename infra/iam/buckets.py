"""Who may use a bucket, beyond what roles are granted by their own documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.iam.document import (
    PolicyDocument,
    Statement,
    deny_insecure_transport,
    resource_policy,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def bucket_policy(bucket_arn: str) -> PolicyDocument:
    """Refuse what does not come over TLS; grant nothing."""
    return resource_policy(_tls_only(bucket_arn))


def access_log_bucket_policy(
    bucket_arn: str, *, account_id: str, logged_bucket_arns: Sequence[str]
) -> PolicyDocument:
    """Let S3's log delivery write the access logs of the named buckets."""
    return resource_policy(
        _tls_only(bucket_arn),
        Statement(
            sid="LogDeliveryWrites",
            actions=("s3:PutObject",),
            principals={"Service": ("logging.s3.amazonaws.com",)},
            resources=(f"{bucket_arn}/*",),
            conditions={
                "StringEquals": {"aws:SourceAccount": account_id},
                "ArnEquals": {"aws:SourceArn": logged_bucket_arns},
            },
        ),
    )


def _tls_only(bucket_arn: str) -> Statement:
    return deny_insecure_transport("s3", (bucket_arn, f"{bucket_arn}/*"))

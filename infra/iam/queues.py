"""Who may use the ingestion's queues, beyond what the function's role is granted."""

from __future__ import annotations

from infra.iam.document import (
    PolicyDocument,
    Statement,
    deny_insecure_transport,
    resource_policy,
)


def intake_queue_policy(
    queue_arn: str, *, landing_bucket_arn: str, account_id: str
) -> PolicyDocument:
    """Let the landing bucket of this account announce its objects, and nobody else send."""
    return resource_policy(
        Statement(
            sid="LandingBucketAnnounces",
            actions=("sqs:SendMessage",),
            principals={"Service": ("s3.amazonaws.com",)},
            resources=(queue_arn,),
            conditions={
                "StringEquals": {"aws:SourceAccount": account_id},
                "ArnEquals": {"aws:SourceArn": landing_bucket_arn},
            },
        ),
        deny_insecure_transport("sqs", (queue_arn,)),
    )


def dead_letter_queue_policy(queue_arn: str) -> PolicyDocument:
    """Refuse what does not come over TLS; SQS itself moves the messages here."""
    return resource_policy(deny_insecure_transport("sqs", (queue_arn,)))

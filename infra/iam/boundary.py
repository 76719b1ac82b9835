"""What any role of the platform may do at most: the ceiling over every role's own policy.

It grants nothing. It names what the platform works with as a whole, so a mistake in one role's
policy reaches no other environment's data, no other service, and never IAM itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.iam.document import PolicyDocument, Statement, identity_policy
from infra.iam.transform import GLUE_METRICS_NAMESPACE

if TYPE_CHECKING:
    from infra.deployment import Deployment

_OBJECTS: Final = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetBucketLocation",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:PutObject",
)
_MESSAGES: Final = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
)
_ITEMS: Final = (
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
)
_CATALOG: Final = (
    "glue:GetDatabase",
    "glue:GetTable",
    "glue:GetTables",
    "glue:NotifyEvent",
    "glue:UpdateTable",
)
_LOGS: Final = (
    "logs:AssociateKmsKey",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
)
_KEYS: Final = ("kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateMac")


def boundary_policy(deployment: Deployment) -> PolicyDocument:
    """Name every action that some role has, on this environment's resources."""
    prefix = deployment.prefix
    databases = prefix.replace("-", "_")
    buckets = f"arn:{deployment.partition}:s3:::{prefix}-*"
    return identity_policy(
        Statement(sid="Objects", actions=_OBJECTS, resources=(buckets, f"{buckets}/*")),
        Statement(
            sid="Messages", actions=_MESSAGES, resources=(deployment.arn("sqs", f"{prefix}-*"),)
        ),
        Statement(
            sid="Ledger",
            actions=_ITEMS,
            resources=(deployment.arn("dynamodb", f"table/{prefix}-*"),),
        ),
        Statement(
            sid="Catalog",
            actions=_CATALOG,
            resources=(
                deployment.arn("glue", "catalog"),
                deployment.arn("glue", f"database/{databases}_*"),
                deployment.arn("glue", f"table/{databases}_*/*"),
                deployment.arn("glue", f"workflow/{prefix}-*"),
            ),
        ),
        Statement(
            sid="Logs",
            actions=_LOGS,
            resources=(
                deployment.arn("logs", f"log-group:/aws/lambda/{prefix}-*"),
                deployment.arn("logs", "log-group:/aws-glue/*"),
            ),
        ),
        Statement(
            sid="Metrics",
            actions=("cloudwatch:PutMetricData",),
            resources=("*",),
            conditions={"StringEquals": {"cloudwatch:namespace": GLUE_METRICS_NAMESPACE}},
        ),
        # A key has no name that is known ahead; which one, each role's own policy says.
        Statement(sid="Keys", actions=_KEYS, resources=(deployment.arn("kms", "key/*"),)),
    )

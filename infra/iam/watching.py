"""Who may publish alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.iam.document import (
    PolicyDocument,
    Statement,
    deny_insecure_transport,
    resource_policy,
)

if TYPE_CHECKING:
    from infra.deployment import Deployment


def alarm_topic_policy(*, deployment: Deployment, topic_arn: str, rule_arn: str) -> PolicyDocument:
    """Let this account's alarms and one EventBridge rule publish, over TLS."""
    return resource_policy(
        Statement(
            sid="AlarmsPublish",
            actions=("sns:Publish",),
            resources=(topic_arn,),
            principals={"Service": ("cloudwatch.amazonaws.com",)},
            conditions={"StringEquals": {"aws:SourceAccount": deployment.account_id}},
        ),
        Statement(
            sid="FailedJobsPublish",
            actions=("sns:Publish",),
            resources=(topic_arn,),
            principals={"Service": ("events.amazonaws.com",)},
            conditions={"ArnEquals": {"aws:SourceArn": rule_arn}},
        ),
        deny_insecure_transport("sns", (topic_arn,)),
    )

"""Who is told about new objects: the only owner of bucket notifications.

AWS keeps one notification configuration a bucket, the last one written, so nobody else may make
one; tests/architecture holds this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import s3

from infra.components.component import TarnComponent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.components.lake.bucket import LakeBucket
    from infra.deployment import Deployment
    from tarn.zones import Zone

CREATED = "s3:ObjectCreated:*"


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """Who hears about the new objects of one bucket."""

    bucket: LakeBucket
    queue_arns: Sequence[pulumi.Input[str]] = ()
    """May repeat: all pipes of a Snowflake account share a queue, and AWS wants each queue once."""
    event_bridge: bool = False
    after: Sequence[pulumi.Resource] = field(default_factory=list[pulumi.Resource])
    """What S3 checks when the notification is written: policies of the queues."""


@dataclass(frozen=True, kw_only=True)
class BucketNotificationsArgs:
    """A bucket that is not named announces nothing."""

    deployment: Deployment
    announcements: Mapping[Zone, Announcement]


class BucketNotifications(TarnComponent):
    """One notification resource for each bucket that announces its objects."""

    def __init__(
        self,
        name: str,
        args: BucketNotificationsArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("lake", name, args.deployment, opts)
        self.notifications = {
            zone: s3.BucketNotification(
                f"{name}-{zone}",
                bucket=announcement.bucket.bucket_id,
                eventbridge=announcement.event_bridge,
                queues=_entries(announcement.queue_arns),
                opts=self.child(depends_on=announcement.after),
            )
            for zone, announcement in args.announcements.items()
        }
        self.publish({})


def queue_entries(queue_arns: Sequence[str]) -> list[s3.BucketNotificationQueueArgs]:
    """Return one entry a distinct queue, in an order that does not depend on who came first."""
    return [
        s3.BucketNotificationQueueArgs(id=f"queue-{number}", queue_arn=arn, events=[CREATED])
        for number, arn in enumerate(sorted(set(queue_arns)), start=1)
    ]


def _entries(
    queue_arns: Sequence[pulumi.Input[str]],
) -> pulumi.Output[list[s3.BucketNotificationQueueArgs]]:
    return pulumi.Output.all(*queue_arns).apply(queue_entries)

"""Bucket notifications: one a bucket, one entry a distinct queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
from hypothesis import given
from hypothesis import strategies as st

from infra.components.lake.lake import Lake, LakeArgs
from infra.components.lake.notifications import (
    Announcement,
    BucketNotifications,
    BucketNotificationsArgs,
    queue_entries,
)
from infra.settings import LakeSettings
from tarn.zones import Zone
from tests.infra.environments import make_deployment
from tests.infra.recording import Recording, record

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTIFICATION = "aws:s3/bucketNotification:BucketNotification"
CHANNELS = [f"arn:aws:sqs:eu-central-1:999999999999:sf-snowpipe-{n}" for n in "abc"]


def record_announcements(queue_arns: Sequence[str], *, event_bridge: bool) -> Recording:
    """Record the notifications of a validated bucket with the given listeners."""
    deployment = make_deployment()

    def program() -> None:
        lake = Lake("lake", LakeArgs(deployment=deployment, settings=LakeSettings()))
        announcement = Announcement(
            bucket=lake.buckets[Zone.VALIDATED],
            queue_arns=[pulumi.Output.from_input(arn) for arn in queue_arns],
            event_bridge=event_bridge,
        )
        BucketNotifications(
            "notifications",
            BucketNotificationsArgs(
                deployment=deployment, announcements={Zone.VALIDATED: announcement}
            ),
        )

    return record(program)


def test_pipes_that_share_a_channel_share_one_entry() -> None:
    """Snowflake gives all pipes of an account one queue; S3 refuses overlapping entries."""
    recording = record_announcements([CHANNELS[0]] * 5, event_bridge=True)
    inputs = recording.only(NOTIFICATION).inputs
    assert [entry["queueArn"] for entry in inputs["queues"]] == [CHANNELS[0]]
    assert inputs["eventbridge"] is True


@given(st.lists(st.sampled_from(CHANNELS), max_size=6))
def test_the_entries_do_not_depend_on_order_or_repetition(channels: list[str]) -> None:
    found = [(entry.id, entry.queue_arn) for entry in queue_entries(channels)]
    again = [
        (entry.id, entry.queue_arn) for entry in queue_entries([*reversed(channels), *channels])
    ]
    assert found == again
    assert [queue_arn for _, queue_arn in found] == sorted(set(channels))
    assert len({name for name, _ in found}) == len(found)


def test_a_bucket_without_listeners_has_no_notification() -> None:
    recording = record_announcements([], event_bridge=True)
    assert [each.name for each in recording.of_type(NOTIFICATION)] == ["notifications-validated"]

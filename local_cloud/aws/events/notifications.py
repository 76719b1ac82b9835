"""S3 notifications: from an object that changed to the queues, topics, functions and the bus.

It takes the place of ``moto.s3.notifications``: nothing is delivered within the request, one event
is told for one change, and S3 asks the destination's policies before it delivers.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, cast

from moto.s3 import notifications as moto_notifications
from moto.s3.models import S3Backend

from local_cloud.aws.events import outbox
from local_cloud.aws.events.destinations import Destinations, Origin
from local_cloud.aws.events.s3_records import ObjectEvent, configuration_test
from local_cloud.aws.patching import replace
from local_cloud.journal import Journal

if TYPE_CHECKING:
    from moto.s3.models import FakeBucket, FakeKey, Notification, NotificationConfiguration

_PUT: Final = "s3:ObjectCreated:Put"
_DELETE: Final = "s3:ObjectRemoved:Delete"
_MARKER: Final = "s3:ObjectRemoved:DeleteMarkerCreated"
_TAGGING: Final = "s3:ObjectTagging:Put"
_THREADS: Final = 2
PRINCIPAL: Final = "s3.amazonaws.com"


class S3Notifications:
    """Delivers in the background, from the moment that it is started."""

    def __init__(self, destinations: Destinations, journal: Journal) -> None:
        self._destinations = destinations
        self._journal = journal
        self._executor: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Take over from moto."""
        self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="s3-notifications")
        replace(moto_notifications, "send_event", self.announce)
        replace(moto_notifications, "send_test_event", self.announce_configuration)
        self._follow_removals()

    def stop(self) -> None:
        """Deliver nothing more."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)

    def announce(self, account_id: str, event_name: str, bucket: FakeBucket, key: FakeKey) -> None:
        """Tell of a change, after the request that made it."""
        name = str(getattr(event_name, "value", event_name))
        if name == _PUT and key.multipart is not None:
            # Moto stores a finished multipart upload with a Put of its own before the real event.
            return
        if name == _TAGGING and outbox.current_operation() != "PutObjectTagging":
            # Moto tags every new object, if with nothing; S3 tells of tagging as such only.
            return
        if name == _DELETE and bucket.is_versioned:
            # Moto tells only of the last version that goes; announce_removal tells of each.
            return
        versioned = key.version_id if bucket.is_versioned else None
        event = ObjectEvent(
            name=name,
            account_id=account_id,
            region=bucket.region_name,
            bucket=bucket.name,
            bucket_arn=bucket.arn,
            key=key.name,
            size=key.size,
            etag=key.etag.strip('"'),
            version_id=versioned,
        )
        outbox.after_request(lambda: self._submit(event, bucket))

    def announce_removal(self, bucket: FakeBucket, key: str, version: str, *, marker: bool) -> None:
        """Tell of a version of a versioned bucket that has gone, or of a delete marker."""
        event = ObjectEvent(
            name=_MARKER if marker else _DELETE,
            account_id=bucket.account_id,
            region=bucket.region_name,
            bucket=bucket.name,
            bucket_arn=bucket.arn,
            key=key,
            size=0,
            etag="",
            version_id=version,
        )
        outbox.after_request(lambda: self._submit(event, bucket))

    def _follow_removals(self) -> None:
        delete_object = S3Backend.delete_object

        def delete(
            backend: S3Backend,
            bucket_name: str,
            key_name: str,
            version_id: str | None = None,
            bypass: bool = False,
        ) -> tuple[bool, dict[str, str]]:
            deleted, meta = delete_object(backend, bucket_name, key_name, version_id, bypass)
            bucket = backend.get_bucket(bucket_name)
            if deleted and bucket.is_versioned and "version-id" in meta:
                version = str(meta["version-id"])
                self.announce_removal(bucket, key_name, version, marker=version_id is None)
            return deleted, meta

        replace(S3Backend, "delete_object", delete)

    def announce_configuration(self, account_id: str, bucket: FakeBucket) -> None:
        """Send the test event that a newly configured destination receives."""
        configuration = bucket.notification_configuration
        if configuration is None:
            return
        origin = Origin(principal=PRINCIPAL, account_id=account_id, source_arn=bucket.arn)
        body = json.dumps(configuration_test(bucket.name))
        arns = {each.arn for each in _entries(configuration)}
        for arn in sorted(each for each in arns if ":lambda:" not in each):
            self._destinations.deliver(arn, body, origin)

    def _submit(self, event: ObjectEvent, bucket: FakeBucket) -> None:
        if self._executor is not None:
            self._executor.submit(self._deliver, event, bucket)

    def _deliver(self, event: ObjectEvent, bucket: FakeBucket) -> None:
        configuration = bucket.notification_configuration
        if configuration is None:
            return
        origin = Origin(principal=PRINCIPAL, account_id=event.account_id, source_arn=bucket.arn)
        self._journal.record("s3", event.name, bucket=event.bucket, key=event.key)
        for entry in _entries(configuration):
            if entry.matches(event.name, event.key):
                body = json.dumps(event.to_notification(entry.id))
                self._destinations.deliver(entry.arn, body, origin)
        bus_event = event.to_bus_event()
        if configuration.event_bridge is not None and bus_event is not None:
            self._destinations.publish(event.account_id, event.region, bus_event)


def _entries(configuration: NotificationConfiguration) -> list[Notification]:
    listed = [*configuration.queue, *configuration.topic, *configuration.cloud_function]
    return cast("list[Notification]", listed)

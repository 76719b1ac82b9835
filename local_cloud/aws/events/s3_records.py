"""The two forms in which S3 tells of an object: a notification record and an EventBridge event."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote_plus
from uuid import uuid4

_CREATED: Final = "s3:ObjectCreated:"
_REMOVED: Final = "s3:ObjectRemoved:"
_REASONS: Final = {
    "s3:ObjectCreated:Put": "PutObject",
    "s3:ObjectCreated:Post": "POST Object",
    "s3:ObjectCreated:Copy": "CopyObject",
    "s3:ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "s3:ObjectRemoved:Delete": "DeleteObject",
    "s3:ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
}
_DELETION_TYPES: Final = {
    "s3:ObjectRemoved:Delete": "Permanently Deleted",
    "s3:ObjectRemoved:DeleteMarkerCreated": "Delete Marker Created",
}


class Sequencer:
    """Gives out strictly increasing sequence numbers, also across restarts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> str:
        """Return the next number as S3 writes it: 18 upper-case hexadecimal digits."""
        with self._lock:
            self._last = max(self._last + 1, time.time_ns())
            return f"{self._last:018X}"


_sequencer = Sequencer()
_request_numbers = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class ObjectEvent:
    """One thing that happened to one object, with all that both forms need."""

    name: str
    """As in a notification configuration, e.g. ``s3:ObjectCreated:Put``."""
    account_id: str
    region: str
    bucket: str
    bucket_arn: str
    key: str
    size: int
    etag: str
    version_id: str | None
    """None where the bucket is not versioned."""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    sequencer: str = field(default_factory=_sequencer.next)
    request_id: str = field(default_factory=lambda: f"TARN{next(_request_numbers):012X}")

    @property
    def created(self) -> bool:
        """Whether the event tells of a new object."""
        return self.name.startswith(_CREATED)

    @property
    def removed(self) -> bool:
        """Whether the event tells of an object that has gone."""
        return self.name.startswith(_REMOVED)

    def to_notification(self, configuration_id: str) -> dict[str, object]:
        """Return the message that S3 sends to a queue, a topic or a function."""
        described: dict[str, object] = {"key": quote_plus(self.key, safe="/")}
        if self.created:
            described |= {"size": self.size, "eTag": self.etag}
        if self.version_id is not None:
            described["versionId"] = self.version_id
        described["sequencer"] = self.sequencer
        return {
            "Records": [
                {
                    "eventVersion": "2.1",
                    "eventSource": "aws:s3",
                    "awsRegion": self.region,
                    "eventTime": _milliseconds(self.at),
                    "eventName": self.name.removeprefix("s3:"),
                    "userIdentity": {"principalId": f"AWS:{self.account_id}"},
                    "requestParameters": {"sourceIPAddress": "127.0.0.1"},
                    "responseElements": {
                        "x-amz-request-id": self.request_id,
                        "x-amz-id-2": self.request_id,
                    },
                    "s3": {
                        "s3SchemaVersion": "1.0",
                        "configurationId": configuration_id,
                        "bucket": {
                            "name": self.bucket,
                            "ownerIdentity": {"principalId": self.account_id},
                            "arn": self.bucket_arn,
                        },
                        "object": described,
                    },
                }
            ]
        }

    def to_bus_event(self) -> dict[str, object] | None:
        """Return the EventBridge event, or None for what S3 does not tell EventBridge here."""
        if not (self.created or self.removed):
            return None
        described: dict[str, object] = {"key": self.key}
        if self.created:
            described |= {"size": self.size, "etag": self.etag}
        if self.version_id is not None:
            described["version-id"] = self.version_id
        described["sequencer"] = self.sequencer
        detail: dict[str, object] = {
            "version": "0",
            "bucket": {"name": self.bucket},
            "object": described,
            "request-id": self.request_id,
            "requester": self.account_id,
            "source-ip-address": "127.0.0.1",
            "reason": _REASONS[self.name],
        }
        if self.removed:
            detail["deletion-type"] = _DELETION_TYPES[self.name]
        return {
            "version": "0",
            "id": str(uuid4()),
            "detail-type": "Object Created" if self.created else "Object Deleted",
            "source": "aws.s3",
            "account": self.account_id,
            "time": self.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self.region,
            "resources": [self.bucket_arn],
            "detail": detail,
        }


def configuration_test(bucket: str) -> dict[str, object]:
    """Return what S3 sends to a destination when a notification is configured."""
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": _milliseconds(datetime.now(UTC)),
        "Bucket": bucket,
        "RequestId": f"TARN{next(_request_numbers):012X}",
        "HostId": "tarn-local",
    }


def _milliseconds(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

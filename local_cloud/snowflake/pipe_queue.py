"""The queue to which S3 announces files: made and read in Snowflake's own AWS account."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote_plus

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.settings import SNOWFLAKE_AWS_ACCOUNT_ID
from local_cloud.snowflake.aws import CustomerAws
from local_cloud.snowflake.errors import storage_failure
from local_cloud.snowflake.stages import ExternalStage, StagedFile

QUEUE_NAME: Final = "sf-snowpipe-AIDATARNLOCAL-channel"
_WAIT_SECONDS: Final = 10
_BATCH: Final = 100
_PER_CALL: Final = 10


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """One created object, and the message that told of it."""

    bucket: str
    key: str
    size: int
    etag: str
    at: datetime
    receipt: str

    def staged(
        self, stage: ExternalStage, *, modified_at: datetime, received_at: datetime
    ) -> StagedFile:
        """Return the object as a file of a stage; both times are the cloud's."""
        return StagedFile(
            bucket=self.bucket,
            key=self.key,
            name=self.key.removeprefix(stage.prefix).lstrip("/"),
            size=self.size,
            etag=self.etag,
            modified_at=modified_at,
            received_at=received_at,
        )


class PipeQueue:
    """The notification channel of every pipe of the account."""

    def __init__(self, aws: CustomerAws) -> None:
        """Make nothing yet."""
        self._aws = aws
        self._lock = threading.Lock()
        self._url: str | None = None

    def ensure(self) -> str:
        """Create the queue if need be and return its ARN."""
        try:
            with self._lock:
                if self._url is None:
                    self._url = self._create()
        except (ClientError, BotoCoreError) as error:
            raise storage_failure(
                what="the pipes' notification channel",
                reason=f"its queue cannot be made in AWS: {error}. Is the local AWS up?",
            ) from error
        return self._arn

    @property
    def _arn(self) -> str:
        return f"arn:aws:sqs:{self._aws.settings.region}:{SNOWFLAKE_AWS_ACCOUNT_ID}:{QUEUE_NAME}"

    def _create(self) -> str:
        """Create the queue; S3 of any account may send to it, as in Snowflake."""
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "S3Announces",
                    "Effect": "Allow",
                    "Principal": {"Service": "s3.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": self._arn,
                }
            ],
        }
        created = self._aws.service("sqs").create_queue(
            QueueName=QUEUE_NAME,
            Attributes={"VisibilityTimeout": "300", "Policy": json.dumps(policy)},
        )
        return str(created["QueueUrl"])

    def receive(self) -> list[Announcement]:
        """Wait for announcements, then take what else is there, up to a batch."""
        found = list(self._take(wait=_WAIT_SECONDS))
        while found and len(found) < _BATCH:
            more = list(self._take(wait=0))
            if not more:
                break
            found += more
        return found

    def _take(self, *, wait: int) -> Iterator[Announcement]:
        if self._url is None:
            return
        answer = self._aws.service("sqs").receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=_PER_CALL, WaitTimeSeconds=wait
        )
        for message in answer.get("Messages", []):
            announced = list(announcements(json.loads(message["Body"]), message["ReceiptHandle"]))
            if not announced:
                self._drop([message["ReceiptHandle"]])
            yield from announced

    def delete(self, announced: Iterable[Announcement]) -> None:
        """Take handled messages off the queue."""
        receipts = list(dict.fromkeys(one.receipt for one in announced))
        for start in range(0, len(receipts), _PER_CALL):
            self._drop(receipts[start : start + _PER_CALL])

    def _drop(self, receipts: Sequence[str]) -> None:
        entries = [{"Id": str(n), "ReceiptHandle": one} for n, one in enumerate(receipts)]
        self._aws.service("sqs").delete_message_batch(QueueUrl=self._url, Entries=entries)

    def outstanding(self) -> int:
        """Count the messages that wait."""
        if self._url is None:
            return 0
        try:
            answer = self._aws.service("sqs").get_queue_attributes(
                QueueUrl=self._url, AttributeNames=["ApproximateNumberOfMessages"]
            )
        except (ClientError, BotoCoreError):
            return 0
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def announcements(body: Mapping[str, Any], receipt: str) -> Iterator[Announcement]:
    """Read S3's event form, also when it came through SNS; a test event announces nothing."""
    if "Message" in body and "TopicArn" in body:
        yield from announcements(json.loads(body["Message"]), receipt)
        return
    for record in body.get("Records", []):
        if not str(record.get("eventName", "")).removeprefix("s3:").startswith("ObjectCreated"):
            continue
        item = record["s3"]["object"]
        yield Announcement(
            bucket=record["s3"]["bucket"]["name"],
            key=unquote_plus(item["key"]),
            size=int(item.get("size", 0)),
            etag=str(item.get("eTag", "")),
            at=datetime.fromisoformat(record["eventTime"].replace("Z", "+00:00")),
            receipt=receipt,
        )

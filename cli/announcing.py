"""Announce landed object versions to the ingest queue once more, as S3 did."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import quote_plus

from cli.errors import CommandError
from cli.stations import Stations
from tarn.keys import SourceObject

_BATCH: Final = 10
"""Messages of one SendMessageBatch call."""


class AnnouncementError(CommandError):
    """SQS did not take a message."""

    def __init__(self, *, source: SourceObject, reason: str) -> None:
        super().__init__(
            f"{source.ledger_id} could not be announced to the ingest queue: {reason}. What was "
            "announced before goes on; run the command again for the rest."
        )


def announcement(source: SourceObject) -> str:
    """Write S3's notification about an object version, as far as anybody reads it."""
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Replay",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": source.bucket},
            # S3 writes keys as in a URL's query.
            "object": {"key": quote_plus(source.key, safe="/"), "versionId": source.version},
        },
    }
    return json.dumps({"Records": [record]})


def announce(
    stations: Stations, sources: Sequence[SourceObject], *, on_sent: Callable[[int], None]
) -> None:
    """Send one message a file, telling after each call how many were sent.

    Raises AnnouncementError for the first that SQS refuses.
    """
    url = str(stations.outputs["ingestQueueUrl"])
    for start in range(0, len(sources), _BATCH):
        batch = sources[start : start + _BATCH]
        entries = [
            {"Id": str(number), "MessageBody": announcement(source)}
            for number, source in enumerate(batch)
        ]
        answer = stations.sqs.send_message_batch(QueueUrl=url, Entries=entries)
        for failed in answer.get("Failed", []):
            raise AnnouncementError(
                source=batch[int(failed["Id"])], reason=str(failed.get("Message", failed["Code"]))
            )
        on_sent(start + len(batch))

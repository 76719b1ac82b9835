"""When a message comes back after a fault that may pass.

Without this it stays hidden for the queue's visibility timeout, which is six times the function's:
half an hour for a call that was throttled once.
"""

from __future__ import annotations

import logging
import math
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.ingest.adapters import AwsClient
from lambdas.ingest.errors import LeaseHeldError
from tarn.errors import RetryableError

FIRST_SECONDS: Final = 15
LONGEST_SECONDS: Final = 900

_LOGGER: Final = logging.getLogger(__name__)


def seconds_until_return(error: RetryableError, *, tries: int) -> int:
    """Say when to try again: at the end of a foreign lease, or doubled with every try."""
    if isinstance(error, LeaseHeldError):
        return min(math.ceil(error.seconds_left) + 1, LONGEST_SECONDS)
    return min(FIRST_SECONDS << max(tries - 1, 0), LONGEST_SECONDS)


class MessageReturns:
    """One queue's messages, through a boto3 client of SQS."""

    def __init__(self, client: AwsClient, *, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def soon(self, receipt_handle: str, *, tries: int, error: RetryableError) -> None:
        """Let a failed message come back before the queue's visibility timeout.

        A message whose return cannot be asked for comes back later, by that timeout.
        """
        try:
            self._client.change_message_visibility(
                QueueUrl=self._queue_url,
                ReceiptHandle=receipt_handle,
                VisibilityTimeout=seconds_until_return(error, tries=tries),
            )
        except (BotoCoreError, ClientError) as trouble:
            _LOGGER.warning("the message returns by its visibility timeout only: %s", trouble)

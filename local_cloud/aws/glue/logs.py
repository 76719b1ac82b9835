"""A job's output, on its way to CloudWatch Logs under the job's own role."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, Final

from botocore.exceptions import ClientError

_CHUNK: Final = 64 * 1024
_EVENTS_A_CALL: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class LogDestination:
    """One log stream in one group, and the key that the group is given."""

    group: str
    stream: str
    key_arn: str | None = None


class LogStreams:
    """Copies one pipe of one run to log streams until the process closes it."""

    def __init__(
        self,
        *,
        client: Any,  # noqa: ANN401 - boto3 is untyped
        destinations: Sequence[LogDestination],
        on_failure: Callable[[str], None],
    ) -> None:
        self._client = client
        self._destinations = list(destinations)
        self._on_failure = on_failure

    def follow(self, pipe: IO[bytes]) -> threading.Thread:
        """Copy the pipe's lines in a thread; it ends when the pipe does."""
        thread = threading.Thread(target=self._copy, args=(pipe,), name="glue logs")
        thread.start()
        return thread

    def _copy(self, pipe: IO[bytes]) -> None:
        self._each(self._create)
        rest = b""
        with pipe:
            # As many bytes as there are, without waiting for more: a line shows at once.
            while chunk := os.read(pipe.fileno(), _CHUNK):
                *lines, rest = (rest + chunk).split(b"\n")
                self._write(lines)
        self._write([rest])

    def _write(self, lines: Sequence[bytes]) -> None:
        now = int(time.time() * 1000)
        events = [
            {"timestamp": now, "message": line.decode(errors="replace")} for line in lines if line
        ]
        for start in range(0, len(events), _EVENTS_A_CALL):
            batch = {"logEvents": events[start : start + _EVENTS_A_CALL]}
            self._each(partial(self._put, batch))

    def _put(self, batch: Mapping[str, object], to: LogDestination) -> None:
        self._client.put_log_events(logGroupName=to.group, logStreamName=to.stream, **batch)

    def _create(self, to: LogDestination) -> None:
        group = {"logGroupName": to.group}
        _unless_there(lambda: self._client.create_log_group(**group))
        if to.key_arn is not None:
            self._client.associate_kms_key(**group, kmsKeyId=to.key_arn)
        _unless_there(lambda: self._client.create_log_stream(**group, logStreamName=to.stream))

    def _each(self, action: Callable[[LogDestination], None]) -> None:
        """Act on every stream. One that the role may not write is given up, as on AWS."""
        for to in list(self._destinations):
            try:
                action(to)
            except ClientError as error:
                self._destinations.remove(to)
                self._on_failure(f"{to.group}: {error}")


def _unless_there(create: Callable[[], object]) -> None:
    try:
        create()
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise

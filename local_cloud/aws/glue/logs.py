"""A job's output, on its way to CloudWatch Logs under the job's own role."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import IO, Any, Final

from botocore.exceptions import ClientError

OUTPUT_GROUP: Final = "/aws-glue/jobs/output"
ERROR_GROUP: Final = "/aws-glue/jobs/error"
_CHUNK: Final = 64 * 1024
_EVENTS_A_CALL: Final = 1_000


class LogStream:
    """One log stream of one run, fed from a pipe until the process closes it."""

    def __init__(
        self,
        *,
        client: Any,  # noqa: ANN401 - boto3 is untyped
        group: str,
        stream: str,
        on_failure: Callable[[str], None],
    ) -> None:
        self._client = client
        self._group = group
        self._stream = stream
        self._on_failure = on_failure
        self._broken = False

    def follow(self, pipe: IO[bytes]) -> threading.Thread:
        """Copy the pipe's lines in a thread; it ends when the pipe does."""
        thread = threading.Thread(target=self._copy, args=(pipe,), name=f"logs {self._group}")
        thread.start()
        return thread

    def write(self, lines: list[str]) -> None:
        """Append lines. A role that may not write logs loses them, as on AWS."""
        events = [{"timestamp": int(time.time() * 1000), "message": line} for line in lines if line]
        if self._broken or not events:
            return
        try:
            for start in range(0, len(events), _EVENTS_A_CALL):
                self._client.put_log_events(
                    logGroupName=self._group,
                    logStreamName=self._stream,
                    logEvents=events[start : start + _EVENTS_A_CALL],
                )
        except ClientError as error:
            self._fail(error)

    def create(self) -> None:
        """Create group and stream."""
        for create, arguments in (
            (self._client.create_log_group, {"logGroupName": self._group}),
            (
                self._client.create_log_stream,
                {"logGroupName": self._group, "logStreamName": self._stream},
            ),
        ):
            try:
                create(**arguments)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                    self._fail(error)
                    return

    def _copy(self, pipe: IO[bytes]) -> None:
        self.create()
        rest = b""
        with pipe:
            # As many bytes as there are, without waiting for more: a line shows at once.
            while chunk := os.read(pipe.fileno(), _CHUNK):
                *lines, rest = (rest + chunk).split(b"\n")
                self.write([line.decode(errors="replace") for line in lines])
        self.write([rest.decode(errors="replace")])

    def _fail(self, error: ClientError) -> None:
        self._broken = True
        self._on_failure(f"{self._group}: {error}")

"""S3's access logs: which requests reached a bucket, delivered to the bucket that it names.

It takes the place of moto's, which writes an object in each request and asks nobody. Here lines
are gathered and delivered together, by S3's log delivery, which the target's policy must let in.
"""

from __future__ import annotations

import secrets
import threading
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from moto.backends import get_backend
from moto.s3.models import S3Backend

from local_cloud.aws.authorization.accounts import PARTITION
from local_cloud.aws.authorization.service_roles import require_of_service
from local_cloud.aws.patching import replace
from local_cloud.journal import Journal

PRINCIPAL: Final = "logging.s3.amazonaws.com"
GATHER_SECONDS: Final = 5.0
_MOST_LINES: Final = 10_000


class AccessLogs:
    """Gathers lines for each bucket and delivers them in the background."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._lines: dict[tuple[str, str], deque[str]] = {}
        self._timer: threading.Timer | None = None
        self._stopped = False

    def start(self) -> None:
        """Take over from moto."""

        def log(backend: S3Backend, request: Any, bucket_name: str) -> None:  # noqa: ANN401 - werkzeug's or ours
            bucket = backend.buckets.get(bucket_name)
            if bucket is not None and bucket.logging:
                self._gather(backend.account_id, bucket_name, _line(request, bucket_name))

        replace(S3Backend, "log_incoming_request", log)

    def stop(self) -> None:
        """Deliver nothing more; S3 does not promise that every line arrives."""
        with self._lock:
            self._stopped = True
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def _gather(self, account_id: str, bucket: str, line: str) -> None:
        with self._lock:
            lines = self._lines.setdefault((account_id, bucket), deque(maxlen=_MOST_LINES))
            lines.append(line)
            if self._timer is None and not self._stopped:
                self._timer = threading.Timer(GATHER_SECONDS, self._deliver_all)
                self._timer.daemon = True
                self._timer.start()

    def _deliver_all(self) -> None:
        with self._lock:
            gathered, self._lines, self._timer = self._lines, {}, None
        for (account_id, bucket), lines in gathered.items():
            try:
                self._deliver(account_id, bucket, list(lines))
            except Exception as error:  # noqa: BLE001 - one bad target must not stop the others
                reason = str(error) or type(error).__name__
                self._journal.record("s3", f"access log not delivered: {reason}", bucket=bucket)

    def _deliver(self, account_id: str, bucket_name: str, lines: Sequence[str]) -> None:
        backend = get_backend("s3")[account_id][PARTITION]
        bucket = backend.buckets.get(bucket_name)
        if bucket is None or not bucket.logging:
            return
        target = str(bucket.logging["TargetBucket"])
        prefix = str(bucket.logging.get("TargetPrefix") or "")
        key = f"{prefix}{datetime.now(UTC):%Y-%m-%d-%H-%M-%S}-{secrets.token_hex(8).upper()}"
        require_of_service(
            PRINCIPAL,
            "s3:PutObject",
            f"arn:aws:s3:::{target}/{key}",
            account_id=account_id,
            source_arn=bucket.arn,
        )
        backend.put_object(target, key, value="".join(lines).encode(), encryption="AES256")


def _line(request: Any, bucket: str) -> str:  # noqa: ANN401 - werkzeug's request
    """One line: owner, bucket, time, address, requester, id, operation, key, request, the rest."""
    now = datetime.now(UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
    path = urlsplit(str(request.url)).path
    key = path.removeprefix(f"/{bucket}").lstrip("/") or "-"
    kind = "BUCKET" if key == "-" else "OBJECT"
    agent = str(request.headers.get("User-Agent") or "-").replace('"', "'")
    return (
        f"- {bucket} [{now}] 127.0.0.1 - {secrets.token_hex(8).upper()} "
        f'REST.{request.method}.{kind} {key} "{request.method} {path} HTTP/1.1" '
        f'- - - - - - "-" "{agent}" - - - - - - - -\n'
    )

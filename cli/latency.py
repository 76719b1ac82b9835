"""How long one thing takes on its way through a deployed, warm stack; for `tarn bench`."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli.errors import StationTimeoutError
from cli.journey import raw_rows
from cli.landing import land
from cli.local_target import LocalTarget
from cli.sample_data import sample_files
from cli.snowflake_session import Session

FILES: Final = 200
AT_ONCE: Final = 8
CALLS: Final = 50
PATIENCE_SECONDS: Final = 60.0
POLL_SECONDS: Final = 0.02
_PERCENTILE: Final = 99
_TEST_EVENT: Final = {
    "Records": [
        {
            "messageId": "bench",
            "receiptHandle": "bench",
            "body": json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent"}),
            "attributes": {},
            "messageAttributes": {},
            "md5OfBody": "",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:bench",
            "awsRegion": "us-east-1",
        }
    ]
}
"""A message that the ingest function reads, and for which it has nothing to do."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Seconds, over many measurements of the same thing."""

    p50: float
    p99: float

    @classmethod
    def over(cls, seconds: Sequence[float]) -> Spread:
        """Summarise what was measured."""
        parts = statistics.quantiles(seconds, n=100, method="inclusive")
        return cls(p50=statistics.median(seconds), p99=parts[_PERCENTILE - 1])


def one_after_the_other(target: LocalTarget) -> Spread:
    """Time S3 put to row in Snowflake RAW; the next file waits for the row of the last one."""
    return Spread.over(_journeys(target, list(_small_files("one"))))


def several_at_once(target: LocalTarget) -> tuple[Spread, float]:
    """Time S3 put to row with several files under way; and how many cores were busy meanwhile."""
    files = list(_small_files("several"))
    shares = [files[number::AT_ONCE] for number in range(AT_ONCE)]
    before, started = _busy_seconds(), time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        seconds = [
            one for share in pool.map(lambda one: _journeys(target, one), shares) for one in share
        ]
    busy = (_busy_seconds() - before) / (time.monotonic() - started)
    return Spread.over(seconds), busy


def warm_call(target: LocalTarget) -> Spread:
    """Time a call of the ingest function that finds nothing to do: all but its own work."""
    client, name = target.stations.client("lambda"), target.stations.outputs["ingestFunction"]
    seconds: list[float] = []
    for _ in range(CALLS):
        started = time.monotonic()
        client.invoke(FunctionName=name, Payload=json.dumps(_TEST_EVENT))["Payload"].read()
        seconds.append(time.monotonic() - started)
    return Spread.over(seconds)


def _small_files(name: str) -> Iterator[tuple[str, bytes]]:
    """Yield keys and bodies of one row each."""
    day = next(file for file in sample_files() if file.dataset == "flights")
    header, *rows = day.body.splitlines(keepends=True)
    for number in range(FILES):
        yield f"flights/bench-{name}-{number:04}.csv", header + rows[number % len(rows)]


def _journeys(target: LocalTarget, files: Sequence[tuple[str, bytes]]) -> list[float]:
    with target.snowflake.session() as session:
        return [_journey(target, session, key, body) for key, body in files]


def _journey(target: LocalTarget, session: Session, key: str, body: bytes) -> float:
    started = time.monotonic()
    landed = land(target.stations, key, body)
    while not raw_rows(session, landed.source, dataset="flights"):
        if time.monotonic() - started > PATIENCE_SECONDS:
            raise StationTimeoutError(
                station="Snowflake RAW",
                waiting_for=key,
                seconds=PATIENCE_SECONDS,
                next_step="`tarn local status` shows what each station does.",
            )
        time.sleep(POLL_SECONDS)
    return time.monotonic() - started


def _busy_seconds() -> float:
    """Return the seconds that all cores together have worked (proc(5), /proc/stat)."""
    words = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    user, nice, system, _idle, _iowait, irq, softirq, *_ = (int(word) for word in words)
    return (user + nice + system + irq + softirq) / 100

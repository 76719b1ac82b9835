"""Many small files at once: `python -m tests.functional.exactly_once.burst [--files N]`.

Functions are processes of their own, as in Lambda, that take announcements from one queue; S3 and
DynamoDB are one moto server. Every tenth file is announced twice. The cost of a file is the time
that its function's processor works, so it does not depend on how busy the machine is.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing as mp
import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Empty
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError

from lambdas.ingest.adapters import S3ObjectStore
from lambdas.ingest.errors import LeaseHeldError
from lambdas.ingest.ingestion import Ingestion
from lambdas.ingest.ledger_table import DynamoLedger
from local_cloud.free_ports import free_ports
from tarn.keys import SourceObject
from tests.functional.ingest.lake import (
    QUARANTINE,
    TABLE,
    VALIDATED,
    Lake,
    shipped_contracts,
)

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_MIB: Final = 1 << 20
_IDLE_SECONDS: Final = 3.0
_START_SECONDS: Final = 60.0


@dataclass(frozen=True, kw_only=True)
class Burst:
    """What a burst came to. Memory is the resident set of the largest function."""

    files: int
    functions: int
    decided: int
    rows_read: int
    rows_accepted: int
    attempts: int
    seconds: float
    cpu_ms_a_file: float
    mib_after_ten: float
    mib_at_the_end: float


@dataclass(frozen=True, kw_only=True)
class _Worked:
    files: int
    cpu_seconds: float
    early_mib: float
    late_mib: float


def run(files: int, functions: int) -> Burst:
    """Land files, let functions decide about all of them, and count in the ledger."""
    with _moto() as endpoint:
        lake = Lake.create(s3=_client("s3", endpoint), dynamodb=_client("dynamodb", endpoint))
        context = mp.get_context("spawn")
        waiting, results = context.Queue(), context.Queue()
        for number in range(files):
            body = f"carrier,name\n{number % 36:02d},Airline {number}\n?,Nobody\n".encode()
            source = lake.land(f"airlines/{number}.csv", body)
            for _ in range(2 if number % 10 == 0 else 1):
                waiting.put(asdict(source))
        began = time.monotonic()
        workers = [
            context.Process(target=_function, args=(endpoint, waiting, results))
            for _ in range(functions)
        ]
        for worker in workers:
            worker.start()
        worked = [_Worked(**results.get(timeout=3600)) for _ in workers]
        seconds = time.monotonic() - began - _IDLE_SECONDS
        for worker in workers:
            worker.join()
        return _counted(lake, files, functions, worked, seconds)


def _counted(
    lake: Lake, files: int, functions: int, worked: list[_Worked], seconds: float
) -> Burst:
    items: list[Any] = [
        item
        for page in lake.dynamodb.get_paginator("scan").paginate(TableName=TABLE)
        for item in page["Items"]
    ]

    def total(name: str) -> int:
        return sum(int(item[name]["N"]) for item in items if name in item)

    return Burst(
        files=files,
        functions=functions,
        decided=sum(item["status"]["S"] == "published" for item in items),
        rows_read=total("rows_read"),
        rows_accepted=total("rows_accepted"),
        attempts=total("attempts"),
        seconds=round(seconds, 1),
        cpu_ms_a_file=round(1000 * sum(one.cpu_seconds for one in worked) / files, 1),
        mib_after_ten=round(max(one.early_mib for one in worked), 1),
        mib_at_the_end=round(max(one.late_mib for one in worked), 1),
    )


def _function(endpoint: str, waiting: Any, results: Any) -> None:  # noqa: ANN401 - queues of processes
    """Take announcements until none has come for a while; a held file goes back."""
    ingestion = Ingestion(
        contracts=shipped_contracts(),
        store=S3ObjectStore(_client("s3", endpoint)),
        ledger=DynamoLedger(_client("dynamodb", endpoint), table=TABLE, lease_seconds=60),
        validated_bucket=VALIDATED,
        quarantine_bucket=QUARANTINE,
    )
    done, early, began = 0, 0.0, time.process_time()
    with suppress(Empty):
        while True:
            source = waiting.get(timeout=_IDLE_SECONDS)
            try:
                ingestion.ingest(SourceObject(**source), owner=f"{os.getpid()} {done}")
            except LeaseHeldError:
                waiting.put(source)
                continue
            done += 1
            if done == 10:
                early = _resident_mib()
    results.put(
        asdict(
            _Worked(
                files=done,
                cpu_seconds=time.process_time() - began,
                early_mib=early,
                late_mib=_resident_mib(),
            )
        )
    )


def _resident_mib() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE / _MIB


def _client(service: str, endpoint: str) -> Any:  # noqa: ANN401 - boto3 makes its types at run time
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="nobody",
        aws_secret_access_key="nobody",
    )


@contextmanager
def _moto() -> Generator[str]:
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    endpoint = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                _client("s3", endpoint).list_buckets()
                break
            except BotoCoreError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        yield endpoint
    finally:
        server.kill()
        server.wait()


def main() -> int:
    """Print what a burst came to; 1 when a file is missing or there twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.functional.exactly_once.burst")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--functions", type=int, default=8)
    arguments = parser.parse_args()
    burst = run(arguments.files, arguments.functions)
    print(json.dumps(asdict(burst), indent=2))
    return 0 if burst.decided == burst.files and burst.rows_read == 2 * burst.files else 1


if __name__ == "__main__":
    sys.exit(main())

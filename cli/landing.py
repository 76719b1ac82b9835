"""Put files into the landing bucket, skipping what already lies there unchanged."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from botocore.exceptions import ClientError

from cli.sample_data import SampleFile
from cli.stations import Stations
from tarn.keys import SourceObject

DIGEST = "sha256"
"""The object's own metadata key that holds the digest of its bytes."""

THREADS = 4
NOT_FOUND = "404"


@dataclass(frozen=True, kw_only=True)
class Landed:
    """One landed object version; ``at`` is when the put was answered, in epoch seconds."""

    source: SourceObject
    dataset: str
    new: bool
    at: float


def land(stations: Stations, key: str, body: bytes) -> Landed:
    """Put one file as a new version and return it."""
    bucket = str(stations.outputs["landingBucket"])
    answer = stations.s3.put_object(
        Bucket=bucket,
        Key=key,
        Body=body,
        Metadata={DIGEST: hashlib.sha256(body).hexdigest()},
    )
    return _landed(bucket, key, str(answer["VersionId"]), new=True)


def land_once(stations: Stations, file: SampleFile) -> Landed:
    """Put one file unless its newest version has the same bytes."""
    bucket = str(stations.outputs["landingBucket"])
    try:
        head = stations.s3.head_object(Bucket=bucket, Key=file.key)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != NOT_FOUND:
            raise
        return land(stations, file.key, file.body)
    if head["Metadata"].get(DIGEST) != hashlib.sha256(file.body).hexdigest():
        return land(stations, file.key, file.body)
    return _landed(bucket, file.key, str(head["VersionId"]), new=False)


def land_all(
    stations: Stations, files: Iterable[SampleFile], *, on_landed: Callable[[Landed], None]
) -> list[Landed]:
    """Put many files, several at once, and return them in the order given."""
    landed: list[Landed] = []
    with ThreadPoolExecutor(THREADS) as pool:
        for one in pool.map(lambda file: land_once(stations, file), files):
            on_landed(one)
            landed.append(one)
    return landed


def _landed(bucket: str, key: str, version: str, *, new: bool) -> Landed:
    source = SourceObject(bucket=bucket, key=key, version=version)
    return Landed(source=source, dataset=key.partition("/")[0], new=new, at=time.time())

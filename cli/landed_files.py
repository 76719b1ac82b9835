"""Landed object versions and what the ledger says about each."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from cli.stations import FileRecord, Stations
from tarn.keys import SourceObject
from tarn.ledger import Attribute, FileStatus

_BATCH: Final = 100
"""Items of one BatchGetItem call."""


@dataclass(frozen=True, kw_only=True)
class LandedFile:
    """One object version of the landing bucket; ``record`` is None when nobody has decided."""

    source: SourceObject
    size: int
    landed_at: datetime.datetime
    record: FileRecord | None

    def decided_under(self, contract_hash: str) -> bool:
        """Whether there is a verdict under this very contract."""
        record = self.record
        return record is not None and record.judged and record.contract_hash == contract_hash


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which landed files of a dataset are meant. Days are whole, in UTC, both inclusive."""

    dataset: str
    key: str | None = None
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None

    def takes(self, key: str, landed_at: datetime.datetime) -> bool:
        """Say whether an object version is meant."""
        day = landed_at.astimezone(datetime.UTC).date()
        return (
            (self.key is None or key == self.key)
            and (self.first_day is None or day >= self.first_day)
            and (self.last_day is None or day <= self.last_day)
        )


def landed_files(stations: Stations, selection: Selection) -> list[LandedFile]:
    """Return the selected object versions, oldest first, with their ledger items."""
    bucket = str(stations.outputs["landingBucket"])
    prefix = selection.key or f"{selection.dataset}/"
    pages = stations.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    found = [
        (SourceObject(bucket=bucket, key=one["Key"], version=one["VersionId"]), one)
        for page in pages
        for one in page.get("Versions", [])
        if selection.takes(one["Key"], one["LastModified"])
    ]
    records = ledger_records(stations, [source.ledger_id for source, _ in found])
    files = [
        LandedFile(
            source=source,
            size=int(one["Size"]),
            landed_at=one["LastModified"],
            record=records.get(source.ledger_id),
        )
        for source, one in found
    ]
    return sorted(files, key=lambda file: (file.landed_at, file.source.ledger_id))


def ledger_records(stations: Stations, files: Sequence[str]) -> dict[str, FileRecord]:
    """Return the ledger items of files, by ledger id; a file that it lacks is left out."""
    distinct = list(dict.fromkeys(files))
    return {
        record.file: record
        for start in range(0, len(distinct), _BATCH)
        for record in _records(stations, distinct[start : start + _BATCH])
    }


def _records(stations: Stations, files: Sequence[str]) -> Iterator[FileRecord]:
    table = str(stations.outputs["ledgerTable"])
    keys = [{Attribute.FILE.value: {"S": file}} for file in files]
    request: dict[str, Any] = {table: {"Keys": keys, "ConsistentRead": True}}
    while request:
        answer = stations.dynamodb.batch_get_item(RequestItems=request)
        yield from map(FileRecord.from_item, answer["Responses"].get(table, []))
        request = cast("dict[str, Any]", answer.get("UnprocessedKeys", {}))
        if request:
            time.sleep(0.2)  # DynamoDB was throttled, and would be at once again


def held_whole(record: FileRecord | None) -> bool:
    """Whether the object is quarantined whole."""
    return record is not None and record.status is FileStatus.QUARANTINED

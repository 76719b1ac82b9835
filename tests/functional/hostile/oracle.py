"""What must hold for every file, however hostile: both engines agree, rows are conserved."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_plus

import pyarrow.parquet as pq

from lambdas.ingest.core import FileVerdict, judge_file
from lambdas.ingest.errors import SurplusColumnsError, UnusableObjectError
from lambdas.ingest.ingestion import Ingestion
from lambdas.ingest.notifications import sources_of
from lambdas.ingest.ports import LandedObject, Lease, Outcome
from tarn.keys import SourceObject
from tests.functional.hostile.files import HostileFile

CPU_SECONDS: Final = 5.0
"""For a file of at most some 100 KB."""
MESSAGE_CHARACTERS: Final = 4000
KEY_BYTES: Final = 1024


def check(file: HostileFile) -> None:
    """Take a file through the whole ingestion, and judge it by the law alone as well."""
    source = _announced(file)
    lake = _Lake(file)
    began = time.process_time()
    ingestion = Ingestion(
        contracts={file.contract.dataset: file.contract},
        store=lake,
        ledger=lake,
        validated_bucket="validated",
        quarantine_bucket="quarantine",
    )
    outcome = ingestion.ingest(source, owner="test")
    spent = time.process_time() - began
    assert spent < CPU_SECONDS, f"{spent:.1f} s of CPU for {len(file.content)} bytes"
    assert outcome is not None
    _check_objects(file, outcome, lake)
    _check_engines(file, source)


def _announced(file: HostileFile) -> SourceObject:
    """Return the source as the function reads it from S3's notification."""
    key = quote_plus(file.key, safe="/")
    about = {"bucket": {"name": "landing"}, "object": {"key": key, "versionId": "v1"}}
    [source] = sources_of(json.dumps({"Records": [{"s3": about}]}))
    assert source == SourceObject(bucket="landing", key=file.key, version="v1")
    return source


class _Lake:
    """Buckets and a ledger in memory."""

    def __init__(self, file: HostileFile) -> None:
        self._file = file
        self.tables: dict[str, list[dict[str, Any]]] = {}
        self.documents: dict[str, Mapping[str, object]] = {}
        self.copies: list[str] = []

    def open(self, source: SourceObject) -> LandedObject:
        assert source.key == self._file.key
        body = io.BytesIO(self._file.content)
        return LandedObject(version_time=1, size=len(self._file.content), body=body)

    def publish(self, file: Path, *, bucket: str, key: str) -> None:
        self.tables[f"{bucket}/{_fitting(key)}"] = pq.read_table(file).to_pylist()

    def copy(self, source: SourceObject, *, bucket: str, key: str) -> None:
        self.copies.append(f"{bucket}/{_fitting(key)}")

    def write_json(self, values: Mapping[str, object], *, bucket: str, key: str) -> None:
        json.dumps(values, ensure_ascii=False).encode()
        self.documents[f"{bucket}/{_fitting(key)}"] = values

    def lease(self, lease: Lease) -> int:
        return 1

    def finish(self, lease: Lease, outcome: Outcome) -> None:
        assert outcome.rows_read == outcome.rows_accepted + outcome.rows_quarantined

    def release(self, lease: Lease, trouble: str) -> None:
        raise AssertionError(trouble)


def _fitting(key: str) -> str:
    assert len(key.encode()) <= KEY_BYTES, "S3 takes no longer key"
    return key


def _check_objects(file: HostileFile, outcome: Outcome, lake: _Lake) -> None:
    if outcome.reason is not None:
        [document] = lake.documents.values()
        assert document["key"] == file.key, "messages name the object"
        assert 0 < len(outcome.reason) <= MESSAGE_CHARACTERS
        [[held]] = lake.tables.values()
        assert (held["source_key"], held["line"]) == (file.key, None)
        return
    accepted = lake.tables.get(f"validated/{outcome.validated_key}", [])
    rejected = lake.tables.get(f"quarantine/{outcome.quarantine_key}", [])
    assert (len(accepted), len(rejected)) == (outcome.rows_accepted, outcome.rows_quarantined)
    lines = [row["_source_line"] for row in accepted] + [row["line"] for row in rejected]
    assert len(set(lines)) == len(lines), "two rows never have one position"
    for row in rejected:
        assert row["source_key"] == file.key, "messages name the object"
        assert row["violations"]
        for violation in row["violations"]:
            assert 0 < len(violation["message"]) <= MESSAGE_CHARACTERS
            assert len(violation["value"] or "") <= MESSAGE_CHARACTERS


def _check_engines(file: HostileFile, source: SourceObject) -> None:
    assert _verdict(file, source, law_only=False) == _verdict(file, source, law_only=True)


def _verdict(file: HostileFile, source: SourceObject, *, law_only: bool) -> object:
    scratch = Path(tempfile.mkdtemp())
    try:
        verdict: FileVerdict = judge_file(
            io.BytesIO(file.content),
            source=source,
            version_time=1,
            contract=file.contract,
            scratch=scratch,
            law_only=law_only,
        )
        return verdict.rows_read, _rows(verdict.accepted), _rows(verdict.quarantined)
    except (UnusableObjectError, SurplusColumnsError) as error:
        return str(error)
    finally:
        shutil.rmtree(scratch)


def _rows(path: Path | None) -> list[str]:
    # As texts: nan is not equal to itself.
    return [] if path is None else sorted(map(repr, pq.read_table(path).to_pylist()))

"""Judges bytes under a contract, and reads the two outputs back."""

from __future__ import annotations

import gzip
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypedDict, Unpack

import pyarrow.parquet as pq

from lambdas.ingest.core import FileVerdict, judge_file
from tarn.contract.model import Column, ColumnKind, ColumnType, Contract
from tarn.keys import SourceObject

VERSION_TIME: Final = 1_700_000_000_123


class Rules(TypedDict, total=False):
    """What a test may ask of a column."""

    required: bool
    unique: bool
    minimum: str | None
    maximum: str | None
    enum: tuple[str, ...]
    pattern: str | None
    min_length: int | None
    max_length: int | None
    date_format: str | None
    zone_required: bool


class Terms(TypedDict, total=False):
    """What a test may ask of a contract."""

    null_markers: tuple[str, ...]
    unique_together: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A verdict with the rows of its outputs."""

    verdict: FileVerdict
    accepted: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    warned: list[dict[str, Any]]

    @property
    def rules(self) -> list[tuple[int, list[tuple[str | None, str]]]]:
        """Per rejected row its line, and the column and rule of each violation."""
        return [
            (row["line"], [(v["column"], v["rule"]) for v in row["violations"]])
            for row in sorted(self.rejected, key=lambda row: row["line"])
        ]

    def column(self, name: str) -> list[object]:
        return [row[name] for row in self.accepted]


def judge(
    content: bytes, contract: Contract, *, name: str = "file.csv", law_only: bool = False
) -> Judged:
    """Judge a whole file."""
    source = SourceObject(bucket="landing", key=f"{contract.dataset}/{name}", version="v1")
    with tempfile.TemporaryDirectory() as scratch:
        verdict = judge_file(
            io.BytesIO(content),
            source=source,
            version_time=VERSION_TIME,
            contract=contract,
            scratch=Path(scratch),
            law_only=law_only,
        )
        return Judged(
            verdict=verdict,
            accepted=rows_of(verdict.accepted),
            rejected=rows_of(verdict.quarantined),
            warned=rows_of(verdict.warned),
        )


def judge_csv(text: str, contract: Contract) -> Judged:
    return judge(text.encode(), contract)


def judge_json(text: str, contract: Contract) -> Judged:
    return judge(text.encode(), contract, name="file.ndjson")


def compressed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def column(
    name: str,
    kind: ColumnKind = ColumnKind.STRING,
    *,
    precision: int | None = None,
    scale: int | None = None,
    **rules: Unpack[Rules],
) -> Column:
    digits = ColumnType(kind=kind, precision=precision, scale=scale)
    return Column(name=name, type=digits, **rules)


def contract(*columns: Column, **terms: Unpack[Terms]) -> Contract:
    """Return a contract over the given columns, whose key is the first."""
    return Contract(
        dataset="things",
        version="1.0.0",
        title="Things",
        description="Things of a test.",
        owner="testers",
        columns=columns,
        key=(columns[0].name,),
        **terms,
    )


def rows_of(file: Path | None) -> list[dict[str, Any]]:
    """Return the rows of an output; none where there is no such file."""
    return [] if file is None else pq.read_table(file).to_pylist()

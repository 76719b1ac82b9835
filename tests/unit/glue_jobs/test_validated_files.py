"""Validated files take on the columns of the contract, whatever contract wrote them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glue_jobs.curate.validated import ColumnMismatchError, file_batches

SCHEMA = pa.schema([pa.field("tailnum", pa.string()), pa.field("seats", pa.int64())])


def written(path: Path, **columns: pa.Array) -> str:
    file = path / "rows.parquet"
    pq.write_table(pa.table(columns), file)
    return str(file)


def read(uri: str) -> list[dict[str, object]]:
    return [row for batch in file_batches(uri, SCHEMA) for row in batch.to_pylist()]


def test_a_column_that_the_file_lacks_is_null(tmp_path: Path) -> None:
    uri = written(tmp_path, tailnum=pa.array(["N1", None]))
    assert read(uri) == [{"tailnum": "N1", "seats": None}, {"tailnum": None, "seats": None}]


def test_a_column_that_the_contract_lost_is_left_out(tmp_path: Path) -> None:
    uri = written(tmp_path, engine=pa.array(["x"]), seats=pa.array([3]), tailnum=pa.array(["N1"]))
    assert read(uri) == [{"tailnum": "N1", "seats": 3}]


def test_a_narrower_type_is_widened(tmp_path: Path) -> None:
    uri = written(tmp_path, tailnum=pa.array(["N1"]), seats=pa.array([149], pa.int16()))
    assert read(uri) == [{"tailnum": "N1", "seats": 149}]


def test_a_value_that_does_not_fit_names_file_and_column(tmp_path: Path) -> None:
    uri = written(tmp_path, tailnum=pa.array(["N1"]), seats=pa.array([1.5]))
    with pytest.raises(ColumnMismatchError, match="seats") as mismatch:
        read(uri)
    assert mismatch.value.uri == uri

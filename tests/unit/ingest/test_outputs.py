"""Output files: equal for equal attempts, of the contract's schema, in bounded row groups."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lambdas.ingest import core, spool
from lambdas.ingest.errors import SpoolFullError
from tarn.contract.model import ColumnKind
from tarn.contract.schemas import arrow_schema
from tarn.keys import SourceObject
from tests.unit.ingest.files import VERSION_TIME, column, contract

TERMS = contract(column("id", ColumnKind.INTEGER), column("note", max_length=3))
SOURCE = SourceObject(bucket="landing", key="things/a.csv", version="v1")
CONTENT = "id,note\n" + "".join(f"{n},{'long' if n % 10 == 0 else n}\n" for n in range(999))


def _judge(scratch: Path) -> core.FileVerdict:
    scratch.mkdir()
    return core.judge_file(
        io.BytesIO(CONTENT.encode()),
        source=SOURCE,
        version_time=VERSION_TIME,
        contract=TERMS,
        scratch=scratch,
    )


def test_two_attempts_write_the_same_bytes(tmp_path: Path) -> None:
    one, other = _judge(tmp_path / "one"), _judge(tmp_path / "other")

    for name in ("accepted", "quarantined"):
        first, second = getattr(one, name), getattr(other, name)
        assert first.read_bytes() == second.read_bytes()


def test_accepted_rows_have_the_contracts_schema_and_their_origin(tmp_path: Path) -> None:
    verdict = _judge(tmp_path / "one")

    table = pq.read_table(verdict.accepted)

    assert table.schema.equals(arrow_schema(TERMS))
    row = table.to_pylist()[0]
    assert (row["id"], row["note"], row["_source_line"]) == (1, "1", 3)
    assert (row["_source_key"], row["_source_version"]) == (SOURCE.key, SOURCE.version)
    assert row["_source_modified_at"].timestamp() * 1000 == VERSION_TIME
    assert row["_contract_hash"] == TERMS.contract_hash


def test_a_file_without_such_rows_has_no_output(tmp_path: Path) -> None:
    verdict = core.judge_file(
        io.BytesIO(b"id,note\n"),
        source=SOURCE,
        version_time=VERSION_TIME,
        contract=TERMS,
        scratch=tmp_path,
    )

    assert (verdict.rows_read, verdict.accepted, verdict.quarantined) == (0, None, None)
    assert list(tmp_path.iterdir()) == []


def test_rows_reach_the_disk_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "ROW_GROUP_ROWS", 100)
    monkeypatch.setattr("lambdas.ingest.readers.byte_source.CHUNK_BYTES", 512)

    verdict = _judge(tmp_path / "one")

    assert verdict.accepted is not None
    groups = pq.read_metadata(verdict.accepted).num_row_groups
    assert 4 <= groups <= 9


def test_a_full_disk_names_the_file_and_what_to_raise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool.ParquetSpool, "append", full)

    with pytest.raises(SpoolFullError, match=r"things/a.csv#v1.*Raise the function's storage"):
        _judge(tmp_path / "one")

"""Rows are conserved: whatever the bytes, read = accepted + quarantined, and nothing vanishes."""

from __future__ import annotations

import csv
import gzip
import io
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.ingest import core
from lambdas.ingest.errors import RowsNotConservedError, UnusableObjectError
from lambdas.ingest.spool import ParquetSpool
from tarn.contract.model import ColumnKind
from tests.unit.ingest.files import Judged, column, contract, judge, judge_csv

TERMS = contract(
    column("id", ColumnKind.INTEGER, required=True, unique=True, maximum="50"),
    column("text", max_length=3),
    column("time", ColumnKind.TIMESTAMP),
    null_markers=("", "NA"),
)

_CELLS = st.one_of(
    st.integers(-5, 60).map(str),
    st.sampled_from(["", "NA", "nan", "2013-01-01T00:00:00Z", "2013-02-30T00:00:00Z", "1e3"]),
    st.text(alphabet='ab"\n\r,é\x00\u2028', max_size=5),
)
_ROWS = st.lists(st.lists(_CELLS, min_size=1, max_size=4), max_size=30)
_GARBAGE = st.lists(
    st.sampled_from(
        [b"\n", b"\r\n", b'"', b",", b"1", b"ab", b"\xff", b"\x00", b"{", b"}", b"\xc3"]
    )
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
_OBJECTS = st.dictionaries(st.sampled_from(["id", "text", "time", "more"]), _JSON)


def _assert_conserved(judged: Judged) -> None:
    verdict = judged.verdict
    assert verdict.rows_accepted == len(judged.accepted)
    assert verdict.rows_quarantined == len(judged.rejected)
    assert verdict.rows_read == verdict.rows_accepted + verdict.rows_quarantined
    lines = [row["_source_line"] for row in judged.accepted] + [r["line"] for r in judged.rejected]
    assert len(set(lines)) == len(lines), "two rows never begin on one line"
    assert all(row["violations"] for row in judged.rejected)


@given(rows=_ROWS, end=st.sampled_from(["\n", "\r\n"]))
def test_every_row_of_a_well_formed_csv_file_is_found_once(rows: list[list[str]], end: str) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)

    judged = judge_csv(f"id,text,time{end}{text.getvalue()}", TERMS)

    _assert_conserved(judged)
    assert judged.verdict.rows_read == len(rows)


@given(content=_GARBAGE.map(b"".join))
def test_every_byte_of_garbage_is_in_some_row(content: bytes) -> None:
    judged = judge(b"id,text,time\n" + content, TERMS)

    _assert_conserved(judged)
    if judged.accepted:
        return
    rest = content
    for row in sorted(judged.rejected, key=lambda row: row["line"]):
        before, found, rest = rest.partition(_bytes_of(row))
        assert found
        assert not before.strip(b"\r\n"), "only line ends stand between rows"
    assert not rest.strip(b"\r\n")


@given(lines=st.lists(_OBJECTS.map(json.dumps) | _JSON.map(json.dumps) | st.text(max_size=9)))
def test_every_line_of_ndjson_is_found_once(lines: list[str]) -> None:
    content = "\n".join(line.replace("\n", " ") for line in lines).encode("utf-8", "replace")

    judged = judge(content, TERMS, name="a.ndjson")

    _assert_conserved(judged)
    assert judged.verdict.rows_read == sum(bool(line.strip()) for line in content.split(b"\n"))


@given(content=st.binary(), cut=st.integers(0, 200), name=st.sampled_from(["a.csv", "a.ndjson"]))
def test_any_bytes_are_judged_or_refused_as_a_whole(content: bytes, cut: int, name: str) -> None:
    for body in (content, gzip.compress(b"id,text\n" + content)[: -cut or None]):
        with suppress(UnusableObjectError):
            _assert_conserved(judge(body, TERMS, name=name))


def test_a_row_lost_on_the_way_is_an_error_and_nothing_is_published(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = ParquetSpool.append

    def losing(spool: ParquetSpool, batch: Any) -> None:  # noqa: ANN401 - an Arrow batch
        real(spool, batch.slice(0, max(0, batch.num_rows - 1)))

    monkeypatch.setattr(core.ParquetSpool, "append", losing)

    with pytest.raises(RowsNotConservedError, match="2 rows were read, but 1 accepted and 0"):
        judge_csv("id\n1\n2\n", TERMS)


def _bytes_of(row: dict[str, Any]) -> bytes:
    return row["raw_row"].encode() if row["raw_bytes"] is None else row["raw_bytes"]

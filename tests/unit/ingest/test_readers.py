"""Positions, bytes that are no rows, and files that are no files: format by format."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lambdas.ingest.errors import UnusableObjectError
from lambdas.ingest.readers import byte_source, lines
from tarn.contract.model import ColumnKind
from tests.unit.ingest.files import (
    column,
    compressed,
    contract,
    judge,
    judge_csv,
    judge_json,
)

THINGS = contract(column("id", required=True), column("note"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("id,note\na,1\nb,2\n", [("a", 2), ("b", 3)], id="plain"),
        pytest.param("id,note\na,1\nb,2", [("a", 2), ("b", 3)], id="no line end at the end"),
        pytest.param("id,note\r\na,1\r\nb,2\r\n", [("a", 2), ("b", 3)], id="CRLF"),
        pytest.param("\ufeffid,note\na,1\n", [("a", 2)], id="byte order mark"),
        pytest.param("\n\nid,note\n\na,1\n\r\n\nb,2\n\n", [("a", 5), ("b", 8)], id="blank lines"),
        pytest.param('id,note\na,"x\n\ny"\nb,2\n', [("a", 2), ("b", 5)], id="quoted line feeds"),
        pytest.param('id,note\r\n"a","x\r\ny"\r\nb,2\r\n', [("a", 2), ("b", 4)], id="quoted CRLF"),
        pytest.param('"id","note"\n"a","say ""hi"""\n', [("a", 2)], id="doubled quotes"),
        pytest.param("note,id\n1,a\n", [("a", 2)], id="other order"),
        pytest.param("id\na\n", [("a", 2)], id="optional column absent"),
        pytest.param("id,note\na,x\u2028y\x0bz\x85\nb,2\n", [("a", 2), ("b", 3)], id="odd spaces"),
        pytest.param("id,note\n", [], id="header only"),
    ],
)
def test_lines_of_csv_rows_are_physical(text: str, expected: list[tuple[str, int]]) -> None:
    judged = judge_csv(text, THINGS)

    assert [(row["id"], row["_source_line"]) for row in judged.accepted] == expected
    assert judged.rejected == []


def test_quoted_text_is_kept_to_the_byte() -> None:
    judged = judge_csv('id,note\na,"x\r\n,""y"""\n', THINGS)

    assert judged.column("note") == ['x\r\n,"y"']


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"a\nb,1\n", [(2, "field-count", b"a")], id="short"),
        pytest.param(b"a,1,2\nb,1\n", [(2, "field-count", b"a,1,2")], id="surplus"),
        pytest.param(b'a,"x\ny",3\nb,1\n', [(2, "field-count", b'a,"x\ny",3')], id="two lines"),
        pytest.param(b'a,"x"y\nb,1\n', [(2, "malformed", b'a,"x"y')], id="text after a quote"),
        pytest.param(b"a,x\ry\nb,1\n", [(2, "malformed", b"a,x\ry")], id="bare carriage return"),
        pytest.param(b"a,\xff\nb,1\n", [(2, "encoding", b"a,\xff")], id="no UTF-8"),
        pytest.param(
            b'a,"\xff\n"\nb,1\n', [(2, "encoding", b'a,"\xff\n"')], id="no UTF-8 in a quoted text"
        ),
    ],
)
def test_what_is_no_row_is_quarantined_with_its_bytes(
    content: bytes, expected: list[tuple[int, str, bytes]]
) -> None:
    judged = judge(b"id,note\n" + content, THINGS)

    found = [
        (row["line"], row["violations"][0]["rule"], row["raw_bytes"] or row["raw_row"].encode())
        for row in judged.rejected
    ]
    assert found == expected
    assert judged.column("id") == ["b"], "the row after it is judged on its own"


@pytest.mark.parametrize("ending", ["", "\nb,1\nc,2\n"], ids=["at the end", "in the middle"])
def test_a_quote_that_is_never_closed_costs_one_row(ending: str) -> None:
    judged = judge_csv('id,note\na,"never closed' + ending, THINGS)

    assert judged.rules == [(2, [(None, "malformed")])]
    assert judged.column("id") == (["b", "c"] if ending else [])


@pytest.mark.parametrize(
    ("limit", "value"), [("RECORD_BYTES_LIMIT", 10_000), ("RECORD_LINES_LIMIT", 1_000)]
)
def test_an_unclosed_quote_reaches_no_further_than_the_limit(
    limit: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"lambdas.ingest.readers.splitting.{limit}", value)
    monkeypatch.setattr(byte_source, "CHUNK_BYTES", 1 << 10)
    rows = "".join(f"{n},x\n" for n in range(20_000))

    judged = judge_csv('id,note\na,"never closed\n' + rows, THINGS)

    assert judged.rules == [(2, [(None, "malformed")])]
    assert judged.verdict.rows_accepted == 20_000


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_chunks_of_any_size_give_the_same_rows(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    content = (
        '\ufeffid,note\r\na,"x\r\n""y"""\r\n\r\nb,1,2\r\nc,"é\u2028"\r\n"d'.encode() + b"\xff\xfe,"
    )
    whole = judge(content, THINGS)

    monkeypatch.setattr(byte_source, "CHUNK_BYTES", size)

    assert judge(content, THINGS).accepted == whole.accepted
    assert (
        judge(content, THINGS).rules
        == whole.rules
        == [
            (5, [(None, "field-count")]),
            (7, [(None, "malformed")]),
        ]
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"\n\r\n\n", "the file is empty", id="blank"),
        pytest.param(b"note\n1\n", "the required column 'id' is missing", id="required missing"),
        pytest.param(b"id,note,id\n", "the column 'id' is there 2 times", id="repeated"),
        pytest.param(b"id,nota\n", "the column 'nota' is not in the contract", id="unknown"),
        pytest.param(b"\xff\xfei\x00d\x00\n\x00a\x00", "not UTF-8", id="UTF-16"),
        pytest.param(b'"id\na,1\n', "the header cannot be read", id="unclosed quote"),
        pytest.param(b"PAR1 and more", "another format", id="Parquet bytes"),
        pytest.param(compressed(compressed(b"id\n")), "more than once", id="gzip twice"),
    ],
)
def test_a_csv_file_without_a_usable_header_is_unusable(content: bytes, reason: str) -> None:
    with pytest.raises(UnusableObjectError, match=reason):
        judge(content, THINGS)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param("a.txt", b"id\n", "format of 'things/a.txt' is unknown", id="suffix"),
        pytest.param("csv", b"id\n", "unknown", id="no suffix"),
        pytest.param("a.csv.gz", b"id\na\n", "not gzip", id="gz that is none"),
        pytest.param("a.parquet", b"id\na\n", "another format", id="Parquet that is none"),
        pytest.param("a.parquet", b"PAR1 torn", "cannot be read as Parquet", id="torn Parquet"),
        pytest.param("a.csv.gz", compressed(b"id\na\n")[:-8] + b"damaged!", "damaged", id="CRC"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_unusable(
    name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(UnusableObjectError, match=reason):
        judge(content, THINGS, name=name)


@pytest.mark.parametrize("name", ["a.csv.gz", "a.CSV", "a.csv"])
def test_gzip_is_recognised_by_its_bytes(name: str) -> None:
    judged = judge(compressed(b"id\na\n") + compressed(b"b\n") + b"\0" * 512, THINGS, name=name)

    assert judged.column("id") == ["a", "b"], "of both members"


def test_a_file_cut_off_in_the_middle_keeps_its_good_rows() -> None:
    rows = "".join(f"{n},{n * n}\n" for n in range(5000))
    content = compressed(f"id,note\n{rows}".encode())

    judged = judge(content[: len(content) // 2], THINGS, name="a.csv.gz")

    count = judged.verdict.rows_accepted
    assert 1000 < count < 4000
    assert judged.column("id") == [str(n) for n in range(count)]
    [rest] = judged.rejected
    assert rest["line"] == count + 2
    assert rest["violations"][0]["rule"] == "cut-off"
    assert f"{count},{count * count}\n".startswith(rest["raw_row"]), "the torn line itself"


def test_a_decompression_bomb_is_read_in_small_chunks() -> None:
    bomb = compressed(b"\0" * (64 << 20))

    judged = judge(compressed(b"id\n") + bomb, THINGS, name="a.csv.gz")

    assert judged.rules == [(2, [(None, "oversized")])]
    assert len(judged.rejected[0]["raw_row"]) == 64 << 10


def test_an_endless_line_is_one_quarantined_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_source, "CHUNK_BYTES", 1 << 10)
    blocks = lines.line_blocks(
        byte_source.PlainBytes(
            byte_source.chunks_of(io.BytesIO(b"a\n" + b"x" * 50_000 + b"\nb\nc\n" + b"y" * 50_000))
        ),
        limit=10_000,
    )

    found = [(b.first_line, b.data, [r.line for r in b.rejects]) for b in blocks]

    assert b"".join(data for _, data, _ in found) == b"a\nb\nc\n"
    assert [line for _, _, rejects in found for line in rejects] == [2, 5]
    assert [line for line, data, _ in found if data] == [1, 3]


def test_ndjson_lines_are_judged_one_by_one() -> None:
    judged = judge_json(
        '{"id": "a"}\r\n\n{"note": "x", "id": "b"}\n{"id": "c"',
        contract(column("id"), column("note")),
    )

    assert [(row["id"], row["_source_line"]) for row in judged.accepted] == [("a", 1), ("b", 3)]
    assert judged.rules == [(4, [(None, "malformed")])]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        pytest.param(b"[1]", "malformed", id="array"),
        pytest.param(b'{"id": "a"} {}', "malformed", id="two values"),
        pytest.param(b'{"id": NaN}', "malformed", id="NaN"),
        pytest.param(b'{"id": "a", "id": "b"}', "malformed", id="repeated field"),
        pytest.param(b'{"id": ' + b"[" * 100_000 + b"}", "malformed", id="nested to death"),
        pytest.param(b'{"id": ' + b"1" * 5000 + b"}", "malformed", id="number without end"),
        pytest.param(b'{"id": "\xff"}', "encoding", id="no UTF-8"),
        pytest.param(b'{"id": "a\x00b"}', "malformed", id="NUL"),
        pytest.param(b"{}", "required", id="required field missing"),
        pytest.param(b'{"id": null}', "required", id="null"),
    ],
)
def test_a_bad_json_line_is_quarantined_alone(line: bytes, rule: str) -> None:
    judged = judge(line + b'\n{"id": "b"}\n', THINGS, name="a.jsonl")

    assert judged.column("id") == ["b"]
    [row] = judged.rejected
    assert (row["line"], row["violations"][0]["rule"]) == (1, rule)
    assert (row["raw_bytes"] or row["raw_row"].encode()) == line


def test_parquet_keeps_types_and_counts_rows() -> None:
    terms = contract(
        column("id", ColumnKind.INTEGER, maximum="2"),
        column("t", ColumnKind.TIMESTAMP),
        column("d", ColumnKind.DATE),
        column("m", ColumnKind.DECIMAL, precision=5, scale=2),
        column("f", ColumnKind.DOUBLE),
        column("s"),
    )
    time = dt.datetime(2013, 1, 1, 10, tzinfo=dt.UTC)
    content = _parquet(
        id=pa.array([1, 2, 3], pa.int16()),
        t=pa.array([time] * 3, pa.timestamp("ms", tz="America/New_York")),
        d=pa.array([dt.date(2013, 1, 1)] * 3),
        m=pa.array([Decimal("1.5"), Decimal("1.005"), None], pa.decimal128(10, 3)),
        f=pa.array([0.5, float("nan"), None], pa.float32()),
        s=pa.array(["x", "y", "z"]).dictionary_encode(),
    )

    judged = judge(content, terms, name="a.parquet")

    [row] = judged.accepted
    assert [row[name] for name in ("id", "t", "d", "m", "f", "s", "_source_line")] == [
        1, time, dt.date(2013, 1, 1), Decimal("1.50"), 0.5, "x", 1,
    ]  # fmt: skip
    assert judged.rules == [
        (2, [("m", "type"), ("f", "type")]),
        (3, [("id", "range")]),
    ]


def test_a_parquet_time_finer_than_microseconds_is_not_cut() -> None:
    content = _parquet(id=pa.array([1_000, 1_001], pa.timestamp("ns", tz="UTC")))

    judged = judge(content, contract(column("id", ColumnKind.TIMESTAMP)), name="a.parquet")

    assert judged.verdict.rows_accepted == 1
    assert judged.rules == [(2, [("id", "type")])]


def test_a_parquet_column_of_another_type_makes_the_file_unusable() -> None:
    with pytest.raises(UnusableObjectError, match="id is string, not integer"):
        judge(
            _parquet(id=pa.array(["1"])),
            contract(column("id", ColumnKind.INTEGER)),
            name="a.parquet",
        )


def _parquet(**columns: pa.Array) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()

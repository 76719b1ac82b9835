"""The native engine and the law in Python give the same verdicts, words and values on any file."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import suppress
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lambdas.ingest.errors import SurplusColumnsError, UnusableObjectError
from lambdas.ingest.native.library import find_library
from lambdas.ingest.native.patterns import pattern_table
from lambdas.ingest.readers import byte_source, splitting
from tarn.contract.model import Column, ColumnKind
from tarn.contract.rules import SchemaChange
from tests.unit.ingest.files import Judged, column, contract, judge

COLUMNS: Final[tuple[Column, ...]] = (
    column("id", ColumnKind.INTEGER, required=True, unique=True, minimum="-5", maximum="60"),
    column("small", ColumnKind.DECIMAL, precision=5, scale=2, minimum="-10.00", maximum="99.5"),
    column("large", ColumnKind.DECIMAL, precision=38, scale=3),
    column("ratio", ColumnKind.DOUBLE, minimum="-1e3"),
    column("yes", ColumnKind.BOOLEAN),
    column("day", ColumnKind.DATE, maximum="2026-12-31"),
    column("local", ColumnKind.DATE, date_format="dd.MM.yyyy"),
    column("time", ColumnKind.TIMESTAMP, minimum="1900-01-01T00:00:00Z"),
    column("zoned", ColumnKind.TIMESTAMP, zone_required=True),
    column("told", ColumnKind.TIMESTAMP, date_format="yyyyMMdd'T'HHmmssSSSXXX"),
    column("code", pattern="[A-Z]{2}|x+é?"),
    column("state", enum=("new", "paid", "é")),
    column("note", min_length=1, max_length=4),
    column("looked", pattern="(?=a)ab*"),
    column("rank", ColumnKind.INTEGER, enum=("1", "2")),
)
TERMS: Final = contract(*COLUMNS, null_markers=("", "NA", '"'))
_SEED: Final = st.sampled_from(
    [
        "", "NA", "0", "-0", "007", "5.7", "1e3", " 5 ", "1_000", "nan", "inf", "-inf", "1.", ".5",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "99.500", "99.501",
        "1e308", "1e309", "-1.5E-3", "0.1234567890123456789", "123456789012345678", "1" * 40,
        "true", "FALSE", "tRue", "2026-02-28", "2026-02-29", "2024-02-29", "0000-01-01",
        "9999-12-31", "2026-13-01", "29.02.2024", "2026-01-01T00:00:00Z", "2026-01-01 23:59:60Z",
        "2026-01-01T00:00:00", "2026-01-01T00:00:00.123456+18:00", "0001-01-01T00:00:00+18:59",
        "2026-01-01T00:00:00.1234567Z", "2026-01-01T00:00:00-19:00", "20260101T235959999Z",
        "AB", "xxx", "xé", "é", "new", "a\nb", 'a"b', '"', "ab", "abbb", "\u0661", "T", "\x00",
    ]
)  # fmt: skip
_CELLS: Final = st.one_of(
    _SEED,
    st.integers(-100, 100).map(str),
    st.floats().map(str),
    st.decimals(-100, 100, places=2).map(str),
    st.dates().map(str),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    st.text(alphabet='0123456789+-.eE_ :TZ"\n\r,é\U0001f600xAB', max_size=8),
)
_PIECES: Final = st.sampled_from(
    [b"\n", b"\r\n", b"\r", b'"', b'""', b",", b"1", b"ab", b"\xff", b"\x00", b"\xc3", b"\xc3\xa9"]
)


def _facts(judged: Judged) -> tuple[object, ...]:
    rejected = sorted(judged.rejected, key=lambda row: row["line"])
    return judged.verdict.rows_read, judged.accepted, rejected


def assert_equal_verdicts(content: bytes, name: str = "file.csv") -> None:
    """Judge a file both ways."""
    with suppress(UnusableObjectError):
        expected = judge(content, TERMS, name=name, law_only=True)
        assert _facts(judge(content, TERMS, name=name)) == _facts(expected)
        return
    with pytest.raises(UnusableObjectError):
        judge(content, TERMS, name=name)


def test_the_engine_is_there() -> None:
    assert find_library() is not None, "run `make setup`: without it the tests compare nothing"


@given(
    rows=st.lists(st.lists(_CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_cells_are_judged_alike(rows: list[list[str]], end: str, quoting: int) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=end, quoting=quoting)  # pyright: ignore[reportArgumentType]
    writer.writerows([[one.name for one in COLUMNS], *rows])

    assert_equal_verdicts(text.getvalue().encode())


@pytest.mark.parametrize("cell", ["", "1", "0.00", "-0.00", "1E5", "+1", "1,5", "é", "2026-01-01"])
@pytest.mark.parametrize("name", [one.name for one in COLUMNS])
def test_each_kind_judges_each_cell_alike(name: str, cell: str) -> None:
    assert_equal_verdicts(f'id,{name}x\n1,"{cell}"\n'.replace(f"id,{name}x", f"id,{name}").encode())


_JSON_CELLS: Final = st.one_of(
    _SEED.map(json.dumps),
    _CELLS.map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.integers(-100, 100).map(str),
    st.sampled_from(
        ["null", "true", "false", "-0", "0.0", "-0.0", "1e2", "1E+2", "99.500", "99.501", "01",
         "+1", ".5", "1.", "NaN", "-", "1" * 30, "1" * 5000, "[]", "[1]", '{"a": 1}', "nul", '"a',
         '"\\u00e9"',
         '"\\ud83d\\ude00"', '"\\ud800"', '"\\x"', '"\\u12"', '"\t"', '"\\t\\"\\\\\\/"', "7 "]
    ),
)  # fmt: skip
_NAMES: Final = st.sampled_from([*(one.name for one in COLUMNS), "more", "i\\u0064", "id "])
_SPACES: Final = st.sampled_from(["", " ", "\t", "\r", "\x0b"])


@st.composite
def _json_line(draw: st.DrawFn) -> str:
    cells = {one.name: draw(_JSON_CELLS) for one in COLUMNS if draw(st.integers(0, 3))}
    fields = [*cells.items(), *draw(st.lists(st.tuples(_NAMES, _JSON_CELLS), max_size=1))]
    if draw(st.booleans()):
        fields.reverse()
    space = draw(_SPACES)
    return (
        f"{space}{{{space}" + f",{space}".join(f'"{n}":{space}{c}' for n, c in fields) + "}" + space
    )


@given(
    lines=st.lists(_json_line() | st.sampled_from(["", " ", "{}", "{", "7", "\xff", "{} {}"])),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_lines_of_json_are_judged_alike(lines: list[str], end: str) -> None:
    content = end.join(lines).encode("latin-1", "replace")

    assert_equal_verdicts(content, "file.ndjson")
    assert_equal_verdicts(end.join(lines).encode(), "file.ndjson")


@given(
    lines=st.lists(_json_line(), max_size=6),
    mode=st.sampled_from([SchemaChange.EVOLVE, SchemaChange.PERMISSIVE, SchemaChange.STRICT]),
)
def test_fields_that_a_mode_takes_are_judged_alike(lines: list[str], mode: SchemaChange) -> None:
    terms = replace(TERMS, schema_change=mode)
    content = "\n".join(lines).encode()
    facts: list[object] = []
    for law_only in (True, False):
        try:
            facts.append(_facts(judge(content, terms, name="a.jsonl", law_only=law_only)))
        except (UnusableObjectError, SurplusColumnsError) as error:
            facts.append(str(error))
    assert facts[0] == facts[1]


@pytest.mark.parametrize("room", [1, 2, 3])
def test_little_room_changes_no_verdict(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdas.ingest.readers.native_json._BATCH_ROWS", room)
    monkeypatch.setattr("lambdas.ingest.readers.native_json._IRREGULAR_ROOM", 2)
    content = b'{"id":1}\n{"id":[]}\n7\n{"id":2,"x":1}\n\n{"id":2}\n{"id":\n8\n{"id":3}'

    assert_equal_verdicts(content, "file.ndjson")


@given(
    pieces=st.lists(
        st.sampled_from([*b'{}[]:,"\\ \n\r09eE.-u', *b"trufalsn"]).map(lambda b: bytes([b])),
        max_size=30,
    )
)
def test_any_marks_of_json_are_judged_alike(pieces: list[bytes]) -> None:
    for before in (b"", b'{"id":', b'{"note":"'):
        assert_equal_verdicts(before + b"".join(pieces), "file.ndjson")


@example(pieces=[b'"', b"ab", b"\n", b"1"], size=1, lines=1)
@example(pieces=[b'"', b"\n", b"\n", b"\n", b"\n", b"\xff"], size=3, lines=2)
@given(
    pieces=st.lists(_PIECES, max_size=40),
    size=st.sampled_from([1, 3, 7, 1 << 20]),
    lines=st.sampled_from([1, 2, 50_000]),
)
def test_broken_texts_are_split_alike(pieces: list[bytes], size: int, lines: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(byte_source, "CHUNK_BYTES", size)
        patch.setattr(splitting, "RECORD_LINES_LIMIT", lines)
        assert_equal_verdicts(b"id,note\n" + b"".join(pieces))


@given(content=st.binary(max_size=200))
def test_any_bytes_are_judged_alike(content: bytes) -> None:
    assert_equal_verdicts(content, "file.ndjson")
    assert_equal_verdicts(b'{"note":"' + content + b'"}', "file.ndjson")
    assert_equal_verdicts(content)
    assert_equal_verdicts(b"id,note\n" + content)


@settings(max_examples=300)
@given(
    pattern=st.lists(
        st.sampled_from(
            ["a", "[a-c]", "[^b]", ".", r"\d", r"\w", r"\S", "*", "+?", "{1,3}", "?", "|", "(", ")",
             "^", "$", r"\-", "[^\\d]", "{2}", "é"]
        ),
        max_size=8,
    ).map("".join),
    text=st.text(alphabet="abc1 -\n_é", max_size=6),
)  # fmt: skip
def test_a_table_of_a_pattern_has_its_language(pattern: str, text: str) -> None:
    try:
        compiled = re.compile(pattern, re.ASCII)
    except re.error:
        return
    table = pattern_table(pattern)
    if table is None or not text.isascii():
        return
    state = 2
    for byte in text.encode():
        state = table.table[state * 256 + byte]
    assert table.ends[state] == (compiled.fullmatch(text) is not None)

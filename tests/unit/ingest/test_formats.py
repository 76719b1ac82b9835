"""Dialects, encodings, compressions and JSON arrays: the same rows, however they are written."""

from __future__ import annotations

import bz2
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.ingest.errors import UnusableObjectError
from lambdas.ingest.readers import byte_source, compression, json_arrays
from tarn.contract.dialect import ENCODINGS, Dialect
from tarn.contract.model import Contract
from tests.unit.ingest.files import column, compressed, contract, judge

THINGS = contract(column("id", required=True), column("note"))
ROWS = [("a", 'x "y"'), ("b", "1,2;3\t4"), ("c", "line\nfeed"), ("d", "")]


def zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return sink.getvalue().to_pybytes()


def speaking(**dialect: Any) -> Contract:  # noqa: ANN401 - the fields of a dialect
    return replace(THINGS, dialect=Dialect(**dialect))


@pytest.mark.parametrize(
    ("name", "dialect", "text"),
    [
        ("a.csv", {}, 'id,note\na,"x ""y"""\nb,"1,2;3\t4"\nc,"line\nfeed"\nd,\n'),
        ("a.tsv", {}, 'id\tnote\na\t"x ""y"""\nb\t"1,2;3\t4"\nc\t"line\nfeed"\nd\t\n'),
        (
            "a.csv",
            {"delimiter": ";", "quote_char": "'"},
            "id;note\na;x \"y\"\nb;'1,2;3\t4'\nc;'line\nfeed'\nd;\n",
        ),
        (
            "a.tsv",
            {"quote_char": None, "escape_char": "\\"},
            'id\tnote\na\tx "y"\nb\t1,2;3\\\t4\nc\tline\\\nfeed\nd\t\n',
        ),
        (
            "a.csv",
            {"escape_char": "\\"},
            'id,note\na,"x \\"y\\""\nb,1\\,2;3\t4\nc,line\\\nfeed\nd,\n',
        ),
        ("a.csv", {"header": False}, 'a,"x ""y"""\nb,"1,2;3\t4"\nc,"line\nfeed"\nd,\n'),
    ],
)
@pytest.mark.parametrize("law_only", [False, True])
def test_a_dialect_is_a_way_to_write_the_same_rows(
    name: str, dialect: dict[str, Any], text: str, law_only: bool
) -> None:
    judged = judge(text.encode(), speaking(**dialect), name=name, law_only=law_only)

    assert judged.rejected == []
    found = [(row["id"], row["note"] or "") for row in judged.accepted]
    assert found == ROWS
    first = 1 if dialect.get("header") is False else 2
    lines = [row["_source_line"] - first for row in judged.accepted]
    assert lines == [0, 1, 2, 4], "the lines of the file"


def test_text_without_quoting_keeps_its_quotes() -> None:
    judged = judge(b'id\tnote\n"a\t"\n', speaking(quote_char=None), name="a.tsv")

    assert [(row["id"], row["note"]) for row in judged.accepted] == [('"a', '"')]


def test_a_file_without_header_has_the_width_of_the_contract() -> None:
    judged = judge(b"a,1\nb\nc,1,2\n", speaking(header=False))

    assert judged.column("id") == ["a"]
    assert judged.rules == [(2, [(None, "field-count")]), (3, [(None, "field-count")])]


@pytest.mark.parametrize("law_only", [False, True])
def test_a_torn_file_without_header_and_rows_says_so(law_only: bool) -> None:
    """Found by hostile files: the reject of a first block without rows was lost."""
    judged = judge(compressed(b"a")[:2], speaking(header=False), law_only=law_only)

    assert judged.rules == [(1, [(None, "cut-off")])]


def test_a_file_without_header_and_rows_is_an_empty_file() -> None:
    assert judge(b"", speaking(header=False)).verdict.rows_read == 0


@pytest.mark.parametrize("encoding", sorted(ENCODINGS))
def test_every_encoding_is_read_as_a_stream(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_source, "CHUNK_BYTES", 3)
    word = "näher".encode(encoding, "ignore").decode(encoding)
    content = f'id,note\r\na,"{word}\n1"\r\nb,2\r\n'.encode(encoding)

    judged = judge(content, speaking(encoding=encoding))

    assert [(row["id"], row["note"], row["_source_line"]) for row in judged.accepted] == [
        ("a", f"{word}\n1", 2),
        ("b", "2", 4),
    ]


@pytest.mark.parametrize(
    ("encoding", "wrong"),
    [("windows-1252", b"\x81"), ("us-ascii", b"\xe4"), ("shift_jis", b"\xfd"), ("euc-jp", b"\xff")],
)
def test_bytes_that_an_encoding_does_not_have_cost_their_row(encoding: str, wrong: bytes) -> None:
    judged = judge(b"id,note\na," + wrong + b"\nb,2\n", speaking(encoding=encoding))

    assert judged.rules == [(2, [(None, "encoding")])]
    assert judged.rejected[0]["raw_bytes"] == b"a," + wrong
    assert judged.column("id") == ["b"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.ndjson"])
def test_a_text_without_its_byte_order_mark_is_unusable(encoding: str, name: str) -> None:
    """Found by hostile files: it was an error of the function, and would have come back."""
    with pytest.raises(UnusableObjectError, match=f"is not {encoding}"):
        judge(b"0,0,0,0,0,0\n", speaking(encoding=encoding), name=name)


def test_half_a_character_at_the_end_costs_its_row() -> None:
    content = "id,note\na,1\nb,2".encode("utf-16")[:-1]

    judged = judge(content, speaking(encoding="utf-16"))

    assert judged.column("id") == ["a"]
    assert judged.rules == [(3, [(None, "encoding")])]


@pytest.mark.parametrize(
    ("pack", "suffix"), [(compressed, "gz"), (bz2.compress, "bz2"), (zstd, "zst"), (zstd, "zstd")]
)
def test_each_compression_is_known_by_its_bytes_and_its_suffix(
    pack: Callable[[bytes], bytes], suffix: str
) -> None:
    content = pack(b"id\na\n") + pack(b"b\n")
    for name in (f"a.csv.{suffix}", "a.csv", f"a.CSV.{suffix.upper()}"):
        assert judge(content, THINGS, name=name).column("id") == ["a", "b"], "of both members"
    with pytest.raises(UnusableObjectError, match="more than once"):
        judge(pack(pack(b"id\n")), THINGS)
    with pytest.raises(UnusableObjectError, match="but the content is not"):
        judge(b"id\na\n", THINGS, name=f"a.csv.{suffix}")


@pytest.mark.parametrize(("pack", "suffix"), [(bz2.compress, "bz2"), (zstd, "zst")])
def test_a_compressed_file_cut_off_keeps_its_good_rows(
    pack: Callable[[bytes], bytes], suffix: str
) -> None:
    rows = "".join(f"{n},{n * n * 7919}\n" for n in range(200_000))
    content = pack(f"id,note\n{rows}".encode())

    judged = judge(content[: len(content) * 3 // 4], THINGS, name=f"a.csv.{suffix}")

    count = judged.verdict.rows_accepted
    assert 50_000 < count < 190_000
    assert judged.column("id") == [str(n) for n in range(count)]
    assert judged.rules == [(count + 2, [(None, "cut-off")])]


@pytest.mark.parametrize(("pack", "suffix"), [(bz2.compress, "bz2"), (zstd, "zst")])
def test_damaged_content_makes_a_file_unusable(pack: Callable[[bytes], bytes], suffix: str) -> None:
    rows = "".join(f"{n},{n * n}\n" for n in range(90_000))
    content = bytearray(pack(f"id,note\n{rows}".encode()))
    content[len(content) // 2 : len(content) // 2 + 900] = b"damaged! " * 100

    with pytest.raises(UnusableObjectError, match="damaged before byte"):
        judge(bytes(content), THINGS, name=f"a.csv.{suffix}")


@pytest.mark.parametrize("pack", [compressed, bz2.compress, zstd])
def test_a_decompression_bomb_is_refused_as_a_whole(
    pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compression, "EXPANSION_BYTES", 4 << 20)

    with pytest.raises(UnusableObjectError, match="decompression bomb"):
        judge(pack(b"id\n" + b"a\n" * (8 << 20)), THINGS)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_elements_of_an_array_are_rows_by_ordinal(
    size: int, indent: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(byte_source, "CHUNK_BYTES", size)
    objects = [{"id": "a", "note": '],{"\\'}, {"id": "b"}, {"note": "x"}, {"id": "c", "note": None}]
    content = "\ufeff \r\n" + json.dumps(objects, indent=indent) + "\n"

    judged = judge(content.encode(), THINGS, name="a.json")

    found = [(row["id"], row["note"], row["_source_line"]) for row in judged.accepted]
    assert found == [("a", '],{"\\', 1), ("b", None, 2), ("c", None, 4)]
    assert judged.rules == [(3, [("id", "required")])]


@pytest.mark.parametrize(
    ("element", "rule"),
    [
        ('{"id": }', "malformed"),
        ('{"id": "x"} {}', "malformed"),
        ('{"id": "x", "id": "y"}', "malformed"),
        ("", "malformed"),
        ("7", "malformed"),
        ('{"id": ["x", {"y": "]"}]}', "type"),
        ('{"id": "a\nb"}', "malformed"),
        ('{"id": "x"}}', "malformed"),
        ('"id": "x"', "malformed"),
    ],
)
def test_a_bad_element_is_quarantined_alone(element: str, rule: str) -> None:
    content = f'[{{"id": "a"}}, {element} , {{"id": "b"}}]'

    judged = judge(content.encode(), THINGS, name="a.json")

    assert judged.column("id") == ["a", "b"]
    [row] = judged.rejected
    assert (row["line"], row["violations"][0]["rule"]) == (2, rule)
    assert row["raw_row"] == element


def test_runs_of_brackets_are_counted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by hostile files: an array nested to death took 1.6 µs a bracket."""
    content = b'[{"id":"a"},' + b"[" * 3_000_000 + b"]" * 3_000_000 + b',{"id":"b"}]'
    monkeypatch.setattr(json_arrays, "RECORD_BYTES_LIMIT", 1 << 20)
    began = time.process_time()

    judged = judge(content, THINGS, name="a.json")

    assert judged.column("id") == ["a", "b"]
    assert judged.rules == [(2, [(None, "oversized")])]
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("content", "line", "rule", "raw"),
    [
        ('[{"id": "a"}, {"id": "b', 2, "cut-off", '{"id": "b'),
        ('[{"id": "a"}', 1, "cut-off", '{"id": "a"}'),
        ('[{"id": "a"},', 2, "cut-off", ""),
        ("[", 1, "cut-off", ""),
        ('[{"id": "a"}] x', 2, "malformed", "x"),
        ('[{"id": "a"}, {"id": [}]', 2, "cut-off", '{"id": [}]'),
    ],
)
def test_an_array_that_does_not_end_well_keeps_its_rows(
    content: str, line: int, rule: str, raw: str
) -> None:
    judged = judge(content.encode(), THINGS, name="a.json")

    assert judged.column("id") == ["a"] * (line - 1)
    assert judged.rules == [(line, [(None, rule)])]
    assert judged.rejected[0]["raw_row"] == raw


def test_an_endless_element_is_one_quarantined_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_source, "CHUNK_BYTES", 7)
    monkeypatch.setattr(json_arrays, "RECORD_BYTES_LIMIT", 100)
    long = json.dumps({"id": "x" * 500, "note": [["]"]]})
    short = '{"id": "a"}'

    judged = judge(f"[{short}, {long}, {short}]".encode(), THINGS, name="a.json")

    assert judged.verdict.rows_read == 3
    assert judged.rules == [(2, [(None, "oversized")])]
    assert f"has {len(long)} bytes" in judged.rejected[0]["violations"][0]["message"]


@pytest.mark.parametrize("name", ["a.json", "a.ndjson"])
@pytest.mark.parametrize("law_only", [False, True])
def test_long_objects_are_not_parsed(name: str, law_only: bool) -> None:
    """Found by hostile files: four million empty arrays in a row took 460 MiB."""
    rows = [b'{"id":"a"}', b'{"id":"' + b"x" * (4 << 20) + b'"}', b'{"id":"b"}']
    text = b"[" + b",".join(rows) + b"]" if name == "a.json" else b"\n".join(rows)

    judged = judge(text, THINGS, name=name, law_only=law_only)

    assert judged.column("id") == ["a", "b"]
    assert judged.rules == [(2, [(None, "oversized")])]


@pytest.mark.parametrize("content", ["[]", " [ ] \n"])
def test_an_empty_array_has_no_rows(content: str) -> None:
    assert judge(content.encode(), THINGS, name="a.json").verdict.rows_read == 0


def test_lines_of_objects_are_read_under_the_suffix_of_json_too() -> None:
    judged = judge(b'\n{"id": "a"}\n{"id": "b"}\n', THINGS, name="a.json")

    assert [(row["id"], row["_source_line"]) for row in judged.accepted] == [("a", 2), ("b", 3)]


def test_an_empty_json_file_is_unusable() -> None:
    with pytest.raises(UnusableObjectError, match="holds no JSON"):
        judge(b" \n", THINGS, name="a.json")


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(
    objects=st.lists(st.dictionaries(st.sampled_from(["id", "note", "more"]), _VALUES) | _VALUES),
    indent=st.sampled_from([None, 1]),
    size=st.sampled_from([1, 5, 1 << 20]),
)
def test_every_element_is_found_once(objects: list[object], indent: int | None, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(byte_source, "CHUNK_BYTES", size)
        judged = judge(json.dumps(objects, indent=indent).encode(), THINGS, name="a.json")

    assert judged.verdict.rows_read == len(objects)
    lines = [row["_source_line"] for row in judged.accepted] + [r["line"] for r in judged.rejected]
    assert sorted(lines) == list(range(1, len(objects) + 1))

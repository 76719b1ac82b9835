"""Hostile files: well-formed ones of every format, spoilt in structure and in bytes."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from tarn.contract.dialect import Dialect
from tarn.contract.model import Column, ColumnKind, ColumnType, Contract
from tarn.contract.rules import SchemaChange

Row = list[str]


@dataclass(frozen=True, kw_only=True)
class HostileFile:
    """An object as somebody might put it into the landing bucket."""

    key: str
    content: bytes
    contract: Contract

    def __repr__(self) -> str:
        terms = self.contract
        return (
            f"hostile(key={self.key!r}, content={self.content!r}, dialect={terms.dialect!r}, "
            f"schema_change={terms.schema_change!r})"
        )


def _column(name: str, kind: ColumnKind = ColumnKind.STRING, **rules: Any) -> Column:  # noqa: ANN401
    digits = {"precision": 9, "scale": 2} if kind is ColumnKind.DECIMAL else {}
    return Column(name=name, type=ColumnType(kind=kind, **digits), **rules)


THINGS: Final = Contract(
    dataset="things",
    version="1.0.0",
    title="Things",
    description="Things of hostile files.",
    owner="testers",
    key=("id",),
    null_markers=("", "NA"),
    columns=(
        _column("id", ColumnKind.INTEGER, required=True, unique=True, maximum="60"),
        _column("note", max_length=6),
        _column("amount", ColumnKind.DECIMAL, minimum="0"),
        _column("ratio", ColumnKind.DOUBLE),
        _column("day", ColumnKind.DATE),
        _column("code", pattern="[A-Z]{2}|(a+)+b"),
    ),
)
_NAMES: Final = list(THINGS.column_names)
_ENCODINGS: Final = ("utf-8", "utf-8", "utf-8", "windows-1252", "utf-16", "shift_jis")

_CELLS: Final = st.one_of(
    st.integers(-5, 70).map(str),
    st.sampled_from(
        [
            "", "NA", "nan", "1e3", "1_000", " 5 ", "9" * 40, "0.10", "-1.5", "2026-02-30",
            "2026-02-28", "=1+1", "+cmd|' /C calc'!A0", "@SUM(A1:A9)", "-2+3", "a" * 30, "AB",
            "\x00", "a\x00b", "\r", "\n", '"', "''", ",", ";", "\t", "\ufeff", "\u2028", "\x85",
            "null", "{}", "[", "\\", "\\N", "é", "\U0001f600", "\u202eabc", "e\u0301",
        ]
    ),
    st.text(max_size=8),
)  # fmt: skip
_HEADERS: Final = st.one_of(
    st.just(_NAMES),
    st.permutations(_NAMES),
    st.sampled_from([["id"], ["id", "id"], [*_NAMES, "id"], [], [""], [*_NAMES, "more"], ["ID"]]),
    st.lists(st.text(max_size=5), max_size=8),
    st.integers(100, 3000).map(lambda count: [f"c{n}" for n in range(count)]),
)
_JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
_KEYS: Final = st.text(
    st.characters(exclude_categories=("Cs",)), min_size=0, max_size=40
) | st.sampled_from(["../../etc/passwd", "a b+c%2B", "//", ".", "\x7f", "é" * 300, "x" * 900])


@st.composite
def hostile_files(draw: st.DrawFn) -> HostileFile:
    """Draw a file of any format, in most cases spoilt."""
    dialect = draw(_dialects())
    contract = replace(
        THINGS, dialect=dialect, schema_change=draw(st.sampled_from(list(SchemaChange)))
    )
    suffix = draw(st.sampled_from([".csv", ".csv", ".tsv", ".ndjson", ".json", ".parquet", ".txt"]))
    content = draw(_contents(suffix, dialect))
    content = draw(_spoilt(content))
    pack, ending = draw(st.sampled_from(_PACKINGS))
    content = pack(content)
    if draw(st.integers(0, 3)) == 0:
        content = draw(_spoilt(content))
    name = draw(_KEYS)
    claimed = draw(st.sampled_from(["", ending, ending, ".gz"]))
    key = f"things/{name}{suffix}{claimed}".encode()[-1024:].decode("utf-8", "ignore")
    return HostileFile(key=key, content=content, contract=contract)


@st.composite
def _dialects(draw: st.DrawFn) -> Dialect:
    if draw(st.booleans()):
        return Dialect()
    return Dialect(
        delimiter=draw(st.sampled_from([None, ";", "|", "\x01"])),
        quote_char=draw(st.sampled_from(['"', "'", None])),
        escape_char=draw(st.sampled_from([None, None, "\\"])),
        header=draw(st.booleans()),
        encoding=draw(st.sampled_from(_ENCODINGS)),
    )


@st.composite
def _contents(draw: st.DrawFn, suffix: str, dialect: Dialect) -> bytes:
    if suffix == ".parquet":
        return draw(_parquets())
    if suffix in (".ndjson", ".json"):
        text = draw(_json_texts(array=suffix == ".json"))
    else:
        text = draw(_delimited_texts(dialect, "\t" if suffix == ".tsv" else ","))
    marks = draw(st.sampled_from(["", "", "\ufeff"]))
    encoding = draw(st.sampled_from([dialect.encoding, dialect.encoding, *_ENCODINGS]))
    return f"{marks}{text}".encode(encoding, "replace")


@st.composite
def _delimited_texts(draw: st.DrawFn, dialect: Dialect, delimiter: str) -> str:
    header = draw(_HEADERS)
    width = st.sampled_from([len(_NAMES), len(_NAMES), len(header) % 9, 1, 0, 40])
    rows = draw(
        st.lists(width.flatmap(lambda n: st.lists(_CELLS, min_size=n, max_size=n)), max_size=12)
    )
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=dialect.delimiter or delimiter,
        quotechar=dialect.quote_char or '"',
        escapechar=dialect.escape_char or "\\",
        quoting=csv.QUOTE_MINIMAL if dialect.quote_char else csv.QUOTE_NONE,
        lineterminator=draw(st.sampled_from(["\n", "\r\n", "\n\n", "\r"])),
    )
    for row in [header, *rows] if dialect.header and draw(st.integers(0, 9)) else rows:
        # The writer refuses an empty field alone where there are no quotes.
        writer.writerow(row if dialect.quote_char or row != [""] else [])
    return text.getvalue()


@st.composite
def _json_texts(draw: st.DrawFn, *, array: bool) -> str:
    fields = st.dictionaries(st.sampled_from([*_NAMES, "more"]), _JSON | _CELLS, max_size=7)
    rows = draw(st.lists(fields | _JSON, max_size=10))
    texts = [json.dumps(row, ensure_ascii=draw(st.booleans())) for row in rows]
    if draw(st.integers(0, 9)) == 0:
        depth = draw(st.sampled_from([10, 1000, 100_000]))
        texts.append('{"id":' * depth if draw(st.booleans()) else "[" * depth)
    if draw(st.integers(0, 9)) == 0:
        texts.append(f'{{"id": {"1" * draw(st.sampled_from([20, 4300, 4301, 50_000]))}}}')
    if array and draw(st.integers(0, 5)):
        between = draw(st.sampled_from([",", ", ", ",\n", ",,"]))
        return f"[{between.join(texts)}" + draw(st.sampled_from(["]", "]", "", "]]", "] {}"]))
    return "\n".join(texts)


@st.composite
def _parquets(draw: st.DrawFn) -> bytes:
    rows = draw(st.integers(0, 5))
    columns: dict[str, pa.Array] = {}
    for name in draw(st.sampled_from([_NAMES, ["id"], [*_NAMES, "more"]])):
        kind = draw(st.sampled_from(_ARROW))
        columns[name] = pa.array(draw(st.lists(_VALUES[kind], min_size=rows, max_size=rows)), kind)
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


_VALUES: Final[dict[pa.DataType, st.SearchStrategy[Any]]] = {
    pa.int64(): st.none() | st.integers(-(2**63), 2**63 - 1),
    pa.int8(): st.none() | st.integers(-128, 127),
    pa.string(): st.none() | st.text(max_size=9),
    pa.float64(): st.none() | st.floats(),
    pa.date32(): st.none() | st.dates(),
    pa.timestamp("ns", tz="UTC"): st.none() | st.integers(-(2**60), 2**60),
    pa.binary(): st.none() | st.binary(max_size=5),
    pa.list_(pa.int64()): st.none() | st.lists(st.integers(0, 5), max_size=3),
}
_ARROW: Final = list(_VALUES)
_PACKINGS: Final[list[tuple[Callable[[bytes], bytes], str]]] = [
    (bytes, ""),
    (bytes, ""),
    (lambda content: gzip.compress(content, mtime=0), ".gz"),
    (bz2.compress, ".bz2"),
    (lambda content: pa.Codec("zstd").compress(content, asbytes=True), ".zst"),
    (lambda content: gzip.compress(gzip.compress(content, mtime=0), mtime=0), ".gz"),
]
_PIECES: Final = st.sampled_from(
    [b"\x00", b"\xff", b"\n", b"\r", b'"', b"'", b",", b"\\", b"{", b"]", b"\xef\xbb\xbf", b"\xc3",
     b"\xff\xfe", b"PAR1", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x00" * 300, b"a" * 70_000]
)  # fmt: skip


@st.composite
def _spoilt(draw: st.DrawFn, content: bytes) -> bytes:
    """Cut, insert, delete, double and overwrite a few times."""
    for _ in range(draw(st.sampled_from([0, 0, 1, 2, 5]))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from([0, 1, 4, 100])))
        match draw(st.sampled_from(["cut", "insert", "delete", "double", "overwrite"])):
            case "cut":
                content = content[:start]
            case "insert":
                content = content[:start] + draw(_PIECES) + content[start:]
            case "delete":
                content = content[:start] + content[end:]
            case "double":
                content = content[:end] + content[start:]
            case _:
                noise = draw(st.binary(max_size=6))
                content = content[:start] + noise + content[start + len(noise) :]
    return content

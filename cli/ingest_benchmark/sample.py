"""Orders in a file, one in fifty at fault in one of fourteen ways, and the truth beside it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from tarn.contract.model import Column, ColumnKind, ColumnType, Contract

BAD_ONE_IN: Final = 50
NOTE_CHARACTERS: Final = 80
STATUSES: Final = ("new", "paid", "packed", "shipped", "delivered", "returned")
HEADER: Final = (
    "id", "reference", "created_at", "customer", "amount", "status", "country", "weight",
    "express", "due", "note",
)  # fmt: skip
_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS: Final = (
    "leave", "at", "the", "door", "call", "first", "fragile", "gift", "wrap", "second", "floor",
    "no", "bell", "back", "yard", "näher", "am", "Tor", "ring", "twice",
)  # fmt: skip
_NUMBERS: Final = frozenset({"id", "customer", "weight"})

Fault = Callable[[list[str]], None]


def _set(column: str, value: str) -> Fault:
    position = HEADER.index(column)

    def spoil(row: list[str]) -> None:
        row[position] = value

    return spoil


FAULTS: Final[tuple[tuple[str | None, str, Fault], ...]] = (
    ("id", "required", _set("id", "")),
    ("customer", "type", _set("customer", "5.7")),
    ("customer", "type", _set("customer", "1e3")),
    ("customer", "type", _set("customer", " 5 ")),
    ("customer", "type", _set("customer", "1_000")),
    ("created_at", "type", _set("created_at", "2026-02-30T12:00:00Z")),
    ("amount", "type", _set("amount", "10.005")),
    ("amount", "range", _set("amount", "-1.00")),
    ("weight", "type", _set("weight", "nan")),
    ("weight", "type", _set("weight", "inf")),
    ("status", "enum", _set("status", "lost")),
    ("reference", "pattern", _set("reference", "OR-12AB")),
    ("note", "length", _set("note", "x" * (NOTE_CHARACTERS + 1))),
    (None, "field-count", lambda row: row.append("surplus")),
)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A generated file."""

    path: Path
    truth: Path
    """Per bad row a line: physical line, column (empty where the whole row is at fault), rule."""
    rows: int
    raw_bytes: int


def contract() -> Contract:
    """Return what an order promises."""
    return Contract(
        dataset="orders",
        version="1.0.0",
        title="Orders",
        description="Orders of a shop that does not exist.",
        owner="benchmarks",
        key=("id",),
        columns=(
            _column("id", ColumnKind.INTEGER, required=True, minimum="1"),
            _column("reference", pattern="OR-[0-9A-F]{8}", required=True),
            _column("created_at", ColumnKind.TIMESTAMP, required=True, zone_required=True),
            _column("customer", ColumnKind.INTEGER, required=True, minimum="1"),
            _column("amount", ColumnKind.DECIMAL, minimum="0.00", maximum="99999.99"),
            _column("status", enum=STATUSES, required=True),
            _column("country", pattern="[A-Z]{2}"),
            _column("weight", ColumnKind.DOUBLE, minimum="0"),
            _column("express", ColumnKind.BOOLEAN),
            _column("due", ColumnKind.DATE),
            _column("note", max_length=NOTE_CHARACTERS),
        ),
    )


def _column(name: str, kind: ColumnKind = ColumnKind.STRING, **rules: object) -> Column:
    digits = {"precision": 12, "scale": 2} if kind is ColumnKind.DECIMAL else {}
    return Column(name=name, type=ColumnType(kind=kind, **digits), **rules)  # pyright: ignore[reportArgumentType]


def generate(directory: Path, *, rows: int, seed: int = 20260101, form: str = "csv") -> Sample:
    """Write a file of ``rows`` rows, or return it when it is there; equal seeds, equal bytes."""
    suffix = "csv" if form == "csv" else "ndjson.gz"
    path = directory / f"orders-{rows}-{seed}.{suffix}"
    truth = path.with_suffix(path.suffix + ".truth")
    size = path.with_suffix(path.suffix + ".size")
    if not size.exists():
        directory.mkdir(parents=True, exist_ok=True)
        size.write_text(str(_write(path, truth, rows, seed, form)))
    return Sample(path=path, truth=truth, rows=rows, raw_bytes=int(size.read_text()))


def _write(path: Path, truth: Path, rows: int, seed: int, form: str) -> int:
    """Write the file and its truth; return its size before compression."""
    spell = _csv_line if form == "csv" else _json_line
    total = 0
    # The fastest level: the file is read by the measured programs, not stored.
    opened = path.open("wb") if form == "csv" else gzip.GzipFile(path, "wb", 1, mtime=0)
    with opened as file, truth.open("w") as known:
        line = 1
        if form == "csv":
            total += file.write(f"{','.join(HEADER)}\n".encode())
            line = 2
        chunk: list[str] = []
        for number, (row, fault) in enumerate(_rows(rows, seed)):
            if fault is not None:
                column, rule, _ = fault
                if form != "csv" and column is None:
                    column, rule = "surplus", "unknown-column"
                known.write(f"{line + number}\t{column or ''}\t{rule}\n")
            chunk.append(spell(row))
            if len(chunk) == 10_000:
                total += file.write("".join(chunk).encode())
                chunk.clear()
        total += file.write("".join(chunk).encode())
    return total


def _rows(rows: int, seed: int) -> Iterator[tuple[list[str], tuple[str | None, str, Fault] | None]]:
    random = Random(seed)  # noqa: S311 - a sample, not a secret
    notes = [_note(random) for _ in range(5_000)]
    dates = [(_START + timedelta(days=day)).date().isoformat() for day in range(60)]
    step = timedelta(days=30) / rows
    for number in range(rows):
        bits = random.getrandbits(64)
        moment = _START + step * number
        row = [
            str(number + 1),
            f"OR-{bits & 0xFFFFFFFF:08X}",
            f"{moment:%Y-%m-%dT%H:%M:%S}.{bits >> 44:07d}"[:26] + "Z",
            str(1 + (bits >> 8) % 1_000_000),
            f"{(bits >> 12) % 100_000}.{(bits >> 5) % 100:02d}",
            STATUSES[bits % 6],
            chr(65 + bits % 26) + chr(65 + (bits >> 20) % 26),
            str((bits >> 30) % 1_000_000 / 1000),
            "true" if bits & 1 else "false",
            dates[moment.day - 1 + (bits >> 3) % 14],
            notes[(bits >> 16) % 5_000],
        ]
        fault = None
        if bits % BAD_ONE_IN == BAD_ONE_IN - 1:
            fault = FAULTS[(bits >> 40) % len(FAULTS)]
            fault[2](row)
        yield row, fault


def _note(random: Random) -> str:
    words: list[str] = random.choices(_WORDS, k=random.randint(4, 10))
    if random.random() < 0.2:
        words[1] = f'"{words[1]}"'
    return ", ".join(words)


def _csv_line(row: list[str]) -> str:
    note = row[10].replace('"', '""')
    return ",".join([*row[:10], f'"{note}"', *row[11:]]) + "\n"


def _json_line(row: list[str]) -> str:
    fields = dict(zip(HEADER, row, strict=False))
    parts = [f'"{name}":{_json_value(name, value)}' for name, value in fields.items() if value]
    parts += [f'"surplus":{json.dumps(value)}' for value in row[len(HEADER) :]]
    return "{" + ",".join(parts) + "}\n"


def _json_value(name: str, value: str) -> str:
    if name == "express" or (name in _NUMBERS and value[-1:].isdigit() and "_" not in value):
        return value
    return json.dumps(value, ensure_ascii=False)

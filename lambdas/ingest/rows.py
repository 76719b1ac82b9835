"""Rows on their way through the function: as readers deliver them, and as they are rejected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

import pyarrow as pa

from tarn.quarantine import Rule

VALUE_CHARACTERS: Final = 1000
"""A violation shows this much of a value; the raw row holds all of it."""


class CellForm(Enum):
    """What the cells of a reader are."""

    TEXT = auto()
    """Text only; the contract's null markers say what is null."""
    JSON = auto()
    """JSON values: str, int, bool, None, and NumberText for other numbers."""
    NATIVE = auto()
    """Values of the column's own kind or None; dates and timestamps as counts since 1970."""


class NumberText(str):
    """A JSON number with a fraction or an exponent, as it was written: nothing is rounded."""

    __slots__ = ()


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One rule that a row breaks."""

    column: str | None
    rule: Rule
    value: str | None
    message: str
    name: str | None = None
    """The rule's own name, where it has one; counts are kept under it."""


@dataclass(frozen=True, kw_only=True)
class Reject:
    """A row, or bytes that are no row, with everything that is wrong."""

    line: int
    raw: bytes
    violations: tuple[Violation, ...]


Violations = dict[int, list[Violation]]
"""What is wrong with the rows of a batch, by index of the row."""


@dataclass(frozen=True, kw_only=True)
class RowBatch:
    """Consecutive rows of a file, by column, and what was rejected among them."""

    lines: Sequence[int]
    """Per row, the physical line of its first byte (or its ordinal in a binary file)."""
    columns: Sequence[Sequence[object] | None]
    """In the order of the contract's columns; None where the file lacks the column."""
    raw: Callable[[int], bytes]
    """The bytes of the row with that index, without its line end."""
    violations: Mapping[int, tuple[Violation, ...]] = field(
        default_factory=dict[int, tuple[Violation, ...]]
    )
    """What the reader already found, by index of the row; the other rules are judged as well."""
    rejects: Sequence[Reject] = ()

    @property
    def rows_read(self) -> int:
        return len(self.lines) + len(self.rejects)

    def cell(self, row: int, column: int) -> object:
        """Return a cell as it stands in the file; None where the file lacks the column."""
        cells = self.columns[column]
        return None if cells is None else cells[row]


@dataclass(frozen=True, kw_only=True)
class TypedBatch:
    """Consecutive rows of a file as Arrow columns, and what was found wrong with them so far.

    Whatever judges rows adds to ``violations``; a row is accepted when it has none in the end.
    """

    columns: pa.RecordBatch
    """The contract's columns, in its order and types; null where a cell is null or unusable."""
    lines: pa.Int64Array
    """Per row, the physical line of its first byte (or its ordinal in a binary file)."""
    raw: Callable[[int], bytes]
    """The bytes of the row with that index, without its line end."""
    cell: Callable[[int, int], object]
    """A cell as it stands in the file, by row and position in the contract: for messages."""
    violations: Violations
    rejects: Sequence[Reject] = ()
    """Bytes that never became a row."""

    @property
    def rows_read(self) -> int:
        return int(self.columns.num_rows) + len(self.rejects)


def shown(value: object) -> str:
    """Spell an offending value, bounded in length."""
    text = value if isinstance(value, str) else _spelled(value)
    if len(text) > VALUE_CHARACTERS:
        text = f"{text[:VALUE_CHARACTERS]}… ({len(text)} characters)"
    # A lone surrogate cannot be stored in Parquet.
    return text.encode("utf-8", "replace").decode()


def _spelled(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    # The decimal form of an integer of thousands of digits is refused by Python itself.
    if isinstance(value, int) and value.bit_length() > 4096:
        return f"an integer of {value.bit_length()} bits"
    return str(value)


def bad_line(line: int, raw: bytes, rule: Rule, message: str) -> Reject:
    """Return a reject for bytes that never became a row."""
    violation = Violation(column=None, rule=rule, value=None, message=message)
    return Reject(line=line, raw=raw, violations=(violation,))


def undecodable(line: int, raw: bytes) -> Reject:
    """Return a reject for a row whose bytes are not UTF-8."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        message = f"the row is not UTF-8: {error.reason} at byte {error.start} of it"
        return bad_line(line, raw, Rule.ENCODING, message)
    raise AssertionError(raw)

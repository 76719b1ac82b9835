"""What a column of a sample looks like: its exact type, and what its values have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tarn.contract.model import Column, ColumnKind, ColumnType
from tarn.contract.scalars import scalar_parser

NULL_MARKERS: Final = ("", "NA", "N/A", "NULL", "null", "\\N")
"""Texts that often stand for null; one is taken for null only where values of a type remain."""

ENUM_VALUES: Final = 12
ENUM_REPETITIONS: Final = 10
"""A text column with few values, each of which comes back so often on average, is an enum."""

MOST_DIGITS: Final = 38
_ORDER: Final = (
    ColumnKind.BOOLEAN,
    ColumnKind.INTEGER,
    ColumnKind.DECIMAL,
    ColumnKind.DOUBLE,
    ColumnKind.DATE,
    ColumnKind.TIMESTAMP,
)
_RANGED: Final = (ColumnKind.INTEGER, ColumnKind.DECIMAL, ColumnKind.DOUBLE)
# A code with leading zeros is a text: as a number it would lose them.
_LEADING_ZERO: Final = re.compile(r"[+-]?0[0-9]")
_DECIMAL: Final = re.compile(r"[+-]?([0-9]+)(?:\.([0-9]+))?")


@dataclass(frozen=True, kw_only=True)
class ColumnDraft:
    """A column as a contract could describe it. Limits are texts as they are written."""

    name: str
    type: ColumnType
    required: bool
    enum: tuple[str, ...] = ()
    minimum: str | None = None
    maximum: str | None = None
    zoned: bool = False

    def without_rules(self) -> ColumnDraft:
        """Return the column with its type only."""
        return replace(self, required=False, enum=(), minimum=None, maximum=None)

    def as_text(self) -> ColumnDraft:
        """Return the column as one that takes every text."""
        kind = ColumnType(kind=ColumnKind.STRING)
        return ColumnDraft(name=self.name, type=kind, required=False)


def draft_column(
    name: str, cells: Sequence[str | None], null_markers: Iterable[str]
) -> ColumnDraft:
    """Describe a column by its cells."""
    nulls = set(null_markers)
    values = [cell for cell in cells if cell is not None and cell not in nulls]
    kind = column_type(values)
    draft = ColumnDraft(name=name, type=kind, required=len(values) == len(cells))
    if not values:
        return draft
    distinct = set(values)
    if kind.kind is ColumnKind.STRING:
        few = len(distinct) <= ENUM_VALUES
        repeated = len(values) >= ENUM_REPETITIONS * len(distinct)
        return replace(draft, enum=tuple(sorted(distinct)) if few and repeated else ())
    if kind.kind in _RANGED:
        parse: Callable[[str], Any] = scalar_parser(_bare(kind))
        ordered = sorted(distinct, key=parse)
        return replace(draft, minimum=ordered[0], maximum=ordered[-1])
    return draft


def column_type(values: Sequence[str]) -> ColumnType:
    """Return the narrowest type that every value has, by the parsers of the function itself."""
    distinct = set(values)
    if not distinct or any(_LEADING_ZERO.match(value) for value in distinct):
        return _temporal(distinct)
    for kind in _ORDER:
        wanted = _decimal_type(distinct) if kind is ColumnKind.DECIMAL else ColumnType(kind=kind)
        if wanted is not None and _fits(distinct, wanted):
            return wanted
    return ColumnType(kind=ColumnKind.STRING)


def null_markers_of(columns: Iterable[Sequence[str | None]]) -> list[str]:
    """Return the texts that stand for null: beside them, the values of a column have a type."""
    found = {""}
    for cells in columns:
        distinct = {cell for cell in cells if cell is not None}
        markers = distinct & set(NULL_MARKERS)
        rest = distinct - markers
        if markers - found and rest and column_type([*rest]).kind is not ColumnKind.STRING:
            found |= markers
    return [marker for marker in NULL_MARKERS if marker in found]


def _temporal(values: set[str]) -> ColumnType:
    for kind in (ColumnKind.DATE, ColumnKind.TIMESTAMP):
        if values and _fits(values, ColumnType(kind=kind)):
            return ColumnType(kind=kind)
    return ColumnType(kind=ColumnKind.STRING)


def _fits(values: Iterable[str], wanted: ColumnType) -> bool:
    parse = scalar_parser(_bare(wanted))
    try:
        for value in values:
            parse(value)
    except ValueError:
        return False
    return True


def _decimal_type(values: Iterable[str]) -> ColumnType | None:
    whole = fraction = 0
    for value in values:
        match = _DECIMAL.fullmatch(value)
        if match is None:
            return None
        whole = max(whole, len(match[1].lstrip("0")))
        fraction = max(fraction, len(match[2] or ""))
    precision = whole + fraction
    # Two digits of room: the next file may hold greater values.
    room = min(precision + 2, MOST_DIGITS)
    if precision > MOST_DIGITS:
        return None
    return ColumnType(kind=ColumnKind.DECIMAL, precision=max(room, 1), scale=fraction)


def _bare(wanted: ColumnType) -> Column:
    return Column(name="value", type=wanted)

"""A contract's columns as the native engine wants them told."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, cast

import pyarrow as pa

from lambdas.ingest.native.library import ColumnPlan, Text, Texts
from lambdas.ingest.native.patterns import pattern_table
from tarn.contract.model import Column, ColumnKind
from tarn.contract.scalars import scalar_parser

_KINDS: Final = tuple(ColumnKind)
_UNLIMITED: Final = 2**64 - 1
_ISO_DATE: Final = ("iso_date",)
_ISO_TIME: Final = ("separator", "iso_time", "optional_fraction")
_STEPS: Final = {
    "yyyy": 1,
    "MM": 2,
    "dd": 3,
    "HH": 4,
    "mm": 5,
    "ss": 6,
    "SSS": 7,
    "SSSSSS": 8,
    "XXX": 9,
    "optional_fraction": 11,
    "optional_zone": 12,
    "separator": 13,
    "iso_date": 14,
    "iso_time": 15,
}
_OF_DATES: Final = frozenset({"yyyy", "MM", "dd", "iso_date"})
_LITERAL: Final = 10
_PART: Final = re.compile(r"'([^']*)'|([A-Za-z])\2*|.", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class NativeColumn:
    """A plan, and whatever the addresses in it point to."""

    plan: ColumnPlan
    kept: Sequence[object]


class _Kept(list[object]):
    """Keeps memory that a structure points to."""

    def text(self, value: bytes) -> Text:
        buffer = pa.py_buffer(value)
        self.append(buffer)
        return Text(buffer.address, len(value))

    def texts(self, values: Sequence[str]) -> Texts:
        array = (Text * len(values))(*(self.text(value.encode()) for value in values))
        self.append(array)
        return Texts(ctypes.addressof(array), len(values))


def native_column(
    column: Column, null_markers: Sequence[str], *, quote: str, json: bool = False
) -> NativeColumn | None:
    """Return a column's plan; None when only the law can judge it."""
    kind = column.type.kind
    is_text = kind is ColumnKind.STRING
    ranged = column.minimum is not None or column.maximum is not None
    if (column.enum and not is_text) or (ranged and is_text):
        return None
    plan, kept = ColumnPlan(), _Kept()
    plan.kind = _KINDS.index(kind)
    plan.required = column.required
    plan.precision, plan.scale = column.type.precision or 38, column.type.scale or 0
    plan.json, plan.quote = json, ord(quote)
    plan.shortest = column.min_length or 0
    plan.longest = _UNLIMITED if column.max_length is None else column.max_length
    plan.longest_marker = max((len(marker.encode()) for marker in null_markers), default=0)
    plan.null_markers = kept.texts(list(null_markers))
    plan.allowed = kept.texts(column.enum)
    _set_range(plan, column)
    if kind in (ColumnKind.DATE, ColumnKind.TIMESTAMP):
        template = _template(column)
        if template is None:
            return None
        plan.template = kept.text(template)
    if column.pattern is not None:
        table = pattern_table(column.pattern)
        if table is None:
            return None
        plan.pattern, plan.pattern_ends = kept.text(table.table), kept.text(table.ends)
    return NativeColumn(plan=plan, kept=kept)


def _set_range(plan: ColumnPlan, column: Column) -> None:
    for name, limit in (("minimum", column.minimum), ("maximum", column.maximum)):
        if limit is None:
            continue
        value = scalar_parser(column)(limit)
        setattr(plan, f"has_{name}", 1)
        if isinstance(value, float):
            setattr(plan, f"{name}_double", value)
            continue
        if isinstance(value, Decimal):
            value = int(value.scaleb(column.type.scale or 0))
        low, high = cast("int", value) & (2**64 - 1), cast("int", value) >> 64
        setattr(plan, f"{name}_low", low)
        setattr(plan, f"{name}_high", high)


def _template(column: Column) -> bytes | None:
    """Return the notation as steps; None when it has fields that a value does not come from."""
    if column.date_format is not None:
        parts = [match[1] if match[1] is not None else match[0] for match in _parts(column)]
        names = [match[0] for match in _parts(column)]
    elif column.type.kind is ColumnKind.DATE:
        parts = names = list(_ISO_DATE)
    else:
        zone = "XXX" if column.zone_required else "optional_zone"
        parts = names = [*_ISO_DATE, *_ISO_TIME, zone]
    template = bytearray()
    for name, part in zip(names, parts, strict=True):
        if name in _STEPS:
            template.append(_STEPS[name])
            continue
        # Two single quotes are one.
        for byte in ("'" if name == "''" else part).encode():
            template += bytes([_LITERAL, byte])
    if column.type.kind is ColumnKind.DATE and set(names) & (_STEPS.keys() - _OF_DATES):
        return None
    return bytes(template)


def _parts(column: Column) -> Sequence[re.Match[str]]:
    return list(_PART.finditer(column.date_format or ""))

"""The cells of a split block as one Arrow array a column, with the law for what is not certain."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa
from pyarrow import types

from lambdas.ingest.cells import ColumnJudge
from lambdas.ingest.native.library import Cells, Values
from lambdas.ingest.native.plans import NativeColumn
from lambdas.ingest.rows import Violations
from tarn.quarantine import Rule

ABSENT: Final = 5
"""The form of a cell that is not there; ``spans.zig`` names them all."""
_LENGTH_BITS: Final = 2**29 - 1


@dataclass(frozen=True, kw_only=True)
class BlockCells:
    """The rows of a block with the places of their cells."""

    data: bytes
    spans: pa.Buffer
    rows: int
    width: int
    read: Callable[[int, bytes], object]
    """Turns the form of a cell and its bytes into what the law takes."""
    told: Mapping[int, Sequence[object]] = field(default_factory=dict[int, Sequence[object]])
    """Rows that the law reads itself: their cells, by position."""

    def cell(self, row: int, position: int | None) -> object:
        """Return a cell as the law reads it; None where the file lacks the column."""
        if position is None:
            return None
        if row in self.told:
            return self.told[row][position]
        span: int = memoryview(self.spans).cast("Q")[row * self.width + position]
        form = span >> 61
        if form == ABSENT:
            return None
        start = span & 0xFFFFFFFF
        return self.read(form, self.data[start : start + ((span >> 32) & _LENGTH_BITS)])

    def column(self, position: int) -> Cells:
        """Return one column's cells as the library takes them."""
        buffer = pa.py_buffer(self.data)
        return Cells(
            buffer.address, len(self.data), self.spans.address, self.rows, self.width, position
        )


class ColumnEngine:
    """Types the cells of one column."""

    def __init__(
        self,
        library: ctypes.CDLL,
        law: ColumnJudge,
        native: NativeColumn | None,
        field_type: pa.DataType,
    ) -> None:
        self._library = library
        self._law = law
        self._native = native
        self._type = field_type

    def typed(self, block: BlockCells, position: int | None, violations: Violations) -> pa.Array:
        """Return the column of a block and add what is wrong, as ``CellJudge`` would."""
        if position is None:
            # A header without a required column was refused: there is nothing to judge.
            return pa.nulls(block.rows, self._type)
        if self._native is None:
            cells = [block.cell(row, position) for row in range(block.rows)]
            return pa.array(self._law.judge(cells, violations), type=self._type)
        array, rows, unknown = self._convert(self._native, block.column(position))
        if not rows:
            return array
        found: Violations = {}
        values = self._law.judge([block.cell(row, position) for row in rows], found)
        for index, wrong in found.items():
            violations.setdefault(rows[index], []).extend(wrong)
        refused = sum(wrong[0].rule is Rule.TYPE for wrong in found.values())
        return array if refused == unknown else self._patched(array, rows, values)

    def _convert(self, native: NativeColumn, cells: Cells) -> tuple[pa.Array, list[int], int]:
        """Return the array, the rows that the law has to see, and how many have no value yet."""
        rows = cells.rows
        is_text = types.is_string(self._type)
        bitmap = pa.py_buffer(bytearray((rows + 7) // 8))
        if types.is_boolean(self._type):
            fixed = pa.py_buffer(bytearray((rows + 7) // 8))
        else:
            item = 32 if is_text else self._type.bit_width
            fixed = pa.allocate_buffer((rows + is_text) * item // 8)
        told = ctypes.byref(cells)
        room = self._library.tarn_text_length(told) if is_text else 0
        text = pa.allocate_buffer(room)
        suspects = (ctypes.c_uint32 * rows)()
        out = Values(
            bitmap.address, fixed.address, text.address, room, 0, ctypes.addressof(suspects)
        )
        self._library.tarn_convert(ctypes.byref(native.plan), told, ctypes.byref(out))
        buffers = [bitmap if out.nulls else None, fixed]
        if is_text:
            buffers.append(text.slice(0, out.text_length))
        array = pa.Array.from_buffers(self._type, rows, buffers, null_count=out.nulls)
        return array, suspects[: out.suspects_found], out.unknown

    def _patched(self, array: pa.Array, rows: list[int], values: Sequence[object]) -> pa.Array:
        """Put in what the law accepts and the engine was not sure of."""
        law = pa.array(values, type=self._type)
        order = list(range(len(array)))
        for index, row in enumerate(rows):
            order[row] = len(array) + index
        return pa.concat_arrays([array, law]).take(pa.array(order, type=pa.int64()))

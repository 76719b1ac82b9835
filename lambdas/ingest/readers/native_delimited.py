"""Delimited text as typed batches, with the library for the many and the law for the few."""

from __future__ import annotations

import csv
import ctypes
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from lambdas.ingest.cells import ColumnJudge
from lambdas.ingest.native.columns import BlockCells, ColumnEngine
from lambdas.ingest.native.library import Dialect, Irregular, Row, Split
from lambdas.ingest.native.plans import native_column
from lambdas.ingest.readers.lines import Block
from lambdas.ingest.rows import CellForm, Reject, TypedBatch, Violations, bad_line, undecodable
from tarn.contract.model import Contract
from tarn.contract.schemas import arrow_schema
from tarn.quarantine import Rule

_SPAN_ROOM: Final = 1 << 20
"""Cells of a batch: a file of many columns and short rows has to stay within memory."""
_BATCH_ROWS: Final = 1 << 15
_IRREGULAR_ROOM: Final = 1 << 10
_DOUBLED: Final = 1
_FIELD_COUNT: Final = 1
_NOT_UTF8: Final = 2
_SAMPLES: Final = {3: "{quote}{quote}x", 4: "a\rb", 5: "{quote}"}
"""Lines that are at fault in the same way; the law's parser words what is wrong with them."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """How the text is written."""

    delimiter: str
    quote: str
    record_lines: int
    """A record of more lines, or bytes, is taken for a quote that is never closed."""
    record_bytes: int


class DelimitedEngine:
    """Splits, types and judges the blocks of one file after its header."""

    def __init__(
        self,
        library: ctypes.CDLL,
        contract: Contract,
        positions: Sequence[int | None],
        width: int,
        form: Form,
    ) -> None:
        self._library = library
        self._form = form
        self._width = width
        self._positions = positions
        self._schema: pa.Schema = arrow_schema(contract, provenance=False)
        self._columns = [
            ColumnEngine(
                library,
                ColumnJudge(column, CellForm.TEXT, contract.null_markers),
                native_column(column, contract.null_markers, quote=form.quote),
                field.type,
            )
            for column, field in zip(contract.columns, self._schema, strict=True)
        ]
        self._malformed = {what: self._worded(sample) for what, sample in _SAMPLES.items()}
        limit = f"field larger than field limit ({form.record_bytes})"
        self._malformed[6] = f"the line cannot be split into fields: {limit}"

    def batches(self, blocks: Iterable[Block]) -> Iterator[TypedBatch]:
        """Yield the rows of each block; an unfinished record is held back for the next one."""
        held, line = b"", 0
        for block in blocks:
            if held and block.rejects:
                # Lines that are rejected already stand between: no record reaches across them.
                yield from self._split(held, line, last=True)
                held = b""
            if block.rejects:
                yield self._rejected(block.rejects)
            data = held + block.data
            line = line if held else block.first_line
            left = yield from self._split(data, line, last=False)
            held, line = data[left.consumed :], left.line
        yield from self._split(held, line, last=True)

    def _split(self, data: bytes, line: int, *, last: bool) -> Generator[TypedBatch, None, Split]:
        form = self._form
        dialect = Dialect(
            ord(form.delimiter), ord(form.quote), last, 0, form.record_lines, form.record_bytes
        )
        buffer = pa.py_buffer(data)
        # A row has a byte for each of its fields, and there may be blank lines.
        room = min(len(data) // self._width + 1, _BATCH_ROWS, max(_SPAN_ROOM // self._width, 1))
        consumed = 0
        while True:
            rows = (Row * room).from_buffer(pa.allocate_buffer(room * ctypes.sizeof(Row)))
            lines = pa.allocate_buffer(room * 8)
            spans = pa.allocate_buffer(room * self._width * 8)
            irregular = (Irregular * _IRREGULAR_ROOM)()
            found = Split(
                ctypes.addressof(rows), lines.address, room, 0,
                ctypes.addressof(irregular), _IRREGULAR_ROOM, 0,
                spans.address, self._width, 0, consumed, line,
            )  # fmt: skip
            self._library.tarn_split_delimited(
                ctypes.c_void_p(buffer.address), ctypes.c_uint64(len(data)),
                ctypes.byref(dialect), ctypes.byref(found),
            )  # fmt: skip
            wrong = [self._reject(data, one) for one in irregular[: found.irregular_found]]
            if found.rows_found or wrong:
                yield self._batch(data, found.rows_found, rows, lines, spans, wrong)
            if found.rows_found < room and found.irregular_found < _IRREGULAR_ROOM:
                return found
            consumed, line = found.consumed, found.line

    def _rejected(self, rejects: Sequence[Reject]) -> TypedBatch:
        nothing = pa.allocate_buffer(0)
        return self._batch(b"", 0, (), nothing, nothing, rejects)

    def _batch(
        self,
        data: bytes,
        count: int,
        rows: Sequence[Row] | ctypes.Array[Row],
        lines: pa.Buffer,
        spans: pa.Buffer,
        rejects: Sequence[Reject],
    ) -> TypedBatch:
        block = BlockCells(data=data, spans=spans, rows=count, width=self._width, read=self._read)
        violations: Violations = {}
        arrays = [
            column.typed(block, position, violations)
            for column, position in zip(self._columns, self._positions, strict=True)
        ]
        return TypedBatch(
            columns=pa.RecordBatch.from_arrays(arrays, schema=self._schema),
            lines=pa.Array.from_buffers(pa.int64(), count, [None, lines]),
            raw=lambda row: data[rows[row].start : rows[row].end],
            cell=lambda row, column: block.cell(row, self._positions[column]),
            violations=violations,
            rejects=rejects,
        )

    def _read(self, form: int, raw: bytes) -> str:
        text, quote = raw.decode(), self._form.quote
        return text.replace(quote * 2, quote) if form == _DOUBLED else text

    def _reject(self, data: bytes, irregular: Irregular) -> Reject:
        raw = data[irregular.start : irregular.end]
        if irregular.what == _FIELD_COUNT:
            message = f"the row has {irregular.fields} fields, the header {self._width}"
            return bad_line(irregular.line, raw, Rule.FIELD_COUNT, message)
        if irregular.what == _NOT_UTF8:
            return undecodable(irregular.line, raw)
        return bad_line(irregular.line, raw, Rule.MALFORMED, self._malformed[irregular.what])

    def _worded(self, sample: str) -> str:
        form = self._form
        line = sample.format(quote=form.quote)
        try:
            list(csv.reader([line], delimiter=form.delimiter, quotechar=form.quote, strict=True))
        except csv.Error as error:
            return f"the line cannot be split into fields: {error}"
        raise AssertionError(line)

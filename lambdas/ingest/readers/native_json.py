"""Lines of JSON as typed batches, with the library for the many and the law for the few."""

from __future__ import annotations

import ctypes
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import pyarrow as pa

from lambdas.ingest.cells import ColumnJudge
from lambdas.ingest.native.columns import BlockCells, ColumnEngine
from lambdas.ingest.native.library import Irregular, Row, Split, Text, Texts
from lambdas.ingest.native.plans import native_column
from lambdas.ingest.readers.json_rows import SurplusFields, parse_row, unknown_fields
from lambdas.ingest.readers.lines import Block
from lambdas.ingest.rows import CellForm, NumberText, Reject, TypedBatch, Violation
from tarn.contract.model import Contract
from tarn.contract.schemas import arrow_schema

_SPAN_ROOM: Final = 1 << 20
"""Cells of a batch: a contract of many columns has to stay within memory."""
_BATCH_ROWS: Final = 1 << 15
_IRREGULAR_ROOM: Final = 1 << 10
_ESCAPED, _NUMBER, _TRUE, _FALSE = 1, 2, 3, 4

_Findings = dict[int, tuple[Violation, ...]]


class JsonLinesEngine:
    """Splits, types and judges the lines of one file under a contract without added columns."""

    def __init__(self, library: ctypes.CDLL, contract: Contract) -> None:
        self._library = library
        self._surplus = SurplusFields(contract)
        self._names = (*contract.column_names, *contract.ignored)
        self._known = frozenset(self._names)
        self._texts = [pa.py_buffer(name.encode()) for name in self._names]
        self._items = (Text * len(self._texts))(*(Text(t.address, t.size) for t in self._texts))
        self._schema: pa.Schema = arrow_schema(contract, provenance=False)
        self._columns = [
            ColumnEngine(
                library,
                ColumnJudge(column, CellForm.JSON, ()),
                native_column(column, (), quote='"', json=True),
                field.type,
            )
            for column, field in zip(contract.columns, self._schema, strict=True)
        ]

    def batches(self, blocks: Iterable[Block]) -> Iterator[TypedBatch]:
        """Yield the rows of each block of lines.

        SurplusColumnsError after the last one when there were fields that the contract does not
        know and its mode takes.
        """
        for block in blocks:
            for batch in self._split(block):
                if self._surplus.takes(batch.violations.values()):
                    yield batch
            if self._surplus.is_too_much:
                break
        self._surplus.settle()

    def _split(self, block: Block) -> Iterator[TypedBatch]:
        data, width = block.data, len(self._names)
        buffer = pa.py_buffer(data)
        names = Texts(ctypes.addressof(self._items), width)
        # A row has at least two brackets, and a line end but for the last.
        room = min(len(data) // 3 + 1, _BATCH_ROWS, max(_SPAN_ROOM // width, 1))
        consumed, line = 0, block.first_line
        rejects = block.rejects
        while True:
            rows = (Row * room).from_buffer(pa.allocate_buffer(room * ctypes.sizeof(Row)))
            lines = pa.allocate_buffer(room * 8)
            spans = pa.allocate_buffer(room * width * 8)
            irregular = (Irregular * _IRREGULAR_ROOM)()
            found = Split(
                ctypes.addressof(rows), lines.address, room, 0,
                ctypes.addressof(irregular), _IRREGULAR_ROOM, 0,
                spans.address, width, 0, consumed, line,
            )  # fmt: skip
            self._library.tarn_split_json_lines(
                ctypes.c_void_p(buffer.address), ctypes.c_uint64(len(data)),
                ctypes.byref(names), ctypes.byref(found),
            )  # fmt: skip
            is_full = found.rows_found == room or found.irregular_found == _IRREGULAR_ROOM
            told, findings, refused = self._tell(data, irregular[: found.irregular_found], found)
            if found.rows_found or refused or rejects:
                cells = BlockCells(
                    data=data, spans=spans, rows=found.rows_found, width=width, read=_read,
                    told=told,
                )  # fmt: skip
                yield self._batch(cells, rows, lines, findings, [*rejects, *refused])
            if not is_full:
                return
            rejects = ()
            consumed, line = found.consumed, found.line

    def _tell(
        self, data: bytes, undecided: Sequence[Irregular], found: Split
    ) -> tuple[Mapping[int, Sequence[object]], _Findings, list[Reject]]:
        """Read the lines that only the law can; those that are no rows leave the batch."""
        told: dict[int, Sequence[object]] = {}
        findings: _Findings = {}
        refused: list[Reject] = []
        dropped: list[int] = []
        for one in undecided:
            parsed = parse_row(one.line, data[one.start : one.end])
            if isinstance(parsed, Reject):
                refused.append(parsed)
                dropped.append(one.fields)
                continue
            row = one.fields - len(dropped)
            told[row] = [parsed.get(name) for name in self._names]
            if not self._known.issuperset(parsed):
                findings[row] = unknown_fields(parsed, self._known)
        if dropped:
            indexes = (ctypes.c_uint32 * len(dropped))(*dropped)
            self._library.tarn_drop_rows(
                ctypes.byref(found), indexes, ctypes.c_uint64(len(dropped))
            )
        return told, findings, refused

    def _batch(
        self,
        cells: BlockCells,
        rows: ctypes.Array[Row],
        lines: pa.Buffer,
        findings: _Findings,
        rejects: Sequence[Reject],
    ) -> TypedBatch:
        violations = {row: list(found) for row, found in findings.items()}
        arrays = [
            column.typed(cells, position, violations)
            for position, column in enumerate(self._columns)
        ]
        return TypedBatch(
            columns=pa.RecordBatch.from_arrays(arrays, schema=self._schema),
            lines=pa.Array.from_buffers(pa.int64(), cells.rows, [None, lines]),
            raw=lambda row: cells.data[rows[row].start : rows[row].end],
            cell=cells.cell,
            violations=violations,
            rejects=rejects,
        )


def _read(form: int, raw: bytes) -> object:
    """Return a JSON value as ``json_rows`` would."""
    if form == _NUMBER:
        text = raw.decode()
        return int(text) if text.lstrip("-").isdigit() else NumberText(text)
    if form in (_TRUE, _FALSE):
        return form == _TRUE
    return json.loads(b'"' + raw + b'"') if form == _ESCAPED else raw.decode()

"""CSV: a header, then one record per row; quoted fields may hold line feeds.

A quote that is never closed costs one row, not the rest of the file: the line it stands on is
quarantined and reading goes on with the next line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from ctypes import CDLL
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from lambdas.ingest.cells import CellJudge
from lambdas.ingest.errors import UnusableObjectError
from lambdas.ingest.readers import splitting
from lambdas.ingest.readers.byte_source import ByteSource
from lambdas.ingest.readers.encodings import as_utf8, encoded
from lambdas.ingest.readers.header import column_positions
from lambdas.ingest.readers.lines import Block, line_blocks
from lambdas.ingest.readers.native_delimited import DelimitedEngine, Form
from lambdas.ingest.readers.splitting import (
    Notation,
    Records,
    RecordSplitter,
    decoded,
    is_utf8,
)
from lambdas.ingest.rows import CellForm, RowBatch, TypedBatch
from tarn.contract.model import Contract
from tarn.quarantine import Rule


class DelimitedReader:
    """Reads records whose fields are separated by one character."""

    cells: CellForm = CellForm.TEXT

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter

    def batches(self, source: ByteSource, contract: Contract, scratch: Path) -> Iterator[RowBatch]:
        """Yield the rows; UnusableObjectError when the header does not fit the contract."""
        del scratch
        return self._by_the_law(self._blocks(source, contract), contract)

    def _blocks(self, source: ByteSource, contract: Contract) -> Iterator[Block]:
        return line_blocks(as_utf8(source, contract.dialect.encoding))

    def typed_batches(
        self, library: CDLL, source: ByteSource, contract: Contract, scratch: Path
    ) -> Iterator[TypedBatch]:
        """Yield the same rows, typed by the native engine."""
        del scratch
        blocks = self._blocks(source, contract)
        notation = self._notation(contract)
        first = next(blocks, None)
        start = None if first is None else self._start(first, contract, notation)
        if first is None or start is None:
            judge = CellJudge(contract, self.cells)
            rest = blocks if first is None else chain([first], blocks)
            yield from map(judge.typed, self._by_the_law(rest, contract))
            return
        layout, lines, length = start
        form = Form(
            delimiter=notation.delimiter,
            quote=notation.quote or "",
            record_lines=splitting.RECORD_LINES_LIMIT,
            record_bytes=splitting.RECORD_BYTES_LIMIT,
        )
        engine = DelimitedEngine(library, contract, layout.positions, layout.width, form)
        line = first.first_line + lines
        rest = Block(first_line=line, data=first.data[length:], rejects=first.rejects)
        yield from engine.batches(chain([rest], blocks))

    def _notation(self, contract: Contract) -> Notation:
        dialect = contract.dialect
        return Notation(
            delimiter=dialect.delimiter or self._delimiter,
            quote=dialect.quote_char,
            escape=dialect.escape_char,
        )

    def _start(
        self, block: Block, contract: Contract, notation: Notation
    ) -> tuple[_Layout, int, int] | None:
        """Return the layout, lines and bytes of the header; None: the law has to read the file."""
        if notation.escape is not None or notation.quote is None:
            return None
        if not contract.dialect.header:
            return _Layout.of(contract), 0, 0
        header = _plain_header(block, notation)
        if header is None:
            return None
        names, lines, length = header
        layout = _Layout(width=len(names), positions=column_positions(names, contract))
        return layout, lines, length

    def _by_the_law(self, blocks: Iterator[Block], contract: Contract) -> Iterator[RowBatch]:
        csv.field_size_limit(splitting.RECORD_BYTES_LIMIT)
        splitter = RecordSplitter(notation=self._notation(contract))
        layout = None if contract.dialect.header else _Layout.of(contract)
        for records in splitter.records(blocks):
            if layout is None:
                layout = _read_header(records, contract)
            if layout is not None:
                yield layout.batch(records)
        if layout is None:
            reason = "the file is empty: it has no header"
            raise UnusableObjectError(reason)


def _plain_header(block: Block, notation: Notation) -> tuple[list[str], int, int] | None:
    """Return names, lines and bytes of a header within the block; None: the law has to look."""
    csv.field_size_limit(splitting.RECORD_BYTES_LIMIT)
    if block.rejects:
        return None
    text, _ = decoded(block.data)
    lines = io.StringIO(text, newline="\n")
    records = notation.records(lines)
    try:
        names = next((names for names in records if names), None)
    except csv.Error:
        return None
    length = len(encoded(text[: lines.tell()]))
    if names is None or not is_utf8(block.data[:length]):
        return None
    return names, records.line_num, length


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """Where the contract's columns stand in a record."""

    width: int
    positions: tuple[int | None, ...]

    @classmethod
    def of(cls, contract: Contract) -> _Layout:
        """Return that of a file without a header: the contract's columns, all of them."""
        width = len(contract.columns)
        return cls(width=width, positions=tuple(range(width)))

    def batch(self, records: Records) -> RowBatch:
        self._reject_misfits(records)
        fields = list(zip(*records.rows, strict=True)) or [()] * self.width
        return RowBatch(
            lines=[records.first_line + start for start in records.starts],
            columns=[None if p is None else fields[p] for p in self.positions],
            raw=records.raw,
            rejects=records.rejects,
        )

    def _reject_misfits(self, records: Records) -> None:
        widths = list(map(len, records.rows))
        if widths.count(self.width) == len(widths):
            return
        kept: list[int] = []
        for index, width in enumerate(widths):
            if width == self.width:
                kept.append(index)
            elif width:  # a blank line is no row
                message = f"the row has {width} fields, the header {self.width}"
                records.rejects.append(records.reject(index, Rule.FIELD_COUNT, message))
        records.keep(kept)


def _read_header(records: Records, contract: Contract) -> _Layout | None:
    """Take the header off the first records; None when there is no record yet."""
    if records.rejects:
        problem = min(records.rejects, key=lambda reject: reject.line)
        first = records.first_line + records.starts[0] if records.rows else problem.line
        if problem.line <= first:
            reason = f"the header cannot be read: {problem.violations[0].message}"
            raise UnusableObjectError(reason)
    for index, row in enumerate(records.rows):
        if row:
            records.keep(range(index + 1, len(records.rows)))
            return _Layout(width=len(row), positions=column_positions(row, contract))
    return None

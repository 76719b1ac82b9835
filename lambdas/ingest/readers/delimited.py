"""CSV: a header, then one record per row; quoted fields may hold line feeds.

A quote that is never closed costs one row, not the rest of the file: the line it stands on is
quarantined and reading goes on with the next line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from ctypes import CDLL
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Final

from lambdas.ingest.cells import CellJudge
from lambdas.ingest.errors import UnusableObjectError
from lambdas.ingest.readers.byte_source import ByteSource
from lambdas.ingest.readers.header import column_positions
from lambdas.ingest.readers.lines import RECORD_BYTES_LIMIT, Block, line_blocks
from lambdas.ingest.readers.native_delimited import DelimitedEngine, Form
from lambdas.ingest.rows import CellForm, Reject, RowBatch, TypedBatch, bad_line, undecodable
from tarn.contract.model import Contract
from tarn.quarantine import Rule

RECORD_LINES_LIMIT: Final = 50_000
"""A quoted field that goes on for longer is taken for one that is never closed."""

_QUOTE: Final = '"'


class DelimitedReader:
    """Reads records whose fields are separated by one character."""

    cells: CellForm = CellForm.TEXT

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter

    def batches(self, source: ByteSource, contract: Contract, scratch: Path) -> Iterator[RowBatch]:
        """Yield the rows; UnusableObjectError when the header does not fit the contract."""
        del scratch
        return self._by_the_law(line_blocks(source), contract)

    def typed_batches(
        self, library: CDLL, source: ByteSource, contract: Contract, scratch: Path
    ) -> Iterator[TypedBatch]:
        """Yield the same rows, typed by the native engine."""
        del scratch
        blocks = line_blocks(source)
        first = next(blocks, None)
        header = None if first is None else self._plain_header(first)
        if first is None or header is None:
            judge = CellJudge(contract, self.cells)
            rest = blocks if first is None else chain([first], blocks)
            yield from map(judge.typed, self._by_the_law(rest, contract))
            return
        names, lines, length = header
        positions = column_positions(names, contract)
        form = Form(
            delimiter=self._delimiter,
            quote=_QUOTE,
            record_lines=RECORD_LINES_LIMIT,
            record_bytes=RECORD_BYTES_LIMIT,
        )
        engine = DelimitedEngine(library, contract, positions, len(names), form)
        rest = Block(first_line=first.first_line + lines, data=first.data[length:])
        yield from engine.batches(chain([rest], blocks))

    def _by_the_law(self, blocks: Iterator[Block], contract: Contract) -> Iterator[RowBatch]:
        csv.field_size_limit(RECORD_BYTES_LIMIT)
        splitter = _RecordSplitter(delimiter=self._delimiter)
        layout: _Layout | None = None
        for records in splitter.records(blocks):
            if layout is None:
                layout = _read_header(records, contract)
            if layout is not None:
                yield layout.batch(records)
        if layout is None:
            reason = "the file is empty: it has no header"
            raise UnusableObjectError(reason)

    def _plain_header(self, block: Block) -> tuple[list[str], int, int] | None:
        """Return names, lines and bytes of a header within the block; None: the law has to look."""
        csv.field_size_limit(RECORD_BYTES_LIMIT)
        if block.rejects:
            return None
        text, _ = _decoded(block.data)
        lines = io.StringIO(text, newline="\n")
        records = csv.reader(lines, delimiter=self._delimiter, strict=True)
        try:
            names = next((names for names in records if names), None)
        except csv.Error:
            return None
        length = len(_encoded(text[: lines.tell()]))
        if names is None or not _is_utf8(block.data[:length]):
            return None
        return names, records.line_num, length


@dataclass(kw_only=True)
class _Records:
    """The records of one block, and the bytes that are none."""

    first_line: int
    texts: Sequence[str]
    """The block's physical lines."""
    rows: list[list[str]]
    starts: Sequence[int]
    """Per record, the index of its first line; the next record's start is its end."""
    ends: Sequence[int]
    rejects: list[Reject]

    def raw(self, index: int) -> bytes:
        return _bytes_of("".join(self.texts[self.starts[index] : self.ends[index]]))

    def reject(self, index: int, rule: Rule, message: str) -> Reject:
        line = self.first_line + self.starts[index]
        return bad_line(line, self.raw(index), rule, message)

    def keep(self, kept: Sequence[int]) -> None:
        """Leave only the records with these indexes."""
        self.rows = [self.rows[index] for index in kept]
        self.starts = [self.starts[index] for index in kept]
        self.ends = [self.ends[index] for index in kept]


@dataclass(kw_only=True)
class _RecordSplitter:
    """Turns blocks into records; holds back a record whose end has not come yet."""

    delimiter: str
    _held: list[str] = field(default_factory=list[str])
    _held_line: int = 1
    _inexact: bool = False
    """Whether what is held back came from bytes that are not UTF-8."""

    def records(self, blocks: Iterator[Block]) -> Iterator[_Records]:
        """Yield the records of each block, then what was held back when the file ended."""
        for block in blocks:
            if self._held and block.rejects:
                # Lines that are rejected already stand between: no record reaches across them.
                yield self._finish()
            yield self._split(block)
        yield self._finish()

    def _split(self, block: Block) -> _Records:
        text, exact = _decoded(block.data)
        first_line = self._held_line if self._held else block.first_line
        texts = self._held + list(io.StringIO(text, newline="\n"))
        quoted = bool(self._held) or _QUOTE in text
        self._held = []
        split = self._quoted_records if quoted else self._plain_records
        records = split(first_line, texts, last=False)
        records.rejects[:0] = block.rejects
        if not exact or self._inexact:
            _reject_undecodable(records)
        self._inexact = not exact and bool(self._held)
        return records

    def _finish(self) -> _Records:
        texts, self._held = self._held, []
        records = self._quoted_records(self._held_line, texts, last=True)
        _reject_undecodable(records)
        return records

    def _plain_records(self, first_line: int, texts: list[str], *, last: bool) -> _Records:
        """Split lines without a quote: each is one record, so positions need no counting."""
        try:
            rows = list(csv.reader(texts, delimiter=self.delimiter, strict=True))
        except csv.Error:  # a bare carriage return, say: the slow way finds the line
            return self._quoted_records(first_line, texts, last=last)
        count = len(rows)
        return _Records(
            first_line=first_line,
            texts=texts,
            rows=rows,
            starts=range(count),
            ends=range(1, count + 1),
            rejects=[],
        )

    def _quoted_records(self, first_line: int, texts: list[str], *, last: bool) -> _Records:
        rows: list[list[str]] = []
        starts: list[int] = []
        ends: list[int] = []
        rejects: list[Reject] = []
        start = 0
        while start < len(texts):
            begin = start
            feed = _Feed(texts, begin)
            reader = csv.reader(feed, delimiter=self.delimiter, strict=True)
            try:
                for row in reader:
                    end = begin + reader.line_num
                    rows.append(row)
                    starts.append(start)
                    ends.append(end)
                    start = end
            except csv.Error as error:
                if feed.exhausted and not last and self._hold(first_line, texts, start):
                    break
                message = f"the line cannot be split into fields: {error}"
                raw = _bytes_of(texts[start])
                rejects.append(bad_line(first_line + start, raw, Rule.MALFORMED, message))
                start += 1
        return _Records(
            first_line=first_line, texts=texts, rows=rows, starts=starts, ends=ends, rejects=rejects
        )

    def _hold(self, first_line: int, texts: list[str], start: int) -> bool:
        """Keep an unfinished record for the next block, unless it is too long to be one."""
        held = texts[start:]
        if len(held) > RECORD_LINES_LIMIT or sum(map(len, held)) > RECORD_BYTES_LIMIT:
            return False
        self._held, self._held_line = held, first_line + start
        return True


class _Feed:
    """An iterator over lines that remembers whether the parser asked for more than there is."""

    def __init__(self, texts: list[str], start: int) -> None:
        self._lines = islice(texts, start, None)
        self.exhausted = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            return next(self._lines)
        except StopIteration:
            self.exhausted = True
            raise


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """Where the contract's columns stand in a record."""

    width: int
    positions: tuple[int | None, ...]

    def batch(self, records: _Records) -> RowBatch:
        self._reject_misfits(records)
        fields = list(zip(*records.rows, strict=True)) or [()] * self.width
        return RowBatch(
            lines=[records.first_line + start for start in records.starts],
            columns=[None if p is None else fields[p] for p in self.positions],
            raw=records.raw,
            rejects=records.rejects,
        )

    def _reject_misfits(self, records: _Records) -> None:
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


def _read_header(records: _Records, contract: Contract) -> _Layout | None:
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


def _bytes_of(text: str) -> bytes:
    """Return the bytes that were read as a record's text, without its line end."""
    record = text.removesuffix("\n").removesuffix("\r")
    return _encoded(record)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _is_utf8(data: bytes) -> bool:
    return _decoded(data)[1]


def _decoded(data: bytes) -> tuple[str, bool]:
    """Decode UTF-8; bytes that are not UTF-8 survive as lone surrogates."""
    try:
        return data.decode(), True
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape"), False


def _reject_undecodable(records: _Records) -> None:
    kept: list[int] = []
    for index in range(len(records.rows)):
        raw = records.raw(index)
        if _is_utf8(raw):
            kept.append(index)
        else:
            records.rejects.append(undecodable(records.first_line + records.starts[index], raw))
    records.keep(kept)

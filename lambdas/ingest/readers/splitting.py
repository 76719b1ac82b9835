"""Blocks of lines into records of delimited text, by Python's own parser when it is strict.

A quote that is never closed costs one row, not the rest of the file: the line it stands on is
quarantined and reading goes on with the next line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Protocol

from lambdas.ingest.readers.encodings import encoded
from lambdas.ingest.readers.lines import RECORD_BYTES_LIMIT, Block
from lambdas.ingest.rows import Reject, bad_line, undecodable
from tarn.quarantine import Rule

RECORD_LINES_LIMIT: Final = 50_000
"""A quoted field that goes on for longer is taken for one that is never closed."""


class CsvReader(Protocol):
    """What ``csv.reader`` returns; it has no public name before Python 3.13."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, kw_only=True)
class Notation:
    """How records are written."""

    delimiter: str
    quote: str | None
    escape: str | None

    @property
    def special(self) -> tuple[str, ...]:
        """What can make a record longer than a line."""
        return tuple(one for one in (self.quote, self.escape) if one)

    def records(self, lines: Iterable[str]) -> CsvReader:
        """Split lines into records, strictly."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape,
            quoting=csv.QUOTE_NONE if self.quote is None else csv.QUOTE_MINIMAL,
            strict=True,
        )


@dataclass(kw_only=True)
class Records:
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
class RecordSplitter:
    """Turns blocks into records; holds back a record whose end has not come yet."""

    notation: Notation
    _held: list[str] = field(default_factory=list[str])
    _held_line: int = 1
    _inexact: bool = False
    """Whether what is held back came from bytes that are not UTF-8."""

    def records(self, blocks: Iterator[Block]) -> Iterator[Records]:
        """Yield the records of each block, then what was held back when the file ended."""
        for block in blocks:
            if self._held and block.rejects:
                # Lines that are rejected already stand between: no record reaches across them.
                yield self._finish()
            yield self._split(block)
        yield self._finish()

    def _split(self, block: Block) -> Records:
        text, exact = decoded(block.data)
        first_line = self._held_line if self._held else block.first_line
        texts = self._held + list(io.StringIO(text, newline="\n"))
        quoted = bool(self._held) or any(one in text for one in self.notation.special)
        self._held = []
        split = self._quoted_records if quoted else self._plain_records
        records = split(first_line, texts, last=False)
        records.rejects[:0] = block.rejects
        if not exact or self._inexact:
            _reject_undecodable(records)
        self._inexact = not exact and bool(self._held)
        return records

    def _finish(self) -> Records:
        texts, self._held = self._held, []
        records = self._quoted_records(self._held_line, texts, last=True)
        _reject_undecodable(records)
        return records

    def _plain_records(self, first_line: int, texts: list[str], *, last: bool) -> Records:
        """Split lines without a quote: each is one record, so positions need no counting."""
        try:
            rows = list(self.notation.records(texts))
        except csv.Error:  # a bare carriage return, say: the slow way finds the line
            return self._quoted_records(first_line, texts, last=last)
        count = len(rows)
        return Records(
            first_line=first_line,
            texts=texts,
            rows=rows,
            starts=range(count),
            ends=range(1, count + 1),
            rejects=[],
        )

    def _quoted_records(self, first_line: int, texts: list[str], *, last: bool) -> Records:
        rows: list[list[str]] = []
        starts: list[int] = []
        ends: list[int] = []
        rejects: list[Reject] = []
        start = 0
        while start < len(texts):
            begin = start
            feed = _Feed(texts, begin)
            reader = self.notation.records(feed)
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
        return Records(
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


def _bytes_of(text: str) -> bytes:
    """Return the bytes that were read as a record's text, without its line end."""
    record = text.removesuffix("\n").removesuffix("\r")
    return encoded(record)


def is_utf8(data: bytes) -> bool:
    return decoded(data)[1]


def decoded(data: bytes) -> tuple[str, bool]:
    """Decode UTF-8; bytes that are not UTF-8 survive as lone surrogates."""
    try:
        return data.decode(), True
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape"), False


def _reject_undecodable(records: Records) -> None:
    kept: list[int] = []
    for index in range(len(records.rows)):
        raw = records.raw(index)
        if is_utf8(raw):
            kept.append(index)
        else:
            records.rejects.append(undecodable(records.first_line + records.starts[index], raw))
    records.keep(kept)

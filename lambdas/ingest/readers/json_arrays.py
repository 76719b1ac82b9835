"""JSON: one array of objects. A position is the element's ordinal in the array, from 1.

The array is never held whole: its elements are found by brackets and quotes, and each is parsed by
itself, so a broken one costs itself only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from lambdas.ingest.errors import UnusableObjectError
from lambdas.ingest.readers.byte_source import ByteSource, Continued
from lambdas.ingest.readers.encodings import as_utf8
from lambdas.ingest.readers.json_lines import JsonLinesReader
from lambdas.ingest.readers.json_rows import JsonRows, json_batches
from lambdas.ingest.readers.lines import RECORD_BYTES_LIMIT, SHOWN_BYTES, without_mark
from lambdas.ingest.rows import CellForm, Reject, RowBatch, bad_line
from tarn.contract.model import Contract
from tarn.quarantine import Rule

_SPACE: Final = b" \t\r\n"
# An object without inner ones, and what may end an element: possessive, so that nothing is retried.
_FLAT: Final = re.compile(
    rb'[ \t\r\n]*+(\{(?:[^{}\[\]"]++|"(?:[^"\\]++|\\.)*+")*+\})[ \t\r\n]*+(?=[,\]])', re.DOTALL
)
# Runs of brackets at once: the elements may be nothing else.
_STRUCTURE: Final = re.compile(rb'"|,|[\[{]++|[\]}]++')
# Within an element: all that opens nothing, or closes what it opens without more brackets inside.
_LEAVES: Final = re.compile(
    rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+"|\[[^"\[\]{}]*+\]|\{[^"\[\]{}]*+\})++', re.DOTALL
)
_IN_STRING: Final = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)


class JsonArrayReader:
    """Reads the elements of an array; a file that begins otherwise is read as NDJSON."""

    cells: CellForm = CellForm.JSON

    def batches(self, source: ByteSource, contract: Contract, scratch: Path) -> Iterator[RowBatch]:
        """Yield the rows; UnusableObjectError when the file is empty."""
        chunks = without_mark(as_utf8(source, contract.dialect.encoding))
        head = b""
        for chunk in chunks:
            head = chunk.lstrip(_SPACE)
            if head:
                # Leading blank lines count where lines are positions.
                head = head if head.startswith(b"[") else chunk
                break
        if not head:
            reason = "the file is empty: it holds no JSON"
            raise UnusableObjectError(reason)
        if not head.startswith(b"["):
            lines = Continued(source, chain((head,), chunks))
            yield from JsonLinesReader().decoded_batches(lines, contract)
            return
        elements = _Elements()
        pieces = map(elements.take, chain((head[1:],), chunks))
        yield from json_batches(pieces, contract)
        yield from json_batches([elements.finish(source.cut_off)], contract)


class _Elements:
    """Cuts an array's text into its elements."""

    def __init__(self) -> None:
        self._buffer = b""
        self._scanned = 0
        """Of the buffer, what the search for the current element's end has seen."""
        self._depth = 0
        self._in_string = False
        self._ordinal = 0
        self._dropped = 0
        """Bytes of the current element that are not kept: it is too long to be judged."""
        self._shown = b""
        self._closed = False

    def take(self, chunk: bytes) -> JsonRows:
        """Return the elements that end within the next chunk."""
        self._buffer += chunk
        texts: list[tuple[int, bytes]] = []
        rejects: list[Reject] = []
        start = 0
        while not self._closed:
            fresh = self._scanned == start and not self._depth and not self._in_string
            flat = _FLAT.match(self._buffer, start) if fresh and not self._dropped else None
            if flat:
                end = flat.end()
                self._ordinal += 1
                texts.append((self._ordinal, flat[1]))
            else:
                found = self._end()
                if found is None:
                    break
                end = found
                self._element(self._buffer[start:end], end, texts, rejects)
            self._closed = self._buffer[end : end + 1] == b"]"
            start = self._scanned = end + 1
        self._keep(start)
        return JsonRows(texts=texts, rejects=rejects)

    def _element(
        self, raw: bytes, end: int, texts: list[tuple[int, bytes]], rejects: list[Reject]
    ) -> None:
        """Take an element that is no flat object."""
        last = self._buffer[end : end + 1] == b"]"
        if last and not self._ordinal and not self._dropped and not raw.strip(_SPACE):
            return  # an empty array
        self._ordinal += 1
        if self._dropped:
            rejects.append(self._oversized(len(raw)))
        else:
            texts.append((self._ordinal, raw.strip(_SPACE)))

    def _end(self) -> int | None:
        """Return where the current element ends; None: not within the buffer."""
        buffer = self._buffer
        while True:
            if self._in_string:
                inside = _IN_STRING.match(buffer, self._scanned)
                self._scanned = inside.end() if inside else self._scanned
                if buffer[self._scanned : self._scanned + 1] != b'"':
                    return None
                self._scanned += 1
                self._in_string = False
            if self._depth and (leaves := _LEAVES.match(buffer, self._scanned)):
                self._scanned = leaves.end()
            found = _STRUCTURE.search(buffer, self._scanned)
            if found is None:
                self._scanned = len(buffer)
                return None
            run = found[0]
            self._scanned = found.end()
            if run == b'"':
                self._in_string = True
            elif run[0] in b"[{":
                self._depth += len(run)
            elif run[0] in b"]}":
                outside = run[self._depth :]
                self._depth = max(self._depth - len(run), 0)
                if b"]" in outside:
                    return found.end() - len(outside) + outside.index(b"]")
            elif not self._depth:
                return found.start()

    def _keep(self, start: int) -> None:
        """Hold back an unfinished element, or only its beginning where it is too long."""
        rest, self._scanned = self._buffer[start:], max(self._scanned - start, 0)
        if self._closed:  # nothing is looked for behind the end of the array
            self._drop(rest.strip(_SPACE))
            self._buffer = b""
        elif self._dropped or len(rest) > RECORD_BYTES_LIMIT:
            blank = 0 if self._dropped else len(rest) - len(rest.lstrip(_SPACE))
            self._drop(rest[blank : self._scanned])
            self._buffer, self._scanned = rest[self._scanned :], 0
        else:
            self._buffer = rest

    def _drop(self, data: bytes) -> None:
        self._shown = self._shown or data[:SHOWN_BYTES]
        self._dropped += len(data)

    def _oversized(self, more: int) -> Reject:
        length = self._dropped + more
        message = (
            f"the element has {length} bytes, more than the {RECORD_BYTES_LIMIT} that are judged; "
            f"the first {len(self._shown)} are kept here, all of them in the landing object"
        )
        reject = bad_line(self._ordinal, self._shown, Rule.OVERSIZED, message)
        self._dropped, self._shown = 0, b""
        return reject

    def finish(self, cut_off: str | None) -> JsonRows:
        """Return what is left when the file has ended, as a reject."""
        self._ordinal += 1
        if self._closed:
            if not self._dropped:
                return JsonRows(texts=())
            message = f"after the end of the array there are {self._dropped} bytes more"
            found = bad_line(self._ordinal, self._shown, Rule.MALFORMED, message)
        elif self._dropped:
            found = self._oversized(len(self._buffer))
        else:
            message = f"{cut_off or 'the array is not closed'}; the rows from here on are missing"
            found = bad_line(self._ordinal, self._buffer.strip(_SPACE), Rule.CUT_OFF, message)
        return JsonRows(texts=(), rejects=(found,))

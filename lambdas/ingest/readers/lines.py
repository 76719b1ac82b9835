"""Blocks of whole physical lines, with the number of each block's first line.

Physical lines end with a line feed. Neither a file of one endless line nor a quoted field that is
never closed may make the function hold more than the limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lambdas.ingest.readers.byte_source import ByteSource
from lambdas.ingest.rows import Reject, bad_line
from tarn.quarantine import Rule

RECORD_BYTES_LIMIT: Final = 16 << 20
"""Longer lines (and records of several lines) are quarantined without being judged."""

SHOWN_BYTES: Final = 64 << 10
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, kw_only=True)
class Block:
    """Whole lines, line feeds included (the file's last line may lack it)."""

    first_line: int
    data: bytes
    rejects: tuple[Reject, ...] = ()


def line_blocks(source: ByteSource, *, limit: int = RECORD_BYTES_LIMIT) -> Iterator[Block]:
    """Cut a source into blocks of lines. Lines beyond the limit arrive as rejects."""
    line, tail = 1, b""
    chunks = without_mark(source)
    for chunk in chunks:
        cut = chunk.rfind(b"\n") + 1
        if cut:
            block = Block(first_line=line, data=tail + chunk[:cut])
            yield block
            line, tail = line + block.data.count(b"\n"), chunk[cut:]
        elif len(tail) + len(chunk) > limit:
            length, rest = _skip_line(chunks, len(tail) + len(chunk))
            reject = _oversized(line, (tail + chunk)[:SHOWN_BYTES], length)
            # The rest may hold whole lines itself: it is read like a chunk.
            whole = rest.rfind(b"\n") + 1
            yield Block(first_line=line + 1, data=rest[:whole], rejects=(reject,))
            line, tail = line + 1 + rest[:whole].count(b"\n"), rest[whole:]
        else:
            tail += chunk
    yield from _last(line, tail, source.cut_off)


def _last(line: int, tail: bytes, cut_off: str | None) -> Iterator[Block]:
    if cut_off is not None:
        message = f"{cut_off}; the rows from here on are missing"
        yield Block(
            first_line=line, data=b"", rejects=(bad_line(line, tail, Rule.CUT_OFF, message),)
        )
    elif tail:
        yield Block(first_line=line, data=tail)


def without_mark(source: ByteSource) -> Iterator[bytes]:
    """Yield the source's chunks without the byte order mark that Windows programs put first."""
    head = b""
    chunks = iter(source)
    for chunk in chunks:
        head += chunk
        if len(head) >= len(_BYTE_ORDER_MARK):
            break
    if head := head.removeprefix(_BYTE_ORDER_MARK):
        yield head
    yield from chunks


def _skip_line(chunks: Iterator[bytes], length: int) -> tuple[int, bytes]:
    """Drop bytes up to the next line feed; return the line's length and what follows it."""
    for chunk in chunks:
        end = chunk.find(b"\n")
        if end >= 0:
            return length + end, chunk[end + 1 :]
        length += len(chunk)
    return length, b""


def _oversized(line: int, shown: bytes, length: int) -> Reject:
    message = (
        f"the line has {length} bytes, more than the {RECORD_BYTES_LIMIT} that are judged; "
        f"the first {len(shown)} are kept here, all of them in the landing object"
    )
    return bad_line(line, shown, Rule.OVERSIZED, message)

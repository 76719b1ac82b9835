"""Compressed objects: gzip, bzip2 and zstd, any number of members, in chunks of bounded size.

A file that ends in the middle gives what it holds and then says so; damaged content is an
UnusableObjectError, because no row before the damage was found can be trusted either. So is
content that grows as only a decompression bomb does.
"""

from __future__ import annotations

import bz2
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final, Protocol

import pyarrow as pa

from lambdas.ingest.errors import UnusableObjectError
from lambdas.ingest.readers import byte_source
from lambdas.ingest.readers.byte_source import (
    ByteSource,
    ByteStream,
    Continued,
    PlainBytes,
    chunks_of,
)

EXPANSION_BYTES: Final = 1 << 30
"""Content is taken for a decompression bomb when it is larger than this, ..."""
EXPANSION_LIMIT: Final = 250
"""... and than so many times the bytes it comes from. Rows shrink to a hundredth at most."""

_READ: Final = 1 << 16
_LAST_READ: Final = 1 << 8


class _Member(Protocol):
    """One compressed stream being read; neither zlib nor bz2 has a name for what they share."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...

    def inflate(self, data: bytes) -> bytes:
        """Return up to a chunk of content; what was not consumed is kept for the next call."""
        ...


class _GzipMember:
    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def inflate(self, data: bytes) -> bytes:
        waiting = self._zlib.unconsumed_tail
        return self._zlib.decompress(waiting + data if waiting else data, byte_source.CHUNK_BYTES)


class _Bzip2Member:
    def __init__(self) -> None:
        self._bz2 = bz2.BZ2Decompressor()

    @property
    def eof(self) -> bool:
        return self._bz2.eof

    @property
    def unused_data(self) -> bytes:
        return self._bz2.unused_data

    def inflate(self, data: bytes) -> bytes:
        return self._bz2.decompress(data, byte_source.CHUNK_BYTES)


class _Members:
    """The content of members one after the other."""

    def __init__(self, name: str, member: Callable[[], _Member], chunks: Iterator[bytes]) -> None:
        self._name = name
        self._new_member = member
        self._chunks = chunks
        self.cut_off: str | None = None

    def __iter__(self) -> Iterator[bytes]:
        member: _Member | None = None
        growth = _Growth(self._name)
        for chunk in self._chunks:
            growth.compressed += len(chunk)
            pending = chunk
            while pending:
                if member is None:
                    pending = pending.lstrip(b"\0")  # padding between members is allowed
                    if not pending:
                        break
                    member = self._new_member()
                yield from self._inflated(member, pending, growth)
                pending = b""
                if member.eof:
                    member, pending = None, member.unused_data
        if member is not None:
            self.cut_off = _torn(self._name, growth.compressed)

    def _inflated(self, member: _Member, data: bytes, growth: _Growth) -> Iterator[bytes]:
        """Yield all that a member makes of some bytes."""
        while not member.eof:
            try:
                content = member.inflate(data)
            except (zlib.error, OSError) as error:
                raise _damaged(self._name, growth.compressed, error) from error
            if not content:
                return
            growth.add(content)
            yield content
            data = b""


class _ZstdBytes:
    """The content of zstd frames. Arrow decompresses; Python's library has no zstd yet."""

    _name: Final = "zstd"

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._raw = _RawFrames(chunks)
        self.cut_off: str | None = None

    def __iter__(self) -> Iterator[bytes]:
        growth = _Growth(self._name)
        stream = pa.CompressedInputStream(pa.PythonFile(self._raw, mode="r"), "zstd")
        while content := self._read(stream):
            growth.compressed = self._raw.given
            growth.add(content)
            yield content

    def _read(self, stream: pa.CompressedInputStream) -> bytes:
        """Read a piece. A read that meets the end of a torn frame loses all that it had."""
        parts: list[bytes] = []
        try:
            if not self._raw.is_near_end:
                return stream.read(_READ)
            while len(parts) < _READ // _LAST_READ and (part := stream.read(_LAST_READ)):
                parts.append(part)
        except OSError as error:
            given = self._raw.given
            if "runcated" not in str(error):
                raise _damaged(self._name, given, error) from error
            self.cut_off = _torn(self._name, given)
        return b"".join(parts)


class _RawFrames(io.RawIOBase):
    """Chunks as a file, which knows when only little of it is left."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._current = next(chunks, b"")
        self._following = next(chunks, b"")
        self._place = 0
        self.given = 0

    @property
    def is_near_end(self) -> bool:
        """Whether a read of content could reach the end: it takes hardly more than it gives."""
        return len(self._current) - self._place + len(self._following) < 4 * _READ

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        found = self._current[self._place : self._place + size]
        self._place += len(found)
        self.given += len(found)
        if self._place >= len(self._current):
            self._current, self._following = self._following, next(self._chunks, b"")
            self._place = 0
        return found


@dataclass
class _Growth:
    """How much content has come from how many bytes."""

    name: str
    compressed: int = 0
    content: int = 0

    def add(self, content: bytes) -> None:
        self.content += len(content)
        if self.content > EXPANSION_BYTES and self.content > EXPANSION_LIMIT * self.compressed:
            reason = (
                f"the {self.name} content is a decompression bomb: the first {self.compressed} "
                f"bytes of the object make more than {self.content}, and rows never shrink to less "
                f"than a {EXPANSION_LIMIT}th"
            )
            raise UnusableObjectError(reason)


@dataclass(frozen=True, kw_only=True)
class Compression:
    """One way to compress a file."""

    name: str
    suffixes: tuple[str, ...]
    magic: re.Pattern[bytes]
    opened: Callable[[Iterator[bytes]], ByteSource]


COMPRESSIONS: Final = (
    Compression(
        name="gzip",
        suffixes=(".gz",),
        magic=re.compile(rb"\x1f\x8b"),
        opened=lambda chunks: _Members("gzip", _GzipMember, chunks),
    ),
    Compression(
        name="bzip2",
        suffixes=(".bz2",),
        # With the first block's own mark: a text may begin with BZh9.
        magic=re.compile(rb"BZh[1-9](1AY&SY|\x17\x72\x45\x38\x50\x90)"),
        opened=lambda chunks: _Members("bzip2", _Bzip2Member, chunks),
    ),
    Compression(
        name="zstd",
        suffixes=(".zst", ".zstd"),
        # A frame, or one that may be skipped, as parallel compressors write.
        magic=re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),
        opened=_ZstdBytes,
    ),
)


def compression_of(head: bytes) -> Compression | None:
    """Return how content is compressed, by its first bytes; None: it is not."""
    return next((one for one in COMPRESSIONS if one.magic.match(head)), None)


def open_source(stream: ByteStream) -> tuple[Compression | None, bytes, ByteSource]:
    """Return the stream's compression, the first chunk of its content, and all of it."""
    raw = chunks_of(stream)
    first = b""
    # A stream may give little at once: the longest mark has ten bytes.
    while len(first) < 10 and (more := next(raw, b"")):
        first += more
    whole = chain((first,) if first else (), raw)
    compression = compression_of(first)
    source: ByteSource = PlainBytes(whole) if compression is None else compression.opened(whole)
    content = iter(source)
    head = next(content, b"")
    return compression, head, Continued(source, chain((head,) if head else (), content))


def _torn(name: str, position: int) -> str:
    return f"the {name} file ends in the middle, after {position} bytes"


def _damaged(name: str, position: int, error: Exception) -> UnusableObjectError:
    reason = f"the {name} content is damaged before byte {position} of the object ({error})"
    return UnusableObjectError(reason)

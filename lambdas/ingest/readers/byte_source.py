"""The bytes of an object, decompressed as they flow."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import chain
from typing import Final, Protocol

from lambdas.ingest.errors import UnusableObjectError

CHUNK_BYTES: Final = 1 << 20
GZIP_MAGIC: Final = b"\x1f\x8b"


class ByteStream(Protocol):
    """What an object's body offers."""

    def read(self, amount: int, /) -> bytes: ...


class ByteSource(Protocol):
    """Chunks of a file's content."""

    @property
    def cut_off(self) -> str | None:
        """After the last chunk: why the content is known to be incomplete, or None."""
        ...

    def __iter__(self) -> Iterator[bytes]: ...


class PlainBytes:
    """A stream's bytes as they are."""

    cut_off: str | None = None

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks


class GzipBytes:
    """The content of a gzip file of any number of members, in chunks of bounded size.

    A file that ends in the middle gives what it holds and then says so; damaged content is
    an UnusableObjectError, because no row before the damage was found can be trusted either.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.cut_off: str | None = None

    def __iter__(self) -> Iterator[bytes]:
        member = _new_member()
        compressed = 0
        started = False
        for chunk in self._chunks:
            compressed += len(chunk)
            pending = chunk
            while pending:
                if member.eof:
                    pending = pending.lstrip(b"\0")  # padding between members is allowed
                    if not pending:
                        break
                    member, started = _new_member(), False
                content = _inflate(member, pending, compressed)
                started = True
                pending = member.unused_data if member.eof else member.unconsumed_tail
                if content:
                    yield content
            # What the window still holds when all input is consumed.
            while started and not member.eof and (content := _inflate(member, b"", compressed)):
                yield content
        if started and not member.eof:
            self.cut_off = f"the gzip file ends in the middle, after {compressed} bytes"


def chunks_of(stream: ByteStream) -> Iterator[bytes]:
    """Read a stream to its end in chunks."""
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def open_source(stream: ByteStream) -> tuple[bool, bytes, ByteSource]:
    """Return whether the stream is gzip, the first chunk of the content, and all of it."""
    raw = chunks_of(stream)
    first = next(raw, b"")
    whole = chain((first,) if first else (), raw)
    compressed = first.startswith(GZIP_MAGIC)
    source: ByteSource = GzipBytes(whole) if compressed else PlainBytes(whole)
    content = iter(source)
    head = next(content, b"")
    return compressed, head, _Resumed(source, chain((head,) if head else (), content))


class _Resumed:
    """A source whose first chunk was looked at."""

    def __init__(self, source: ByteSource, chunks: Iterator[bytes]) -> None:
        self._source = source
        self._chunks = chunks

    @property
    def cut_off(self) -> str | None:
        return self._source.cut_off

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks


class _Member(Protocol):
    """A gzip member being read; zlib does not name the class."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def unconsumed_tail(self) -> bytes: ...
    def decompress(self, data: bytes, /, max_length: int = 0) -> bytes: ...


def _new_member() -> _Member:
    return zlib.decompressobj(wbits=31)


def _inflate(member: _Member, data: bytes, position: int) -> bytes:
    try:
        return member.decompress(data, CHUNK_BYTES)
    except zlib.error as error:
        reason = f"the gzip content is damaged before byte {position} of the object ({error})"
        raise UnusableObjectError(reason) from error

"""The bytes of an object, as they flow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

CHUNK_BYTES: Final = 1 << 20


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


class Continued:
    """A source whose chunks come in another form, or whose first one was looked at."""

    def __init__(self, source: ByteSource, chunks: Iterator[bytes]) -> None:
        self._source = source
        self._chunks = chunks

    @property
    def cut_off(self) -> str | None:
        return self._source.cut_off

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks


def chunks_of(stream: ByteStream) -> Iterator[bytes]:
    """Read a stream to its end in chunks."""
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk

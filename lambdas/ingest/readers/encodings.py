"""Text of any encoding as UTF-8, while it flows."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Final

from lambdas.ingest.readers.byte_source import ByteSource, Continued
from tarn.contract.dialect import UTF8

_HANDLER: Final = "tarn-undecodable"
_FOREIGN: Final = 0xDCFF


def as_utf8(source: ByteSource, encoding: str) -> ByteSource:
    """Return the source's text as UTF-8.

    A byte that the encoding does not have stays as it is, or becomes 0xFF where it could be taken
    for text: neither is UTF-8, so the row it stands in is quarantined like any such row.
    """
    return source if encoding == UTF8 else Continued(source, _transcoded(source, encoding))


def _transcoded(source: ByteSource, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors=_HANDLER)
    for chunk in source:
        if content := _utf8(decoder.decode(chunk)):
            yield content
    if content := _utf8(decoder.decode(b"", final=True)):
        yield content


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte if byte >= 128 else _FOREIGN) for byte in wrong), error.end


codecs.register_error(_HANDLER, _escape)

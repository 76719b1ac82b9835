"""Text of any encoding as UTF-8, while it flows."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain
from typing import Final

from lambdas.ingest.errors import UnusableObjectError
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
    for chunk in chain(source, (b"",)):
        try:
            content = encoded(decoder.decode(chunk, final=not chunk))
        except UnicodeError as error:  # of the text as a whole: it lacks its byte order mark, say
            reason = f"the content is not {encoding}, as the contract's dialect has it: {error}"
            raise UnusableObjectError(reason) from error
        if content:
            yield content


def encoded(text: str) -> bytes:
    """Return text as UTF-8; lone surrogates are the bytes that they stand for."""
    return text.encode("utf-8", "surrogateescape")


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte if byte >= 128 else _FOREIGN) for byte in wrong), error.end


codecs.register_error(_HANDLER, _escape)

"""Readers: one file a format, each turning bytes into rows with positions.

To add a format, write a reader and name its suffixes in ``READERS``.
"""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import CDLL
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from lambdas.ingest.errors import UnusableObjectError
from lambdas.ingest.readers import parquet
from lambdas.ingest.readers.byte_source import GZIP_MAGIC, ByteSource, ByteStream, open_source
from lambdas.ingest.readers.delimited import DelimitedReader
from lambdas.ingest.readers.json_lines import JsonLinesReader
from lambdas.ingest.rows import CellForm, RowBatch, TypedBatch
from tarn.contract.model import Contract


class Reader(Protocol):
    """Turns the content of one file into rows."""

    cells: CellForm

    def batches(self, source: ByteSource, contract: Contract, scratch: Path) -> Iterator[RowBatch]:
        """Yield every row and every piece of bytes that is no row, in bounded batches.

        ``scratch`` is a directory for what has to be kept on disk while reading.
        UnusableObjectError when the file cannot be judged row by row.
        """
        ...


@runtime_checkable
class NativeReader(Protocol):
    """A reader that also knows how to have its rows typed by the native engine."""

    def typed_batches(
        self, library: CDLL, source: ByteSource, contract: Contract, scratch: Path
    ) -> Iterator[TypedBatch]:
        """Yield what ``batches`` yields, typed and judged cell by cell."""
        ...


READERS: Final[dict[str, Reader]] = {
    ".csv": DelimitedReader(","),
    ".ndjson": JsonLinesReader(),
    ".jsonl": JsonLinesReader(),
    ".parquet": parquet.ParquetReader(),
}
_COMPRESSED_SUFFIX: Final = ".gz"


def open_reader(key: str, stream: ByteStream) -> tuple[Reader, ByteSource]:
    """Choose the reader by the key's suffix, and the decompression by the first bytes.

    UnusableObjectError when the suffix is unknown or the first bytes contradict it.
    """
    name = key.lower()
    stem = name.removesuffix(_COMPRESSED_SUFFIX)
    suffix = next((suffix for suffix in READERS if stem.endswith(suffix)), None)
    if suffix is None:
        reason = (
            f"the format of {key!r} is unknown: its name has to end with one of "
            f"{', '.join(READERS)}, and {_COMPRESSED_SUFFIX} when it is compressed"
        )
        raise UnusableObjectError(reason)
    compressed, head, source = open_source(stream)
    if name != stem and not compressed:
        reason = f"the key ends with {_COMPRESSED_SUFFIX}, but the content is not gzip"
        raise UnusableObjectError(reason)
    if head.startswith(parquet.MAGIC) != (suffix == ".parquet"):
        reason = f"the key ends with {suffix}, but the content is another format"
        raise UnusableObjectError(reason)
    if head.startswith(GZIP_MAGIC):
        reason = "the content is compressed more than once"
        raise UnusableObjectError(reason)
    return READERS[suffix], source

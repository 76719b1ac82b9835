"""Readers: one file a format, each turning bytes into rows with positions.

To add a format, write a reader and name its suffixes in ``READERS``.
"""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import CDLL
from itertools import chain
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from lambdas.ingest.errors import UnusableObjectError
from lambdas.ingest.readers import parquet
from lambdas.ingest.readers.byte_source import ByteSource, ByteStream
from lambdas.ingest.readers.compression import COMPRESSIONS, compression_of, open_source
from lambdas.ingest.readers.delimited import DelimitedReader
from lambdas.ingest.readers.json_arrays import JsonArrayReader
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
    ".tsv": DelimitedReader("\t"),
    ".ndjson": JsonLinesReader(),
    ".jsonl": JsonLinesReader(),
    ".json": JsonArrayReader(),
    ".parquet": parquet.ParquetReader(),
}
COMPRESSED_SUFFIXES: Final = tuple(chain.from_iterable(one.suffixes for one in COMPRESSIONS))


def open_reader(key: str, stream: ByteStream) -> tuple[Reader, ByteSource]:
    """Choose the reader by the key's suffix, and the decompression by the first bytes.

    UnusableObjectError when the suffix is unknown or the first bytes contradict it.
    """
    claimed, suffix = suffixes_of(key)
    if suffix is None:
        reason = (
            f"the format of {key!r} is unknown: its name has to end with one of "
            f"{', '.join(READERS)}, then {', '.join(COMPRESSED_SUFFIXES)} when it is compressed"
        )
        raise UnusableObjectError(reason)
    compression, head, source = open_source(stream)
    if claimed and (compression is None or claimed not in compression.suffixes):
        [wanted] = (one.name for one in COMPRESSIONS if claimed in one.suffixes)
        reason = f"the key ends with {claimed}, but the content is not {wanted}"
        raise UnusableObjectError(reason)
    if head.startswith(parquet.MAGIC) != (suffix == ".parquet"):
        reason = f"the key ends with {suffix}, but the content is another format"
        raise UnusableObjectError(reason)
    if compression_of(head) is not None:
        reason = "the content is compressed more than once"
        raise UnusableObjectError(reason)
    return READERS[suffix], source


def suffixes_of(key: str) -> tuple[str, str | None]:
    """Return a name's suffix of compression, "" for none, and that of its format, None if unknown.

    Both are in lower case.
    """
    name = key.lower()
    claimed = next((one for one in COMPRESSED_SUFFIXES if name.endswith(one)), "")
    stem = name.removesuffix(claimed)
    return claimed, next((one for one in READERS if stem.endswith(one)), None)

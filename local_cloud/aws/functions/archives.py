"""Deployed archives, extracted once for each content."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from tarn.errors import PermanentError

_FILE_MODE: Final = 0o644
_EXECUTABLE_BITS: Final = 0o111


class ArchiveError(PermanentError):
    """An archive cannot be extracted."""

    def __init__(self, *, digest: str, reason: str) -> None:
        super().__init__(
            f"The archive {digest[:12]} cannot be extracted: {reason}. "
            "Deploy a zip file whose entries stay inside it."
        )
        self.digest = digest


class ArchiveStore:
    """Directories named by the archive's content, shared by every worker and kept on disk."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def extracted(self, archive: bytes) -> Path:
        """Return the directory that holds the archive's content, extracting it when it is new.

        Two threads may extract the same archive; the first rename wins and both see it whole.
        """
        digest = hashlib.sha256(archive).hexdigest()
        target = self._directory / digest[:32]
        if target.exists():
            return target
        self._directory.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix="extracting-", dir=self._directory))
        try:
            _extract(archive, scratch, digest)
            scratch.rename(target)
        except OSError:
            if not target.exists():
                raise
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return target


def _extract(archive: bytes, scratch: Path, digest: str) -> None:
    try:
        content = zipfile.ZipFile(io.BytesIO(archive))
    except zipfile.BadZipFile as error:
        raise ArchiveError(digest=digest, reason="it is not a zip file") from error
    with content:
        for entry in content.infolist():
            path = scratch / entry.filename
            if not path.resolve().is_relative_to(scratch.resolve()):
                raise ArchiveError(digest=digest, reason=f"{entry.filename} leaves the archive")
            content.extract(entry, scratch)
            if not entry.is_dir():
                executable = (entry.external_attr >> 16) & _EXECUTABLE_BITS
                path.chmod(_FILE_MODE | executable)
    os.utime(scratch)

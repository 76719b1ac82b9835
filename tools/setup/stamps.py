"""Remembers what was made from what."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


def fingerprint(*inputs: str | Path) -> str:
    """Hash texts and the contents of files; the order and the borders between inputs count."""
    digest = hashlib.sha256()
    for given in inputs:
        content = given.read_bytes() if isinstance(given, Path) else given.encode()
        digest.update(f"{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()


def identity(path: str | None) -> str:
    """Name an installed tool well enough to notice that it was replaced; cheaper than asking it."""
    if path is None:
        return "absent"
    real = Path(path).resolve()
    status = real.stat()
    return f"{real} {status.st_size} {status.st_mtime_ns}"


@dataclass(frozen=True, kw_only=True)
class Stamps:
    """One file a step, holding the fingerprint of what the step was last made from."""

    directory: Path

    def matches(self, name: str, key: str) -> bool:
        try:
            return (self.directory / name).read_text() == key
        except FileNotFoundError:
            return False

    def forget(self, name: str) -> None:
        (self.directory / name).unlink(missing_ok=True)

    def write(self, name: str, key: str) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        aside = self.directory / f"{name}.new"
        aside.write_text(key)
        aside.replace(self.directory / name)

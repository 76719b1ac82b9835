"""Reads the lock files: requirements.lock and tools/jars.lock."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from tools.setup.errors import LockIncompleteError

REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)[^\n]*(?:\n[ \t]+\S[^\n]*)*", re.M)


def requirements_of(lock: str, names: Collection[str]) -> str:
    """Return the part of requirements.lock, hashes included, that installs just ``names``."""
    blocks = {match[1]: match[0] for match in REQUIREMENT.finditer(lock)}
    missing = [name for name in names if name not in blocks]
    if missing:
        raise LockIncompleteError(lock="requirements.lock", missing=missing)
    return "".join(f"{blocks[name]}\n" for name in names)


@dataclass(frozen=True, kw_only=True)
class Jar:
    """One line of tools/jars.lock."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


def jars_in(lock: str) -> tuple[Jar, ...]:
    """Read the text of tools/jars.lock."""
    lines = [line for line in lock.splitlines() if line and not line.startswith("#")]
    return tuple(_jar(line) for line in lines)


def _jar(line: str) -> Jar:
    coordinates, sha256 = line.split()
    group, artifact, version = coordinates.split(":")
    return Jar(group=group, artifact=artifact, version=version, sha256=sha256)

"""Who listens on a port: for the message of a port that is in use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

_LISTENING: Final = "0A"
_UNKNOWN: Final = "another program"


def describe_holder(port: int) -> str:
    """Name the process that listens on a TCP port, as far as this system tells."""
    inodes = set(_listening_inodes(port))
    if not inodes:
        return _UNKNOWN
    for directory in Path("/proc").iterdir():
        if directory.name.isdigit() and _holds(directory, inodes):
            command = (directory / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
            return f"process {directory.name} ({command[:80]})"
    return _UNKNOWN


def _listening_inodes(port: int) -> Iterator[str]:
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if not table.exists():
            continue
        for line in table.read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _holds(directory: Path, inodes: set[str]) -> bool:
    try:
        links = list((directory / "fd").iterdir())
    except OSError:
        # Processes of others, and those that have just ended, cannot be looked into.
        return False
    return any(_target(link) in {f"socket:[{inode}]" for inode in inodes} for link in links)


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        # Closed since it was listed.
        return ""

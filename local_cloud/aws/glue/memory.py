"""Memory of a job: its Python driver and the JVM that the driver started."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_PROCESSES: Final = Path("/proc")
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


def resident_bytes(leader: int) -> int:
    """Return the resident memory of a process group; 0 where there is no /proc to ask."""
    if not _PROCESSES.is_dir():
        return 0
    members = (entry for entry in _PROCESSES.iterdir() if entry.name.isdigit())
    return sum(_resident(int(entry.name)) for entry in members if _group(entry) == leader)


def _group(process: Path) -> int | None:
    try:
        # The command's name, in parentheses, may hold spaces.
        return int((process / "stat").read_text().rpartition(")")[2].split()[2])
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None


def _resident(pid: int) -> int:
    try:
        pages = (_PROCESSES / str(pid) / "statm").read_text().split()[1]
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return int(pages) * _PAGE_BYTES

"""How much memory a process uses, as the kernel tells it; 0 where there is no ``/proc``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_KIB_PER_MIB: Final = 1024


def resident_memory_mb(pid: int) -> int:
    """Return what the process holds now."""
    return _field(pid, "VmRSS:")


def peak_memory_mb(pid: int) -> int:
    """Return the most that the process has ever held."""
    return _field(pid, "VmHWM:")


def _field(pid: int, name: str) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    for line in status.splitlines():
        if line.startswith(name):
            return int(line.split()[1]) // _KIB_PER_MIB
    return 0

"""The guardian: a tiny process that ends what is left of one that was killed.

It reads ``+ group`` and ``- group`` lines from its standard input, and when that input ends
(because its owner is gone, in whatever way) it kills what is left of these groups, and removes the
folder that it was given, if any. A group's leader leads a session too, and the session ends with
it: Pulumi's engine gives its language host and its plugins groups of their own.

It runs isolated from every package, so it imports the standard library only.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path

_ATTEMPTS = 50
_PAUSE_SECONDS = 0.1


def main() -> None:
    """Keep the set of living groups until standard input ends, then clean up."""
    groups: set[int] = set()
    for line in sys.stdin:
        sign, _, group = line.strip().partition(" ")
        if sign == "+":
            groups.add(int(group))
        else:
            groups.discard(int(group))
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    for pid in _of_sessions(groups):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    for folder in sys.argv[1:]:
        _remove(Path(folder))


def _of_sessions(leaders: set[int]) -> list[int]:
    """Return the processes of these sessions, on a system that tells."""
    found: list[int] = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # After the name, which may hold anything: state, parent, group, session.
            session = status.read_text().rpartition(")")[2].split()[3]
            if int(session) in leaders:
                found.append(int(status.parent.name))
    return found


def _remove(folder: Path) -> None:
    for _ in range(_ATTEMPTS):
        # What was just killed may have a child that still writes for a moment.
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    main()

"""The guardian of a review: ends its processes and removes its folder when the review is gone.

It reads ``+ group`` lines from its standard input. When that input ends, because the review closed
it or was killed, it kills these process groups and removes the folder that it was given. So a
review leaves nothing behind in whatever way it ends. It imports the standard library only.
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
    """Collect process groups until standard input ends, then clean up."""
    groups = [int(line.removeprefix("+")) for line in sys.stdin if line.startswith("+")]
    folder = Path(sys.argv[1])
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    for _ in range(_ATTEMPTS):
        # What was just killed may have a child that still writes for a moment.
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    main()

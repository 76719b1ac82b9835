"""The guardian: a tiny process that ends the children of a local cloud that was killed.

It reads ``+ group`` and ``- group`` lines from its standard input, and when that input ends
(because the local cloud is gone, in whatever way) it kills the process groups that are left.
It runs isolated from every package, so it imports the standard library only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys


def main() -> None:
    """Keep the set of living groups until standard input ends, then end them."""
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


if __name__ == "__main__":
    main()

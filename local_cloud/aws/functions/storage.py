"""How much a function has written to its TMPDIR.

Where it has a /tmp of its own (see ``bootstrap.py``) the kernel limits that, and TMPDIR is /tmp;
the directory asked for here then stays empty.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_BYTES_PER_MIB: Final = 1024 * 1024


def used_mb(directory: Path) -> int:
    """Return the size of the files below a directory, as far as it can be read."""
    total = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            try:
                total += os.lstat(f"{folder}/{name}").st_size
            except OSError:
                continue
    return total // _BYTES_PER_MIB

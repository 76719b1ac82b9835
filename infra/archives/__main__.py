"""``python -m infra.archives [architecture ...]``: build layers ahead of the first preview.

Set-up calls it, so that a preview needs no network and no wait. Without arguments it builds the
layer for this machine; with ``engine`` it builds the native engine instead, and says where it is.
"""

from __future__ import annotations

import sys

from infra.archives.layer import layer_archive, platform_of
from infra.archives.native import engine_wheel
from infra.errors import ArchiveError
from infra.settings import Architecture


def main(arguments: list[str]) -> int:
    """Build the layers; return the exit status."""
    try:
        if arguments == ["engine"]:
            print(engine_wheel(platform_of(Architecture.HOST)))
            return 0
        for name in arguments or [Architecture.HOST.value]:
            layer = layer_archive(Architecture(name))
            print(f"{layer.path.name}: {layer.path.stat().st_size // 1024 // 1024} MiB")
    except (ArchiveError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

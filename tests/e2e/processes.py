"""The processes of one checkout: whatever works in a folder below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Process:
    """A living process; ``command`` is its argument list."""

    pid: int
    command: tuple[str, ...]

    @property
    def program(self) -> str:
        """The file name of the executable as it was called."""
        return Path(self.command[0]).name


def processes_of(root: Path) -> Iterator[Process]:
    """Yield the processes whose working directory lies in ``root``: those started there.

    The local cloud, its functions and jobs, the engine and its plugins all work below the
    checkout, also when their parent is gone; a user's own processes do not.
    """
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            place = (entry / "cwd").readlink()
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:  # it ended while we looked, or belongs to somebody else
            continue
        if place.is_relative_to(root) and command:
            arguments = tuple(command.rstrip("\0").split("\0"))
            yield Process(pid=int(entry.name), command=arguments)

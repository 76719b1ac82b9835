"""A folder and processes that go with the review, however it ends."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from local_cloud.children import GUARDIAN


class Scratch:
    """Everything below ``folder``, and every process that was registered, ends with the review."""

    def __init__(self, folder: Path, guardian: IO[str]) -> None:
        self.folder = folder
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self._guardian = guardian

    def register(self, group: int) -> None:
        """Have a process group ended with the review."""
        self._guardian.write(f"+ {group}\n")
        self._guardian.flush()

    def start(
        self, command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], output: Path
    ) -> subprocess.Popen[bytes]:
        """Start a child in a process group of its own; its standard output goes to a file."""
        with output.open("wb") as out, output.with_suffix(".errors").open("wb") as err:
            child = subprocess.Popen(  # noqa: S603 - the callers compose the command themselves
                list(command),
                cwd=cwd,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                # Ctrl-C is the review's to handle.
                start_new_session=True,
            )
        self.register(child.pid)
        return child


@contextmanager
def scratch() -> Generator[Scratch]:
    """Make a folder with a guardian; both are gone when the block ends, or this process does."""
    # Only our user may look into it: it holds the configuration of real stacks.
    folder = Path(tempfile.mkdtemp(prefix="tarn-review-")).resolve()
    guardian = subprocess.Popen(  # noqa: S603 - our own file
        [*GUARDIAN, str(folder)],
        stdin=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=os.sep,
    )
    assert guardian.stdin is not None  # noqa: S101 - it was asked for
    try:
        yield Scratch(folder, guardian.stdin)
    finally:
        guardian.stdin.close()
        guardian.wait()

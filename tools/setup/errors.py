"""What can stop a set-up.

SetupError
├── PythonIncompleteError     this Python cannot make environments
├── EngineUnavailableError    neither a Pulumi that is new enough nor a Go that could build one
├── DiskFullError             before a step, or in the middle of one
├── LockIncompleteError       a lock file lacks what a step needs
├── ChecksumMismatchError     a download is not what was pinned
└── CommandFailedError        a tool failed; its output is in a log
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tarn.errors import PermanentError

AGAIN = "Then run the same command again: it goes on from here."


class SetupError(PermanentError):
    """Set-up stopped; the message ends in the next step."""


class PythonIncompleteError(SetupError):
    def __init__(self, *, python: str) -> None:
        self.python = python
        super().__init__(
            f"{python} cannot make virtual environments: its ensurepip is missing.\n"
            "Next: install the package that brings it (python3.11-venv on Debian and Ubuntu), "
            f"or uv. {AGAIN}"
        )


class EngineUnavailableError(SetupError):
    """``found`` says what is there and why it does not do."""

    def __init__(self, *, found: Sequence[str]) -> None:
        self.found = tuple(found)
        super().__init__(
            "The Pulumi engine cannot be had: it is neither installed nor can it be built here.\n"
            f"Found: {'; '.join(found)}.\n"
            "Next: install the Pulumi command-line tool 3.200 or newer, or Go 1.25 or newer "
            f"(either is enough). {AGAIN}"
        )


class DiskFullError(SetupError):
    def __init__(self, *, doing: str, place: Path, free_mib: int, needed_mib: int) -> None:
        self.free_mib = free_mib
        self.needed_mib = needed_mib
        super().__init__(
            f"The disk is too full for {doing}: {free_mib} MiB are free at {place}, "
            f"about {needed_mib} MiB are needed.\n"
            f"Next: free some space. {AGAIN}"
        )


class LockIncompleteError(SetupError):
    def __init__(self, *, lock: str, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(
            f"{lock} does not list {', '.join(missing)}, which set-up needs.\n"
            "Next: name it in requirements.in and run `make lock`."
        )


class ChecksumMismatchError(SetupError):
    def __init__(self, *, name: str, expected: str, actual: str) -> None:
        self.name = name
        super().__init__(
            f"{name} is not the file that was pinned: its sha256 is {actual}, "
            f"tools/jars.lock says {expected}.\n"
            "Nothing of it is used. Next: run the same command again; where it stays so, "
            "what stands between this machine and Maven's repository changes files."
        )


class CommandFailedError(SetupError):
    """``tail`` holds the last lines of the tool's output."""

    def __init__(
        self, *, doing: str, argv: Sequence[str], code: int, log: Path, tail: str, advice: str
    ) -> None:
        self.argv = tuple(argv)
        self.code = code
        super().__init__(
            f"{doing} failed: `{argv[0]}` ended with {code}. Its last lines:\n\n{tail}\n\n"
            f"All of them: {log}\nNext: {advice} {AGAIN}"
        )

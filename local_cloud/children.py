"""Child processes that die with the local cloud, also when it is killed with -9.

Each child leads a process group of its own, and the guardian (see ``guardian.py``) ends the groups
that outlive this process. Everything that the local cloud starts goes through ``CHILDREN``.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final

GUARDIAN: Final = (sys.executable, "-I", "-S", str(Path(__file__).with_name("guardian.py")))
"""The command of a guardian; a folder may follow, which is removed at the end."""


class ChildProcesses:
    """Thread-safe. ``spawn`` registers, ``kill`` and ``forget`` unregister."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._guardian: subprocess.Popen[str] | None = None
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    def spawn(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path | None = None,
        stdout: int | IO[bytes] = subprocess.DEVNULL,
        stderr: int | IO[bytes] = subprocess.DEVNULL,
    ) -> subprocess.Popen[bytes]:
        """Start a child as the leader of its own process group."""
        with self._lock:
            # The environment is the caller's, whole: nothing of this process leaks into it.
            child = subprocess.Popen(  # noqa: S603 - the callers compose the command themselves
                list(command),
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
            self._children[child.pid] = child
            self._tell(f"+ {child.pid}")
        return child

    def kill(self, child: subprocess.Popen[bytes]) -> None:
        """End a child and all that it started, at once, and wait for it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        self.forget(child)

    def kill_process(self, pid: int) -> bool:
        """Kill a child by its process id; False when no child of this id runs any more."""
        with self._lock:
            child = self._children.get(pid)
        if child is None or child.poll() is not None:
            return False
        self.kill(child)
        return True

    def forget(self, child: subprocess.Popen[bytes]) -> None:
        """Unregister a child that has ended by itself; safe to call twice."""
        with self._lock:
            if self._children.pop(child.pid, None) is not None:
                self._tell(f"- {child.pid}")

    def living(self) -> list[int]:
        """Return the process ids of the children that run now."""
        with self._lock:
            return [pid for pid, child in self._children.items() if child.poll() is None]

    def stop(self) -> None:
        """End every child, and the guardian."""
        with self._lock:
            children = list(self._children.values())
        for child in children:
            self.kill(child)
        with self._lock:
            guardian, self._guardian = self._guardian, None
        if guardian is not None and guardian.stdin is not None:
            guardian.stdin.close()
            guardian.wait()

    def _tell(self, line: str) -> None:
        if self._guardian is None:
            self._guardian = subprocess.Popen(  # noqa: S603 - our own file, no input of others
                GUARDIAN,
                stdin=subprocess.PIPE,
                text=True,
                bufsize=1,
                start_new_session=True,
            )
        if self._guardian.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._guardian.stdin.write(line + "\n")
                self._guardian.stdin.flush()


CHILDREN = ChildProcesses()
"""The children of this process."""

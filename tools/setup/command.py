"""Runs the tools that set-up drives: output into a log, signs of life, no orphans."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.setup.console import Console
from tools.setup.diagnosis import advice, is_disk_full
from tools.setup.disk import free_mib
from tools.setup.errors import CommandFailedError, DiskFullError

TAIL_LINES = 15


@dataclass(frozen=True, kw_only=True)
class Runner:
    """Runs one command after the other.

    ``needed_mib`` is named where the disk runs full. ``held`` are open files that a tool inherits,
    the lock of the set-up: a tool that outlives its set-up (kill -9) keeps the next one waiting.
    """

    console: Console
    logs: Path
    needed_mib: int
    held: tuple[int, ...] = ()

    def run(
        self,
        doing: str,
        argv: Sequence[str | Path],
        *,
        cwd: Path,
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Run to the end and return what it wrote; raise in plain words where it fails."""
        words = [str(word) for word in argv]
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{doing.replace(' ', '-')}.log"
        with log.open("wb") as sink:
            process = subprocess.Popen(  # noqa: S603  # argv is ours, no shell
                words,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                pass_fds=self.held,
                start_new_session=True,  # so that its children end with it
            )
            code = _Watch(process=process, doing=doing, console=self.console).until_it_ends()
        output = log.read_text(errors="replace")
        if code != 0:
            self._fail(doing, words, code, log, output)
        return output

    def _fail(self, doing: str, argv: Sequence[str], code: int, log: Path, output: str) -> None:
        if is_disk_full(output):
            raise DiskFullError(
                doing=doing, place=log.parent, free_mib=free_mib(log), needed_mib=self.needed_mib
            )
        tail = "\n".join(output.strip().splitlines()[-TAIL_LINES:])
        raise CommandFailedError(
            doing=doing, argv=argv, code=code, log=log, tail=tail, advice=advice(output)
        )


@dataclass(frozen=True, kw_only=True)
class _Watch:
    process: subprocess.Popen[bytes]
    doing: str
    console: Console
    started: float = field(default_factory=time.monotonic)

    def until_it_ends(self) -> int:
        try:
            while True:
                try:
                    return self.process.wait(timeout=1)
                except subprocess.TimeoutExpired:
                    self.console.tick(self.doing, time.monotonic() - self.started)
        finally:
            self._end_what_is_left()

    def _end_what_is_left(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()

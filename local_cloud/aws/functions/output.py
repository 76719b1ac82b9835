"""What a function process prints, as lines, in step with its invocations."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable
from typing import Final

_CHUNK: Final = 64 * 1024


class OutputReader:
    """Reads a pipe in the background; ``drain`` takes at once what has been printed by now.

    A runtime prints before it posts its response, so draining after the response gives exactly
    the lines of that invocation.
    """

    def __init__(
        self, descriptor: int, *, on_line: Callable[[str], None], on_end: Callable[[], None]
    ) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._on_line = on_line
        self._on_end = on_end
        self._lock = threading.Lock()
        self._rest = b""
        self._ended = False
        thread = threading.Thread(target=self._follow, name="function-output", daemon=True)
        thread.start()

    def drain(self) -> None:
        """Take every line that has been printed by now."""
        with self._lock:
            self._read_available()

    def _follow(self) -> None:
        readable = select.poll()
        readable.register(self._descriptor, select.POLLIN)
        while not self._ended:
            readable.poll()
            self.drain()
        os.close(self._descriptor)
        self._on_end()

    def _read_available(self) -> None:
        while not self._ended:
            try:
                chunk = os.read(self._descriptor, _CHUNK)
            except BlockingIOError:
                return
            if not chunk:
                self._ended = True
            self._take(chunk)

    def _take(self, chunk: bytes) -> None:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if self._ended and self._rest:
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            self._on_line(line.decode("utf-8", errors="replace"))

"""Tells a person what is going on: one line a step, alive while it works."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TextIO

QUIET_SECONDS = 15
"""How long a log (a stream that is no terminal) stays without a sign of life."""


@dataclass(kw_only=True)
class Console:
    """On a terminal a step's line counts its seconds; elsewhere lines are added now and then."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    _said: str = ""
    _last_sign: float = 0.0

    def say(self, line: str) -> None:
        """Print a line of its own."""
        self.stream.write(f"{line}\n")
        self.stream.flush()

    def begin(self, title: str) -> None:
        """Start the line of a step."""
        self._said = title
        self._last_sign = 0.0
        self.stream.write(f"  {title} ..." if self.stream.isatty() else f"  {title} ...\n")
        self.stream.flush()

    def tick(self, doing: str, seconds: float) -> None:
        """Show that ``doing`` has been at work for so long."""
        if self.stream.isatty():
            self.stream.write(f"\r\033[K  {self._said} ... {doing} ({seconds:.0f} s)")
            self.stream.flush()
        elif seconds - self._last_sign >= QUIET_SECONDS:
            self._last_sign = seconds
            self.say(f"  {self._said} ... {doing} ({seconds:.0f} s)")

    def end(self, seconds: float) -> None:
        """Finish the line of the step."""
        start = "\r\033[K" if self.stream.isatty() else ""
        self.say(f"{start}  {self._said}: done in {seconds:.0f} s")

    def break_off(self) -> None:
        """Leave the line of a step that did not finish."""
        if self.stream.isatty():
            self.say("")

"""What a failed program says in the end, without the frames of one machine."""

from __future__ import annotations

import re
from typing import Final

_BEGINS: Final = "Traceback (most recent call last):"
_FRAME: Final = re.compile(r'  File "(?P<file>[^"]+)", line (?P<line>\d+)')


def conclusion(message: str) -> str:
    """Return a message with its traceback replaced by where it ended in the repository.

    Frames name paths of the machine that ran the program, so they would make the same review read
    differently elsewhere. A message without a traceback stays as it is.
    """
    before, begins, trace = message.rpartition(_BEGINS)
    if not begins:
        return message
    lines = trace.splitlines()
    # The exception follows the last indented line; what it says may have several lines itself.
    last = max((n for n, line in enumerate(lines) if _FRAME.match(line)), default=-1)
    rest = [line for n, line in enumerate(lines) if n > last and line[:4] != "    "]
    frames = [match for line in lines if (match := _FRAME.match(line))]
    own = [frame for frame in frames if not frame["file"].startswith(("/", "<"))]
    place = f" ({own[-1]['file']}, line {own[-1]['line']})" if own else ""
    heading = before.partition(_BEGINS)[0].strip()
    said = "\n".join(rest).strip()
    return "\n".join(part for part in (heading, f"{said}{place}") if part)

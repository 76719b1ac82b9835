"""ON_ERROR: what a COPY does with a file in which rows are wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from local_cloud.snowflake.errors import invalid_value

_CHOICES: Final = "ABORT_STATEMENT, CONTINUE, SKIP_FILE, SKIP_FILE_<number>, 'SKIP_FILE_<number>%'"
_SKIP_FILE: Final = re.compile(r"SKIP_FILE(?:_(\d+)(%?))?")


class Verdict(Enum):
    """What becomes of one file."""

    WHOLE = "whole"
    SOUND_ROWS = "sound rows"
    SKIPPED = "skipped"
    ABORTED = "aborted"


@dataclass(frozen=True, kw_only=True)
class OnError:
    """How many wrong rows a file may have; ``skip_at`` and ``skip_above_percent`` are limits."""

    aborts: bool = False
    skip_at: int | None = None
    skip_above_percent: int | None = None

    def limit(self, parsed: int) -> int:
        """Return what COPY shows as ``error_limit`` for a file of so many rows."""
        if self.skip_at is not None:
            return self.skip_at
        if self.skip_above_percent is not None:
            return parsed * self.skip_above_percent // 100
        return 1 if self.aborts else max(parsed, 1)

    def verdict(self, *, parsed: int, errors: int) -> Verdict:
        """Judge a file by its rows: ``SKIP_FILE_<n>`` skips from n wrong rows on, a percentage
        only above it (COPY INTO table, copy option ON_ERROR).
        """
        if not errors:
            return Verdict.WHOLE
        if self.aborts:
            return Verdict.ABORTED
        if self.skip_at is not None and errors >= self.skip_at:
            return Verdict.SKIPPED
        if self.skip_above_percent is not None and errors * 100 > self.skip_above_percent * parsed:
            return Verdict.SKIPPED
        return Verdict.SOUND_ROWS


ABORT_STATEMENT: Final = OnError(aborts=True)
SKIP_FILE: Final = OnError(skip_at=1)


def read_on_error(value: object, *, in_pipe: bool) -> OnError:
    """Read the option; without it a pipe skips a bad file and COPY by hand stops."""
    if value is None:
        return SKIP_FILE if in_pipe else ABORT_STATEMENT
    choice = str(value).upper()
    if choice == "ABORT_STATEMENT":
        return ABORT_STATEMENT
    if choice == "CONTINUE":
        return OnError()
    matched = _SKIP_FILE.fullmatch(choice)
    number = int(matched[1]) if matched and matched[1] else 1
    percent = bool(matched and matched[2])
    if matched is None or number == 0 or (percent and number > 100):
        raise invalid_value(name="ON_ERROR", value=value, reason=f"Allowed are {_CHOICES}.")
    return OnError(skip_above_percent=number) if percent else OnError(skip_at=number)

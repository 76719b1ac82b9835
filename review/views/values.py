"""Old and new values as text: scalars in one line, documents as a comparison of lines."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from review.model import JsonValue, PropertyChange

CONTEXT: Final = 3
"""Unchanged lines around a change."""
ABSENT: Final = "(absent)"
LONG: Final = 120
"""Characters from which on two texts in one line are no longer compared by eye."""
_BREAKS: Final = re.compile(
    r"(?<=,) |(?: (?=(?:SELECT|FROM|WHERE|GROUP BY|ORDER BY|QUALIFY|UNION|JOIN|LEFT JOIN)\b))"
)
"""Where a statement in one line is broken into several: after commas, before clauses."""
# Control characters, and marks that change the direction of writing.
_HIDING: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


class Mark(StrEnum):
    """What became of a line."""

    KEPT = " "
    REMOVED = "-"
    ADDED = "+"
    LEFT_OUT = "@"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a comparison."""

    mark: Mark
    text: str


def one_line(value: JsonValue) -> str:
    """Write a value in one line; texts without quotes."""
    if value is None:
        return ABSENT
    if isinstance(value, str):
        return value if value else '""'
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def visible(text: str) -> str:
    """Replace characters that show something else than what is there, or cannot be encoded."""
    return _HIDING.sub("\N{REPLACEMENT CHARACTER}", text)


def compared(change: PropertyChange) -> tuple[Line, ...] | None:
    """Compare two documents line by line; None where two short values say more.

    A document is an object, a list, JSON in a text (an IAM policy, say), a text of several
    lines, or a long one with commas (a view's statement).
    """
    old, new = _document(change.old), _document(change.new)
    if not (_is_long(old) or _is_long(new)):
        return None
    before = [] if change.old is None else _lines(old)
    after = [] if change.new is None else _lines(new)
    return tuple(_comparison(before, after))


def _document(value: JsonValue) -> JsonValue:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            parsed: JsonValue = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return parsed
    return value


def _is_long(value: JsonValue) -> bool:
    if isinstance(value, str):
        return "\n" in value or (len(value) > LONG and _BREAKS.search(value) is not None)
    return isinstance(value, Mapping | Sequence) and bool(value)


def _lines(value: JsonValue) -> list[str]:
    if isinstance(value, str):
        return [part for line in value.splitlines() for part in _broken(line)]
    # Without commas: an entry that is added at the end should not change the line above it.
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    return [line.removesuffix(",") for line in text.splitlines()]


def _broken(line: str) -> list[str]:
    return _BREAKS.split(line) if len(line) > LONG else [line]


def _comparison(before: Sequence[str], after: Sequence[str]) -> list[Line]:
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    lines: list[Line] = []
    end = 0
    for group in matcher.get_grouped_opcodes(CONTEXT):
        if skipped := group[0][1] - end:
            lines.append(_left_out(skipped))
        for tag, first, last, new_first, new_last in group:
            if tag == "equal":
                lines += [Line(mark=Mark.KEPT, text=text) for text in before[first:last]]
                continue
            lines += [Line(mark=Mark.REMOVED, text=text) for text in before[first:last]]
            lines += [Line(mark=Mark.ADDED, text=text) for text in after[new_first:new_last]]
        end = group[-1][2]
    if lines and end < len(before):
        lines.append(_left_out(len(before) - end))
    return lines


def _left_out(count: int) -> Line:
    lines = "line is" if count == 1 else "lines are"
    return Line(mark=Mark.LEFT_OUT, text=f"{count} {lines} unchanged")

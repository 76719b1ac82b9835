"""How dates and timestamps are read from text, exactly.

A contract may give a notation as ODCS does (a subset of the JDK's DateTimeFormatter); without one
it is ISO 8601. Nothing is guessed: a field has its full width, and a day that does not exist is an
error. Used at compile time to check a contract's limits and by the function to judge values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

TemporalParser = Callable[[str], int]
"""Text to days (dates) or microseconds (timestamps) since 1970; ValueError says what is wrong."""

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

_ISO_DATE: Final = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
_OFFSET: Final = r"(?P<offset>Z|[+-]\d\d:\d\d)"
_ISO_TIMESTAMP: Final = (
    _ISO_DATE
    + r"[T ](?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,6}))?"
    + _OFFSET
)
_TOKENS: Final = {
    "yyyy": r"(?P<year>\d{4})",
    "MM": r"(?P<month>\d\d)",
    "dd": r"(?P<day>\d\d)",
    "HH": r"(?P<hour>\d\d)",
    "mm": r"(?P<minute>\d\d)",
    "ss": r"(?P<second>\d\d)",
    "SSS": r"(?P<fraction>\d{3})",
    "SSSSSS": r"(?P<fraction>\d{6})",
    "XXX": _OFFSET,
}
FORMAT_TOKENS: Final = tuple(_TOKENS)
"""What a format may hold, besides separators and text in single quotes."""

_FORMAT_PART: Final = re.compile(r"'(?P<quoted>[^']*)'|(?P<token>([A-Za-z])\3*)|(?P<other>.)")


def date_parser(notation: str | None) -> TemporalParser:
    """Return a parser of dates; ValueError when the notation cannot be used for them."""
    pattern = _pattern(notation, iso=_ISO_DATE, needed=("year", "month", "day"))

    def parse(text: str) -> int:
        match = _match(pattern, text, notation or "YYYY-MM-DD")
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        return day.toordinal() - _EPOCH_DAY

    return parse


def timestamp_parser(notation: str | None, *, zone_required: bool) -> TemporalParser:
    """Return a parser of timestamps. A text without a zone is UTC, or wrong if one is required."""
    iso = _ISO_TIMESTAMP if zone_required else f"{_ISO_TIMESTAMP}?"
    pattern = _pattern(notation, iso=iso, needed=("year", "month", "day", "hour", "minute"))
    shown = notation or "YYYY-MM-DDTHH:MM:SS" + ("Z" if zone_required else "[Z]")

    def parse(text: str) -> int:
        match = _match(pattern, text, shown)
        optional = match.groupdict()
        moment = datetime(
            int(match["year"]),
            int(match["month"]),
            int(match["day"]),
            int(match["hour"]),
            int(match["minute"]),
            int(optional.get("second") or 0),
            int((optional.get("fraction") or "").ljust(6, "0")),
            tzinfo=UTC,
        )
        return (moment - _EPOCH - _offset(optional.get("offset"))) // _MICROSECOND

    return parse


def _pattern(notation: str | None, *, iso: str, needed: tuple[str, ...]) -> re.Pattern[str]:
    pattern = iso if notation is None else "".join(map(_part, _FORMAT_PART.finditer(notation)))
    try:
        compiled = re.compile(pattern, re.ASCII)
    except re.error as error:
        problem = f"the format {notation!r} repeats a field"
        raise ValueError(problem) from error
    missing = [name for name in needed if name not in compiled.groupindex]
    if missing:
        problem = f"the format {notation!r} lacks {', '.join(missing)}"
        raise ValueError(problem)
    return compiled


def _part(part: re.Match[str]) -> str:
    token = part["token"]
    if token is None:
        return re.escape(part["other"] or part["quoted"] or "'")
    if token not in _TOKENS:
        problem = f"the format has {token!r}; allowed: {', '.join(FORMAT_TOKENS)}, 'quoted text'"
        raise ValueError(problem)
    return _TOKENS[token]


def _match(pattern: re.Pattern[str], text: str, notation: str) -> re.Match[str]:
    match = pattern.fullmatch(text)
    if match is None:
        problem = f"is not written as {notation}"
        raise ValueError(problem)
    return match


def _offset(text: str | None) -> timedelta:
    if text is None or text == "Z":
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 18 or minutes > 59:
        problem = f"has the zone offset {text}, which does not exist"
        raise ValueError(problem)
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if text[0] == "-" else offset

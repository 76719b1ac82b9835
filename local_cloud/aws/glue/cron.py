"""AWS cron expressions: ``cron(minutes hours day-of-month month day-of-week year)``, in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

_MONTHS: Final = [date(2000, month, 1).strftime("%b").upper() for month in range(1, 13)]
_WEEKDAYS: Final = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_HORIZON_DAYS: Final = 366 * 8


@dataclass(frozen=True, kw_only=True)
class Cron:
    """A parsed expression. None for a day means that the field is ``?``."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] | None
    months: frozenset[int]
    weekdays: frozenset[int] | None
    years: frozenset[int]

    @classmethod
    def parse(cls, expression: str) -> Cron:
        """Parse an expression; ValueError names the field that is wrong."""
        match = re.fullmatch(r"cron\((.+)\)", expression.strip())
        fields = match[1].split() if match else []
        if len(fields) != 6:
            message = f"{expression!r} is not cron() with six fields"
            raise ValueError(message)
        if (fields[2] == "?") == (fields[4] == "?"):
            message = f"{expression!r} needs ? in one of day-of-month and day-of-week"
            raise ValueError(message)
        return cls(
            minutes=_values(fields[0], 0, 59),
            hours=_values(fields[1], 0, 23),
            days=None if fields[2] == "?" else _values(fields[2], 1, 31),
            months=_values(fields[3], 1, 12, dict(zip(_MONTHS, range(1, 13), strict=True))),
            weekdays=(
                None
                if fields[4] == "?"
                else _values(fields[4], 1, 7, dict(zip(_WEEKDAYS, range(1, 8), strict=True)))
            ),
            years=_values(fields[5], 1970, 2199),
        )

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the first minute after the moment that matches; None when there is none."""
        first = moment.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        for offset in range(_HORIZON_DAYS):
            day = first.date() + timedelta(days=offset)
            if not self._matches(day):
                continue
            earliest = first.time() if offset == 0 else time.min
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    if time(hour, minute) >= earliest:
                        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
        return None

    def _matches(self, day: date) -> bool:
        in_month = day.year in self.years and day.month in self.months
        if self.days is not None:
            return in_month and day.day in self.days
        # AWS counts the days of the week from Sunday, 1.
        return in_month and self.weekdays is not None and day.isoweekday() % 7 + 1 in self.weekdays


def _values(text: str, low: int, high: int, names: dict[str, int] | None = None) -> frozenset[int]:
    values: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        begin = low if first == "*" else _number(first, names)
        to_the_end = first == "*" or (step and not last)
        end = high if to_the_end else _number(last or first, names)
        if not low <= begin <= end <= high or (step and not step.isdigit()) or step == "0":
            message = f"{part!r} is not within {low}-{high} (L, W and # are not supported)"
            raise ValueError(message)
        values.update(range(begin, end + 1, int(step or 1)))
    return frozenset(values)


def _number(text: str, names: dict[str, int] | None) -> int:
    if names is not None and text.upper() in names:
        return names[text.upper()]
    if not text.isdigit():
        message = f"{text!r} is not a number (L, W and # are not supported)"
        raise ValueError(message)
    return int(text)

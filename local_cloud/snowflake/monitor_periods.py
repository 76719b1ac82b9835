"""Until when a resource monitor counts before it begins anew.

Source: docs.snowflake.com, "Working with resource monitors".
Without a schedule it counts by calendar months; with one, from its start date. Either way the
count goes back to zero at midnight, UTC.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Final

from local_cloud.snowflake.objects import SnowflakeObject

_DAYS: Final = {"DAILY": 1, "WEEKLY": 7}
_MONTHS: Final = {"MONTHLY": 1, "YEARLY": 12}


def start_of(monitor: SnowflakeObject) -> datetime:
    """Return when a monitor begins to count."""
    return _timestamp(monitor.text("START_TIMESTAMP")) or monitor.created_on


def end_of(monitor: SnowflakeObject) -> datetime | None:
    """Return when a monitor suspends its warehouses for good, if ever."""
    return _timestamp(monitor.text("END_TIMESTAMP"))


def next_reset(monitor: SnowflakeObject, after: datetime) -> datetime | None:
    """Return the first reset after a time, None when the count never goes back."""
    frequency = monitor.text("FREQUENCY").upper() or "MONTHLY"
    if frequency not in (*_DAYS, *_MONTHS):
        return None
    start = start_of(monitor)
    if not monitor.text("START_TIMESTAMP"):
        start = start.replace(day=1)
    start = start.replace(hour=0, minute=0, second=0, microsecond=0)
    if frequency in _DAYS:
        length = timedelta(days=_DAYS[frequency])
        passed = max(0, (after - start) // length)
        return start + length * (passed + 1)
    passed = max(0, (after.year - start.year) * 12 + after.month - start.month)
    step = _MONTHS[frequency]
    count = passed // step * step
    while (reset := _months_later(start, count)) <= after or count == 0:
        count += step
    return reset


def _months_later(start: datetime, count: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return start.replace(
        year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1])
    )


def _timestamp(text: str) -> datetime | None:
    """Read START_TIMESTAMP or END_TIMESTAMP; IMMEDIATELY is no time of its own."""
    if not text or text.upper() == "IMMEDIATELY":
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)

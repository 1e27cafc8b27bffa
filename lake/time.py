"""A night's date and the instant up to which it may look."""

from __future__ import annotations

from datetime import UTC, date, datetime, time


def as_of(day: date) -> datetime:
    """The last microsecond of the day, UTC: the `as_of` of that day's run."""
    return datetime.combine(day, time.max, tzinfo=UTC)

"""The demo's fixed past: its days, its drops, and when people work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random

FIRST_DAY = date(2024, 1, 1)
LAST_DAY = date(2025, 6, 30)
START = datetime.combine(FIRST_DAY, time(), tzinfo=UTC)
END = datetime.combine(LAST_DAY, time(23, 59, 59), tzinfo=UTC)


@dataclass(frozen=True)
class Drops:
    """The first drop is everything up to and including its day; each later one holds what that day brought."""

    days: int

    @cached_property
    def dates(self) -> list[date]:
        """The drop dates, oldest first."""
        return [LAST_DAY - timedelta(days=back) for back in range(self.days, -1, -1)]

    @cached_property
    def windows(self) -> list[tuple[date, datetime, datetime]]:
        """Each drop date with the window (exclusive begin, inclusive end) that it reports."""
        ends = [datetime.combine(day, time.max, tzinfo=UTC) for day in self.dates]
        return list(zip(self.dates, [datetime.min.replace(tzinfo=UTC), *ends], ends, strict=False))

    def number(self, day: date) -> int:
        """0 for the first drop, 1 for the day after it, and so on."""
        return (day - self.dates[0]).days


def is_weekend(day: date) -> bool:
    """Saturday or Sunday."""
    return day.weekday() >= 5


def working_moment(rng: Random, begin: datetime, end: datetime) -> datetime:
    """A moment within working hours of a working day, near a uniform draw between the two."""
    span = max((end - begin).total_seconds(), 1)
    day = (begin + timedelta(seconds=rng.random() * span)).date()
    while is_weekend(day):
        day += timedelta(days=1)
    return at_work(rng, day)


def at_work(rng: Random, day: date) -> datetime:
    """A moment between 07:00 and 17:59 UTC of the day."""
    return datetime.combine(day, time(rng.randint(7, 17), rng.randint(0, 59), rng.randint(0, 59)), tzinfo=UTC)


def later(rng: Random, moment: datetime, low_hours: float, high_hours: float) -> datetime:
    """Some hours later, moved out of the night and the weekend."""
    found = moment + timedelta(hours=rng.uniform(low_hours, high_hours))
    if found.hour < 6:
        found = found.replace(hour=rng.randint(7, 11))
    elif found.hour > 19:
        found = (found + timedelta(days=1)).replace(hour=rng.randint(7, 11))
    while is_weekend(found.date()):
        found += timedelta(days=1)
    return found.replace(microsecond=0)


def iso_millis(moment: datetime) -> str:
    """`2024-03-01T10:00:00.000Z`."""
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def iso_seconds(moment: datetime) -> str:
    """`2024-03-01T10:00:00Z`."""
    return moment.isoformat(timespec="seconds")[:-6] + "Z"


def unix(moment: datetime) -> int:
    """Seconds since 1970."""
    return int(moment.timestamp())

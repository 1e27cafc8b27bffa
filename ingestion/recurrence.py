"""When a repeating event takes place: its rule, added dates and exceptions (RFC 5545, 3.8.5), as starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from typing import Any

import recurring_ical_events
from icalendar import Calendar

AHEAD = timedelta(days=366)  # beyond the drop: by then the calendar has been exported again, or is kept no more
MOST = 5000  # of one event: a meeting of every workday for twenty years
REPEATS = ("RRULE", "RDATE")


def repeats(event: Any) -> bool:
    """Whether the event stands for several; a changed occurrence of another event does not."""
    return any(name in event for name in REPEATS) and "RECURRENCE-ID" not in event


def starts(event: Any, in_utc: Callable[[date | datetime], datetime], until: datetime) -> Iterator[datetime]:
    """Starts of a repeating event up to `until`, in order, without those it excludes; at most `MOST`.

    `in_utc` makes a time of the event, which may lack a zone or be a whole day, one in UTC. Raises ValueError (or what
    the libraries raise on nonsense: KeyError, TypeError, AttributeError, OverflowError) for a rule that cannot be read.
    """
    calendar = Calendar()
    calendar.add_component(event)
    found = recurring_ical_events.of(calendar).after(event.start)
    begun = (in_utc(occurrence.start) for occurrence in found)
    return islice(takewhile(lambda start: start <= until, begun), MOST)

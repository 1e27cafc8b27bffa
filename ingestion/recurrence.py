"""When a repeating event takes place: its rule, added dates and exceptions (RFC 5545, 3.8.5), as starts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Event, vRecur

AHEAD = timedelta(days=366)  # beyond the drop: by then the calendar has been exported again, or is kept no more
MOST = 5000  # of one event, the newest: a meeting of every workday for twenty years
DECIDING = ("UID", "DTSTART", "RRULE", "RDATE", "EXDATE")  # the rest would be copied for each occurrence
MEETINGS = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}


def repeats(event: Any) -> bool:
    """Whether the event stands for several; a changed occurrence of another event does not."""
    return ("RRULE" in event or "RDATE" in event) and "RECURRENCE-ID" not in event


def starts(event: Any, in_utc: Callable[[date | datetime], datetime], until: datetime) -> list[datetime]:
    """Starts of a repeating event before `until`, in order, without those it excludes; the newest `MOST`.

    `in_utc` makes a time of the event, which may lack a zone or be a whole day, one in UTC. Raises ValueError (or what
    the libraries raise on nonsense: KeyError, TypeError, AttributeError, OverflowError) for a rule that cannot be read.
    """
    bare = Event()
    for name in DECIDING:
        if name in event:
            bare[name] = event[name]
    if rules := _listed(event.get("RRULE")):
        for rule in rules:
            _refuse_endless(rule)
        bare["RRULE"] = [_through_last_day(rule, event.start) for rule in rules]
    calendar = Calendar()
    calendar.add_component(bare)
    found = recurring_ical_events.of(calendar).between(bare.start, until)
    return sorted(in_utc(occurrence.start) for occurrence in found)[-MOST:]


def _refuse_endless(rule: Any) -> None:
    """A rule that never gets on, or by the hour, is no meeting's; working it out would take for ever."""
    if set(rule.get("FREQ", ())) - MEETINGS or any(step < 1 for step in rule.get("INTERVAL", ())):
        raise ValueError("the rule's FREQ or INTERVAL is no meeting's")


def _through_last_day(rule: Any, start: date | datetime) -> Any:
    """Of a meeting at a time, a last day without one (against the standard, but calendars write it) counts whole."""
    until = rule["UNTIL"][0] if rule.get("UNTIL") else None
    if not isinstance(start, datetime) or not isinstance(until, date) or isinstance(until, datetime):
        return rule
    end = datetime.combine(until, time.max, start.tzinfo)
    return vRecur({**rule, "UNTIL": [end.astimezone(UTC) if end.tzinfo else end]})


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]

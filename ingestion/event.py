"""One calendar event to one JSON object, its times in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from ingestion.recurrence import AHEAD, MOST, repeats, starts

_MAILTO = "mailto:"
# What the libraries raise on an event that is none.
UNREADABLE = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError)


def parse_event(event: Any, zone: tzinfo | None, dropped_on: date) -> tuple[dict[str, Any], list[str]]:
    """The event's fields, and what was tolerated. `zone` is for times that name none; without it they are UTC.

    `dtstart` and `dtend` are RFC 3339 in UTC, null where they cannot be read; a whole day starts at 00:00Z.
    `occurrences` are the starts of a repeating event, up to a year after the drop; null for one that does not repeat.
    """
    notes = [f"{name or 'a line'} not readable" for name, _ in event.errors]
    start = _moment(event, "DTSTART", zone, notes)
    payload = {
        "uid": _text(event, "UID"),
        "recurrence_id": _rfc3339(_moment(event, "RECURRENCE-ID", zone, notes)),
        "sequence": _integer(event, "SEQUENCE"),
        "summary": _text(event, "SUMMARY"),
        "description": _text(event, "DESCRIPTION"),
        "dtstart": _rfc3339(start),
        "dtstart_raw": _text_of(event, "DTSTART"),
        "dtend": _rfc3339(_end(event, start, zone, notes)),
        "all_day": _is_date(event, "DTSTART"),
        "location": _text(event, "LOCATION"),
        "organizer": _person(_one(event, "ORGANIZER")),
        "attendees": [_attendee(value) for value in _list(event.get("ATTENDEE"))],
        "status": _text(event, "STATUS"),
        "created": _rfc3339(_moment(event, "CREATED", zone, notes)),
        "last_modified": _rfc3339(_moment(event, "LAST-MODIFIED", zone, notes)),
        "dtstamp": _rfc3339(_moment(event, "DTSTAMP", zone, notes)),
        "rrule": _text_of(event, "RRULE"),
        "occurrences": _occurrences(event, start, zone, dropped_on, notes),
    }
    return payload, notes


def _occurrences(
    event: Any, start: datetime | None, zone: tzinfo | None, dropped_on: date, notes: list[str]
) -> list[str] | None:
    """Starts of a repeating event; one whose rule cannot be read takes place once."""
    if start is None or not repeats(event):
        return None
    until = datetime.combine(dropped_on, time(), UTC) + AHEAD
    try:
        found = starts(event, lambda value: _in_utc(event, "DTSTART", value, zone), until)
    except UNREADABLE as error:
        notes.append(f"a repetition not readable, taken for one meeting ({type(error).__name__})")
        return None
    if len(found) == MOST:
        notes.append(f"a repetition of more than {MOST}, the oldest left out")
    return [text for text in map(_rfc3339, found) if text]


def _moment(event: Any, name: str, zone: tzinfo | None, notes: list[str]) -> datetime | None:
    """The property as an aware UTC time; a date is its 00:00Z."""
    value = _value(event, name)
    if isinstance(value, datetime) and value.tzinfo is None:
        named = _named_zone(event, name)
        notes.append(f"time zone {named} unknown, taken for UTC" if named else "times without a zone")
    return _in_utc(event, name, value, zone) if isinstance(value, date) else None


def _in_utc(event: Any, name: str, value: date, zone: tzinfo | None) -> datetime:
    """A date or time as the property `name` of the event writes them, in UTC."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC)
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC if _named_zone(event, name) else zone or UTC)
    return value.astimezone(UTC)


def _named_zone(event: Any, name: str) -> str | None:
    return _one(event, name).params.get("TZID") or None


def _end(event: Any, start: datetime | None, zone: tzinfo | None, notes: list[str]) -> datetime | None:
    """DTEND, or start and DURATION, or what the standard says where both are missing."""
    end = _moment(event, "DTEND", zone, notes)
    if end is not None or start is None:
        return end
    duration = _value(event, "DURATION")
    if isinstance(duration, timedelta):
        return start + duration
    return start + timedelta(days=1) if _is_date(event, "DTSTART") else start


def _value(event: Any, name: str) -> Any:
    """The property as Python's own date, time or duration; None where it is missing or was not readable."""
    return None if _broken(event, name) else getattr(_one(event, name), "dt", None)


def _is_date(event: Any, name: str) -> bool:
    value = _value(event, name)
    return isinstance(value, date) and not isinstance(value, datetime)


def _rfc3339(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _attendee(value: Any) -> dict[str, Any]:
    params = value.params
    return {
        **(_person(value) or {}),
        "partstat": params.get("PARTSTAT"),
        "role": params.get("ROLE"),
        "cutype": params.get("CUTYPE"),
    }


def _person(value: Any) -> dict[str, str | None] | None:
    """Name and address; an address that is no mailto: stays as it is."""
    if value is None:
        return None
    address = str(value).strip()
    if address.lower().startswith(_MAILTO):
        address = address[len(_MAILTO) :]
    name = value.params.get("CN")
    return {"name": str(name).strip('"') if name else None, "email": address or None}


def _one(event: Any, name: str) -> Any:
    """The property; its first value where it is given more than once against the standard."""
    return next(iter(_list(event.get(name))), None)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _broken(event: Any, name: str) -> bool:
    return any(name == wrong for wrong, _ in event.errors)


def _text_of(event: Any, name: str) -> str | None:
    value = _one(event, name)
    return value.to_ical().decode() if value is not None else None


def _text(event: Any, name: str) -> str | None:
    value = _one(event, name)
    return str(value) if value is not None else None


def _integer(event: Any, name: str) -> int | None:
    text = _text(event, name)
    return int(text) if text and text.lstrip("-").isdigit() else None

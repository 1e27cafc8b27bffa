"""Calendars: the events of an RFC 5545 file; a repeating one with the times at which it takes place."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.timezone import tzp

from ingestion.event import UNREADABLE, parse_event
from ingestion.records import Reading, Reason, Record, Reject, as_json, capped
from ingestion.text import text_lines


@dataclass
class _Parts:
    """A calendar file taken apart: what surrounds the events, and each event's own lines."""

    envelope: list[str] = field(default_factory=list)
    events: list[list[str]] = field(default_factory=list)
    cut_off: bool = False  # the last event has no END


def read_ics(stream: io.BufferedReader, reading: Reading) -> Iterator[Record | Reject]:
    """Each VEVENT as one object (`ingestion.event`). Row: the event's place in the file, 1-based."""
    parts = _take_apart(text_lines(stream, reading))
    if not parts.envelope and not parts.events:
        return
    try:
        calendar = _calendar(parts.envelope)
    except (ValueError, KeyError, IndexError) as error:
        yield Reject(1, Reason.INVALID_CALENDAR, f"not a calendar: {error}", capped("".join(parts.envelope)))
        return
    names = {"calendar": reading.stem, "calendar_name": _text(calendar, "X-WR-CALNAME")}
    zone = _zone(_text(calendar, "X-WR-TIMEZONE"))
    for row, lines in enumerate(parts.events, 1):
        raw = "".join(lines)
        if parts.cut_off and row == len(parts.events):
            yield Reject(row, Reason.INVALID_EVENT, "the event has no END:VEVENT", capped(raw))
            continue
        try:
            payload, notes = parse_event(Event.from_ical(raw), zone, reading.dropped_on)
        except UNREADABLE as error:
            yield Reject(row, Reason.INVALID_EVENT, f"{type(error).__name__}: {error}", capped(raw))
            continue
        for note in notes:
            reading.note(note, row)
        yield Record(row, as_json({**payload, "method": _text(calendar, "METHOD"), **names}))


def _take_apart(lines: Iterator[str]) -> _Parts:
    parts = _Parts()
    event: list[str] | None = None
    for line in lines:
        mark = line.strip().upper()
        if mark == "BEGIN:VEVENT":
            event = []
            parts.events.append(event)
        (parts.envelope if event is None else event).append(line if line.endswith("\n") else line + "\r\n")
        if mark == "END:VEVENT":
            event = None
        elif event is not None and mark == "END:VCALENDAR":
            break
    parts.cut_off = event is not None
    return parts


def _calendar(envelope: list[str]) -> Calendar:
    """Parse what surrounds the events: names, and the zones it defines itself, which events then resolve to."""
    lines = [line for line in envelope if line.strip()]
    if not lines or lines[0].strip().upper() != "BEGIN:VCALENDAR":
        raise ValueError("no BEGIN:VCALENDAR at its start")
    if lines[-1].strip().upper() != "END:VCALENDAR":
        lines.append("END:VCALENDAR\r\n")
    tzp.use_default()  # forgets the zones that another file defined
    return Calendar.from_ical("".join(lines))


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError):
        return None


def _text(component: Any, name: str) -> str | None:
    value = component.get(name)
    return str(value) if value is not None else None

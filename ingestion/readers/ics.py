"""Calendars: the events of an RFC 5545 file; a repeating one with the times at which it takes place."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.timezone import tzp

from ingestion.event import UNREADABLE, parse_event
from ingestion.records import Reading, Reason, Record, Reject, as_json, capped
from ingestion.text import SNIFF_BYTES, sniff_encoding, text_lines

_FOLD = re.compile(rb"\r?\n[ \t]")


@dataclass
class _Parts:
    """A calendar taken apart: what surrounds the events, and each event's own lines."""

    envelope: list[str] = field(default_factory=list)
    events: list[list[str]] = field(default_factory=list)
    cut_off: bool = False  # the last event has no END

    @property
    def raw(self) -> str:
        """All of it, the events last."""
        return "".join([*self.envelope, *(line for event in self.events for line in event)])


def read_ics(stream: io.BufferedReader, reading: Reading) -> Iterator[Record | Reject]:
    """Each VEVENT as one object (`ingestion.event`). Row: the event's place in the file, 1-based.

    A file may hold several calendars, one after the other: each has its own names and zones.
    """
    before = 0
    for parts in _calendars(_unfolded(stream, reading)):
        yield from _read_calendar(parts, before, reading)
        before += len(parts.events)


def _read_calendar(parts: _Parts, before: int, reading: Reading) -> Iterator[Record | Reject]:
    try:
        calendar = _calendar(parts.envelope)
    except (ValueError, KeyError, IndexError) as error:
        yield Reject(before + 1, Reason.INVALID_CALENDAR, f"not a calendar: {error}", capped(parts.raw))
        return
    names = {"calendar": reading.stem, "calendar_name": _text(calendar, "X-WR-CALNAME")}
    zone = _zone(_text(calendar, "X-WR-TIMEZONE"))
    for row, lines in enumerate(parts.events, before + 1):
        raw = "".join(lines)
        if parts.cut_off and lines is parts.events[-1]:
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


def _unfolded(stream: io.BufferedReader, reading: Reading) -> Iterator[str]:
    """Lines with what continues them: calendars fold after so many bytes, in the middle of a character too."""
    data = stream.read()
    if sniff_encoding(data[:SNIFF_BYTES]).startswith("utf-8"):
        data = _FOLD.sub(b"", data)
    return text_lines(io.BufferedReader(cast(io.RawIOBase, io.BytesIO(data))), reading)


def _calendars(lines: Iterator[str]) -> Iterator[_Parts]:
    parts, event, ended = _Parts(), cast("list[str] | None", None), False
    for line in lines:
        mark = line.strip().upper()
        if mark == "BEGIN:VCALENDAR" and ended:
            yield parts
            parts, event, ended = _Parts(), None, False
        elif mark == "BEGIN:VEVENT":
            event = []
            parts.events.append(event)
        if mark == "END:VCALENDAR":
            ended, parts.cut_off = True, parts.cut_off or event is not None
            event = None
        (parts.envelope if event is None else event).append(line if line.endswith("\n") else line + "\r\n")
        if mark == "END:VEVENT":
            event = None
    parts.cut_off = parts.cut_off or event is not None
    if parts.envelope or parts.events:
        yield parts


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

"""Calendars: iCalendar files of RFC 5545 events with attendees, rooms, moved and cancelled meetings, and series."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from data.demo.context import Context
from data.demo.model import Account, Person, Thread
from data.demo.rng import chance, some, weighted
from data.demo.timeline import iso_seconds
from data.demo.words import load

SOURCE = "calendar"
HEADER = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Tidewright//Calendar//EN\r\nCALSCALE:GREGORIAN"


def account(ctx: Context, acc: Account) -> None:
    """The account's meetings, each in the calendar of the member of the staff who called it."""
    for thread in acc.threads:
        if thread.channel == "meeting":
            _meeting(ctx, acc, thread)


def stamp(moment: datetime) -> str:
    """`20240301T100000Z`."""
    return f"{moment:%Y%m%dT%H%M%SZ}"


def escaped(value: str) -> str:
    """Text with iCalendar's escapes."""
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> str:
    """A content line in pieces of at most 75 octets."""
    raw, pieces = line.encode("utf-8"), []
    while len(raw) > 74:
        cut = 74
        while (raw[cut] & 0xC0) == 0x80:
            cut -= 1
        pieces.append(raw[:cut].decode("utf-8"))
        raw = b" " + raw[cut:]
    return "\r\n".join([*pieces, raw.decode("utf-8")])


def _meeting(ctx: Context, acc: Account, thread: Thread) -> None:
    """Booked days before it takes place; some are moved or cancelled meanwhile, a few are series with one exception."""
    rng, turn = ctx.rng("meeting", thread.id), thread.turns[0]
    uid = f"{ctx.ids.token('event', thread.id)}@calendar.tidewright.example"
    at = turn.at.replace(minute=rng.choice([0, 0, 30]), second=0)
    booked = at - timedelta(days=rng.randint(2, 14))
    fate = weighted(rng, {"held": 82, "moved": 9, "cancelled": 5, "series": 4})
    lines = _lines(ctx, acc, thread, at)
    turn.at = at
    thread.staff.records.add(f"calendar:addresses:{thread.staff.email}")
    versions = [(booked, event(uid, booked, booked, 0, at, lines, ["STATUS:CONFIRMED"]))]
    if fate == "moved":
        versions[0] = (
            booked,
            event(uid, booked, booked, 0, at - timedelta(days=1, hours=2), lines, ["STATUS:CONFIRMED"]),
        )
        versions.append(
            (
                booked + timedelta(hours=20),
                event(uid, booked, booked + timedelta(hours=20), 1, at, lines, ["STATUS:CONFIRMED"]),
            )
        )
    elif fate == "cancelled":
        versions.append(
            (at - timedelta(hours=20), event(uid, booked, at - timedelta(hours=20), 1, at, lines, ["STATUS:CANCELLED"]))
        )
    elif fate == "series":
        versions = [
            (booked, event(uid, booked, booked, 0, at, lines, ["STATUS:CONFIRMED", "RRULE:FREQ=WEEKLY;COUNT=4"]))
        ]
        moved, original = at + timedelta(days=8), at + timedelta(days=7)
        exception = event(
            uid,
            booked,
            booked + timedelta(hours=1),
            1,
            moved,
            lines,
            ["STATUS:CONFIRMED", f"RECURRENCE-ID:{stamp(original)}"],
        )
        versions.append((booked + timedelta(hours=1), exception))
        for start, held in ((original, moved), *((at + timedelta(days=7 * n),) * 2 for n in (2, 3))):
            ctx.truth.happened(f"calendar:events:{uid}/{iso_seconds(start)}", acc.company, thread.person, held)
    ctx.truth.interaction(f"calendar:events:{uid}", acc.company, thread.person, turn)
    for when, text in versions:
        ctx.deliver([when], lambda day, _, text=text: write(ctx, day, thread.staff, text))  # type: ignore[misc]


def event(
    uid: str, booked: datetime, modified: datetime, sequence: int, at: datetime, lines: list[str], more: list[str]
) -> str:
    """A version of an event."""
    head = [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{stamp(modified)}",
        f"CREATED:{stamp(booked)}",
        f"LAST-MODIFIED:{stamp(modified)}",
        f"SEQUENCE:{sequence}",
        f"DTSTART:{stamp(at)}",
        f"DTEND:{stamp(at + timedelta(minutes=45))}",
    ]
    return "\r\n".join(fold(line) for line in [*head, *more, *lines, "END:VEVENT"])


def _lines(ctx: Context, acc: Account, thread: Thread, at: datetime) -> list[str]:
    rng = ctx.rng("meeting lines", thread.id)
    others = [
        p
        for p in acc.people
        if p is not thread.person and (job := p.job_at(at)) and job.company is acc.company and p.email_at(at)
    ]
    guests = [thread.person, *some(rng, others, rng.choice([0, 0, 1, 2]))]
    lines = [
        f"SUMMARY:{escaped(_title(thread, rng.randint(0, 5)))}",
        f"DESCRIPTION:{escaped(thread.turns[0].text)}",
        f"LOCATION:{rng.choice(['Video call', 'Phone', 'On site'])}",
        f'ORGANIZER;CN="{thread.staff.name}":mailto:{thread.staff.email}',
        *[_attendee(guest, at, chance(rng, 0.8)) for guest in guests],
    ]
    if chance(rng, 0.15):
        room = ctx.helpers["room"]
        room.records.add(f"calendar:addresses:{room.email}")
        lines.append(
            f'ATTENDEE;CN="{room.given}";PARTSTAT=ACCEPTED;ROLE=NON-PARTICIPANT;CUTYPE=ROOM:mailto:{room.email}'
        )
    return lines


def file_name(owner: Person) -> str:
    """The name of somebody's calendar file."""
    return f"{(owner.email or '').partition('@')[0]}.ics"


def write(ctx: Context, day: date, owner: Person, text: str) -> int:
    """One event into the owner's calendar of that drop; returns its number in the file. `close` writes the end."""
    file = ctx.exports.file(SOURCE, day, file_name(owner))
    if file.lines == 0:
        file.add(HEADER, "\r\n")
        file.records = 0
    file.add(text, "\r\n")
    return file.records


def close(ctx: Context) -> None:
    """End every calendar."""
    for _, _, file in ctx.exports.known(SOURCE):
        file.add("END:VCALENDAR", "\r\n")


def _attendee(person: Person, at: datetime, accepted: bool) -> str:
    address = person.email_at(at) or ""
    person.records.add(f"calendar:addresses:{address.lower()}")
    state = "ACCEPTED" if accepted else "NEEDS-ACTION"
    role = "ROLE=REQ-PARTICIPANT;CUTYPE=INDIVIDUAL;RSVP=TRUE"
    return f'ATTENDEE;CN="{person.name}";PARTSTAT={state};{role}:mailto:{address}'


def _title(thread: Thread, number: int) -> str:
    company, product = thread.company.name if thread.company else "", load("product")["company"]["name"]
    return [
        f"{product} / {company}",
        f"{company} check-in",
        f"Quarterly review {company}",
        f"Roadmap session with {company}",
        f"Call with {thread.person.given}",
        thread.subject,
    ][number]

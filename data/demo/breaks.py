"""The broken rows: which file gets which, and what each looks like. The truth says where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from data.demo.drops import as_csv, as_json

Row = dict[str, Any]
FIRST, LATER = 0, 1


@dataclass(frozen=True, slots=True)
class Break:
    """A broken row to be slipped in behind the `after`-th record of the first or of a later drop's file."""

    drop: int
    after: int
    kind: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The text to write, and what the truth says about it."""

    text: str
    stage: str
    reason: str


# source, file → (field of the id, field of a time that must be readable)
FIELDS: dict[tuple[str, str], tuple[str, str]] = {
    ("salesforce", "Account.csv"): ("Id", "CreatedDate"),
    ("salesforce", "Contact.csv"): ("Id", "LastModifiedDate"),
    ("salesforce", "Opportunity.csv"): ("Id", "CloseDate"),
    ("salesforce", "Task.csv"): ("Id", "CreatedDate"),
    ("hubspot", "contacts.csv"): ("Record ID", "Create Date"),
    ("hubspot", "companies.csv"): ("Record ID", "Last Modified Date"),
    ("zendesk", "organizations.ndjson"): ("id", "updated_at"),
    ("zendesk", "users.ndjson"): ("id", "created_at"),
    ("zendesk", "tickets.ndjson"): ("id", "created_at"),
    ("zendesk", "ticket_comments.ndjson"): ("id", "created_at"),
    ("intercom", "contacts.ndjson"): ("id", "created_at"),
    ("intercom", "companies.ndjson"): ("id", "updated_at"),
    ("intercom", "conversations.ndjson"): ("id", "created_at"),
    ("stripe", "customers.ndjson"): ("id", "created"),
    ("stripe", "invoices.ndjson"): ("id", "created"),
    ("stripe", "charges.ndjson"): ("id", "created"),
    ("stripe", "subscriptions.ndjson"): ("id", "created"),
    ("twilio", "messages.csv"): ("Sid", "DateSent"),
    ("twilio", "calls.csv"): ("Sid", "StartTime"),
    ("twilio", "transcripts.ndjson"): ("sid", "date_created"),
    ("agents", "events.ndjson"): ("event_id", "occurred_at"),
    ("segment", "events"): ("messageId", "timestamp"),
}
PLAN: dict[tuple[str, str], tuple[Break, ...]] = {
    ("salesforce", "Account.csv"): (Break(FIRST, 3, "too_few_fields"),),
    ("salesforce", "Contact.csv"): (
        Break(FIRST, 4, "too_many_fields"),
        Break(FIRST, 9, "no_id"),
        Break(LATER, 1, "bad_time"),
    ),
    ("salesforce", "Opportunity.csv"): (Break(FIRST, 3, "bad_time"),),
    ("salesforce", "Task.csv"): (Break(FIRST, 2, "no_id"), Break(FIRST, 2, "too_few_fields")),
    ("hubspot", "contacts.csv"): (Break(FIRST, 5, "too_many_fields"), Break(LATER, 1, "too_few_fields")),
    ("hubspot", "companies.csv"): (Break(FIRST, 2, "no_id"),),
    ("zendesk", "users.ndjson"): (Break(FIRST, 3, "no_id"),),
    ("zendesk", "tickets.ndjson"): (Break(FIRST, 4, "cut_off"), Break(LATER, 1, "bad_time")),
    ("zendesk", "ticket_comments.ndjson"): (Break(FIRST, 6, "bad_time"), Break(LATER, 1, "no_id")),
    ("intercom", "contacts.ndjson"): (Break(FIRST, 2, "not_an_object"),),
    ("intercom", "conversations.ndjson"): (Break(FIRST, 3, "cut_off"), Break(LATER, 1, "no_id")),
    ("stripe", "customers.ndjson"): (Break(FIRST, 2, "single_quotes"),),
    ("stripe", "invoices.ndjson"): (Break(FIRST, 8, "no_id"), Break(LATER, 1, "bad_time")),
    ("stripe", "charges.ndjson"): (Break(FIRST, 5, "bad_time"), Break(LATER, 1, "cut_off")),
    ("twilio", "messages.csv"): (Break(FIRST, 1, "too_few_fields"), Break(LATER, 1, "no_id")),
    ("twilio", "calls.csv"): (Break(FIRST, 1, "bad_time"),),
    ("twilio", "transcripts.ndjson"): (Break(FIRST, 1, "cut_off"),),
    ("agents", "events.ndjson"): (Break(FIRST, 3, "cut_off"), Break(FIRST, 5, "bad_time"), Break(LATER, 1, "no_id")),
    ("segment", "events"): (Break(FIRST, 2, "cut_off"), Break(LATER, 1, "bad_time"), Break(LATER, 3, "no_id")),
}
REASONS = {
    "too_few_fields": ("reading", "too_few_fields"),
    "too_many_fields": ("reading", "too_many_fields"),
    "cut_off": ("reading", "invalid_json"),
    "single_quotes": ("reading", "invalid_json"),
    "not_an_object": ("reading", "not_an_object"),
    "no_id": ("typing", "missing_value"),
    "bad_time": ("typing", "not_a_timestamp"),
}
BAD_TIMES = ("2025-13-45T99:00:00Z", "last Tuesday", "0000-00-00")


class Breaks:
    """Tells after each record which broken rows follow it."""

    def __init__(self) -> None:
        self._left = {place: list(breaks) for place, breaks in PLAN.items()}

    def after(self, source: str, name: str, drop: int, records: int) -> list[str]:
        """The kinds due behind this record; each is handed out once."""
        left = self._left.get((source, name))
        if not left:
            return []
        due = [item for item in left if (item.drop == FIRST) == (drop == 0) and records >= item.after]
        self._left[source, name] = [item for item in left if item not in due]
        return [item.kind for item in due]


def field_named(place: tuple[str, str], row: Row, index: int) -> str:
    """The id's or the time's field, in the spelling of the row."""
    wanted = FIELDS[place][index]
    return next(name for name in row if name.replace("_", "").lower() == wanted.replace("_", "").lower())


def spoil(place: tuple[str, str], row: Row, kind: str, number: int) -> Row:
    """The row without its id, or under another id with a time that is none."""
    changed = dict(row)
    identifier = field_named(place, row, 0)
    if kind == "no_id":
        changed[identifier] = "" if place[1].endswith(".csv") else None
    elif kind == "bad_time":
        changed[identifier] = (
            f"{row[identifier]}9" if isinstance(row[identifier], str) else int(row[identifier]) * 10 + 9
        )
        changed[field_named(place, row, 1)] = BAD_TIMES[number % len(BAD_TIMES)]
    return changed


def broken_json(place: tuple[str, str], row: Row, kind: str, number: int) -> Broken:
    """A broken line for a JSON-lines file."""
    line = as_json(spoil(place, row, kind, number))
    text = {
        "cut_off": line[: len(line) * 3 // 5],
        "single_quotes": line.replace('"', "'"),
        "not_an_object": f'["{row[field_named(place, row, 0)]}"]',
    }.get(kind, line)
    return Broken(text, *REASONS[kind])


def broken_csv(place: tuple[str, str], columns: Sequence[str], row: Row, kind: str, number: int) -> Broken:
    """A broken record for a CSV file."""
    changed = spoil(place, row, kind, number)
    cells = [str(changed.get(column) or "").replace("\n", " ") for column in columns]
    if kind == "too_few_fields":
        cells = cells[: len(cells) * 2 // 3]
    elif kind == "too_many_fields":
        cells = [*cells[:4], "Inc.", *cells[4:]]
    return Broken(
        as_csv(cells),
        *(("typing", "not_a_date") if FIELDS[place][1] == "CloseDate" and kind == "bad_time" else REASONS[kind]),
    )

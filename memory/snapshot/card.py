"""The card: what an agent should know of one customer before it says a word. Shape, limits and JSON Schema.

The schema is published in each snapshot, for whoever reads the files alone.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

CARD_VERSION = 1
MAX_FACTS = 40
MAX_SIGNALS = 10
MAX_LATEST = 8
MAX_OPEN_ITEMS = 15
MAX_NEXT_DATES = 10
MAX_PEOPLE = 15
MAX_LEFT = 5  # people who left, or employers of before
MAX_TEXT = 240  # characters of a quoted text

Scalar = str | int | float | bool | date | datetime | list[str]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Link(_Part):
    """Another entity that belongs to this one: an account's people, a person's account."""

    entity_type: Literal["account", "person"]
    entity_id: str
    name: str | None = None
    role: str | None = Field(None, description="Title of the person there.")
    left_on: date | None = Field(None, description="When the person left; none while still there.")


class CardFact(_Part):
    """A current fact."""

    fact_id: str
    attribute: str
    value: str
    since: datetime | None = Field(None, description="From when it is true in the world (`valid_at`).")
    source: str | None = Field(None, description="Where it was said, for example `email` or `salesforce`.")
    stated_by: str | None = Field(None, description="`customer`, `staff` or `record`.")
    due_on: date | None = Field(None, description="By when a promise is due.")


class OpenItem(_Part):
    """Something unfinished: a ticket, an unpaid invoice, a promise, an open opportunity."""

    kind: str
    text: str | None = None
    since: datetime | date | None = None
    due_on: date | None = None
    record_key: str | None = None


class CardSignal(_Part):
    """A change worth noticing."""

    signal_id: str
    kind: str
    occurred_at: datetime
    severity: str | float | None = None


class Latest(_Part):
    """One of the last things that happened."""

    occurred_at: datetime
    kind: str
    channel: str | None = None
    direction: str | None = None
    text: str = ""
    record_key: str | None = None


class NextDate(_Part):
    """A date ahead."""

    kind: str
    on: date
    text: str | None = None
    record_key: str | None = None


class Card(_Part):
    """One customer, account or person, as of the end of a day."""

    card_version: Literal[1] = 1
    entity_type: Literal["account", "person"]
    entity_id: str
    name: str | None = None
    as_of: date
    related: list[Link] = Field(default_factory=list, max_length=MAX_PEOPLE + MAX_LEFT)
    state: dict[str, Scalar] = Field(default_factory=dict, description="What the systems of record say now.")
    facts: list[CardFact] = Field(default_factory=list, max_length=MAX_FACTS)
    open_items: list[OpenItem] = Field(default_factory=list, max_length=MAX_OPEN_ITEMS)
    signals: list[CardSignal] = Field(default_factory=list, max_length=MAX_SIGNALS)
    latest: list[Latest] = Field(default_factory=list, max_length=MAX_LATEST)
    next_dates: list[NextDate] = Field(default_factory=list, max_length=MAX_NEXT_DATES)

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, nothing that is null or empty."""
        return json.dumps(self.model_dump(mode="json", exclude_none=True), sort_keys=True, ensure_ascii=False)


def card_schema() -> str:
    """The JSON Schema of a card, as published."""
    return json.dumps(Card.model_json_schema(), indent=2, sort_keys=True) + "\n"

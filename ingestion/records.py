"""What a reader yields, and what it may say about a file as a whole."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from ingestion.sources import Stream

RAW_TEXT_LIMIT = 1_000_000  # characters of a rejected row kept in quarantine; the file keeps the rest

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class Reason(StrEnum):
    """Why a row, or the rest of a file, could not be read."""

    TOO_FEW_FIELDS = "too_few_fields"
    TOO_MANY_FIELDS = "too_many_fields"
    UNCLOSED_QUOTE = "unclosed_quote"
    MALFORMED_QUOTES = "malformed_quotes"
    INVALID_JSON = "invalid_json"
    NOT_AN_OBJECT = "not_an_object"
    ROW_TOO_LONG = "row_too_long"
    INVALID_MESSAGE = "invalid_message"
    INVALID_EVENT = "invalid_event"
    INVALID_CALENDAR = "invalid_calendar"
    NOT_MBOX = "not_mbox"
    FILE_DAMAGED = "file_damaged"
    FILE_TRUNCATED = "file_truncated"
    FILE_ENCRYPTED = "file_encrypted"


class Record(NamedTuple):
    """A row as delivered: its place (1-based) and one JSON object."""

    row: int
    payload: str


@dataclass(frozen=True)
class Reject:
    """A row that cannot be read: its place, why, and its text (None: there is none to keep)."""

    row: int
    reason: Reason
    message: str
    raw_text: str | None = None


class DamagedFileError(Exception):
    """The file cannot be read further: damaged, cut off or encrypted."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass
class Reading:
    """One file while it is read: how it is declared, where it lies, and what was noted about it."""

    stream: Stream
    name: str
    dropped_on: date
    inner_path: str = ""
    dated: bool = True
    _notes: dict[str, tuple[int, int]] = field(default_factory=dict)  # what → first row, how many rows

    @property
    def stem(self) -> str:
        """File name without folders and extensions: the name of a mailbox or a calendar."""
        *folders, base = (self.inner_path or self.name).split("/")
        if base.lower().removesuffix(".gz") == "mbox" and folders:  # Apple Mail exports a folder `<name>.mbox`
            base = folders[-1]
        return base.removesuffix(".gz").rsplit(".", 1)[0]

    def note(self, what: str, row: int) -> None:
        """Remember a peculiarity that lost nothing: once for a file, with its first row and how often."""
        first, count = self._notes.get(what, (row, 0))
        self._notes[what] = (first, count + 1)

    @property
    def notes(self) -> str:
        """All notes in one line, empty when there is nothing to say."""
        return "; ".join(
            f"{what} (row {first})" if count == 1 else f"{what} ({count} times, first in row {first})"
            for what, (first, count) in self._notes.items()
        )


def as_json(value: dict[str, Any]) -> str:
    """An object as compact JSON that every engine can parse: no lone surrogates, no NUL."""
    text = _encode(value)
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def capped(text: str) -> str:
    """Raw text as quarantine keeps it."""
    return text if len(text) <= RAW_TEXT_LIMIT else text[:RAW_TEXT_LIMIT]

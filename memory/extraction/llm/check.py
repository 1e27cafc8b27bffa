"""What a model returned, checked against the vocabulary, the speaker and the text: what does not hold is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from memory.extraction.llm.prompt import Attribute
from memory.extraction.segment import plain

MAX_VALUE = 200  # characters
CONFIDENCE = 0.8


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement that holds: its place in the text is known."""

    attribute: Attribute
    value: str
    polarity: str
    start: int
    end: int
    due_on: date | None


def checked(statements: Any, text: str, role: str, attributes: dict[str, Attribute]) -> Iterator[Checked]:
    """Yield the statements whose attribute, speaker, value and quotation are in order, each once."""
    seen: set[tuple[str, str, str]] = set()
    body = plain(text)
    for one in statements if isinstance(statements, list) else []:
        if not isinstance(one, dict):
            continue
        attribute = attributes.get(str(one.get("attribute")))
        value = " ".join(str(one.get("value") or "").split())
        polarity = one.get("polarity")
        quote = plain(str(one.get("quote") or "")).strip()
        start = body.find(quote) if quote else -1
        if attribute is None or role not in attribute.speakers or polarity not in ("affirmed", "negated") or start < 0:
            continue
        if not 0 < len(value) <= MAX_VALUE or (attribute.closed and value not in attribute.closed):
            continue
        key = (attribute.name, value, str(polarity))
        if key not in seen:
            seen.add(key)
            yield Checked(attribute, value, str(polarity), start, start + len(quote), _day(one.get("due_on")))


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None

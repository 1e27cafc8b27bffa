"""How a fact is put into words for an agent, on a card and in a recall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PROMISE = "promise"  # worth nothing without who made it


def fact_line(fact: Mapping[str, Any]) -> str:
    """`attribute: value`, of a promise also who made it, and by when where it is due."""
    by = f" by {fact['stated_by']}" if fact["attribute"] == PROMISE and fact.get("stated_by") else ""
    due = f" (due {fact['due_on']})" if fact.get("due_on") else ""
    return one_line(f"{fact['attribute']}{by}: {fact['value']}{due}")


def one_line(text: str) -> str:
    """A text without line breaks of any kind, so that it cannot pass for a heading of the prompt around it."""
    return " ".join(text.split())

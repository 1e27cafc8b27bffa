"""The ready prompt block of a card: plain text that an agent can be handed as it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from lake.money import decimals
from memory.snapshot.card import Card, Scalar
from memory.snapshot.layout import NOTICE
from memory.snapshot.wording import fact_line, one_line

UNTOLD_STATE = ("account_id", "person_id", "name", "currency", "records")
MINOR = "_minor"


def prompt_block(card: Card) -> str:
    """Headings and short lines; parts that are empty are left out."""
    head = f"# {card.name or card.entity_id} ({card.entity_type} {card.entity_id}), as of {card.as_of}"
    state = list(_state(card.state))
    told = {line.replace(",", "") for line in state}  # what records say now need not be said twice
    facts = [(fact_line(vars(f)), _since(f.since)) for f in card.facts]
    parts = [
        (
            "Belongs with",
            (_joined(x.name, x.role, x.left_on and f"(left on {x.left_on})", x.entity_id) for x in card.related),
        ),
        ("State", state),
        ("Facts", (fact + since for fact, since in facts if fact.replace(",", "") not in told)),
        ("Open", (_joined(i.kind, i.text, i.due_on and f"due {i.due_on}") for i in card.open_items)),
        ("Signals", (_joined(_day(s.occurred_at), s.kind, s.severity and f"({s.severity})") for s in card.signals)),
        (
            "Latest",
            (_joined(_day(e.occurred_at), e.channel or e.kind, e.direction, e.text) for e in card.latest),
        ),
        ("Ahead", (_joined(d.on, d.kind, d.text) for d in card.next_dates)),
    ]
    return "\n".join([one_line(head), NOTICE, *(line for title, lines in parts for line in _section(title, lines))])


def _state(state: dict[str, Scalar]) -> Iterable[str]:
    """Name and value; amounts in the currency's own unit, not in cents."""
    currency = str(state.get("currency") or "")
    for name, value in state.items():
        if name.endswith(MINOR) and isinstance(value, int):
            yield f"{name.removesuffix(MINOR)}: {amount(value, currency)}"
        elif name not in UNTOLD_STATE:
            yield f"{name}: {_shown(value)}"


def amount(minor: int, currency: str) -> str:
    """An amount of minor units as people read it: 410800 eur → `4,108.00 EUR`."""
    places = decimals(currency)
    return f"{minor / 10**places:,.{places}f} {currency.upper()}".rstrip()


def _section(title: str, lines: Iterable[str]) -> list[str]:
    shown = [f"- {one_line(line)}" for line in lines]
    return [f"## {title}", *shown] if shown else []


def _joined(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part not in {None, ""})


def _since(moment: datetime | None) -> str:
    return f" (since {_day(moment)})" if moment else ""


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _shown(value: Scalar) -> str:
    if isinstance(value, datetime):
        return _day(value)
    if isinstance(value, list):
        return ", ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)

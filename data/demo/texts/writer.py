"""Fills sentences and remembers what they claim."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from string import Formatter
from typing import Any

from data.demo.model import Claim, Company, Person
from data.demo.texts import load
from data.demo.words import load as words

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
REPORTS = (
    "capacity",
    "sprint",
    "utilisation",
    "delivery",
    "budget",
    "maintenance",
    "launch",
    "hiring",
    "audit",
    "roadmap",
    "inventory",
    "quarterly",
    "site",
    "vendor",
)
KEPT = frozenset({"tool", "report"})
PERSON_ATTRIBUTES = frozenset(
    {
        "contact_preference",
        "contact_time",
        "language",
        "do_not",
        "role_change",
        "departure",
        "personal_note",
        "sentiment",
    }
)


@dataclass
class Written:
    """Sentences in order, with what they claim."""

    sentences: list[str] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def add(self, sentence: str, *claims: Claim) -> Written:
        """Append a sentence and its claims."""
        self.sentences.append(sentence)
        self.claims.extend(claims)
        return self


class Writer:
    """Draws sentences for one message and fills their slots from the people and the moment.

    `kept` is what a whole thread has in common: its sentences speak of the same tool and the same report.
    """

    def __init__(
        self,
        rng: Random,
        company: Company | None,
        author: Person,
        reader: Person,
        moment: datetime,
        kept: dict[str, str] | None = None,
    ) -> None:
        self.rng = rng
        self.company = company
        self.author = author
        self.reader = reader
        self.moment = moment
        self.fixed: dict[str, str] = {}
        self.kept = {} if kept is None else kept

    def pick(self, *path: str) -> str:
        """A filled sentence from a list of `talk.toml` or another file: the first part of the path names the file."""
        node: Any = load(path[0])
        for part in path[1:]:
            node = node[part]
        return self.fill(self.rng.choice(node))

    def fill(self, template: str) -> str:
        """The template with every slot filled."""
        if "{" not in template:
            return template
        return template.format_map({name: self._slot(name) for _, name, _, _ in Formatter().parse(template) if name})

    def _slot(self, name: str) -> str:
        if name in self.fixed:
            return self.fixed[name]
        if name not in KEPT:
            return SLOTS[name](self)
        if name not in self.kept:
            self.kept[name] = SLOTS[name](self)
        return self.kept[name]

    def claim(self, attribute: str, value: str | None = None, said_by: str = "customer") -> tuple[str, Claim]:
        """A sentence that states the attribute, and the claim it makes; `value` asks for one value."""
        entries = [
            entry
            for entry in load("statements")[attribute]
            if value is None or "{" in entry["value"] or entry["value"] == value
        ]
        entry = self.rng.choice(entries)
        self.fixed = {}
        if "{" in entry["value"]:
            self._fix(entry["value"].strip("{}"), value)
        sentence = self.fill(self.rng.choice(entry["texts"]))
        stated = entry["value"].format_map(self.fixed) if "{" in entry["value"] else entry["value"]
        self.fixed = {}
        about = "person" if attribute in PERSON_ATTRIBUTES else "account"
        return sentence, Claim(about, attribute, stated, said_by=said_by)

    def hearsay(self) -> tuple[str, Claim]:
        """What the writer, of the staff, notes down about the reader."""
        entry = self.rng.choice(load("statements")["hearsay"])
        self.fixed = {}
        if "{" in entry["value"]:
            self._fix(entry["value"].strip("{}"), None)
        sentence, stated = self.fill(self.rng.choice(entry["texts"])), entry["value"].format_map(self.fixed)
        self.fixed = {}
        about = "person" if entry["attribute"] in PERSON_ATTRIBUTES else "account"
        return sentence, Claim(about, entry["attribute"], stated, said_by="staff")

    def _fix(self, slot: str, value: str | None) -> None:
        pairs = load("statements")["values"].get(slot)
        if slot == "note" and pairs:
            chosen = next((pair for pair in pairs if pair[0] == value), None) or self.rng.choice(pairs)
            self.fixed = {"note": chosen[0], "note_sentence": self.fill(chosen[1])}
        else:
            self.fixed = {slot: value or SLOTS[slot](self)}

    def due(self, day: date) -> str:
        """A day as people write it in a promise."""
        month = MONTHS[day.month - 1]
        return self.rng.choice(
            [f"{day:%A} {day.day} {month}", f"{month} {day.day}", f"{day.day} {month} {day.year}", f"{day:%Y-%m-%d}"]
        )

    def promise(self, due_on: date, deliverable: str, by_staff: bool) -> tuple[str, Claim]:
        """A promise with its due day."""
        self.fixed = {"deliverable": deliverable, "due": self.due(due_on)}
        sentence = self.fill(self.rng.choice(load("statements")["promise"]["staff" if by_staff else "customer"]))
        self.fixed = {}
        return sentence, Claim("account", "promise", deliverable, due_on, "staff" if by_staff else "customer")

    def about_deliverable(self, which: str, deliverable: str) -> str:
        """A sentence that keeps or chases a promise."""
        self.fixed = {"deliverable": deliverable}
        sentence = self.fill(self.rng.choice(load("statements")["promise"][which]))
        self.fixed = {}
        return sentence


def _values(name: str) -> Callable[[Writer], str]:
    return lambda w: w.fill(w.rng.choice(load("statements")["values"][name]))


def _colleague(writer: Writer) -> str:
    people = words("people")
    return f"{writer.rng.choice(list(people['given']))} {writer.rng.choice(people['family']['names'])}"


SLOTS: dict[str, Callable[[Writer], str]] = {
    "report": lambda w: w.rng.choice(REPORTS),
    "n": lambda w: str(w.rng.choice((3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 80, 120, 200, 300, 500))),
    "weekday": lambda w: w.rng.choice(WEEKDAYS),
    "month": lambda w: MONTHS[(w.moment.month - 1 + w.rng.randint(0, 2)) % 12],
    "city": lambda w: w.company.city if w.company else "Springfield",
    "company": lambda w: w.company.name if w.company else "the company",
    "name": _colleague,
    "version": lambda w: f"{w.rng.randint(3, 6)}.{w.rng.randint(0, 19)}.{w.rng.randint(0, 9)}",
    "product": lambda _: str(words("product")["company"]["name"]),
    "first": lambda w: w.reader.nickname if w.reader.nickname and w.rng.random() < 0.4 else w.reader.given,
    "me": lambda w: w.author.nickname or w.author.given,
    "tool": lambda w: w.rng.choice(words("product")["integrations"]),
    "competitor": lambda w: w.rng.choice(words("product")["competitors"]),
    "plan": lambda w: w.rng.choice(list(words("product")["plans"])[1:]),
    "title": lambda w: w.rng.choice(words("people")["titles"]["champion"] + words("people")["titles"]["executive"]),
    **{name: _values(name) for name in ("wish", "context", "trouble", "legal", "security", "deliverable")},
}

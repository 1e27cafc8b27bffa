"""The truth beside the exports: who is who, what was planted, what is broken. Only tests and benchmarks read it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from data.demo.model import Account, Claim, Company, Person, Story, Turn
from data.demo.timeline import iso_seconds

FILES = ("accounts", "people", "interactions", "stories", "story_kinds", "facts", "observations", "broken", "world")
# Claims that end a fact: what they end, and the polarity under which they are stated.
CLOSERS = {"problem_resolved": ("problem", "resolved"), "promise_kept": ("promise", "kept")}


class Truth:
    """Writes the truth files as the world is exported."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts = dict.fromkeys(FILES, 0)
        self._lines: dict[str, list[str]] = {name: [] for name in FILES}
        self.stated: dict[str, list[tuple[datetime, str, Claim, str]]] = {}

    def add(self, name: str, row: dict[str, Any]) -> None:
        """One row of a truth file."""
        self._lines[name].append(json.dumps(row, ensure_ascii=False, default=_plain))
        self.counts[name] += 1

    def close(self) -> None:
        """Write the files; every one exists, even when empty."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, lines in self._lines.items():
            (self.folder / f"{name}.ndjson").write_text(
                "".join(line + "\n" for line in lines), encoding="utf-8", newline=""
            )

    def company(self, company: Company) -> None:
        """A company with every record of it."""
        self.add(
            "accounts",
            {
                "account_id": company.id,
                "name": company.name,
                "names": sorted(set(company.names)),
                "domains": list(dict.fromkeys(company.domains)),
                "parent_account_id": company.parent,
                "records": sorted(company.records),
            },
        )

    def person(self, person: Person) -> None:
        """A person with every record and membership."""
        memberships = [
            {
                "account_id": job.company.id,
                "valid_at": job.begin,
                "invalid_at": job.end,
                "title": job.title,
                "role": job.role,
            }
            for job in person.jobs
        ]
        self.add(
            "people",
            {
                "person_id": person.id,
                "kind": person.kind,
                "name": person.name,
                "emails": sorted(person.emails),
                "phones": sorted(person.phones),
                "records": sorted(person.records),
                "memberships": memberships,
            },
        )

    def interaction(self, record_key: str, company: Company | None, person: Person | None, turn: Turn) -> None:
        """Something that happened, with what was stated in it."""
        turn.record_key = record_key
        self.happened(record_key, company, person, turn.at)
        for claim in turn.claims:
            self.observe(record_key, company, person, turn.at, claim)

    def happened(self, record_key: str, company: Company | None, person: Person | None, at: datetime) -> None:
        """An interaction without statements."""
        self.add(
            "interactions",
            {
                "record_key": record_key,
                "account_id": company.id if company else None,
                "person_id": person.id if person else None,
                "occurred_at": at,
            },
        )

    def observe(
        self, record_key: str, company: Company | None, person: Person | None, at: datetime, claim: Claim
    ) -> None:
        """A statement that an extractor should find in the record."""
        entity = person.id if claim.about == "person" and person else company.id if company else None
        if entity is None:
            return
        self.stated.setdefault(entity, []).append((at, record_key, claim, claim.about))
        closes = CLOSERS.get(claim.attribute)
        row = {
            "record_key": record_key,
            "entity_type": claim.about,
            "entity_id": entity,
            "attribute": closes[0] if closes else claim.attribute,
            "value": claim.value,
            "occurred_at": at,
            "polarity": closes[1] if closes else "affirmed",
            "said_by": claim.said_by,
        }
        if claim.attribute == "promise":
            row["due_on"] = claim.due_on
        self.add("observations", row)

    def story(self, story: Story) -> None:
        """A planted sequence."""
        steps = [
            {
                "signal": step.signal,
                "occurred_at": step.occurred_at,
                "person_id": step.person.id if step.person else None,
                "record_key": step.turn.record_key if step.turn else step.record_key,
            }
            for step in story.steps
        ]
        self.add("stories", {"story_id": story.id, "kind": story.kind, "account_id": story.company.id, "steps": steps})

    def broken(self, source: str, stream: str, file: str, row: int, stage: str, reason: str) -> None:
        """A row that must end in quarantine."""
        self.add(
            "broken",
            {
                "source": source,
                "stream": stream,
                "source_file": file,
                "source_row": row,
                "stage": stage,
                "reason": reason,
            },
        )

    def account(self, account: Account, people: Iterable[Person]) -> None:
        """Everything about one account that is final once it is exported."""
        for story in account.stories:
            self.story(story)
        self.company(account.company)
        for person in people:
            self.person(person)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return iso_seconds(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"the truth cannot hold {type(value).__name__}")

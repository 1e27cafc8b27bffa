"""Which tools know a company or a person, under which id, and as what they wrote them down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from data.demo import dirt
from data.demo.ids import Ids
from data.demo.model import Account, Company, Job, Person
from data.demo.rng import chance, stream
from data.demo.timeline import END, START
from data.demo.words import load


@dataclass(slots=True)
class ToolRecord:
    """One object in one tool, with every change that was made to it."""

    tool: str
    native_id: str
    created: datetime
    fields: dict[str, Any]
    updates: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)
    person: Person | None = None
    company: Company | None = None

    @property
    def key(self) -> str:
        """The record key."""
        return f"{self.tool}:{self.native_id}"

    @property
    def changes(self) -> list[datetime]:
        """When it was created and changed, oldest first."""
        return [self.created, *sorted(at for at, _ in self.updates)]

    def at(self, moment: datetime) -> dict[str, Any]:
        """Its fields as of a moment, with `modified`."""
        found = dict(self.fields) | {"modified": self.created}
        for when, change in sorted(self.updates, key=lambda update: update[0]):
            if when <= moment:
                found |= change | {"modified": when}
        return found


COMPANY_TOOLS = {
    "salesforce:accounts": 1.0,
    "hubspot:companies": 0.85,
    "zendesk:organizations": 0.88,
    "intercom:companies": 0.88,
    "stripe:customers": 1.0,
}
PERSON_TOOLS = {"salesforce:contacts": 0.72, "hubspot:contacts": 0.6, "zendesk:users": 0.25, "intercom:contacts": 0.35}
CHANNEL_TOOL = {"ticket": "zendesk:users", "chat": "intercom:contacts", "note": "salesforce:contacts"}


class Registry:
    """The records of one account's company and people. Ids and dirt come from streams of their own."""

    def __init__(self, seed: int, ids: Ids) -> None:
        self.seed = seed
        self.ids = ids
        self.companies: dict[tuple[str, str], list[ToolRecord]] = {}
        self.people: dict[tuple[str, str], list[ToolRecord]] = {}
        self.shared: dict[tuple[str, str], Person] = {}
        self.departed: set[str] = set()

    def company_record(self, company: Company, tool: str) -> ToolRecord | None:
        """The company's main record in a tool."""
        found = self.companies.get((company.id, tool))
        return found[0] if found else None

    def person_record(self, person: Person, tool: str, company: Company | None = None) -> ToolRecord | None:
        """The person's record in a tool, the one made at the company where there is one."""
        found = self.people.get((person.id, tool), [])
        return next((record for record in found if record.company is company), found[0] if found else None)

    def keep(self, record: ToolRecord) -> ToolRecord:
        """Take a record in and note it in the truth."""
        if record.person is not None:
            self.people.setdefault((record.person.id, record.tool), []).append(record)
            record.person.records.add(record.key)
        elif record.company is not None:
            self.companies.setdefault((record.company.id, record.tool), []).append(record)
            record.company.records.add(record.key)
        return record

    def native_id(self, tool: str, name: str) -> str:
        """An id in the tool's own form."""
        if tool in {"salesforce:accounts", "salesforce:contacts", "salesforce:users"}:
            return self.ids.salesforce(tool.split(":")[1][:-1], name)
        if tool in {"intercom:companies", "intercom:contacts"}:
            return self.ids.hexadecimal(tool, name, 24)
        if tool == "stripe:customers":
            return self.ids.stripe("cus", name)
        return str(self.ids.number(tool, name, 13 if tool.startswith("zendesk") else 11))

    def add_company(self, account: Account) -> None:
        """The company's records in every tool that knows it."""
        company = account.company
        self.departed |= set(account.departed)
        for tool, share in COMPANY_TOOLS.items():
            rng = stream(self.seed, "record", tool, company.id)
            if not chance(rng, share):
                continue
            record = self.keep(self._company(rng, tool, company, company.id))
            if tool == "salesforce:accounts" and chance(rng, 0.1):
                self._merged(rng, tool, company, record)
            elif tool == "hubspot:companies" and chance(rng, 0.08):
                self.keep(self._company(rng, tool, company, company.id + " again"))

    def _company(self, rng: Random, tool: str, company: Company, name: str) -> ToolRecord:
        domain = rng.choice(company.domains) if chance(rng, 0.25) else company.domains[0]
        created = (
            company.since - timedelta(days=rng.randint(0, 60))
            if tool.startswith(("salesforce", "hubspot"))
            else company.since
        )
        fields: dict[str, Any] = {
            "name": dirt.company_name(rng, company),
            "domain": rng.choice(load("product")["free_mail"])
            if chance(rng, 0.015)
            else domain
            if chance(rng, 0.93)
            else "",
            "website": dirt.website(rng, domain) if chance(rng, 0.85) else "",
            "phone": dirt.phone(rng, company.switchboard) if chance(rng, 0.75) else "",
            "street": company.street if chance(rng, 0.85) else "",
            "workspace": company.workspace_id if chance(rng, 0.85) else "",
            "employees": round(company.employees * rng.choice([1, 1, 1, 1.1, 0.9])),
            "industry": company.industry if chance(rng, 0.9) else "",
            "city": company.city,
        }
        record = ToolRecord(tool, self.native_id(tool, name), created, fields, company=company)
        self._touch(rng, record, {"employees": company.employees})
        return record

    def _merged(self, rng: Random, tool: str, company: Company, master: ToolRecord) -> None:
        double = self._company(rng, tool, company, company.id + " double")
        merged_at = min(master.created + timedelta(days=rng.randint(30, 500)), END - timedelta(days=3))
        double.updates.append((max(merged_at, double.created), {"master": master.native_id, "deleted": True}))
        self.keep(double)

    def _touch(self, rng: Random, record: ToolRecord, change: dict[str, Any]) -> None:
        if chance(rng, 0.5):
            begin = max(record.created, START)
            record.updates.append((begin + (END - begin) * rng.random(), change))

    def add_person(self, account: Account, person: Person, needed: dict[str, datetime]) -> None:
        """The person's records for the time at this account; `needed`: tools that must know them, and when."""
        for job in person.jobs:
            if job.company is not account.company:
                continue
            for tool, share in PERSON_TOOLS.items():
                rng = stream(self.seed, "record", tool, person.id, job.company.id)
                if chance(rng, 0.0 if person.kind == "shared" else share) or tool in needed:
                    self._person_in(rng, tool, person, job, needed.get(tool))

    def _person_in(self, rng: Random, tool: str, person: Person, job: Job, needed: datetime | None) -> None:
        earlier = self.people.get((person.id, tool), [])
        moved = earlier and job is not person.jobs[0]
        if moved and (tool == "intercom:contacts" or chance(rng, 0.4)):
            change = self._fields(rng, tool, person, job) | {"company": job.company}
            earlier[0].updates.append((job.begin + timedelta(days=rng.randint(1, 20)), change))
            return
        begin = max(job.begin, job.company.since) + timedelta(days=rng.randint(0, 30))
        created = min(begin, needed - timedelta(minutes=5)) if needed else begin
        if created > END:
            return
        record = ToolRecord(
            tool,
            self.native_id(tool, f"{person.id} {job.company.id}"),
            created,
            self._fields(rng, tool, person, job),
            person=person,
            company=job.company,
        )
        self.keep(record)
        self._leaving(rng, record, job)
        if tool == "salesforce:contacts" and chance(rng, 0.05):
            self._merged_person(rng, record, person, job)
        elif tool == "hubspot:contacts" and chance(rng, 0.06):
            double = ToolRecord(
                tool,
                self.native_id(tool, f"{person.id} again"),
                created + timedelta(days=rng.randint(1, 90)),
                self._fields(rng, tool, person, job),
                person=person,
                company=job.company,
            )
            if double.created < END:
                self.keep(double)

    def _merged_person(self, rng: Random, master: ToolRecord, person: Person, job: Job) -> None:
        double = ToolRecord(
            master.tool,
            self.native_id(master.tool, f"{person.id} double"),
            master.created,
            self._fields(rng, master.tool, person, job),
            person=person,
            company=job.company,
        )
        merged_at = min(master.created + timedelta(days=rng.randint(20, 400)), END - timedelta(days=2))
        double.updates.append((max(merged_at, double.created), {"master": master.native_id, "deleted": True}))
        self.keep(double)

    def _fields(self, rng: Random, tool: str, person: Person, job: Job) -> dict[str, Any]:
        given, family = dirt.person_name(rng, person) if person.kind == "customer" else (person.given, person.family)
        email = job.email
        if person.personal_email and (email is None or chance(rng, 0.06)):
            email = person.personal_email
        full = dirt.full_name(rng, given, family) if family else given
        if tool == "zendesk:users" and email and chance(rng, 0.08):
            full = email.partition("@")[0]
        moved = len(person.jobs) > 1
        show_mobile = person.mobile and (moved or not email or chance(rng, 0.5))
        return {
            "given": given,
            "family": family,
            "full": full,
            "email": dirt.address(rng, email, tool),
            "mobile": dirt.phone(rng, person.mobile) if show_mobile else "",
            "phone": dirt.phone(rng, job.company.switchboard) if chance(rng, 0.3) else "",
            "title": job.title if chance(rng, 0.8) else "",
            "company_name": dirt.company_name(rng, job.company) if chance(rng, 0.75) else "",
            "app_user": person.app_user_id if chance(rng, 0.75) else "",
            "status": "active",
            "linked": chance(rng, 0.9),
            "city": job.company.city if chance(rng, 0.6) else "",
        }

    def _leaving(self, rng: Random, record: ToolRecord, job: Job) -> None:
        if (
            job.end is None
            or record.tool not in {"salesforce:contacts", "hubspot:contacts"}
            or job.end <= record.created
        ):
            return
        certain = (
            record.tool == "salesforce:contacts" and record.person is not None and record.person.id in self.departed
        )
        if certain or chance(rng, 0.75):
            record.updates.append((job.end + timedelta(days=rng.randint(0, 12), hours=3), {"status": "left"}))
        if certain or chance(rng, 0.5):
            at = job.end + timedelta(days=rng.randint(2, 25), hours=5)
            record.updates.append((at, {"bounced_at": at, "bounced_reason": "550 5.1.1 mailbox unavailable"}))

"""Builds the world and hands it to the exporters, account by account."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from data.demo.agenda import Agenda
from data.demo.companies import build_companies
from data.demo.context import Context
from data.demo.contracts import build_contract
from data.demo.distractors import distract
from data.demo.drops import Exports
from data.demo.exporters import (
    agents,
    calendar,
    hubspot,
    intercom,
    knowledge,
    mailbox,
    opportunities,
    outsiders,
    salesforce,
    segment,
    stripe,
    twilio,
    zendesk,
)
from data.demo.facts import settle
from data.demo.ids import Ids
from data.demo.model import Account, Company, Person
from data.demo.people import Crowd, build_helpers, build_people, build_staff, move_people, shared_mailboxes
from data.demo.phones import Phones
from data.demo.records import CHANNEL_TOOL, Registry
from data.demo.rng import stream
from data.demo.scene import Director
from data.demo.stories import KINDS, Storyteller, clear, signals
from data.demo.timeline import FIRST_DAY, LAST_DAY, Drops
from data.demo.truth import Truth
from data.demo.usage import build_usage
from data.demo.wishes import keep_wishes, note_languages

STAFF_PER_ROLE = {"support_agent": 6, "account_manager": 6, "success": 4}
EXPORTERS = (salesforce, opportunities, hubspot, zendesk, intercom, stripe, twilio, mailbox, calendar, agents)


@dataclass(frozen=True)
class DemoWorld:
    """What was generated and where."""

    exports: Path
    truth: Path
    seed: int
    accounts: int
    people: int
    interactions: int
    usage_events: int
    stories: int
    drop_dates: tuple[date, ...]


def generate(out: Path, accounts: int = 60, seed: int = 7, days: int = 14, stories: bool = True) -> DemoWorld:
    """Write `<out>/exports` and `<out>/truth`, replacing what lies there. Equal arguments give equal bytes.

    `days` is how many daily drops follow the full one; `stories=False` leaves the planted sequences out, not the noise.
    """
    if accounts < 1 or not 1 <= days <= 365:
        raise ValueError(
            f"a demo needs at least one account and 1 to 365 daily drops; got accounts={accounts}, days={days}"
        )
    for folder in ("exports", "truth"):
        shutil.rmtree(out / folder, ignore_errors=True)
    return _World(out, accounts, seed, days, stories).write()


class _World:
    def __init__(self, out: Path, accounts: int, seed: int, days: int, stories: bool) -> None:
        ids, drops = Ids(seed), Drops(days)
        phones = self.phones = Phones()
        self.out, self.seed, self.with_stories = out, seed, stories
        self.crowd = Crowd(seed, ids, phones)
        staff = build_staff(self.crowd, STAFF_PER_ROLE)
        self.companies = build_companies(seed, accounts, ids, phones)
        self.people = {company.id: build_people(self.crowd, company) for company in self.companies}
        self.shared = {company.id: shared_mailboxes(self.crowd, company) for company in self.companies}
        move_people(self.crowd, self.companies, self.people)
        exports = Exports(
            out / "exports",
            zipped={("salesforce", drops.dates[len(drops.dates) // 3])} if days > 2 else set(),
            gzipped={("stripe", drops.dates[0], "invoices.ndjson")},
        )
        self.ctx = Context(
            seed, drops, exports, Truth(out / "truth"), ids, Registry(seed, ids), staff, build_helpers(self.crowd)
        )
        self.accounts: list[Account] = []
        self.director = Director(seed, self.crowd, staff["support_agent"])
        self.storyteller = Storyteller(self.director)

    def write(self) -> DemoWorld:
        ctx = self.ctx
        salesforce.users(ctx)
        zendesk.staff(ctx)
        stripe.catalogue(ctx)
        knowledge.export(ctx)
        outsiders.export(ctx, self.crowd, self.phones, len(self.companies))
        for company in self.companies:
            self._account(company)
        calendar.close(ctx)
        usage_events = segment.export(ctx, self.accounts)
        ctx.exports.close()
        self._truth()
        return DemoWorld(
            self.out / "exports",
            self.out / "truth",
            self.seed,
            len(self.companies),
            ctx.truth.counts["people"],
            ctx.truth.counts["interactions"],
            usage_events,
            ctx.truth.counts["stories"],
            tuple(ctx.drops.dates),
        )

    def _account(self, company: Company) -> None:
        ctx, rng = self.ctx, stream(self.seed, "account", company.id)
        account = Account(
            company,
            list(self.people[company.id]),
            rng.choice(ctx.staff["account_manager"]),
            rng.choice(ctx.staff["success"]),
            build_contract(self.seed, company),
            build_usage(self.seed, company.id, company.employees),
        )
        account.shared = self.shared[company.id]
        Agenda(self.seed, account, ctx.staff["support_agent"]).fill()
        distract(self.director, account)
        if self.with_stories:
            self.storyteller.tell(account)
        clear(account, [step for story in account.stories for step in story.steps])
        self._records(account)
        keep_wishes(ctx, account)
        note_languages(ctx, account)
        for exporter in EXPORTERS:
            exporter.account(ctx, account)
        for story in account.stories:
            ctx.truth.story(story)
        account.threads = []
        self.accounts.append(account)

    def _records(self, account: Account) -> None:
        registry = self.ctx.registry
        registry.add_company(account)
        for use, person in account.shared.items():
            registry.shared[account.company.id, use] = person
        ordinary = {person.id for person in self.people[account.company.id]}
        needed: dict[str, dict[str, datetime]] = {}
        for thread in account.threads:
            if tool := CHANNEL_TOOL.get(thread.channel):
                tools = needed.setdefault(thread.person.id, {})
                tools[tool] = min(tools.get(tool, thread.at), thread.at)
        for person in account.shared.values():
            registry.add_person(account, person, needed.get(person.id, {}))
        for person in account.people:
            if person.id in account.departed or person.id not in ordinary:
                needed.setdefault(person.id, {}).setdefault(
                    "salesforce:contacts", person.jobs[-1].begin + timedelta(days=1)
                )
            registry.add_person(account, person, needed.get(person.id, {}))

    def _truth(self) -> None:
        truth, seen = self.ctx.truth, set[str]()
        for company in self.companies:
            truth.company(company)
        everybody: list[Person] = [*self.ctx.all_staff, *self.ctx.helpers.values(), *self.ctx.registry.shared.values()]
        for person in [*everybody, *(p for account in self.accounts for p in account.people)]:
            if person.id not in seen and person.records:
                seen.add(person.id)
                truth.person(person)
        for kind in KINDS if self.with_stories else ():
            truth.add("story_kinds", {"kind": kind, "steps": signals(kind)})
        settle(truth)
        truth.add(
            "world",
            {
                "seed": self.seed,
                "accounts": len(self.companies),
                "first_day": FIRST_DAY,
                "last_day": LAST_DAY,
                "drop_dates": [day.isoformat() for day in self.ctx.drops.dates],
            },
        )
        truth.close()

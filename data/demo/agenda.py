"""The noise of an account: its ordinary threads, statements and promises, drawn without looking at any story."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from data.demo.model import Account, Claim, Person, Thread
from data.demo.rng import chance, poisson, stream, weighted
from data.demo.talk import Talk, chatter, other_language, pick_person, question, support
from data.demo.texts import load
from data.demo.texts.writer import Written
from data.demo.timeline import END, START, later, working_moment

THREADS_A_MONTH = 2.6
CHANNELS = {
    "support": {"ticket": 9, "chat": 6, "email": 2, "call": 1.5, "whatsapp": 0.6},
    "question": {"chat": 6, "ticket": 4, "email": 5, "sms": 0.8, "whatsapp": 0.8, "call": 1},
    "chatter": {"email": 9, "call": 2, "sms": 2, "whatsapp": 1.5, "chat": 1, "meeting": 4, "note": 3.5},
    "statement": {"email": 8, "ticket": 3, "chat": 4, "call": 2.5, "sms": 1.2, "whatsapp": 1},
}
# How many statements of each attribute an account and its people make over the eighteen months.
STATEMENTS = {
    "contact_preference": 3.0,
    "contact_time": 1.0,
    "language": 0.4,
    "do_not": 0.5,
    "role_change": 0.3,
    "personal_note": 0.8,
    "competitor": 0.2,
    "renewal_intent": 0.5,
    "expansion_interest": 0.5,
    "plan_interest": 0.3,
    "feature_request": 1.4,
    "integration": 1.0,
    "business_context": 0.9,
    "payment_trouble": 0.15,
    "legal_demand": 0.3,
    "security_demand": 0.5,
    "satisfaction": 0.3,
}
PROMISES = 1.3
PROMISE_BROKEN_SHARE = 0.2


class Agenda:
    """Adds the noise threads to an account."""

    def __init__(self, seed: int, account: Account, support_staff: list[Person]) -> None:
        self.seed = seed
        self.account = account
        self.support_staff = support_staff
        self.begin = max(account.company.since, START)

    def fill(self) -> None:
        """All of the account's noise, in the order of time."""
        rng = stream(self.seed, "agenda", self.account.company.id)
        months = (END - self.begin).days / 30.4
        size = rng.uniform(0.55, 1.45)
        self._ordinary(rng, poisson(rng, THREADS_A_MONTH * months * size * 0.72))
        self._statements(rng, months / 18)
        for number in range(poisson(rng, PROMISES * months / 18)):
            self._promise(stream(self.seed, "promise", self.account.company.id, number), number)
        self.account.threads.sort(key=lambda thread: (thread.at, thread.id))

    def _ordinary(self, rng: Random, count: int) -> None:
        for number in range(count):
            at = working_moment(rng, self.begin, END)
            own = stream(self.seed, "thread", self.account.company.id, number)
            kind = weighted(own, {"support": 4, "question": 3, "chatter": 5})
            self._one(own, f"{self.account.company.id}-{number:04d}", kind, at)

    def _one(self, rng: Random, key: str, kind: str, at: datetime) -> None:
        channel = weighted(rng, CHANNELS[kind])
        info = self.account.shared.get("info")
        shared = info if info and channel in {"email", "ticket"} and chance(rng, 0.08) else None
        talk = self.talk(rng, channel, at, shared)
        if talk is None:
            return
        topic = rng.choice(list(load("topics")))
        if talk.person.language != "en" and channel in {"email", "ticket", "chat"} and chance(rng, 0.5):
            other_language(talk, at, talk.person.language)
        elif kind == "support":
            support(talk, at, topic)
        elif kind == "question":
            question(talk, at, topic)
        else:
            chatter(talk, at, inbound=chance(rng, 0.5))
        self.account.threads.append(talk.thread(key, support=kind != "chatter"))

    def talk(self, rng: Random, channel: str, at: datetime, person: Person | None = None) -> Talk | None:
        """A conversation with one of the account's people; without a mobile it is mail instead of a call or text."""
        person = person or pick_person(rng, self.account, at)
        if person is None:
            return None
        if channel in {"sms", "whatsapp", "call"} and person.mobile is None:
            channel = "email"
        if channel != "call" and not person.email_at(at):
            channel = "sms" if person.mobile else "call"
        if channel in {"ticket", "chat"}:
            staff = rng.choice(self.support_staff)
        else:
            staff = self.account.manager if chance(rng, 0.55) else self.account.owner
        return Talk(self.account.company, person, staff, channel, rng)

    def _statements(self, rng: Random, scale: float) -> None:
        for attribute, mean in STATEMENTS.items():
            for number in range(poisson(rng, mean * scale)):
                own = stream(self.seed, "statement", self.account.company.id, attribute, number)
                at = working_moment(rng, self.begin, END - timedelta(days=1))
                thread = self.statement(own, f"{self.account.company.id}-{attribute}-{number}", attribute, at)
                if thread:
                    self.account.threads.append(thread)

    def statement(
        self,
        rng: Random,
        key: str,
        attribute: str,
        at: datetime,
        value: str | None = None,
        person: Person | None = None,
    ) -> Thread | None:
        """A thread in which a customer says the thing among others."""
        person = person or self._speaker(rng, attribute, at)
        talk = self.talk(rng, weighted(rng, CHANNELS["statement"]), at, person)
        if talk is None:
            return None
        if attribute == "language" and talk.person.language != "en":
            value = talk.person.language
        sentence, claim = talk.writer(True, at).claim(attribute, value)
        said = Written().add(sentence, claim)
        if talk.channel in {"sms", "whatsapp"}:
            talk.say(at, True, said)
        elif chance(rng, 0.4):
            question(talk, at, rng.choice(list(load("topics"))), said)
        else:
            chatter(talk, at, said)
        return talk.thread(key)

    def _speaker(self, rng: Random, attribute: str, at: datetime) -> Person | None:
        """Contact wishes come from few people, who change their minds; the rest from anybody."""
        if attribute not in {"contact_preference", "contact_time", "language"}:
            return pick_person(rng, self.account, at)
        there = [p for p in self.account.people if (job := p.job_at(at)) and job.company is self.account.company]
        few = sorted(there, key=lambda p: (-p.weight, p.id))[:3]
        return rng.choice(few) if few else None

    def _promise(self, rng: Random, number: int) -> None:
        at = working_moment(rng, self.begin, END - timedelta(days=30))
        kept = not chance(rng, PROMISE_BROKEN_SHARE)
        thread = self.promise(rng, f"{self.account.company.id}-promise-{number}", at, kept, by_staff=chance(rng, 0.8))
        if thread:
            self.account.threads.append(thread)

    def promise(
        self, rng: Random, key: str, at: datetime, kept: bool, by_staff: bool = True, person: Person | None = None
    ) -> Thread | None:
        """Somebody promises something for a day; before it, or never, the thing comes."""
        talk = self.talk(rng, "email", at, person)
        if talk is None:
            return None
        writer = talk.writer(not by_staff, at)
        deliverable = writer.fill("{deliverable}")
        due_on = later(rng, at, 72, 340).date()
        sentence, claim = writer.promise(due_on, deliverable, by_staff)
        talk.say(at, not by_staff, Written().add(sentence, claim))
        moment = at + (datetime.combine(due_on, at.timetz()) - at) * rng.uniform(0.4, 0.9)
        if kept:
            moment = later(rng, moment, 0, 2)
            sentence = talk.writer(not by_staff, moment).about_deliverable("kept", deliverable)
            kept_claim = Claim("account", "promise_kept", deliverable, said_by=claim.said_by)
            talk.say(moment, not by_staff, Written().add(sentence, kept_claim))
        elif by_staff and chance(rng, 0.8):
            moment = later(rng, datetime.combine(due_on, at.timetz()), 30, 120)
            talk.say(moment, True, Written().add(talk.writer(True, moment).about_deliverable("chased", deliverable)))
        return talk.thread(key, promise={"due_on": due_on, "kept": kept, "deliverable": deliverable})

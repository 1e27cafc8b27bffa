"""How much each account uses the product, day by day, and the single events that make it up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from data.demo.ids import Ids
from data.demo.model import Account, Person, Usage
from data.demo.rng import chance, poisson, stream
from data.demo.timeline import END, FIRST_DAY, LAST_DAY, START, is_weekend, working_moment
from data.demo.words import load

EVENTS_A_WORKDAY = 2.9
WEEKEND_FACTOR = 0.08


def build_usage(seed: int, company_id: str, employees: int) -> Usage:
    """The account's own rate, its favourite features, and the dips and peaks that mean nothing."""
    rng = stream(seed, "usage", company_id)
    rate = EVENTS_A_WORKDAY * rng.uniform(0.6, 1.3) * (1.0 if employees < 400 else 1.35)
    features = {name: weight * rng.uniform(0.4, 1.6) for name, weight in load("product")["features"].items()}
    usage = Usage(rate=rate, features=features)
    for share, low, high in ((0.2, 0.3, 0.5), (0.15, 1.8, 2.4)):
        if chance(rng, share):
            begin = working_moment(rng, START + timedelta(days=60), END - timedelta(days=30)).date()
            usage.factors.append((begin, begin + timedelta(days=rng.randint(12, 24)), rng.uniform(low, high)))
    if chance(rng, 0.1):
        begin = working_moment(rng, START + timedelta(days=120), END - timedelta(days=40)).date()
        usage.abandoned.append((rng.choice(list(features)[4:]), begin))
    return usage


@dataclass(frozen=True, slots=True)
class Event:
    """One Segment message before it is rendered. `received` differs from `at` when the device was offline.

    `rng` is the account's of that day; whoever renders the message goes on drawing from it.
    """

    kind: str
    name: str
    at: datetime
    received: datetime
    account: Account
    person: Person
    anonymous: bool
    key: str
    rng: Random


def days() -> Iterator[date]:
    """Every day of the demo."""
    day = FIRST_DAY
    while day <= LAST_DAY:
        yield day
        day += timedelta(days=1)


def factor_on(usage: Usage, day: date) -> float:
    """The product of every factor whose window holds the day."""
    factor = 1.0
    for begin, end, value in usage.factors:
        if begin <= day <= end:
            factor *= value
    return factor


class Clicks:
    """The events of an account, one day at a time."""

    def __init__(self, seed: int, account: Account, ids: Ids) -> None:
        self.seed = seed
        self.account = account
        self.ids = ids
        self.known: set[str] = set()
        self.features = list(account.usage.features)

    def on(self, day: date) -> Iterator[Event]:
        """The account's events of the day, in the order of time."""
        account = self.account
        ended = account.contract.ended_at
        if day < account.company.since.date() or (ended and day > ended.date()):
            return
        rate = account.usage.rate * factor_on(account.usage, day) * (WEEKEND_FACTOR if is_weekend(day) else 1.0)
        rng = stream(self.seed, "clicks", account.company.id, day)
        count = poisson(rng, rate)
        moments = sorted(_moment(rng, day) for _ in range(count))
        if not moments:
            return
        users = self._users(moments[0])
        for number, at in enumerate(moments):
            if users:
                person = rng.choices(users[0], weights=users[1])[0]
                yield from self._event(rng, day, number, at, person)

    def _users(self, at: datetime) -> tuple[list[Person], list[float]] | None:
        there = [p for p in self.account.people if (job := p.job_at(at)) and job.company is self.account.company]
        return (there, [p.weight for p in there]) if there else None

    def _event(self, rng: Random, day: date, number: int, at: datetime, person: Person) -> Iterator[Event]:
        key = f"{self.account.company.id}-{day}-{number}"
        if person.id not in self.known:
            self.known.add(person.id)
            yield from self._arrival(rng, key, at, person)
        elif chance(rng, 0.01):
            yield self._make(rng, "identify", "", at, person, key + "i")
        received = at + timedelta(hours=rng.uniform(20, 70)) if chance(rng, 0.004) else at
        if chance(rng, 0.12):
            yield self._make(rng, "page", rng.choice(load("product")["pages"]["paths"]), at, person, key, received)
            return
        name = rng.choices(self.features, weights=list(self.account.usage.features.values()))[0]
        if not any(name == off and day >= since for off, since in self.account.usage.abandoned):
            yield self._make(rng, "track", name, at, person, key, received)

    def _arrival(self, rng: Random, key: str, at: datetime, person: Person) -> Iterator[Event]:
        """First visit: anonymous pages, then the sign-up that gives the anonymous id its user."""
        if chance(rng, 0.6):
            for step in range(rng.randint(1, 3)):
                path = rng.choice(load("product")["pages"]["public"])
                yield self._make(
                    rng, "page", path, at - timedelta(minutes=12 - 3 * step), person, f"{key}p{step}", anonymous=True
                )
        yield self._make(rng, "identify", "", at - timedelta(minutes=2), person, key + "i")
        yield self._make(rng, "group", "", at - timedelta(minutes=1), person, key + "g")

    def _make(
        self,
        rng: Random,
        kind: str,
        name: str,
        at: datetime,
        person: Person,
        key: str,
        received: datetime | None = None,
        anonymous: bool = False,
    ) -> Event:
        return Event(kind, name, at, received or at, self.account, person, anonymous, key, rng)


def _moment(rng: Random, day: date) -> datetime:
    clock = time(rng.randint(6, 19), rng.randint(0, 59), rng.randint(0, 59), rng.randrange(1000) * 1000)
    return datetime.combine(day, clock, tzinfo=UTC)


def anonymous_id(ids: Ids, person: Person) -> str:
    """The browser's id of a person; one browser a person is enough here."""
    return ids.uuid("browser", person.id)


def properties(rng: Random, event: Event) -> dict[str, Any]:
    """What a track call carries."""
    if event.name == "Report Exported":
        return {"format": rng.choice(["csv", "pdf"]), "rows": rng.randint(20, 4000)}
    if event.name == "Integration Synced":
        return {"tool": rng.choice(load("product")["integrations"]), "items": rng.randint(1, 200)}
    return {"board": f"board-{rng.randint(1, 30)}"}

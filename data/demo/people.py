"""The people: the customers' own, and the staff of the demo's company."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from random import Random

from anyascii import anyascii

from data.demo.ids import Ids
from data.demo.model import Company, Job, Person
from data.demo.phones import Phones
from data.demo.rng import chance, stream, weighted
from data.demo.timeline import END, START, working_moment
from data.demo.words import load

MOVES_SHARE = 0.6
LEAVES_SHARE = 0.07
JOINS_LATER_SHARE = 0.2
PERSONAL_ADDRESS_SHARE = 0.25
MOBILE_SHARE = 0.7
NO_EMAIL_SHARE = 0.03
EMAIL_PATTERNS = {"{given}.{family}": 6, "{initial}{family}": 3, "{given}": 1, "{given}_{family}": 1}


class Crowd:
    """Makes people with unique ids and addresses."""

    def __init__(self, seed: int, ids: Ids, phones: Phones) -> None:
        self.seed = seed
        self.ids = ids
        self.phones = phones
        self._addresses: set[str] = set()

    def person_id(self, key: str) -> str:
        """The person's id in the truth, the same whoever else there is."""
        return f"P{self.ids.number('person', key, 9)}"

    def person(self, rng: Random, kind: str, key: str, country: str = "US") -> Person:
        """A person with a name, without any address yet. `key` names the person for all later draws."""
        number = self.person_id(key)
        given_names = load("people")["given"]
        given = rng.choice(list(given_names))
        short = given_names[given]
        person = Person(
            id=number,
            kind=kind,
            given=given,
            family=rng.choice(load("people")["family"]["names"]),
            nickname=rng.choice(short) if short else "",
            weight=rng.paretovariate(1.2),
        )
        if chance(rng, MOBILE_SHARE) or kind == "staff":
            person.mobile = self.phones.mobile(rng, country)
            person.phones.add(person.mobile)
        if kind == "customer":
            self._personal_address(rng, person)
            person.app_user_id = f"usr_{self.ids.letters('app user', key, 12).lower()}"
        return person

    def shared(self, address: str, name: str) -> Person:
        """Something that writes without being one person: a shared mailbox, a bot."""
        person = Person(id=self.person_id(address), kind="shared", given=name, family="", nickname="")
        person.email = self.unique(address)
        person.emails.add(person.email)
        return person

    def _personal_address(self, rng: Random, person: Person) -> None:
        if chance(rng, PERSONAL_ADDRESS_SHARE):
            joint = rng.choice([".", "", "_"])
            local = f"{ascii_local(person.given)}{joint}{ascii_local(person.family)}{rng.randint(1, 99)}"
            person.personal_email = self.unique(f"{local}@{rng.choice(load('product')['free_mail'])}")
            person.emails.add(person.personal_email)

    def unique(self, address: str) -> str:
        """The address, with a digit where it is taken."""
        local, _, domain = address.partition("@")
        number = 2
        while address in self._addresses:
            address = f"{local}{number}@{domain}"
            number += 1
        self._addresses.add(address)
        return address

    def work_address(self, person: Person, pattern: str, domain: str) -> str:
        """The person's address at a company, by the company's own pattern."""
        given, family = ascii_local(person.given), ascii_local(person.family)
        address = self.unique(f"{pattern.format(given=given, family=family, initial=given[:1])}@{domain}")
        person.emails.add(address)
        return address


def ascii_local(name: str) -> str:
    """A name as the local part of an address is written."""
    return re.sub(r"[^a-z0-9]", "", anyascii(name).lower())


def build_staff(crowd: Crowd, count_each: dict[str, int]) -> dict[str, list[Person]]:
    """The demo company's own people, by role."""
    domain = load("product")["company"]["domain"]
    staff: dict[str, list[Person]] = {}
    for role, count in count_each.items():
        staff[role] = []
        for number in range(count):
            rng = stream(crowd.seed, "staff", role, number)
            person = crowd.person(rng, "staff", f"staff {role} {number}")
            person.title = rng.choice(load("people")["titles"][role])
            person.email = crowd.work_address(person, "{given}.{family}", domain)
            staff[role].append(person)
    return staff


HELPERS = {
    "support": ("shared", "support@{domain}", "Tidewright Support"),
    "sales": ("shared", "sales@{domain}", "Tidewright Sales"),
    "billing": ("bot", "billing-noreply@{domain}", "Tidewright Billing"),
    "integration": ("bot", "integration@{domain}", "Integration User"),
    "room": ("shared", "room-aurora@{domain}", "Room Aurora"),
    "chat_bot": ("bot", "operator@chat.{domain}", "Tide Helper"),
}


def build_helpers(crowd: Crowd) -> dict[str, Person]:
    """The company's own shared addresses and robots."""
    domain, found = load("product")["company"]["domain"], {}
    for use, (kind, address, name) in HELPERS.items():
        found[use] = crowd.shared(address.format(domain=domain), name)
        found[use].kind = kind
    return found


def build_people(crowd: Crowd, company: Company) -> list[Person]:
    """The company's people: one champion, most of the time an executive, and the rest."""
    rng = stream(crowd.seed, "people", company.id)
    pattern = weighted(rng, EMAIL_PATTERNS)
    roles = ["champion", "billing"] + ["executive"] * chance(rng, 0.7) + ["admin"] * chance(rng, 0.7)
    roles += ["user"] * rng.randint(3, 9)
    return [_employee(crowd, company, role, number, pattern) for number, role in enumerate(roles)]


def _employee(crowd: Crowd, company: Company, role: str, number: int, pattern: str) -> Person:
    rng = stream(crowd.seed, "employee", company.id, number)
    person = crowd.person(rng, "customer", f"{company.id} {number}", company.country)
    person.language = company.language if chance(rng, 0.6) else "en"
    person.weight *= {"champion": 4.0, "billing": 0.5, "executive": 0.6}.get(role, 1.0)
    begin = company.since
    if role == "user" and chance(rng, JOINS_LATER_SHARE):
        begin = working_moment(rng, max(company.since, START), END - timedelta(days=60))
    stays_until = max(begin + timedelta(days=60), START + timedelta(days=60))
    leaves = chance(rng, LEAVES_SHARE) and stays_until < END - timedelta(days=30)
    end = working_moment(rng, stays_until, END - timedelta(days=20)) if leaves else None
    title = rng.choice(load("people")["titles"][role])
    domain = company.domains[-1] if chance(rng, 0.15) else company.domains[0]
    email = None if role == "user" and chance(rng, NO_EMAIL_SHARE) else crowd.work_address(person, pattern, domain)
    if email is None and person.mobile is None:
        person.mobile = crowd.phones.mobile(rng, company.country)
        person.phones.add(person.mobile)
    person.email, person.title = email, title
    person.jobs = [Job(company, begin, end, title, role, email)]
    return person


SHARED_MAILBOXES = {"billing": (("billing", "accounts", "invoices"), 0.45), "info": (("info", "office", "hello"), 0.4)}


def shared_mailboxes(crowd: Crowd, company: Company) -> dict[str, Person]:
    """Addresses that several people read: no human being, but at home at the company."""
    found = {}
    for use, (locals_, share) in SHARED_MAILBOXES.items():
        rng = stream(crowd.seed, "shared", company.id, use)
        if chance(rng, share) and company.parent is None:
            found[use] = crowd.shared(f"{rng.choice(locals_)}@{company.domains[0]}", f"{company.name} {use.title()}")
            found[use].jobs = [Job(company, company.since, None, "", "shared", found[use].email)]
    return found


def move_people(crowd: Crowd, companies: list[Company], people: dict[str, list[Person]]) -> None:
    """Some leave one customer for another: one human being with two memberships in time."""
    for company in companies:
        for person in list(people[company.id]):
            rng = stream(crowd.seed, "move", person.id)
            if len(companies) < 2 or not person.jobs[-1].end or not chance(rng, MOVES_SHARE):
                continue
            target = rng.choice([other for other in companies if other is not company and other.parent != company.id])
            begin = max(person.jobs[-1].end + timedelta(days=rng.randint(5, 40)), target.since)
            if begin < END - timedelta(days=40):
                _join(crowd, rng, person, target, begin)
                people[target.id].append(person)


def _join(crowd: Crowd, rng: Random, person: Person, target: Company, begin: datetime) -> None:
    role = rng.choice(["user", "champion", "user"])
    title = rng.choice(load("people")["titles"][role])
    if person.mobile is None:
        person.mobile = crowd.phones.mobile(rng, target.country)
        person.phones.add(person.mobile)
    email = crowd.work_address(person, "{given}.{family}", target.domains[0])
    person.jobs.append(Job(target, begin, None, title, role, email))
    person.email, person.title = email, title

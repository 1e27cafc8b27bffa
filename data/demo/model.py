"""What the demo world is made of, before any tool has written it down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(slots=True)
class Company:
    """A customer's company. `names` and `domains` hold every spelling that some tool uses, the current one first."""

    id: str
    name: str
    legal_form: str
    names: list[str]
    domains: list[str]
    parent: str | None
    industry: str
    employees: int
    country: str
    city: str
    region: str
    postcode: str
    street: str
    switchboard: str
    workspace_id: str
    since: datetime
    language: str
    index: int
    records: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Job:
    """A person's time at a company. `end` is None while it lasts."""

    company: Company
    begin: datetime
    end: datetime | None
    title: str
    role: str
    email: str | None


@dataclass(slots=True)
class Person:
    """A human being, or what looks like one in a tool (`kind` staff, shared or bot)."""

    id: str
    kind: str
    given: str
    family: str
    nickname: str
    email: str | None = None
    personal_email: str | None = None
    mobile: str | None = None
    app_user_id: str | None = None
    language: str = "en"
    weight: float = 1.0
    jobs: list[Job] = field(default_factory=list)
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    records: set[str] = field(default_factory=set)
    title: str = ""

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}".strip()

    def job_at(self, moment: datetime) -> Job | None:
        """The job held then."""
        held = [job for job in self.jobs if job.begin <= moment and (job.end is None or moment < job.end)]
        return held[-1] if held else None

    def email_at(self, moment: datetime) -> str | None:
        """The address written from then: the job's, else the person's own."""
        job = self.job_at(moment)
        return (job.email if job else None) or self.email or self.personal_email


@dataclass(frozen=True, slots=True)
class Claim:
    """What one sentence states, as an extractor should find it. `about` is `person` or `account`."""

    about: str
    attribute: str
    value: str
    due_on: date | None = None
    said_by: str = "customer"


@dataclass(slots=True)
class Turn:
    """One message of a thread. `inbound`: written by the customer's side."""

    at: datetime
    author: Person
    inbound: bool
    text: str
    claims: list[Claim] = field(default_factory=list)
    language: str = "en"
    internal: bool = False
    record_key: str | None = None


@dataclass(slots=True)
class Thread:
    """Messages that belong together, in one channel, between one customer's person and one of the staff."""

    id: str
    channel: str
    company: Company | None
    person: Person
    staff: Person
    subject: str
    turns: list[Turn]
    flags: dict[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """When it began."""
        return self.turns[0].at


@dataclass(slots=True)
class Step:
    """A planted signal. `record_key` is filled in when the record that shows it is written."""

    signal: str
    occurred_at: datetime
    person: Person | None = None
    turn: Turn | None = None
    record_key: str | None = None


@dataclass(slots=True)
class Story:
    """A planted sequence of signals in one account."""

    id: str
    kind: str
    company: Company
    steps: list[Step]


@dataclass(slots=True)
class PlanChange:
    """The contract's plan and seats from a moment on."""

    at: datetime
    plan: str
    seats: int


@dataclass(slots=True)
class PaymentFailure:
    """The first charge after `at` fails; `recovered_after` days later it is paid, or never."""

    at: datetime
    recovered_after: int | None
    code: str


@dataclass(slots=True)
class Contract:
    """What an account pays for, and how."""

    begin: datetime
    interval: str
    currency: str
    collection: str
    changes: list[PlanChange]
    renews_on: date
    ended_at: datetime | None = None
    failures: list[PaymentFailure] = field(default_factory=list)
    paid_late: list[tuple[datetime, int]] = field(default_factory=list)

    def at(self, moment: datetime) -> PlanChange:
        """The plan in force then."""
        return [change for change in self.changes if change.at <= moment or change is self.changes[0]][-1]


@dataclass(slots=True)
class Usage:
    """How much an account uses the product: events a working day, times every factor whose window holds the day."""

    rate: float
    factors: list[tuple[date, date, float]] = field(default_factory=list)
    abandoned: list[tuple[str, date]] = field(default_factory=list)
    features: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Account:
    """A company with everything that happens around it: the noise first, then what stories add and take away."""

    company: Company
    people: list[Person]
    owner: Person
    manager: Person
    contract: Contract
    usage: Usage
    shared: dict[str, Person] = field(default_factory=dict)
    threads: list[Thread] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    departed: dict[str, datetime] = field(default_factory=dict)
    quiet: list[tuple[datetime, datetime]] = field(default_factory=list)
    bounced: dict[str, datetime] = field(default_factory=dict)
    deals: list[tuple[str, datetime, str, bool]] = field(default_factory=list)

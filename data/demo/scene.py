"""What a staged signal is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from data.demo.agenda import Agenda
from data.demo.model import Account, Person, Thread
from data.demo.people import Crowd
from data.demo.talk import Talk, pick_person


@dataclass(frozen=True, slots=True)
class Scene:
    """One signal to be staged: in which account, at about which moment, under which key, with which draws."""

    director: Director
    account: Account
    rng: Random
    key: str
    at: datetime

    def talk(self, channel: str, at: datetime, person: Person | None = None) -> Talk:
        """A conversation with the person, or with whoever is there."""
        person = person or pick_person(self.rng, self.account, at) or self.account.people[0]
        talk = self.agenda().talk(self.rng, channel, at, person)
        if talk is None:
            raise ValueError(f"nobody of {self.account.company.id} can talk at {at}")
        return talk

    def agenda(self) -> Agenda:
        """The account's own way of making threads."""
        return Agenda(self.director.seed, self.account, self.director.support_staff)

    def keep(self, thread: Thread) -> Thread:
        """Add a thread to the account."""
        self.account.threads.append(thread)
        return thread


@dataclass(frozen=True, slots=True)
class Director:
    """What all scenes share."""

    seed: int
    crowd: Crowd
    support_staff: list[Person]

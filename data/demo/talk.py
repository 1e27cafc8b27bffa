"""Threads: who says what when, in which channel. Story-free by itself; stories ask it for the threads they need."""

from __future__ import annotations

from datetime import datetime
from random import Random

from data.demo.model import Account, Claim, Company, Person, Thread, Turn
from data.demo.rng import chance, weighted
from data.demo.texts import load
from data.demo.texts.messages import foreign, message
from data.demo.texts.writer import Writer, Written
from data.demo.timeline import later

# Hours between a message and its answer, by channel.
ANSWER_HOURS = {
    "ticket": (0.5, 20),
    "email": (1, 30),
    "chat": (0.01, 0.2),
    "sms": (0.05, 3),
    "whatsapp": (0.05, 3),
    "call": (0, 0),
}

# A note or an invitation is one text of the staff's and gets no answer.
ALONE = frozenset({"note", "meeting"})
HEARSAY_SHARE = 0.25


class Talk:
    """Writes threads for one account. Every draw comes from the thread's own stream."""

    def __init__(self, company: Company | None, person: Person, staff: Person, channel: str, rng: Random) -> None:
        self.company = company
        self.person = person
        self.staff = staff
        self.channel = channel
        self.rng = rng
        self.turns: list[Turn] = []
        self.subject = ""
        self.kept: dict[str, str] = {}

    def writer(self, inbound: bool, moment: datetime) -> Writer:
        """A writer for the next message."""
        author, reader = (self.person, self.staff) if inbound else (self.staff, self.person)
        return Writer(self.rng, self.company, author, reader, moment, self.kept)

    def say(self, moment: datetime, inbound: bool, said: Written, internal: bool = False) -> Turn:
        """Append a message."""
        text, _ = message(self.writer(inbound, moment), self.channel, inbound, said)
        turn = Turn(moment, self.person if inbound else self.staff, inbound, text, said.claims, internal=internal)
        self.turns.append(turn)
        return turn

    def next_moment(self, slow_hours: tuple[float, float] | None = None) -> datetime:
        """When the answer comes."""
        return later(self.rng, self.turns[-1].at, *(slow_hours or ANSWER_HOURS[self.channel]))

    def thread(self, key: str, **flags: object) -> Thread:
        """What was said, as a thread."""
        subject = self.subject or self.writer(True, self.turns[0].at).pick("talk", "subject", "mail")
        return Thread(key, self.channel, self.company, self.person, self.staff, subject, self.turns, dict(flags))


def support(
    talk: Talk, at: datetime, topic: str, extra: Written | None = None, slow: bool = False, reopened: bool = False
) -> None:
    """A problem, an answer, most of the time its solution; slow and reopened ones are what their names say."""
    words, rng = load("topics")[topic], talk.rng
    talk.subject = talk.writer(True, at).fill(rng.choice(words["subject"]))
    opening = talk.writer(True, at)
    said = Written().add(opening.fill(rng.choice(words["problem"])), Claim("account", "problem", words["label"]))
    said.add(opening.fill(rng.choice(words["detail"])))
    _merge(said, extra)
    talk.say(at, True, said)
    _answer(talk, rng.choice(words["reply"]), (110, 220) if slow else None)
    if chance(rng, 0.5):
        moment = talk.next_moment()
        talk.say(moment, True, Written().add(talk.writer(True, moment).fill(rng.choice(words["detail"]))))
    solved = chance(rng, 0.88) or reopened
    if solved:
        _answer(talk, rng.choice(words["resolved"]), None)
        talk.turns[-1].claims.append(Claim("account", "problem_resolved", words["label"], said_by="staff"))
    if reopened:
        reopen(talk, topic)
    elif solved and chance(rng, 0.5):
        moment = talk.next_moment()
        thanks = talk.writer(True, moment).fill(rng.choice(words["confirm"]))
        said = Written().add(thanks, Claim("account", "problem_resolved", words["label"]))
        talk.say(moment, True, _with_tone(talk, moment, said))


def reopen(talk: Talk, topic: str) -> None:
    """The customer is back: it was not solved."""
    words, rng = load("topics")[topic], talk.rng
    moment = later(rng, talk.turns[-1].at, 20, 120)
    writer = talk.writer(True, moment)
    again = rng.choice(
        [
            "I have to reopen this, it is back.",
            "Unfortunately the same thing happens again, please reopen.",
            "It was fine for a day, now we are where we were.",
        ]
    )
    said = (
        Written().add(again).add(writer.fill(rng.choice(words["problem"])), Claim("account", "problem", words["label"]))
    )
    talk.say(moment, True, said)
    _answer(talk, rng.choice(words["reply"]), None)


def question(talk: Talk, at: datetime, topic: str, extra: Written | None = None) -> None:
    """A question and its answer."""
    words, rng = load("topics")[topic], talk.rng
    talk.subject = talk.writer(True, at).fill(rng.choice(words["subject"]))
    said = _merge(Written().add(talk.writer(True, at).fill(rng.choice(words["question"]))), extra)
    talk.say(at, True, said)
    _answer(talk, rng.choice(load("talk")["filler"]["staff"]), None)


def chatter(talk: Talk, at: datetime, extra: Written | None = None, inbound: bool = True) -> None:
    """News and appointments; whoever begins, the customer's part holds what is extra."""
    if not inbound or talk.channel in ALONE:
        said = Written().add(talk.writer(False, at).pick("talk", "filler", "staff"))
        if talk.channel == "note" and chance(talk.rng, HEARSAY_SHARE):
            sentence, claim = talk.writer(False, at).hearsay()
            said.add(sentence, claim)
        talk.say(at, False, said)
        if talk.channel in ALONE:
            return
        at = talk.next_moment()
    said = Written().add(talk.writer(True, at).pick("talk", "filler", "customer"))
    talk.say(at, True, _merge(said, extra) if extra else _with_tone(talk, at, said))
    if inbound or chance(talk.rng, 0.5):
        _answer(talk, talk.rng.choice(load("talk")["filler"]["staff"]), None)


def other_language(talk: Talk, at: datetime, language: str) -> None:
    """A short exchange in the customer's own language."""
    talk.subject = talk.writer(True, at).pick("languages", language, "subject")
    for inbound in (True, False):
        moment = at if inbound else talk.next_moment()
        text = foreign(talk.writer(inbound, moment), language, inbound)
        talk.turns.append(Turn(moment, talk.person if inbound else talk.staff, inbound, text, [], language))


def _answer(talk: Talk, template: str, slow_hours: tuple[float, float] | None) -> None:
    moment = talk.next_moment(slow_hours)
    talk.say(moment, False, Written().add(talk.writer(False, moment).fill(template)))


def _merge(said: Written, extra: Written | None) -> Written:
    if extra:
        for sentence in extra.sentences:
            said.sentences.append(sentence)
        said.claims.extend(extra.claims)
    return said


def _with_tone(talk: Talk, moment: datetime, said: Written) -> Written:
    tone = weighted(talk.rng, {"": 0.88, "positive": 0.095, "negative": 0.025})
    if tone:
        said.add(talk.writer(True, moment).pick("talk", "tone", tone), Claim("person", "sentiment", tone))
    return said


def pick_person(rng: Random, account: Account, moment: datetime) -> Person | None:
    """One of the people who are there at the moment, the busy ones more often."""
    there = [
        p for p in account.people if (job := p.job_at(moment)) and job.company is account.company and p.email_at(moment)
    ]
    return rng.choices(there, weights=[p.weight for p in there])[0] if there else None

"""Signals that show in what people say: how each is staged."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from data.demo.model import Account, Claim, Job, Step, Thread, Turn
from data.demo.rng import chance
from data.demo.scene import Scene
from data.demo.talk import chatter, support
from data.demo.texts import load
from data.demo.texts.writer import Written
from data.demo.timeline import later
from data.demo.words import load as words


def champion_departed(scene: Scene) -> Step | None:
    """The champion says goodbye, is marked as gone, bounces: at least two of the three."""
    here, there = scene.account.company, []
    for person in scene.account.people:
        job = person.job_at(scene.at)
        if job and job.company is here and job.role == "champion" and job.end is None:
            there.append(person)
    if not there or not there[0].email_at(scene.at):
        return None
    champion, turn = there[0], None
    job = champion.jobs[-1]
    said = chance(scene.rng, 0.75)
    job.end = later(scene.rng, scene.at, 48, 260) if said else scene.at
    if said:
        talk = scene.talk("email", scene.at, champion)
        sentence, claim = talk.writer(True, scene.at).claim("departure")
        chatter(talk, scene.at, Written().add(sentence, claim))
        turn = talk.turns[0]
        scene.keep(talk.thread(scene.key))
    scene.account.departed[champion.id] = job.end
    scene.account.bounced[champion.id] = later(scene.rng, job.end, 24, 400)
    return Step("champion_departed", scene.at if turn else job.end, champion, turn)


def new_executive(scene: Scene) -> Step:
    """Somebody new at the top introduces themselves."""
    person = scene.director.crowd.person(scene.rng, "customer", f"executive {scene.key}", scene.account.company.country)
    title = scene.rng.choice(words("people")["titles"]["executive"])
    email = scene.director.crowd.work_address(person, "{given}.{family}", scene.account.company.domains[0])
    person.email, person.title, person.weight = email, title, 0.8
    person.jobs = [
        Job(scene.account.company, scene.at - timedelta(days=scene.rng.randint(1, 6)), None, title, "executive", email)
    ]
    scene.account.people.append(person)
    talk = scene.talk("email", scene.at, person)
    sentence = scene.rng.choice(
        [
            f"I recently joined {scene.account.company.name} as {title}.",
            f"I am the new {title} at {scene.account.company.name}.",
            f"Let me introduce myself: I started this week as {title}.",
        ]
    )
    chatter(talk, scene.at, Written().add(sentence, Claim("person", "role_change", title)))
    scene.keep(talk.thread(scene.key))
    return Step("new_executive", scene.at, person, talk.turns[0])


def support_spike(scene: Scene) -> Step:
    """Many tickets in few days."""
    first: Turn | None = None
    moment = scene.at
    for number in range(scene.rng.randint(5, 8)):
        talk = scene.talk("ticket" if chance(scene.rng, 0.9) else "chat", moment)
        support(talk, moment, scene.rng.choice(list(load("topics"))))
        scene.keep(talk.thread(f"{scene.key}-{number}"))
        first = first or talk.turns[0]
        moment = later(scene.rng, moment, 3, 50)
    return Step("support_spike", scene.at, turn=first)


def ticket_slow(scene: Scene) -> Step:
    """A ticket waits for days for its first answer."""
    talk = scene.talk("ticket", scene.at)
    support(talk, scene.at, scene.rng.choice(list(load("topics"))), slow=True)
    scene.keep(talk.thread(scene.key, unhappy=True))
    return Step("ticket_slow", talk.turns[1].at, talk.person, talk.turns[0])


def ticket_reopened(scene: Scene) -> Step:
    """A ticket was solved and is open again."""
    talk = scene.talk("ticket", scene.at)
    support(talk, scene.at, scene.rng.choice(list(load("topics"))), reopened=True)
    scene.keep(talk.thread(scene.key))
    solved = max(n for n, turn in enumerate(talk.turns) if any(c.attribute == "problem_resolved" for c in turn.claims))
    return Step("ticket_reopened", talk.turns[solved + 1].at, talk.person, talk.turns[solved + 1])


def negative_tone(scene: Scene) -> Step:
    """Several angry messages within days."""
    first: Turn | None = None
    moment = scene.at
    for number in range(scene.rng.randint(2, 4)):
        talk = scene.talk(scene.rng.choice(["email", "ticket", "chat"]), moment)
        writer = talk.writer(True, moment)
        angry = {writer.pick("talk", "tone", "negative"): None for _ in range(scene.rng.randint(1, 2))}
        said = Written()
        for sentence in angry:
            said.add(sentence, Claim("person", "sentiment", "negative"))
        chatter(talk, moment, said)
        scene.keep(talk.thread(f"{scene.key}-{number}"))
        first = first or talk.turns[0]
        moment = later(scene.rng, moment, 6, 60)
    return Step("negative_tone", scene.at, first.author if first else None, first)


def competitor_mentioned(scene: Scene) -> Step | None:
    """A customer names a competitor they look at."""
    thread = scene.agenda().statement(scene.rng, scene.key, "competitor", scene.at)
    return _said(scene.account, thread, "competitor_mentioned")


def promise_broken(scene: Scene) -> Step | None:
    """The staff promise something for a day, and it never comes."""
    thread = scene.agenda().promise(scene.rng, scene.key, scene.at, kept=False)
    if thread is None:
        return None
    scene.keep(thread)
    due = thread.flags["promise"]["due_on"]
    return Step(
        "promise_broken", datetime.combine(due + timedelta(days=1), time(), tzinfo=UTC), thread.person, thread.turns[0]
    )


def _said(account: Account, thread: Thread | None, signal: str) -> Step | None:
    if thread is None:
        return None
    account.threads.append(thread)
    turn = next(turn for turn in thread.turns if turn.claims)
    return Step(signal, turn.at, thread.person, turn)

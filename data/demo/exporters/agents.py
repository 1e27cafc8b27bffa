"""The AI agents' own event log: what they were told, recalled, proposed, did and were told about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from data.demo.context import Context, Row
from data.demo.model import Account, Person, Turn
from data.demo.rng import chance, poisson, weighted
from data.demo.talk import pick_person
from data.demo.texts.writer import Writer
from data.demo.timeline import END, START, iso_seconds, later, working_moment

SOURCE = "agents"
AGENTS = {"support-agent": "helpdesk", "renewal-agent": "crm-assistant", "onboarding-agent": "helpdesk"}
MODELS = {"small-1": (0.15, 0.6), "large-2": (2.5, 10.0)}
ACTIONS = (
    ("apply_credit", "medium"),
    ("send_reply", "low"),
    ("change_plan", "high"),
    ("schedule_call", "low"),
    ("extend_trial", "medium"),
)
RUNS_PER_ACCOUNT = 3.0
LOOKED_UP = "recall"  # the type of an event
SAID = ("contact_preference", "contact_time", "feature_request", "integration", "personal_note")


class Run:
    """One run of one agent for one customer: its events share the run and correlation ids."""

    def __init__(self, ctx: Context, account: Account, person: Person, rng: Random, key: str, at: datetime) -> None:
        self.ctx = ctx
        self.account = account
        self.person = person
        self.rng = rng
        self.key = key
        self.at = at
        self.agent = weighted(rng, {"support-agent": 6, "renewal-agent": 3, "onboarding-agent": 1})
        self.count = 0

    def event(self, kind: str, body: Row, after_seconds: float, turn: Turn | None = None) -> None:
        """Append an event; it happens so many seconds after the one before."""
        self.at = min(self.at + timedelta(seconds=after_seconds), END)
        self.count += 1
        event_id = self.ctx.ids.uuid("agent event", f"{self.key}/{self.count}")
        model = "large-2" if kind.startswith("action") else "small-1"
        tokens = {"input": self.rng.randint(200, 4000), "output": self.rng.randint(20, 500)}
        cost = (tokens["input"] * MODELS[model][0] + tokens["output"] * MODELS[model][1]) / 1e6
        row: Row = {
            "event_id": event_id,
            "type": kind,
            "occurred_at": iso_seconds(self.at),
            "user_id": self._identifier(),
            "agent_id": self.agent,
            "run_id": f"run_{self.ctx.ids.letters('run', self.key, 10)}",
            "app_id": AGENTS[self.agent],
            "correlation_id": f"cor_{self.ctx.ids.letters('cor', self.key, 10)}",
            **body,
            "model": model,
            "tokens": tokens,
            "cost": round(cost, 6),
            "latency_ms": self.rng.randint(180, 4200),
            "metadata": {"channel": self.rng.choice(["chat", "email", "voice"])},
        }
        key = f"agents:events:{event_id}"
        if turn is not None:
            turn.at = self.at
            self.ctx.truth.interaction(key, self.account.company, self.person, turn)
        elif kind != LOOKED_UP:  # what an agent asks the memory is nothing that happened with a customer
            self.ctx.truth.happened(key, self.account.company, self.person, self.at)
        at = self.at
        self.ctx.deliver([at], lambda day, _: self.ctx.json_row(SOURCE, day, "events.ndjson", row))

    def _identifier(self) -> str:
        """Whatever the calling application knew the customer by."""
        rng = self.ctx.rng("agent user id", self.key)
        known = [
            value for value in (self.person.email_at(self.at), self.person.app_user_id, self.person.mobile) if value
        ]
        if self.person.app_user_id and f"segment:users:{self.person.app_user_id}" not in self.person.records:
            known = [value for value in known if value != self.person.app_user_id] or known
        return rng.choice(known)


def account(ctx: Context, acc: Account) -> None:
    """The runs of the agents for the account."""
    rng = ctx.rng("agents", acc.company.id)
    begin = max(acc.company.since, START)
    for number in range(poisson(rng, RUNS_PER_ACCOUNT * (END - begin).days / 546)):
        own = ctx.rng("agent run", acc.company.id, number)
        at = working_moment(own, begin, END - timedelta(days=1))
        person = pick_person(own, acc, at)
        quiet = any(begin <= at <= end for begin, end in acc.quiet)
        if person is not None and not quiet:
            _run(Run(ctx, acc, person, own, f"{acc.company.id}-{number}", at))


def _run(run: Run) -> None:
    rng = run.rng
    results = [
        {
            "memory_id": f"mem_{run.ctx.ids.hexadecimal('mem', f'{run.key}{i}', 20)}",
            "score": round(rng.uniform(0.2, 0.95), 3),
        }
        for i in range(rng.randint(0, 5))
    ]
    run.event(
        LOOKED_UP,
        {
            "query": rng.choice(
                ["contact preferences", "open problems", "renewal and plan", "recent complaints", "who decides"]
            ),
            "results": results,
        },
        0,
    )
    if chance(rng, 0.7):
        _conversation(run)
    if chance(rng, 0.25):
        run.event(
            "memory.add",
            {
                "memory": rng.choice(
                    [
                        "Customer asked about the release calendar.",
                        "The customer was walked through the folder view.",
                        "Customer had a question on templates.",
                    ]
                )
            },
            20,
        )
    if chance(rng, 0.6):
        _action(run)
    if chance(rng, 0.4):
        score = rng.choice([1.0, 1.0, 0.0, 0.5])
        run.event(
            "feedback",
            {
                "feedback": {
                    "score": score,
                    "comment": rng.choice(["", "helpful", "wrong customer history", "fast answer"]),
                }
            },
            600,
        )


def _conversation(run: Run) -> None:
    writer = Writer(run.rng, run.account.company, run.person, run.person, run.at)
    claims, sentences = [], [writer.pick("talk", "filler", "customer")]
    if chance(run.rng, 0.6):
        sentence, claim = writer.claim(run.rng.choice(SAID))
        sentences.append(sentence)
        claims.append(claim)
    reply = run.rng.choice(
        [
            "Understood. I prefer to confirm: should we call you next time?",
            "Noted, thank you.",
            "I have added that to your workspace notes.",
            "Many customers cancel that setting; would you like me to?",
        ]
    )
    messages = [{"role": "user", "content": " ".join(sentences)}, {"role": "assistant", "content": reply}]
    turn = Turn(run.at, run.person, True, " ".join(sentences), claims)
    run.event("memory.add", {"messages": messages}, 15, turn)


def _action(run: Run) -> None:
    rng = run.rng
    kind, risk = rng.choice(ACTIONS)
    action: dict[str, Any] = {
        "action_id": f"act_{run.ctx.ids.letters('act', run.key, 12)}",
        "kind": kind,
        "target": run.account.company.workspace_id,
        "params": {"amount": rng.randint(1, 20) * 500},
        "risk": risk,
    }
    run.event("action.proposed", {"action": action | {"reason": "customer asked for it"}}, 10)
    approver = run.account.manager
    if not chance(rng, 0.85):
        run.event(
            "action.approved",
            {"action": action | {"approved_by": None, "result": "rejected", "reason": "not covered by the policy"}},
            3600,
        )
        return
    run.event("action.approved", {"action": action | {"approved_by": approver.email}}, 900)
    failed = chance(rng, 0.08)
    run.event(
        "action.executed",
        {
            "action": action
            | {
                "approved_by": approver.email,
                "result": None if failed else "done",
                "error": "timeout" if failed else None,
            }
        },
        30,
    )
    if not failed and chance(rng, 0.12):
        run.at = later(rng, run.at, 2, 60)
        run.event(
            "action.reversed",
            {
                "action": action
                | {
                    "result": "reversed",
                    "reason": rng.choice(["wrong account", "customer did not want it", "duplicate"]),
                }
            },
            5,
        )

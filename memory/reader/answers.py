"""What a recall is asked and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from memory.reader.filters import (
    SCOPE_COLUMNS,
    When,
    checked_count,
    checked_share,
    checked_text,
    listed,
    refuse_backwards,
    refuse_others,
)
from memory.reader.recipes import recall_settings
from memory.snapshot.layout import NOTICE
from memory.snapshot.wording import fact_line, one_line

CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True)
class RecallRequest:
    """Which memories are wanted. `begin` is inclusive, `end` exclusive; times without a zone are UTC."""

    query: str | None = None
    begin: When = None
    end: When = None
    channels: tuple[str, ...] = ()
    scopes: Mapping[str, str] = field(default_factory=dict)  # user_id, agent_id, run_id, app_id
    kinds: tuple[str, ...] = ()
    limit: int = 50
    threshold: float | None = None  # least score
    budget_tokens: int | None = None
    recipe: str = "default"
    history: bool = False  # superseded memories too
    with_facts: bool = True

    @property
    def tells_facts(self) -> bool:
        """Facts are written under no agent, run or application: an answer within such a scope has none."""
        return self.with_facts and not any(name in self.scopes for name in SCOPE_COLUMNS)

    def __post_init__(self) -> None:
        """Raises BadRequestError for numbers that mean nothing and texts that are none."""
        checked_count("limit", self.limit)
        if self.budget_tokens is not None:
            checked_count("budget_tokens", self.budget_tokens)
        if self.query is not None:
            checked_text("query", self.query)
        listed("channels", self.channels)
        refuse_others("kinds", listed("kinds", self.kinds), recall_settings().half_life_days)
        refuse_backwards(self.begin, self.end)
        for name, value in self.scopes.items():
            checked_text(f"scope {name!r}", value)
        if self.threshold is not None:
            checked_share("threshold", self.threshold)


@dataclass(frozen=True)
class Score:
    """Why a memory is where it is; every part lies between 0 and 1."""

    total: float
    semantic: float
    lexical: float
    recency: float
    importance: float


@dataclass(frozen=True)
class Source:
    """Where a memory or fact comes from."""

    record_key: str | None
    source_file: str | None
    source_row: int | None


@dataclass(frozen=True)
class Recalled:
    """One memory handed over; `text` may be the part of it that bears on the question."""

    memory_id: str
    kind: str
    text: str
    occurred_at: datetime | None
    channel: str | None
    is_current: bool
    source: Source
    score: Score | None = None  # None without a query
    is_excerpt: bool = False
    folded: int = 0  # near-duplicates that it stands for
    then_at: str | None = None  # the account where the person was then, where that is not the present one


@dataclass(frozen=True)
class RecallAnswer:
    """The few things that matter, within the budget."""

    snapshot_id: str
    entity: dict[str, Any]
    facts: list[dict[str, Any]]
    memories: list[Recalled]  # best first; newest first without a query
    tokens: int

    @property
    def observations(self) -> list[Recalled]:
        """Single statements."""
        return [memory for memory in self.memories if memory.kind == "observation"]

    @property
    def communications(self) -> list[Recalled]:
        """Passages of what was said and written, and of documents."""
        return [memory for memory in self.memories if memory.kind not in {"observation", "summary"}]

    @property
    def summary(self) -> str:
        """The best summary among the memories; empty when there is none."""
        return next((memory.text for memory in self.memories if memory.kind == "summary"), "")

    @property
    def sources(self) -> list[Source]:
        """Every source once, in the order of what came from it."""
        facts = [Source(fact.get("record_key"), fact.get("source_file"), fact.get("source_row")) for fact in self.facts]
        return list(dict.fromkeys([*facts, *(memory.source for memory in self.memories)]))

    @property
    def prompt(self) -> str:
        """The answer as text that an agent can be handed as it is.

        Longer than its `tokens`, which count the texts: a heading of some 40 tokens and, of each fact and memory, day,
        channel and id, some 15 a line, come on top, and the name of an employer of before.
        """
        name, known_as = (
            one_line(self.entity.get("name") or ""),
            f"{self.entity['entity_type']} {self.entity['entity_id']}",
        )
        head = [f"# {name} ({known_as})" if name else f"# {known_as}", NOTICE]
        facts = [f"- {fact_line(fact)}{_since(fact.get('valid_at'))}" for fact in self.facts]
        memories = [_memory_line(memory) for memory in self.memories]
        parts = [("## Facts", facts), ("## Memories", memories or ["none that bear on the question"])]
        return "\n".join([*head, *(line for title, lines in parts if lines for line in (title, *lines))])

    def to_dict(self) -> dict[str, Any]:
        """Plain values in the shape of the contract, for JSON."""
        return {
            "snapshot_id": self.snapshot_id,
            "entity": self.entity,
            "facts": self.facts,
            "observations": [asdict(memory) for memory in self.observations],
            "summary": self.summary,
            "communications": [asdict(memory) for memory in self.communications],
            "tokens": self.tokens,
            "sources": [asdict(source) for source in self.sources],
        }


def tokens_of(text: str) -> int:
    """Tokens as budgets count them: characters by four, rounded up."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def knowledge_prompt(passages: Sequence[Recalled]) -> str:
    """Passages of the company's documents as text for an agent, each after the file it is from (some 10 tokens)."""
    lines = [f"- [{passage.source.source_file or passage.memory_id}] {_inside(passage.text)}" for passage in passages]
    return "\n".join([NOTICE, *(lines or ["no passage bears on the question"])])


def _inside(text: str) -> str:
    """A text whose lines all lie inside one item of a list."""
    return "\n  ".join(text.splitlines())


def _memory_line(memory: Recalled) -> str:
    """When, where and by which id to ask for its source, then the text."""
    day = memory.occurred_at.date().isoformat() if memory.occurred_at else None
    head = " ".join(part for part in (day, memory.channel or memory.kind, f"[{memory.memory_id}]") if part)
    over = "" if memory.is_current else " (no longer holds)"
    cut = " (in part)" if memory.is_excerpt else ""
    elsewhere = f" (then at {memory.then_at})" if memory.then_at else ""
    return f"- {head}{elsewhere}{over}{cut} {_inside(memory.text)}"


def _since(moment: datetime | None) -> str:
    return f" (since {moment.date().isoformat()})" if moment else ""

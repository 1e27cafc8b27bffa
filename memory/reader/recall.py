"""Recall: from a question about one customer to the few memories that matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np

from memory.reader.answers import RecallAnswer, Recalled, RecallRequest, Score, tokens_of
from memory.reader.candidates import newest, relevant
from memory.reader.employers import with_employers
from memory.reader.filters import parse_instant, recall_filter, refuse_others
from memory.reader.find import Match
from memory.reader.index import Array, MemoryIndex
from memory.reader.packing import pack
from memory.reader.recipes import recall_settings
from memory.reader.scoring import Scored, ranked
from memory.reader.view import SnapshotView
from memory.snapshot.wording import fact_line

Embed = Callable[[str], Array]  # a question to its vectors, one for each part of a long one
STEM = 5  # letters
UNSCORED = Score(0.0, 0.0, 0.0, 0.0, 0.0)


def recall(
    view: SnapshotView, match: Match, owners: Sequence[str], request: RecallRequest, embed: Embed
) -> RecallAnswer:
    """The current facts and the memories of `owners` that answer the request, within its budget."""
    settings = recall_settings()
    if view.manifest.channels:  # of a snapshot that tells them
        refuse_others("channels", request.channels, view.manifest.channels)
    budget = settings.default_budget_tokens if request.budget_tokens is None else request.budget_tokens
    as_of = datetime.fromisoformat(view.manifest.as_of)
    found = search(view.memories, as_of, owners, request, budget, embed)
    facts = _facts(view, owners, int(budget * settings.fact_share), request, found) if request.tells_facts else []
    spent = sum(tokens_of(fact_line(fact)) for fact in facts)
    memories = pack(found, asked(request), budget - spent, request.limit)
    tokens = spent + sum(tokens_of(memory.text) for memory in memories)
    return RecallAnswer(view.snapshot_id, asdict(match), facts, with_employers(view, match, owners, memories), tokens)


def remember(
    index: MemoryIndex, as_of: datetime, owners: Sequence[str], request: RecallRequest, budget: int, embed: Embed
) -> list[Recalled]:
    """The memories of `owners` that answer the request, as many as the budget holds."""
    return pack(search(index, as_of, owners, request, budget, embed), asked(request), budget, request.limit)


def search(
    index: MemoryIndex, as_of: datetime, owners: Sequence[str], request: RecallRequest, budget: int, embed: Embed
) -> list[Scored]:
    """The memories of `owners` that may answer: best first, or newest first when nothing is asked."""
    settings = recall_settings()
    recipe = settings.recipe(request.recipe)
    seen = recall_filter(
        owners, request.begin, request.end, request.channels, request.scopes, request.kinds, request.history
    )
    query = asked(request)
    if query is None:
        return [Scored(row, UNSCORED) for row in newest(index, seen, request.limit)]
    wanted = max(settings.candidates, int(budget * settings.candidates_per_budget_token))
    count = min(wanted, settings.most_candidates)
    vectors = embed(query) if recipe.semantic_share > 0 else None
    found = relevant(index, seen, query, vectors, count, words=recipe.semantic_share < 1)
    return _above(ranked(found, recipe, settings, as_of), request.threshold)


def asked(request: RecallRequest) -> str | None:
    """The question; None where there is none."""
    return (request.query or "").strip() or None


def _above(best: list[Scored], threshold: float | None) -> list[Scored]:
    return best if threshold is None else [scored for scored in best if scored.score.total >= threshold]


def _facts(
    view: SnapshotView, owners: Sequence[str], budget: int, request: RecallRequest, found: Sequence[Scored]
) -> list[dict[str, Any]]:
    """Current facts of the owners that held before the request's end, as many as the budget holds, newest first.

    What must not be missed comes before all. To a question those come first that share words with it, then those said
    where the first memories come from.
    """
    rows: list[dict[str, Any]] = [fact for owner in owners for fact in view.facts.rows(owner).to_pylist()]
    if request.end is not None:
        end = parse_instant("end", request.end)
        rows = [fact for fact in rows if fact["valid_at"] is None or fact["valid_at"] < end]
    query = asked(request)
    rows.sort(key=lambda fact: (-_seconds(fact.get("valid_at")), fact["attribute"], fact["fact_id"]))
    first = recall_settings().first_facts
    if query is not None:
        wanted = _stems(query)
        place: dict[str | None, int] = {}
        for at, scored in enumerate(found):
            place.setdefault(scored.row["record_key"], at)
        rows.sort(key=lambda fact: place.get(fact["record_key"], len(found)))
        rows.sort(key=lambda fact: -len(wanted & _stems(fact_line(fact))))
    rows.sort(key=lambda fact: fact["attribute"] not in first)
    kept = []
    for fact in rows:
        cost = tokens_of(fact_line(fact))
        if cost <= budget:
            kept.append(fact)
            budget -= cost
    return kept


def _stems(text: str) -> set[str]:
    """Beginnings of a text's longer words: `renewal` and `renewing` are one."""
    return {word[:STEM] for word in re.findall(r"[^\W_]+", text.lower()) if len(word) >= STEM - 1}


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else -np.inf

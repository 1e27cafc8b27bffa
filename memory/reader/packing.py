"""As much as the budget holds: the best passage of each record first, then more of the same records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from memory.passages import best_excerpt
from memory.reader.answers import CHARACTERS_PER_TOKEN, Recalled, Source, tokens_of
from memory.reader.scoring import Scored

# What is longer, or does not fit, is handed over as the part of it that bears on the question.
MAX_CHARACTERS = 1600
MIN_EXCERPT_TOKENS = 24  # less of a text than this helps nobody


def pack(found: Sequence[Scored], query: str | None, budget: int, limit: int) -> list[Recalled]:
    """Memories that fit, in the order they were given; without a query they carry no score."""
    chosen: dict[int, Recalled] = {}
    for at in _one_a_record_first(found):
        if len(chosen) == limit or budget < MIN_EXCERPT_TOKENS:
            break
        memory = _recalled(found[at], query, budget)
        if memory is not None:
            chosen[at] = memory
            budget -= tokens_of(memory.text)
    return [chosen[at] for at in sorted(chosen)]


def _recalled(scored: Scored, query: str | None, budget: int) -> Recalled | None:
    """A memory as handed over, the best part of it when it is long or does not fit; None when no part does."""
    row, text = scored.row, str(scored.row["text"])
    most = min(MAX_CHARACTERS, budget * CHARACTERS_PER_TOKEN)
    is_long = len(text) > most
    handed = best_excerpt(text, query or "", most) if is_long else text
    if not handed or tokens_of(handed) > budget:
        return None
    return Recalled(
        memory_id=row["memory_id"],
        kind=row["kind"],
        text=handed,
        occurred_at=row["occurred_at"],
        channel=row["channel"],
        is_current=row["is_current"],
        source=source_of(row),
        score=None if query is None else scored.score,
        is_excerpt=is_long,
        folded=scored.folded,
    )


def source_of(row: dict[str, Any]) -> Source:
    """Where a row comes from."""
    return Source(row.get("record_key"), row.get("source_file"), row.get("source_row"))


def _one_a_record_first(found: Sequence[Scored]) -> Iterable[int]:
    """Positions in score order: first the best of each record, then the rest."""
    seen: set[str] = set()
    later = []
    for at, scored in enumerate(found):
        key = scored.row["record_key"] or scored.row["memory_id"]
        if key in seen:
            later.append(at)
        else:
            seen.add(key)
            yield at
    yield from later

"""One score out of meaning, words, age and importance; and memories that say the same, folded into one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from memory.reader.answers import Score
from memory.reader.candidates import Candidates, products
from memory.reader.index import Array
from memory.reader.recipes import RecallSettings, Recipe

DAY_SECONDS = 86_400
SCORE_DECIMALS = 4


@dataclass(frozen=True)
class Scored:
    """A candidate with its score and the number of near-duplicates that it stands for."""

    row: dict[str, Any]
    score: Score
    folded: int = 0


def ranked(found: Candidates, recipe: Recipe, settings: RecallSettings, now: datetime) -> list[Scored]:
    """Candidates best first; of near-duplicates only the best. Ties go by memory id, so that order never wavers.

    Meaning and words are weighed as shares of this question's best; where vectors were asked, every total is scaled by
    that best's cosine, so that totals of different questions compare and an answer to nothing scores low.
    """
    if not found.rows:
        return []
    semantic, lexical = _share_of_best(found.semantic), _share_of_best(found.lexical)
    recency = _recency(found.rows, now, settings)
    importance = np.asarray([row["importance"] if row["importance"] is not None else 0.0 for row in found.rows])
    blend = recipe.semantic_share * semantic + (1 - recipe.semantic_share) * lexical
    weights = 1 + recipe.recency + recipe.importance
    among = (blend + recipe.recency * recency + recipe.importance * importance) / weights
    order = np.lexsort(([row["memory_id"] for row in found.rows], -among.round(6))).tolist()
    total = among * (np.clip(found.semantic.max(), 0, 1) if recipe.semantic_share > 0 else 1)
    stands_for = _fold(found, order, settings.fold_similarity)
    parts = np.stack([total, np.clip(found.semantic, 0, 1), lexical, recency, importance], axis=1)
    scores = parts.astype(float).round(SCORE_DECIMALS).tolist()
    return [Scored(found.rows[at], Score(*scores[at]), stands_for[at]) for at in order if at in stands_for]


def _share_of_best(scores: Array) -> Array:
    """Scores from 0 to 1, where 1 is the best of this question's candidates."""
    best = float(scores.max(initial=0.0))
    return np.clip(scores / best, 0, 1) if best > 0 else np.zeros_like(scores)


def _recency(rows: list[dict[str, Any]], now: datetime, settings: RecallSettings) -> npt.NDArray[np.float64]:
    """From 1 of today to 0 of long ago; what has no time counts as of long ago."""
    since = [now - row["occurred_at"] if row["occurred_at"] else timedelta.max for row in rows]
    days = np.asarray([age.total_seconds() for age in since]) / DAY_SECONDS
    return np.asarray(0.5 ** (days.clip(min=0) / [settings.half_life_days[row["kind"]] for row in rows]))


def _fold(found: Candidates, order: list[int], similarity: float) -> dict[int, int]:
    """Candidates that stay → how many near-duplicates each stands for."""
    alike = products(found.vectors, found.vectors) >= similarity
    doubles = {int(at) for at in np.flatnonzero(alike.sum(axis=1) > 1)}
    kept: dict[int, int] = {}
    for at in order:
        better = (b for b in kept if b in doubles and alike[at, b] and _same_kind(found, at, b))
        double = next(better, None) if at in doubles else None
        if double is None:
            kept[at] = 0
        else:
            kept[double] += 1
    return kept


def _same_kind(found: Candidates, one: int, other: int) -> bool:
    """A superseded statement is never folded into the one that replaced it."""
    return bool(found.rows[one]["is_current"] == found.rows[other]["is_current"])

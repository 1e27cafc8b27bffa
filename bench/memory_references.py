"""What ours is compared with: BM25, MiniLM, and both fused, over chunks of 900 characters, best first."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bench.memory_sets import Question, RetrievalSet, Stretch

CHUNK = 900
CHARACTERS_PER_TOKEN = 4
K1, B = 1.2, 0.75
RANK_OFFSET = 60
Scores = npt.NDArray[np.float64]
Encode = Callable[[Sequence[str]], npt.NDArray[np.float32]]


@dataclass(frozen=True)
class References:
    """The chunks of one owner, scored for a question in each of the plain ways."""

    chunks: list[tuple[str, Stretch, str]]  # key, place, text
    vectors: npt.NDArray[np.float32]
    encode: Encode

    @cached_property
    def counts(self) -> list[Counter[str]]:
        """Words of each chunk."""
        return [Counter(_words(text)) for _, _, text in self.chunks]

    def scores(self, question: Question) -> dict[str, Scores]:
        """Scores of the chunks by method."""
        words = self._bm25(question.query)
        meaning = (self.vectors @ self.encode([question.query])[0]).astype(float)
        by_rank = 1 / (RANK_OFFSET + _ranks(words)) + 1 / (RANK_OFFSET + _ranks(meaning))
        weighed = _share(words) + _share(meaning)
        return {"BM25": words, "MiniLM": meaning, "both, by rank": by_rank, "both, weighed": weighed}

    def handed(self, scores: Scores, budget: int) -> dict[str, list[Stretch]]:
        """The best chunks, by text, until the budget is spent: the last is cut to what is left, as ours cuts too."""
        found: dict[str, list[Stretch]] = defaultdict(list)
        for at in np.argsort(-scores, kind="stable"):
            key, (begin, end), _ = self.chunks[at]
            end = min(end, begin + budget * CHARACTERS_PER_TOKEN)
            if begin == end:
                break
            found[key].append((begin, end))
            budget -= -(-(end - begin) // CHARACTERS_PER_TOKEN)
        return found

    def _bm25(self, query: str) -> Scores:
        lengths = np.asarray([sum(count.values()) for count in self.counts], dtype=float)
        total = np.zeros(len(self.chunks))
        for word in set(_words(query)):
            times = np.asarray([count[word] for count in self.counts], dtype=float)
            holding = int((times > 0).sum())
            weight = np.log(1 + (len(times) - holding + 0.5) / (holding + 0.5))
            total += weight * times * (K1 + 1) / (times + K1 * (1 - B + B * lengths / lengths.mean()))
        return total


def references(given: RetrievalSet, encode: Encode) -> dict[str, References]:
    """The references of each owner."""
    chunks = defaultdict(list)
    for text in given.texts:
        for begin in range(0, len(text.text), CHUNK):
            place = (begin, min(begin + CHUNK, len(text.text)))
            chunks[text.owner].append((text.key, place, text.text[slice(*place)]))
    return {owner: References(own, encode([text for *_, text in own]), encode) for owner, own in chunks.items()}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _ranks(scores: Scores) -> Scores:
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks


def _share(scores: Scores) -> Scores:
    low, high = float(scores.min()), float(scores.max())
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)

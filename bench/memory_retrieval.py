"""Retrieval on public sets: the share of the evidence that is handed over within a budget, and by kind of question.

Counted as the data's README says: a message (or document) counts when at least 300 contiguous characters of it, or all
of a shorter one, are handed over; tokens are characters by four. Ours searches the memories that memhouse makes of the
texts; of an excerpt only what it shows is counted. Beside it plain BM25, MiniLM and both fused. Gains come with a paired bootstrap over the questions.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bench.failures import told
from bench.memory_references import references
from bench.memory_rows import AS_OF, SORTED, search_rows
from bench.memory_sets import Question, RetrievalSet, Stretch, beam, tau2_banking
from bench.memory_windows import Window, windows
from memory.embedding.model import load_model
from memory.reader.answers import RecallRequest
from memory.reader.index import MemoryIndex
from memory.reader.question import parts_of
from memory.reader.recall import remember
from memory.snapshot.memories import write_search_table

NO_LIMIT = 10_000
RESAMPLES = 2000
Row = dict[str, Any]
Shares = npt.NDArray[np.float64]  # of each question's evidence
Handed = Mapping[str, list[Stretch]]


@dataclass(frozen=True)
class Asked:
    """A set's files and how they are read, the budgets, and the recipes: the last is the one that memhouse uses for it."""

    files: tuple[str, ...]
    load: Callable[[Path], RetrievalSet]
    budgets: tuple[int, ...]
    recipes: tuple[str, ...]


SETS = {
    "beam": Asked(("messages.parquet", "questions.parquet"), beam, (2000, 7000), ("semantic", "lexical", "default")),
    "tau2_banking": Asked(
        ("documents.jsonl", "retrieval.jsonl"), tau2_banking, (4000, 16_000), ("semantic", "lexical", "knowledge")
    ),
}


def measure_retrieval(data: Path) -> Iterator[Row]:
    """How many questions a set has, then a row for each budget and method."""
    for name, asked in SETS.items():
        yield from told({"set": name}, partial(_measured, data / "memory" / name, asked))


def _measured(folder: Path, asked: Asked) -> Iterator[Row]:
    if absent := [folder / file for file in asked.files if not (folder / file).exists()]:
        yield {"skipped": f"{absent[0]} is not there"}
        return
    given = asked.load(folder)
    yield {
        "questions": len(given.questions),
        "without_evidence": given.without_evidence,
        "evidence_missing": given.evidence_missing,
    }
    if not given.questions:
        yield {"skipped": "no question whose evidence is there"}
        return
    with tempfile.TemporaryDirectory() as place:
        search = Search(given, Path(place))
        plain = references(given, _encode)
        for budget in asked.budgets:
            found = {recipe: search.shares(recipe, budget) for recipe in asked.recipes}
            ways = _plain_shares(given, plain, budget)
            yield from _compared(given, budget, {**ways, **found}, asked.recipes[-1], list(ways))


class Search:
    """The memories of a set, searched."""

    def __init__(self, given: RetrievalSet, folder: Path) -> None:
        self._given = given
        self._windows = windows(given.texts)
        write_search_table(_table(self._windows).to_reader(), folder)
        self._index = MemoryIndex.open(folder)

    def shares(self, recipe: str, budget: int) -> Shares:
        """The share of each question's evidence that a recall hands over."""
        given = self._given
        return np.asarray([given.found(q, self._handed(q, recipe, budget)) for q in given.questions])

    def _handed(self, question: Question, recipe: str, budget: int) -> Handed:
        request = RecallRequest(question.query, recipe=recipe, limit=NO_LIMIT)
        handed = defaultdict(list)
        for memory in remember(self._index, AS_OF, [question.owner], request, budget, _embed):
            window = self._windows[memory.source.source_row or 0]
            for key, stretch in window.handed(memory.text, is_excerpt=memory.is_excerpt):
                handed[key].append(stretch)
        return handed


def _plain_shares(given: RetrievalSet, plain: Mapping[str, Any], budget: int) -> dict[str, Shares]:
    shares = defaultdict(list)
    for question in given.questions:
        own = plain[question.owner]
        for way, scores in own.scores(question).items():
            shares[way].append(given.found(question, own.handed(scores, budget)))
    return {way: np.asarray(values) for way, values in shares.items()}


def _compared(
    given: RetrievalSet, budget: int, shares: Mapping[str, Shares], ours: str, plain: Sequence[str]
) -> Iterator[Row]:
    head = {"tokens": budget}
    for way, share in shares.items():
        yield {**head, "way": way, "evidence": round(float(share.mean()), 3)}
    best = max(plain, key=lambda way: float(shares[way].mean()))
    low, high = _interval(shares[ours] - shares[best])
    gain = float((shares[ours] - shares[best]).mean())
    yield {**head, "gain of": ours, "over": best, "gain": round(gain, 3), "95 %": f"{low} to {high}"}
    kinds = np.asarray([question.kind for question in given.questions])
    for kind in sorted(set(kinds) - {""}):
        of_kind = kinds == kind
        evidence = round(float(shares[ours][of_kind].mean()), 3)
        yield {**head, "kind": str(kind), "questions": int(of_kind.sum()), "evidence": evidence}


def _interval(gains: Shares) -> tuple[float, float]:
    """Paired bootstrap: where 95 % of the mean gains over questions lie."""
    draws = np.random.default_rng(0).integers(0, len(gains), (RESAMPLES, len(gains)))
    low, high = np.percentile(gains[draws].mean(axis=1), [2.5, 97.5])
    return round(float(low), 3), round(float(high), 3)


def _table(memories: Sequence[Window]) -> pa.Table:
    """Rows of the search table; `source_row` is the window's number."""
    texts, count = [memory.text for memory in memories], len(memories)
    return search_rows(
        [memory.owner for memory in memories],
        texts,
        _encode(texts),
        kind=["window"] * count,
        channel=["chat"] * count,
        importance=[memory.importance for memory in memories],
        record_key=[memory.parts[-1].key for memory in memories],
    ).sort_by(SORTED)


def _encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    return load_model().encode(texts)


@lru_cache(maxsize=4096)
def _embed(query: str) -> Any:
    return load_model().encode(parts_of(query), "query")

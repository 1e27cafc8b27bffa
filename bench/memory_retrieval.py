"""Retrieval on public sets: the share of the evidence that is handed over within a budget.

Counted as the data's README says: a message (or document) counts when at least 300 contiguous characters of it, or all
of a shorter one, are handed over; tokens are characters by four.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from memory.embedding.model import load_model
from memory.passages import passages
from memory.reader.answers import RecallRequest
from memory.reader.index import MemoryIndex
from memory.reader.question import parts_of
from memory.reader.recall import remember
from memory.snapshot.memories import write_search_table

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)
ENOUGH_CHARACTERS = 300
NO_LIMIT = 10_000
IMPORTANCE = {"user": 0.7, "assistant": 0.2}  # as memhouse gives it: customers' own words before an agent's
RECIPES = ("semantic", "lexical", "default")
RESAMPLES = 2000


@dataclass(frozen=True)
class Text:
    """A message or document of which passages are made."""

    owner: str
    key: str
    text: str
    importance: float


@dataclass(frozen=True)
class Question:
    """A question with the keys of the texts that answer it."""

    owner: str
    kind: str
    query: str
    evidence: tuple[str, ...]


def measure_retrieval(data: Path) -> list[dict[str, Any]]:
    rows = []
    for name, load, budgets, recipes in (
        ("beam", _beam, (2000, 7000), RECIPES),
        ("tau2_banking", _tau2, (4000, 16000), ("semantic", "lexical", "knowledge")),
    ):
        folder = data / "memory" / name
        if not folder.is_dir():
            rows.append({"set": name, "skipped": f"{folder} is not there"})
            continue
        texts, questions = load(folder)
        rows += list(_measured(name, texts, questions, budgets, recipes))
    return rows


def _measured(
    name: str, texts: Sequence[Text], questions: Sequence[Question], budgets: Sequence[int], recipes: Sequence[str]
) -> Iterator[dict[str, Any]]:
    by_key = {(text.owner, text.key): text for text in texts}
    with tempfile.TemporaryDirectory() as folder:
        table = _index(texts, Path(folder))
        for budget in budgets:
            shares = {r: np.asarray([_share(table, q, r, budget, by_key) for q in questions]) for r in recipes}
            for recipe, share in shares.items():
                yield {"set": name, "tokens": budget, "recipe": recipe, "evidence": round(float(share.mean()), 3)}
            ours = shares[recipes[-1]]
            better = max(recipes[:-1], key=lambda recipe: shares[recipe].mean())
            low, high = _interval(ours - shares[better])
            yield {"set": name, "tokens": budget, "over": better, "gain_low": low, "gain_high": high}
            for kind in sorted({question.kind for question in questions} - {""}):
                chosen = [at for at, question in enumerate(questions) if question.kind == kind]
                share = round(float(ours[chosen].mean()), 3)
                yield {"set": name, "tokens": budget, "kind": kind, "questions": len(chosen), "evidence": share}


def _index(texts: Sequence[Text], folder: Path) -> Any:
    pieces = [(text, begin, end) for text in texts for begin, end in passages(text.text)]
    vectors = load_model().encode([text.text[begin:end] for text, begin, end in pieces]).astype(np.float16)
    lists = pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), vectors.shape[1])
    count = len(pieces)
    rows = pa.table(
        {
            "memory_id": [f"{text.owner}/{text.key}/{begin}" for text, begin, _ in pieces],
            "kind": ["window"] * count,
            "owner": [text.owner for text, _, _ in pieces],
            "text": [text.text[begin:end] for text, begin, end in pieces],
            "content_hash": [""] * count,
            "occurred_at": pa.array([AS_OF] * count, pa.timestamp("us", "UTC")),
            "channel": ["chat"] * count,
            "importance": [text.importance for text, _, _ in pieces],
            "is_current": [True] * count,
            "record_key": [text.key for text, _, _ in pieces],
            "source_file": [""] * count,
            "source_row": [begin for _, begin, _ in pieces],
            "vector": lists,
        }
    ).sort_by([("owner", "ascending"), ("memory_id", "ascending")])
    write_search_table(rows.to_reader(), folder)
    return MemoryIndex.open(Path(folder))


@lru_cache(maxsize=4096)
def _embed(query: str) -> Any:
    return load_model().encode(parts_of(query), "query")


def _share(table: Any, question: Question, recipe: str, budget: int, texts: dict[tuple[str, str], Text]) -> float:
    request = RecallRequest(question.query, recipe=recipe, limit=NO_LIMIT)
    handed = defaultdict(list)
    for memory in remember(table, AS_OF, [question.owner], request, budget, _embed):
        begin = memory.source.source_row or 0
        handed[memory.source.record_key].append((begin, begin + len(memory.text)))
    counted = [_is_covered(handed.get(key, []), len(texts[question.owner, key].text)) for key in question.evidence]
    return float(np.mean(counted))


def _is_covered(stretches: list[tuple[int, int]], length: int) -> bool:
    longest, reach, start = 0, -1, 0
    for begin, end in sorted(stretches):
        if begin > reach:
            start = begin
        reach = max(reach, end)
        longest = max(longest, reach - start)
    return longest >= min(ENOUGH_CHARACTERS, length)


def _interval(gains: Any) -> tuple[float, float]:
    """Paired bootstrap: where 95 % of the mean gains over questions lie."""
    draws = np.random.default_rng(0).integers(0, len(gains), (RESAMPLES, len(gains)))
    low, high = np.percentile(gains[draws].mean(axis=1), [2.5, 97.5])
    return round(float(low), 3), round(float(high), 3)


def _beam(folder: Path) -> tuple[list[Text], list[Question]]:
    messages = pq.read_table(folder / "messages.parquet").to_pylist()
    texts = [
        Text(m["conversation_id"], str(m["message_id"]), m["text"], IMPORTANCE[m["role"]])
        for m in messages
        if m["text"]
    ]
    questions = [
        Question(q["conversation_id"], q["category"], q["question"], tuple(str(key) for key in q["evidence"]))
        for q in pq.read_table(folder / "questions.parquet").to_pylist()
        if q["evidence"]
    ]
    return texts, questions


def _tau2(folder: Path) -> tuple[list[Text], list[Question]]:
    documents = [json.loads(line) for line in (folder / "documents.jsonl").read_text().splitlines()]
    texts = [Text("company", d["id"], f"{d['title']}\n{d['content']}", 0.0) for d in documents]
    queries = [json.loads(line) for line in (folder / "retrieval.jsonl").read_text().splitlines()]
    return texts, [Question("company", "", q["query"], tuple(q["relevant_document_ids"])) for q in queries]

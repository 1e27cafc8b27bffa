"""Public sets for retrieval: texts of an owner, and questions with the texts that answer them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

ENOUGH_CHARACTERS = 300
Stretch = tuple[int, int]


@dataclass(frozen=True)
class Text:
    """A message or document; `speaker` is empty for documents."""

    owner: str
    key: str
    text: str
    speaker: str = ""
    thread: str = ""


@dataclass(frozen=True)
class Question:
    """A question with the keys of the texts that answer it."""

    owner: str
    kind: str
    query: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class RetrievalSet:
    """What is searched, and what is asked; of the questions those whose evidence is there, and how many others."""

    texts: list[Text]
    questions: list[Question]
    without_evidence: int  # the set names no text that answers them
    evidence_missing: int  # it names texts that are empty or not there

    def found(self, question: Question, handed: dict[str, list[Stretch]]) -> float:
        """Share of the evidence of which enough was handed over: 300 contiguous characters, or all of a shorter one."""
        lengths = {text.key: len(text.text) for text in self.texts if text.owner == question.owner}
        return float(np.mean([_is_covered(handed.get(key, []), lengths[key]) for key in question.evidence]))


def _is_covered(stretches: list[Stretch], length: int) -> bool:
    longest, reach, start = 0, -1, 0
    for begin, end in sorted(stretches):
        if begin > reach:
            start = begin
        reach = max(reach, end)
        longest = max(longest, reach - start)
    return longest >= min(ENOUGH_CHARACTERS, length)


def _asked(texts: list[Text], questions: Sequence[Question]) -> RetrievalSet:
    there = {(text.owner, text.key) for text in texts}
    answered = [question for question in questions if question.evidence]
    kept = [each for each in answered if all((each.owner, key) in there for key in each.evidence)]
    return RetrievalSet(texts, kept, len(questions) - len(answered), len(answered) - len(kept))


def beam(folder: Path) -> RetrievalSet:
    """Long conversations; the evidence of a question is messages."""
    messages = pq.read_table(folder / "messages.parquet").to_pylist()
    texts = [
        Text(m["conversation_id"], str(m["message_id"]), m["text"], m["role"] or "unknown", str(m["session_no"]))
        for m in messages
        if (m["text"] or "").strip()
    ]
    questions = [
        Question(q["conversation_id"], q["category"], q["question"], tuple(str(key) for key in q["evidence"] or ()))
        for q in pq.read_table(folder / "questions.parquet").to_pylist()
    ]
    return _asked(texts, questions)


def tau2_banking(folder: Path) -> RetrievalSet:
    """Policy documents; the evidence of a long query is documents."""
    documents = [json.loads(line) for line in (folder / "documents.jsonl").read_text().splitlines()]
    texts = [Text("company", d["id"], f"{d['title']}\n{d['content']}") for d in documents]
    queries = [json.loads(line) for line in (folder / "retrieval.jsonl").read_text().splitlines()]
    questions = [Question("company", "", q["query"], tuple(q["relevant_document_ids"] or ())) for q in queries]
    return _asked(texts, questions)

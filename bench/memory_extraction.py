"""Extraction against the demo's truth, and on real dialogues: what is found, what is missed, what is made up.

A statement counts as right only when record, entity type, attribute, value, polarity and, of a promise, the day agree;
values are compared without case, punctuation, articles and possessives, and in no other way. Every statement found in
any text or record of the demo counts, those of outsiders too: what the truth does not hold is wrong. "It is fixed"
names no value (`*`), so it is right wherever the truth says that a problem of that record's thread was solved.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bench.memory_demo import Demo, truth_rows
from memory.extraction.batch import extract_batch
from memory.extraction.load import load_rules
from memory.extraction.schema import INPUT

Row = dict[str, Any]
Statement = tuple[str, ...]
TAKEN_BACK = "negated"
ALL = "*"
_WORD = re.compile(r"[\w'-]+|\*")
_EMPTY_WORDS = frozenset({"a", "an", "the", "our", "my", "your", "their", "its"})
BATCH = 5_000
DIALOGUES = Path("interactions", "star", "messages.parquet")


def measure_extraction(data: Path, demo: Demo) -> Iterator[Row]:
    """Figures by attribute on the demo, then observations by topic on the public dialogues."""
    yield from _measured_demo(demo)
    yield from _measured_dialogues(data)


def _measured_demo(demo: Demo) -> Iterator[Row]:
    wanted, found = _compared(demo)
    by_attribute: dict[str, Counter[str]] = defaultdict(Counter)
    for statement in wanted | found.keys():
        kind = "wrong" if statement not in wanted else "right" if statement in found else "missed"
        by_attribute[statement[2]][kind] += 1
    for attribute, counts in sorted(by_attribute.items()):
        yield {"set": demo.name, "attribute": attribute, **_figures(counts)}
    yield {"set": demo.name, "attribute": "all", **_figures(sum(by_attribute.values(), Counter()))}


def _compared(demo: Demo) -> tuple[set[Statement], dict[Statement, Row]]:
    rows = truth_rows(demo, "observations")
    wanted = {_of_truth(row) for row in rows if row["occurred_at"] <= demo.as_of}
    return wanted, {_of_found(row): row for row in demo_observations(demo)}


def _figures(counts: Counter[str]) -> Row:
    right, missed, wrong = counts["right"], counts["missed"], counts["wrong"]
    return {
        "right": right,
        "missed": missed,
        "wrong": wrong,
        "precision": round(right / (right + wrong), 3) if right + wrong else None,
        "recall": round(right / (right + missed), 3) if right + missed else None,
    }


def demo_observations(demo: Demo) -> list[Row]:
    """What the rules as they are now find in the inputs of the demo's lake."""
    with demo.connect() as con:
        inputs = con.execute(
            f"select {', '.join(INPUT.names)} from lake.memory.extraction_inputs order by input_id"
        ).to_arrow_table()
    rules = load_rules()
    batches = inputs.cast(INPUT).to_batches(max_chunksize=BATCH)
    found = [row for batch in batches for row in extract_batch(batch, rules).to_pylist()]
    return [row for row in found if not _takes_back_nothing(row, found)]


def _takes_back_nothing(row: Row, found: list[Row]) -> bool:
    """A record's flag that was never set: `memory.observations` leaves it out as well."""
    return (
        row["precedence"] == "record"
        and row["polarity"] == TAKEN_BACK
        and not any(
            other["polarity"] != TAKEN_BACK
            and other["occurred_at"] < row["occurred_at"]
            and (other["record_key"], other["attribute"], other["value"])
            == (row["record_key"], row["attribute"], row["value"])
            for other in found
        )
    )


def _of_truth(row: Row) -> Statement:
    polarity, value = row["polarity"], folded(row["value"])
    if polarity != "affirmed":  # solved, kept: the value stands in what was said before
        polarity, value = TAKEN_BACK, ALL
    return (row["record_key"], row["entity_type"], row["attribute"], value, polarity, row.get("due_on") or "")


def _of_found(row: Row) -> Statement:
    due = str(row["due_on"]) if row["attribute"] == "promise" and row["due_on"] else ""
    parts = (row["record_key"], row["entity_type"], row["attribute"], folded(row["value"]), row["polarity"])
    return (*parts, due if row["polarity"] == "affirmed" else "")


def folded(value: str) -> str:
    """A value without case, punctuation, articles and possessives."""
    return " ".join(word for word in _WORD.findall(value.lower()) if word not in _EMPTY_WORDS)


def _measured_dialogues(data: Path) -> Iterator[Row]:
    source = data / DIALOGUES
    if not source.exists():
        yield {"set": "star", "skipped": f"{source} is not there"}
        return
    texts = list(dialogue_inputs(source))
    found = list(_read(texts))
    spoken = {"customer": 0, "staff": 0} | Counter(row["author_role"] for row in texts)
    by_attribute = Counter(row["attribute"] for row in found)
    for attribute, count in sorted(by_attribute.items()):
        rows = [row for row in found if row["attribute"] == attribute]
        values = Counter(row["value"] for row in rows).most_common(3)
        share = round(1000 * count / len(texts), 2)
        yield {
            "set": "star",
            "attribute": attribute,
            "observations": count,
            "per_1000_messages": share,
            "often": values,
        }
    dialogues = {row["record_key"].rsplit(":", 1)[0] for row in texts}
    yield {"set": "star", "attribute": "all", "observations": len(found), "dialogues": len(dialogues), **spoken}


def sample_dialogues(data: Path, size: int, seed: int) -> Iterator[Row]:
    """A seeded sample of what is found in the public dialogues, for a person to judge, each with what was said."""
    source = data / DIALOGUES
    if not source.exists():
        yield {"skipped": f"{source} is not there"}
        return
    texts = {row["input_id"]: row for row in dialogue_inputs(source)}
    found = sorted(_read(texts.values()), key=lambda row: str(row["observation_id"]))
    for row in random.Random(seed).sample(found, min(size, len(found))):  # noqa: S311 (a seeded draw, no secret)
        said = texts[row["input_id"]]["text"]
        yield {
            "attribute": row["attribute"],
            "value": row["value"],
            "polarity": row["polarity"],
            "by": row["stated_by"],
            "due_on": str(row["due_on"] or ""),
            "rule": row["rule_id"],
            "span": said[row["span_start"] : row["span_end"]],
            "text": said,
        }


def dialogue_inputs(source: Path) -> Iterator[Row]:
    """Messages of the dialogues as inputs: the user is the customer, the wizard the staff."""
    for row in pq.read_table(source).to_pylist():
        if not row["text"] or row["agent"] not in ("User", "Wizard"):
            continue
        customer = row["agent"] == "User"
        key = f"star:dialogues:{row['dialogue_id']}:{row['seq']}"
        yield _text_input(key, row["text"], row["sent_at"], "customer" if customer else "staff")


def _text_input(key: str, text: str, at: datetime, role: str) -> Row:
    return dict.fromkeys(INPUT.names) | {
        "input_id": key,
        "record_key": key,
        "source": "star",
        "stream": "dialogues",
        "channel": "chat",
        "direction": "inbound" if role == "customer" else "outbound",
        "text": text,
        "author_role": role,
        "person_record_key": key,
        "occurred_at": at,
    }


def _read(rows: Iterable[Row]) -> Iterator[Row]:
    rules = load_rules()
    table = pa.Table.from_pylist(list(rows), schema=INPUT)
    for batch in table.to_batches(max_chunksize=BATCH):
        yield from extract_batch(batch, rules).to_pylist()


def wrong_statements(demo: Demo) -> Iterator[Row]:
    """What is missed or made up on the demo, with its text: for whoever improves the rules."""
    wanted, found = _compared(demo)
    with demo.connect() as con:
        texts = dict(
            con.execute(
                "select record_key, string_agg(text, ' | ') from lake.memory.extraction_inputs group by record_key"
            ).fetchall()
        )
    for statement in sorted(wanted ^ found.keys(), key=lambda parts: (parts[2], parts)):
        row = found.get(statement)
        yield {
            "kind": "wrong" if row else "missed",
            "statement": " ".join(statement[1:]),
            "rule": row["rule_id"] if row else "",
            "text": row["content"] if row else texts.get(statement[0]),
            "record_key": statement[0],
        }

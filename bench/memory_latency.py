"""How long a recall takes over many memories: synthetic vectors and words, the largest customer holding 1 %."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from bench.memory_rows import AS_OF, search_rows
from memory.embedding.model import load_model
from memory.reader.answers import RecallRequest
from memory.reader.held import Held
from memory.reader.index import MemoryIndex
from memory.reader.keyed import KeyedParquet
from memory.reader.recall import remember
from memory.snapshot.cards import CARDS_SCHEMA, ROW_GROUP_CARDS
from memory.snapshot.memories import write_search_table
from memory.snapshot.tables import write_parquet

DIMENSION = 384
BUDGET = 2000
ROUNDS = 200
WARM_UP = 20
BATCH = 16_384
VOCABULARY = 30_000
MEMORIES_PER_CUSTOMER = {200_000: 40, 1_000_000: 50}
LEAST_MEMORIES = 100  # the largest customer then has one, and is not the only one
# As in the demo's snapshot: people of an account, and characters of a card and of its prompt.
PEOPLE = 11
CARD_SIZES = {"account": (7804, 3360), "person": (2515, 1274)}
CARDS_A_BATCH = 2048


def measure_recall(memories: int) -> list[dict[str, Any]]:
    customers = memories // MEMORIES_PER_CUSTOMER.get(memories, 40)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.perf_counter()
        batches = _batches(memories, customers)
        first = next(batches)
        write_search_table(pa.RecordBatchReader.from_batches(first.schema, _chain(first, batches)), folder)
        built = time.perf_counter() - began
        table = MemoryIndex.open(Path(folder))
        draw = np.random.default_rng(1)
        rows: list[dict[str, Any]] = [
            {"memories": memories, "customers": customers, "write_and_index_s": round(built, 1)}
        ]
        for who in ("any", "largest"):
            for what, embed in (("search", _made_up(draw)), ("search and embedding", _embedded)):
                rows.append(_timed(memories, f"{what}, {who} customer", _search(table, draw, customers, who, embed)))
        first = _unread(table, _search(table, draw, customers, "largest", _made_up(draw)))
        rows.append(_timed(memories, "search, largest customer, first question about it", first))
        cards = _cards(folder, customers)
        card = _timed(memories, "card of an account", lambda: cards.rows(_owner(int(draw.integers(customers)))))
        rows.append({**card, "cards": customers * (1 + PEOPLE)})
        return rows


def _timed(memories: int, what: str, ask: Callable[[], object]) -> dict[str, Any]:
    for _ in range(WARM_UP):
        ask()
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    p50, p95 = np.percentile(taken, [50, 95])
    return {"memories": memories, "what": what, "p50_ms": round(float(p50), 1), "p95_ms": round(float(p95), 1)}


def _search(
    table: MemoryIndex, draw: Any, customers: int, who: str, embed: Callable[[str], Any]
) -> Callable[[], object]:
    def ask() -> object:
        owner = _owner(0 if who == "largest" else int(draw.integers(1, customers)))
        query = " ".join(_word(at) for at in np.minimum(draw.zipf(1.3, 8), VOCABULARY - 1))
        return remember(table, AS_OF, [owner], RecallRequest(query), BUDGET, embed)

    return ask


def _unread(table: MemoryIndex, ask: Callable[[], object]) -> Callable[[], object]:
    """The same with nothing held of any customer."""

    def anew() -> object:
        table.held = Held()
        return ask()

    return anew


def _made_up(draw: Any) -> Callable[[str], Any]:
    def embed(_: str) -> Any:
        vector = draw.standard_normal((1, DIMENSION), dtype=np.float32)
        return vector / np.linalg.norm(vector)

    return embed


def _embedded(query: str) -> Any:
    return load_model().encode([query], "query")


def _owner(number: int) -> str:
    return f"acc_{number:020d}"


def _word(number: int) -> str:
    return f"word{number}"


def _chain(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from rest


def _batches(memories: int, customers: int) -> Iterator[pa.RecordBatch]:
    """Rows sorted by owner, as a snapshot has them."""
    draw = np.random.default_rng(0)
    largest = memories // 100
    owners = np.sort(np.concatenate([np.zeros(largest, int), draw.integers(1, customers, memories - largest)]))
    weights = 1 / np.arange(1, VOCABULARY + 1)
    words = np.asarray([_word(number) for number in range(VOCABULARY)])
    for begin in range(0, memories, BATCH):
        chunk = owners[begin : begin + BATCH]
        count = len(chunk)
        vectors = draw.standard_normal((count, DIMENSION), dtype=np.float32)
        vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        lengths = draw.integers(10, 50, count)
        drawn = np.split(
            words[draw.choice(VOCABULARY, int(lengths.sum()), p=weights / weights.sum())], lengths.cumsum()[:-1]
        )
        texts = [" ".join(part) for part in drawn]
        owned = [_owner(owner) for owner in chunk]
        yield from search_rows(owned, texts, vectors, begin=begin, importance=draw.random(count)).to_batches()


def _cards(folder: Path, customers: int) -> KeyedParquet:
    """A card of each customer and, after these, of their people, as large as the demo's."""
    path = folder / "cards.parquet"
    write_parquet(CARDS_SCHEMA, _card_batches(customers), path, ROW_GROUP_CARDS)
    return KeyedParquet(path, "entity_id")


def _card_batches(customers: int) -> Iterator[pa.RecordBatch]:
    draw = np.random.default_rng(2)
    words = " ".join(_word(number) for number in np.minimum(draw.zipf(1.3, VOCABULARY), VOCABULARY - 1))
    for kind, prefix, count in (("account", "acc", customers), ("person", "per", customers * PEOPLE)):
        for begin in range(0, count, CARDS_A_BATCH):
            ids = [f"{prefix}_{number:020d}" for number in range(begin, min(begin + CARDS_A_BATCH, count))]
            texts = {
                name: [words[at : at + size] for at in draw.integers(len(words) - size, size=len(ids))]
                for name, size in zip(("card", "prompt"), CARD_SIZES[kind], strict=True)
            }
            columns = {"entity_id": ids, "entity_type": [kind] * len(ids), "name": ids, **texts}
            yield pa.RecordBatch.from_pydict(columns, schema=CARDS_SCHEMA)

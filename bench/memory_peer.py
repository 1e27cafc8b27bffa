"""memhouse beside Mem0's open-source package: the same texts, model, customers and questions, in the same run.

Mem0 runs in an environment of its own and is no dependency:

    python -m venv /tmp/mem0 && /tmp/mem0/bin/pip install mem0ai sentence-transformers==6.2.0 torch==2.13.0
    python bench/memory.py --parts peer --mem0 /tmp/mem0/bin/python
"""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from bench.memory_embedding import draw_texts
from bench.memory_rows import AS_OF, SORTED, search_rows
from memory.embedding.model import PACKAGED_MODEL, _location, load_model
from memory.reader.answers import RecallRequest
from memory.reader.index import MemoryIndex
from memory.reader.recall import remember
from memory.snapshot.memories import write_search_table

MEMORIES = 5000
CUSTOMERS = 125
QUESTIONS = 100
QUESTION_WORDS = 8
LIMIT = 20
BUDGET = 2000
PROCESS = Path(__file__).with_name("mem0_process.py")
Pairs = list[tuple[str, str]]  # customer, text


def measure_peer(data: Path, mem0: Path | None) -> Iterator[dict[str, Any]]:
    source = data / "memory" / "beam" / "messages.parquet"
    if not source.exists():
        yield {"skipped": f"{source} is not there"}
        return
    texts = draw_texts(source, MEMORIES)
    memories = [(f"acc_{number % CUSTOMERS:020d}", text) for number, text in enumerate(texts)]
    queries = _questions(memories)
    load_model().encode(texts[:64])
    yield _row("memhouse", *_ours(memories, queries))
    if mem0 is None:
        yield {"skipped": "Mem0: say with --mem0 which Python has it (see bench/memory_peer.py)"}
        return
    yield _row(*_mem0(mem0, memories, queries))


def _questions(memories: Pairs) -> Pairs:
    """Some words of one of the customer's memories."""
    draw = random.Random(1)  # noqa: S311 (a seeded draw, no secret)
    return [(who, " ".join(text.split()[:QUESTION_WORDS])) for who, text in draw.sample(memories, QUESTIONS)]


def _ours(memories: Pairs, queries: Pairs) -> tuple[float, list[float]]:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write_search_table(_table(memories).to_reader(), Path(folder))
        add_s = time.perf_counter() - began
        table = MemoryIndex.open(Path(folder))
        taken = []
        for who, query in queries:
            began = time.perf_counter()
            remember(table, AS_OF, [who], RecallRequest(query, limit=LIMIT), BUDGET, _embed)
            taken.append((time.perf_counter() - began) * 1000)
    return add_s, taken


def _mem0(python: Path, memories: Pairs, queries: Pairs) -> tuple[str, float, list[float]]:
    given = {"model": str(_location(PACKAGED_MODEL)), "memories": memories, "queries": queries}
    done = subprocess.run(  # noqa: S603 (the interpreter that the caller names)
        [str(python), str(PROCESS)], input=json.dumps(given), text=True, capture_output=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{python} {PROCESS.name} failed: {done.stderr[-1000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    return f"mem0ai {found['version']}", float(found["add_s"]), list(found["search_ms"])


def _row(who: str, add_s: float, taken: list[float]) -> dict[str, Any]:
    p50, p95 = np.percentile(taken, [50, 95])
    return {
        "who": who,
        "memories": MEMORIES,
        "add_s": round(add_s, 1),
        "adds_per_s": round(MEMORIES / add_s),
        "search_p50_ms": round(float(p50), 1),
        "search_p95_ms": round(float(p95), 1),
    }


def _embed(query: str) -> Any:
    return load_model().encode([query], "query")


def _table(memories: Pairs) -> pa.Table:
    """Rows of the search table; embedding them is part of adding them."""
    texts = [text for _, text in memories]
    return search_rows([who for who, _ in memories], texts, load_model().encode(texts)).sort_by(SORTED)

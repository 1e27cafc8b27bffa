"""What a later night costs: all texts embedded and indexed once, then again with one text in a hundred new."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from bench.memory_embedding import draw_texts
from bench.memory_rows import SORTED, search_rows
from lake.schemas import LAKE, MEMORY
from lake.settings import Settings
from memory.embedding.embed import DOCUMENTS, EmbedReport, embed
from memory.embedding.lookup import VectorLookup
from memory.embedding.model import identify, load_model
from memory.embedding.store import VectorStore
from memory.snapshot.memories import write_search_table

TEXTS = 12_000  # of fewer the fixed part of a night, a tenth of a second, is more than the new texts
NEW_SHARE = 0.01
OWNERS = 100


def measure_nightly(data: Path) -> list[dict[str, Any]]:
    """Seconds of embedding and of index upkeep in the first night and in a later one, and the share of the later."""
    source = data / "memory" / "beam" / "messages.parquet"
    if not source.exists():
        return [{"skipped": f"{source} is not there"}]
    texts = draw_texts(source, TEXTS)
    new = round(TEXTS * NEW_SHARE)
    nights = {"first": texts, "1 % new": [f"{text} as of today" for text in texts[:new]] + texts[new:]}
    load_model().encode(texts[:64])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [{"night": night, **_night(given, folder, night)} for night, given in nights.items()]
    share = rows[1]["embed_s"] / rows[0]["embed_s"]
    return [*rows, {"night": "1 % new", "share_of_first_embedding": round(share, 4)}]


def _night(texts: Sequence[str], folder: Path, night: str) -> dict[str, Any]:
    settings = Settings(lake=folder / "lake")
    hashes = [sha256(text.encode()).hexdigest() for text in texts]
    began = time.perf_counter()
    report = _embed(settings, texts, hashes)
    embedded = time.perf_counter()
    store = VectorStore.of(settings.vectors_dir, identify(settings.embedding_model))
    lookup = VectorLookup(store, load_model(settings.embedding_model).dimension)
    vectors = np.asarray(lookup.take(pa.array(hashes)).flatten()).reshape(len(texts), -1)
    owners = [f"acc_{number % OWNERS:020d}" for number in range(len(texts))]
    rows = search_rows(owners, texts, vectors, content_hash=hashes).sort_by(SORTED)
    write_search_table(rows.to_reader(), folder / night)
    return {
        "texts": report.texts,
        "embedded": report.embedded,
        "embed_s": round(embedded - began, 2),
        "index_s": round(time.perf_counter() - embedded, 2),
    }


def _embed(settings: Settings, texts: Sequence[str], hashes: Sequence[str]) -> EmbedReport:
    """As a night does it, over a table of documents in memory."""
    documents = pa.table({"content_hash": hashes, "text": texts})
    with duckdb.connect() as con:
        con.execute(f"attach ':memory:' as {LAKE}")
        con.execute(f"create schema {LAKE}.{MEMORY}")
        con.register("given", documents)
        con.execute(f"create table {DOCUMENTS} as from given")
        return embed(con, settings)

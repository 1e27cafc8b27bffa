"""Embed what is new: each distinct text once a model, ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from lake.schemas import LAKE, MEMORY
from lake.settings import Settings
from memory.embedding.model import EmbeddingModel, identify, load_model
from memory.embedding.store import VectorStore

DOCUMENTS = f"{LAKE}.{MEMORY}.documents"
NOT_BLANK = r"regexp_matches(text, '\S')"  # a blank text means nothing and has no place in an index
TEXTS = f"select content_hash, min(text) as text from {DOCUMENTS} where {NOT_BLANK} group by content_hash"
UNSEEN = f"{TEXTS} having content_hash not in (select content_hash from stored_hashes)"
SEGMENT_TEXTS = 2048  # texts between two commits: what a killed run loses at most

Progress = Callable[[int, int], None]  # texts done, texts to do


@dataclass(frozen=True)
class EmbedReport:
    """What one night embedded."""

    model_key: str
    texts: int  # distinct texts of the documents
    embedded: int  # of those, embedded now


def embed(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    *,
    model: EmbeddingModel | None = None,
    progress: Progress | None = None,
) -> EmbedReport:
    """Embed the texts of `memory.documents` that this model has not seen; unchanged text costs nothing.

    A run that is killed keeps its finished segments. `progress` is called after each with (done, to do).
    """
    model_id = model.id if model else identify(settings.embedding_model)
    store = VectorStore.of(settings.vectors_dir, model_id)
    store.sweep()
    con.register("stored_hashes", store.hashes())
    try:
        texts, todo = _count(con)
        done = 0
        if todo:  # a night without new text does not even load the model
            model = model or load_model(settings.embedding_model)
        reader = con.execute(f"select content_hash, text from ({UNSEEN}) order by length(text) desc, content_hash")
        while model and (rows := reader.fetchmany(SEGMENT_TEXTS)):
            store.append([str(row[0]) for row in rows], model.encode([str(row[1]) for row in rows]))
            done += len(rows)
            if progress:
                progress(done, todo)
    finally:
        con.unregister("stored_hashes")
    return EmbedReport(model_id.key, texts, done)


def prune_vectors(con: duckdb.DuckDBPyConnection, settings: Settings) -> int:
    """Maintenance, and part of erasure: drop the vectors of texts that no document has any more; how many went.

    Of every model that was ever used: an earlier one's vectors stay for the way back, but outlive no text.
    """
    used = {str(row[0]) for row in con.execute(f"select distinct content_hash from {DOCUMENTS}").fetchall()}
    return sum(store.keep_only(used) for store in VectorStore.every(settings.vectors_dir))


def _count(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Distinct texts in all, and those to embed."""
    row = con.execute(f"select (select count(*) from ({TEXTS})), (select count(*) from ({UNSEEN}))").fetchone()
    assert row is not None  # noqa: S101 (an aggregate always has a row)
    return int(row[0]), int(row[1])

"""Memories that may answer, fetched from the index: the filter is always part of the search itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from lancedb.query import LanceVectorQueryBuilder, MatchQuery
from lancedb.table import Table

from memory.reader.filters import quoted

Array = npt.NDArray[np.float32]

COLUMNS = [
    "memory_id", "kind", "text", "content_hash", "occurred_at", "channel", "importance", "is_current", "record_key",
    "source_file", "source_row",
]  # fmt: skip
BLOCK = 16
SEARCHED_CHARACTERS = 2000  # a longer question is cut: its words would find everything


@dataclass(frozen=True)
class Candidates:
    """Rows of the search table; beside each its vector, its cosine with the question and its full-text score."""

    rows: list[dict[str, Any]]
    vectors: Array
    semantic: Array
    lexical: Array


def newest(table: Table, where: str, limit: int) -> list[dict[str, Any]]:
    """The newest memories that pass the filter, newest first."""
    every = max(1, table.count_rows())
    light = table.search().where(where).select(["memory_id", "occurred_at"]).limit(every).to_arrow()
    order = pc.sort_indices(light, [("occurred_at", "descending", "at_end"), ("memory_id", "ascending", "at_end")])
    ids = light.column("memory_id").take(order[:limit]).to_pylist()
    if not ids:
        return []
    wanted = f"({where}) and memory_id in ({', '.join(quoted(memory_id) for memory_id in ids)})"
    rows = table.search().where(wanted).select(COLUMNS).limit(len(ids)).to_arrow().to_pylist()
    place = {memory_id: at for at, memory_id in enumerate(ids)}
    return sorted(rows, key=lambda row: place[row["memory_id"]])


def relevant(table: Table, where: str, query: str, asked: Array | None, count: int, *, words: bool) -> Candidates:
    """The best `count` by meaning, for each vector of the question, and the best by words, once each."""
    parts = [_near(table, where, vector, count) for vector in asked] if asked is not None else []
    parts += [_matching(table, where, query[:SEARCHED_CHARACTERS], count)] if words and query.strip() else []
    found = pa.concat_tables(parts) if parts else None
    if found is None or not found.num_rows:
        nothing = np.zeros(0, dtype=np.float32)
        return Candidates([], np.zeros((0, 0), dtype=np.float32), nothing, nothing)
    ids = found.column("memory_id").to_numpy()
    _, first, which = np.unique(ids, return_index=True, return_inverse=True)
    scores = np.zeros(len(first), dtype=np.float32)
    np.maximum.at(scores, which, found.column("_score").to_numpy())
    once = found.take(pa.array(first))
    vectors = _matrix(once.column("vector"))
    semantic = products(vectors, asked).max(axis=1) if asked is not None else np.zeros(len(first), dtype=np.float32)
    return Candidates(once.select(COLUMNS).to_pylist(), vectors, semantic, scores)


def products(left: Array, right: Array) -> Array:
    """`left @ right.T`, in blocks so small that the linear algebra library keeps to this thread.

    Waking its other threads costs more than the whole product, many times more where the machine is busy.
    """
    out = np.empty((len(left), len(right)), dtype=np.float32)
    for row in range(0, len(left), BLOCK):
        for column in range(0, len(right), BLOCK):
            out[row : row + BLOCK, column : column + BLOCK] = left[row : row + BLOCK] @ right[column : column + BLOCK].T
    return out


def _near(table: Table, where: str, vector: Array, count: int) -> pa.Table:
    vectors = cast("LanceVectorQueryBuilder", table.search(vector, vector_column_name="vector"))
    search = vectors.distance_type("dot").bypass_vector_index().where(where)
    found = search.select([*COLUMNS, "vector", "_distance"]).limit(count).to_arrow()
    scores = pa.array(np.zeros(found.num_rows, dtype=np.float32))
    return found.select([*COLUMNS, "vector"]).append_column("_score", scores)


def _matching(table: Table, where: str, query: str, count: int) -> pa.Table:
    match = MatchQuery(query, "text")  # type: ignore[call-arg]  # its defaults are pydantic's
    search = table.search(match, query_type="fts", fts_columns="text").where(where)
    return search.select([*COLUMNS, "vector", "_score"]).limit(count).to_arrow().select([*COLUMNS, "vector", "_score"])


def _matrix(column: pa.ChunkedArray) -> Array:
    parts = [np.asarray(chunk.flatten().to_numpy(zero_copy_only=False), dtype=np.float32) for chunk in column.chunks]
    return np.concatenate(parts).reshape(len(column), -1)

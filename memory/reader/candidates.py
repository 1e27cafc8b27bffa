"""Memories that may answer, fetched from the index: the filter is always part of the search itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from memory.reader.filters import RecallFilter, quoted
from memory.reader.index import SCORE, VECTOR, Array, MemoryIndex, together

COLUMNS = [
    "memory_id", "kind", "text", "content_hash", "occurred_at", "channel", "importance", "is_current", "record_key",
    "source_file", "source_row",
]  # fmt: skip
BLOCK = 24
READ_WHOLE = 500  # memories that are read at once and compared here, instead of by the index
WITH_VECTOR = [*COLUMNS, VECTOR]
SEARCHED_CHARACTERS = 2000  # a longer question is cut: its words would find everything


@dataclass(frozen=True)
class Candidates:
    """Rows of the search table; beside each its vector, its cosine with the question and its full-text score."""

    rows: list[dict[str, Any]]
    vectors: Array
    semantic: Array
    lexical: Array


def newest(index: MemoryIndex, where: str, limit: int) -> list[dict[str, Any]]:
    """The newest memories that pass the filter, newest first."""
    [light] = together(index.rows(where, ["memory_id", "occurred_at"], max(1, index.count)))
    order = pc.sort_indices(light, [("occurred_at", "descending", "at_end"), ("memory_id", "ascending", "at_end")])
    ids = light.column("memory_id").take(order[:limit]).to_pylist()
    if not ids:
        return []
    wanted = f"({where}) and memory_id in ({', '.join(quoted(memory_id) for memory_id in ids)})"
    [rows] = together(index.rows(wanted, COLUMNS, len(ids)))
    place = {memory_id: at for at, memory_id in enumerate(ids)}
    return sorted(rows.to_pylist(), key=lambda row: place[row["memory_id"]])


def relevant(
    index: MemoryIndex, seen: RecallFilter, query: str, asked: Array | None, count: int, *, words: bool
) -> Candidates:
    """The best `count` by meaning, for each vector of the question, and the best by words, once each."""
    query = query[:SEARCHED_CHARACTERS]
    words = words and bool(query.strip())
    if asked is not None and seen.where not in index.large:
        found = _whole(index, seen, query if words else "")
        if found is not None:
            return _judged(found, asked, count)
        index.large.add(seen.where)
    where = seen.sql
    answers = [index.near(where, vector, WITH_VECTOR, count) for vector in asked] if asked is not None else []
    answers += [index.matching(where, query, WITH_VECTOR, count)] if words else []
    return _judged(_once(together(*answers)), asked, None)


def _whole(index: MemoryIndex, seen: RecallFilter, query: str) -> pa.Table | None:
    """Every memory that passes the filter, with its word score; None when they are too many to read.

    Most customers have few: reading them all costs less than a search by meaning, and serves each part of a question.
    What is current is told here: the index has to read that column once more for each of the two.
    """
    matching = [index.matching(seen.where, query, ["memory_id"], READ_WHOLE)] if query else []
    rows, *matches = together(index.rows(seen.where, WITH_VECTOR, READ_WHOLE + 1), *matching)
    if rows.num_rows > READ_WHOLE:
        return None
    if seen.only_current:
        rows = rows.filter(rows.column("is_current"))
    if not matches:
        return rows.append_column(SCORE, _zeros(rows))
    at = pc.index_in(rows.column("memory_id"), matches[0].column("memory_id"))
    scores = matches[0].column(SCORE).combine_chunks().cast(pa.float32()).take(at.combine_chunks())
    return rows.append_column(SCORE, pc.fill_null(scores, 0.0))


def _once(parts: list[pa.Table]) -> pa.Table | None:
    """The rows of all parts, each once, with its word score."""
    if not parts:
        return None
    scored = [part if SCORE in part.column_names else part.append_column(SCORE, _zeros(part)) for part in parts]
    found = pa.concat_tables(part.select([*WITH_VECTOR, SCORE]) for part in scored)
    _, first, which = np.unique(found.column("memory_id").to_numpy(), return_index=True, return_inverse=True)
    scores = np.zeros(len(first), dtype=np.float32)
    np.maximum.at(scores, which, found.column(SCORE).to_numpy())
    return found.take(pa.array(first)).drop_columns(SCORE).append_column(SCORE, pa.array(scores))


def _judged(found: pa.Table | None, asked: Array | None, count: int | None) -> Candidates:
    """Rows with their cosines and word scores; with `count` only so many of the best by either."""
    if found is None or not found.num_rows:
        nothing = np.zeros(0, dtype=np.float32)
        return Candidates([], np.zeros((0, 0), dtype=np.float32), nothing, nothing)
    vectors, lexical = _matrix(found.column(VECTOR)), found.column(SCORE).to_numpy()
    each = products(vectors, asked) if asked is not None else np.zeros((len(vectors), 1), dtype=np.float32)
    if count is not None and count < len(vectors):
        best = np.argsort(-each, axis=0, kind="stable")[:count]
        said = np.argsort(-lexical, kind="stable")[:count]
        kept = np.union1d(best, said[lexical[said] > 0])
        found, vectors, lexical, each = found.take(pa.array(kept)), vectors[kept], lexical[kept], each[kept]
    return Candidates(found.select(COLUMNS).to_pylist(), vectors, each.max(axis=1), lexical)


def products(left: Array, right: Array) -> Array:
    """`left @ right.T`, in blocks so small that the linear algebra library keeps to this thread.

    Waking its other threads costs more than the whole product, many times more where the machine is busy.
    """
    out = np.empty((len(left), len(right)), dtype=np.float32)
    for row in range(0, len(left), BLOCK):
        for column in range(0, len(right), BLOCK):
            out[row : row + BLOCK, column : column + BLOCK] = left[row : row + BLOCK] @ right[column : column + BLOCK].T
    return out


def _zeros(table: pa.Table) -> pa.Array:
    return pa.array(np.zeros(table.num_rows, dtype=np.float32))


def _matrix(column: pa.ChunkedArray) -> Array:
    parts = [np.asarray(chunk.flatten().to_numpy(zero_copy_only=False), dtype=np.float32) for chunk in column.chunks]
    return np.concatenate(parts).reshape(len(column), -1)

"""Memories that may answer, fetched from the index: the filter is always part of the search itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from memory.reader.filters import RecallFilter, quoted
from memory.reader.held import Read
from memory.reader.index import ROW_ID, SCORE, VECTOR, Array, MemoryIndex

COLUMNS = [
    "memory_id", "kind", "text", "content_hash", "occurred_at", "channel", "importance", "is_current", "record_key",
    "source_file", "source_row", "owner",
]  # fmt: skip
BLOCK = 24
READ_WHOLE = 16_384  # a customer with as many memories is read whole and compared here, instead of by the index
SAID = 500  # of one read whole, so many memories get a word score
WITH_VECTOR = [ROW_ID, *COLUMNS, VECTOR]
SEARCHED_CHARACTERS = 2000  # a longer question is cut: its words would find everything


@dataclass(frozen=True)
class Candidates:
    """Rows of the search table; beside each its vector, its cosine with the question and its full-text score."""

    rows: list[dict[str, Any]]
    vectors: Array
    semantic: Array
    lexical: Array


NOTHING = Candidates([], *(np.zeros(shape, dtype=np.float32) for shape in ((0, 0), 0, 0)))


def newest(index: MemoryIndex, seen: RecallFilter, limit: int) -> list[dict[str, Any]]:
    """The newest memories that pass the filter, newest first."""
    where = seen.sql
    [light] = index.together(index.rows(where, ["memory_id", "occurred_at"], max(1, index.count)))
    order = pc.sort_indices(light, [("occurred_at", "descending", "at_end"), ("memory_id", "ascending", "at_end")])
    ids = light.column("memory_id").take(order[:limit]).to_pylist()
    if not ids:
        return []
    wanted = f"({where}) and memory_id in ({', '.join(quoted(memory_id) for memory_id in ids)})"
    [rows] = index.together(index.rows(wanted, COLUMNS, len(ids)))
    index.refuse_strangers(rows, seen.owners)
    place = {memory_id: at for at, memory_id in enumerate(ids)}
    return sorted(rows.to_pylist(), key=lambda row: place[row["memory_id"]])


def relevant(
    index: MemoryIndex, seen: RecallFilter, query: str, asked: Array | None, count: int, *, words: bool
) -> Candidates:
    """The best `count` by meaning, for each vector of the question, and the best by words, once each."""
    query = query[:SEARCHED_CHARACTERS]
    words = words and bool(query.strip())
    if asked is not None and seen.where not in index.large:
        whole = _whole(index, seen, query if words else "")
        if whole is not None:
            return _candidates(*whole, asked, count, only_current=seen.only_current)
        index.large.add(seen.where)
    answers = [index.near(seen.sql, vector, WITH_VECTOR, count) for vector in asked] if asked is not None else []
    answers += [index.matching(seen.sql, query, WITH_VECTOR, count)] if words else []
    parts = index.together(*answers) if answers else []
    for part in parts:
        index.refuse_strangers(part, seen.owners)
    found = _once(parts) if parts else None
    return _candidates(*found, asked, len(found[1]), only_current=False) if found else NOTHING


def _whole(index: MemoryIndex, seen: RecallFilter, query: str) -> tuple[Read, Array] | None:
    """Every memory that passes the filter, and their word scores; None when they are too many to read.

    One read costs less than a search by meaning, serves each part of a question, and the next question about the same
    customer needs none. What is current is told later: the index has to read that column once more for each of the two.
    """
    where = seen.where
    read = index.held.get(where)
    reading = [index.rows(where, WITH_VECTOR, READ_WHOLE + 1)] if read is None else []
    matching = [index.matching(where, query, [ROW_ID], SAID)] if query else []
    answers = index.together(*reading, *matching)
    if read is None:
        if answers[0].num_rows > READ_WHOLE:
            return None
        index.refuse_strangers(answers[0], seen.owners)
        read = _as_compared(answers[0])
        index.held.put(where, read)
    scores = np.zeros(read.rows.num_rows, dtype=np.float32)
    if matching:
        said = answers[-1]
        places = pc.index_in(said.column(ROW_ID), read.rows.column(ROW_ID))
        if places.null_count:
            raise index.damage("its words name memories that the filter does not find")
        scores[places.to_numpy()] = said.column(SCORE).to_numpy()
    return read, scores


def _once(parts: list[pa.Table]) -> tuple[Read, Array]:
    """The rows of all parts, each once, and their word scores."""
    scored = [part if SCORE in part.column_names else part.append_column(SCORE, _zeros(part)) for part in parts]
    found = pa.concat_tables(part.select([*WITH_VECTOR, SCORE]) for part in scored)
    _, first, which = np.unique(found.column(ROW_ID).to_numpy(), return_index=True, return_inverse=True)
    scores = np.zeros(len(first), dtype=np.float32)
    np.maximum.at(scores, which, found.column(SCORE).to_numpy())
    return _as_compared(found.take(pa.array(first))), scores


def _candidates(read: Read, lexical: Array, asked: Array | None, count: int, *, only_current: bool) -> Candidates:
    """The best `count` by meaning, for each vector of the question, and the best by words; in the table's order."""
    if not read.rows.num_rows:
        return NOTHING
    each = products(read.vectors, asked) if asked is not None else np.zeros((len(read.vectors), 1), dtype=np.float32)
    eligible = np.asarray(read.rows.column("is_current")) if only_current else np.ones(len(each), dtype=bool)
    chosen = _best(lexical, count, eligible & (lexical > 0))
    for part in each.T:
        chosen |= _best(part, count, eligible)
    kept = np.flatnonzero(chosen)
    rows = _as_dicts(read.rows.select(COLUMNS).take(pa.array(kept)))
    return Candidates(rows, read.vectors[kept], each[kept].max(axis=1, initial=-1), lexical[kept])


def _best(scores: Array, count: int, eligible: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which have the `count` highest scores of those eligible; ties with the last of them too."""
    if np.count_nonzero(eligible) <= count:
        return eligible
    worst = np.partition(-scores[eligible], count - 1)[count - 1]
    return np.asarray(eligible & (-scores <= worst))


def _as_compared(found: pa.Table) -> Read:
    """Rows of the index without their vectors, and these as they are multiplied."""
    parts = [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in found.column(VECTOR).chunks]
    halves = np.concatenate(parts) if parts else np.zeros(0, dtype=np.float16)
    dimension = found.schema.field(VECTOR).type.list_size
    return Read(found.drop_columns(VECTOR).combine_chunks(), halves.astype(np.float32).reshape(-1, dimension))


def _as_dicts(found: pa.Table) -> list[dict[str, Any]]:
    """The rows; Arrow's own way to a time with a zone takes three times as long as all other columns together."""
    moments = found.column("occurred_at").cast(pa.timestamp("us")).to_numpy().astype("datetime64[us]").astype(object)
    rows: list[dict[str, Any]] = found.drop_columns("occurred_at").to_pylist()
    for row, moment in zip(rows, moments, strict=True):
        row["occurred_at"] = moment and moment.replace(tzinfo=UTC)
    return rows


def products(left: Array, right: Array) -> Array:
    """`left @ right.T`, in blocks so small that the linear algebra library keeps to this thread.

    Waking its other threads costs more than the whole product, many times more where the machine is busy.
    """
    out = np.empty((len(left), len(right)), dtype=np.float32)
    count = len(left) // BLOCK
    whole = count * BLOCK
    blocks = left[:whole].reshape(count, BLOCK, left.shape[1])
    for column in range(0, len(right), BLOCK):
        some = right[column : column + BLOCK].T
        out[:whole, column : column + BLOCK] = (blocks @ some).reshape(whole, some.shape[1])
        out[whole:, column : column + BLOCK] = left[whole:] @ some
    return out


def _zeros(table: pa.Table) -> pa.Array:
    return pa.array(np.zeros(table.num_rows, dtype=np.float32))

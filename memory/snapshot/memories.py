"""The search table of a snapshot: each memory with its vector, sorted so that one owner's rows lie together.

An owner is whoever's recall may return the row: a person, an account, or the whole company. Recall filters on it inside
the index. Sorted rows make that filter cheap: one customer's vectors are one stretch of the file, compared exactly,
which is faster than an approximate index and misses nothing (docs/decisions.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import lancedb
import pyarrow as pa
from lancedb.index import FTS, Bitmap, BTree

from memory.embedding.embed import NOT_BLANK
from memory.embedding.lookup import VectorLookup
from memory.snapshot.layout import COMPANY, MEMORIES
from memory.snapshot.spec import SnapshotSpec
from memory.snapshot.tables import SnapshotInputError, canonical_select

WRITTEN_ROWS = 16_384

# Words are cut where Unicode says, so that Chinese, Arabic and emoji are found too; English words are stemmed.
FULL_TEXT = FTS(base_tokenizer="icu", stem=True, remove_stop_words=True, ascii_folding=True)
# Of Lance's file formats the one whose few rows, with all their columns, are read fastest (docs/decisions.md).
FILE_FORMAT = {"new_table_data_storage_version": "2.1"}
SCALAR_INDEXES: dict[str, BTree | Bitmap] = {
    "owner": BTree(),
    "occurred_at": BTree(),
    "memory_id": BTree(),
    "channel": Bitmap(),
    "kind": Bitmap(),
}

OWNED = """(
    select *,
        case visibility when 'person' then person_id when 'account' then account_id
            when 'company' then '{company}' end as owner
    from {relation} where {not_blank}
)"""


def owned_memories(con: duckdb.DuckDBPyConnection, spec: SnapshotSpec) -> str:
    """SQL of the memories as published, without vectors.

    Raises SnapshotInputError when a memory has no owner: nobody could recall it, and nobody may guess.
    """
    relation = OWNED.format(relation=spec.memories.relation, company=COMPANY, not_blank=NOT_BLANK)
    orphan = con.execute(f"select memory_id from {relation} where owner is null order by 1 limit 1").fetchone()
    if orphan:
        raise SnapshotInputError(
            f"{spec.memories.relation}: {orphan[0]} has a visibility whose person_id or account_id is null"
        )
    return canonical_select(con, spec, relation, spec.memories.sort)


def write_memories(con: duckdb.DuckDBPyConnection, spec: SnapshotSpec, vectors: VectorLookup, folder: Path) -> int:
    """Write `memories.lance` with its indexes into `folder`; the number of memories."""
    reader = con.execute(owned_memories(con, spec)).to_arrow_reader(WRITTEN_ROWS)
    schema = reader.schema.append(pa.field("vector", vectors.type))
    return write_search_table(pa.RecordBatchReader.from_batches(schema, _with_vectors(reader, schema, vectors)), folder)


def write_search_table(rows: pa.RecordBatchReader, folder: Path) -> int:
    """Write `memories.lance` with its indexes from rows that have their vectors; the number of memories."""
    table = lancedb.connect(folder, storage_options=FILE_FORMAT).create_table(MEMORIES, schema=rows.schema)
    table.add(rows)
    written = int(table.count_rows())
    if written:
        for column, index in SCALAR_INDEXES.items():
            table.create_index(column, config=index)
        table.create_index("text", config=FULL_TEXT)
    return written


def _with_vectors(reader: pa.RecordBatchReader, schema: pa.Schema, vectors: VectorLookup) -> Iterator[pa.RecordBatch]:
    for batch in reader:
        found = vectors.take(batch.column("content_hash"))
        yield pa.RecordBatch.from_arrays([*batch.columns, found], schema=schema)

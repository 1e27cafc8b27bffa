"""The files of one snapshot: first what decides its id, then what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from lake.schemas import IDENTITY, LAKE
from memory.embedding.lookup import VectorLookup
from memory.embedding.model import ModelId
from memory.files import files_under, remove, sha256_of
from memory.snapshot.card import card_schema
from memory.snapshot.cards import write_cards
from memory.snapshot.compare import changes
from memory.snapshot.hashing import content_hash, parquet_hash, relation_hash
from memory.snapshot.layout import CARD_SCHEMA, CARDS, CHANGES, FORMER_ID, MANIFEST, MEMORIES, SCHEMA_VERSION
from memory.snapshot.manifest import Manifest
from memory.snapshot.memories import owned_memories, write_memories
from memory.snapshot.spec import SnapshotSpec, TableSpec, snapshot_spec
from memory.snapshot.tables import write_table

IDENTIFIERS = "identifiers"


@dataclass(frozen=True)
class Content:
    """What a snapshot says, before it is indexed."""

    schema_version: int
    hash: str
    table_hashes: dict[str, str]
    row_counts: dict[str, int]


def build_content(con: duckdb.DuckDBPyConnection, day: date, model: ModelId, folder: Path) -> Content:
    """Write the tables and cards into `folder`, made anew, and hash what they and the memories say."""
    remove([folder])
    folder.mkdir(parents=True)
    spec = snapshot_spec()
    counts, hashes = {}, {}
    for table in spec.tables:
        path = folder / table.file_name
        counts[table.name] = write_table(con, spec, _source(con, table), path)
        hashes[table.name] = parquet_hash(path, spec.unhashed)
    cards = folder / f"{CARDS}.parquet"
    counts[CARDS] = write_cards(con, day, cards)
    hashes[CARDS] = parquet_hash(cards, spec.unhashed)
    (folder / CARD_SCHEMA).write_text(card_schema())
    counts[MEMORIES], hashes[MEMORIES] = _hash_memories(con, spec)
    return Content(SCHEMA_VERSION, content_hash(hashes, model.key), hashes, counts)


def finish(
    con: duckdb.DuckDBPyConnection, folder: Path, content: Content, vectors: VectorLookup, manifest: Manifest
) -> None:
    """Add the search table, the changes against the snapshot before, and the manifest."""
    spec = snapshot_spec()
    write_memories(con, spec, vectors, folder)
    before = folder.parent / manifest.previous if manifest.previous else None
    changed = changes(before, folder, spec)
    pq.write_table(changed, folder / f"{CHANGES}.parquet", compression="zstd")
    counts = {**content.row_counts, CHANGES: changed.num_rows}
    sums = {path.relative_to(folder).as_posix(): sha256_of(path) for path in files_under(folder)}
    replace(manifest, row_counts=counts, files={name: s for name, s in sums.items() if name != MANIFEST}).write(folder)


def _source(con: duckdb.DuckDBPyConnection, table: TableSpec) -> TableSpec:
    """Where a table is read from; identifiers also lead from merged ids to the ids that they were merged into."""
    if table.name != IDENTIFIERS:
        return table
    con.execute(f"create or replace temp view published_identifiers as {_identifiers_with_former_ids(table.relation)}")
    return replace(table, relation="published_identifiers")


def _identifiers_with_former_ids(relation: str) -> str:
    """An id's last event says what became of it: a merge that was taken back leads nowhere."""
    return f"""
        with recursive last_events as (
            select entity_type, entity_id, other_id, event from {LAKE}.{IDENTITY}.ledger
            qualify row_number() over (partition by entity_type, entity_id order by sequence desc) = 1
        ),
        moved as (select * exclude (event) from last_events where event = 'merged_into'),
        led as (
            select entity_type, entity_id as former_id, other_id as entity_id from moved
            union
            select led.entity_type, led.former_id, moved.other_id
            from led inner join moved on led.entity_type = moved.entity_type and led.entity_id = moved.entity_id
        ),
        standing as (from led anti join moved using (entity_type, entity_id))
        select * from {relation}
        union all by name
        select entity_type, entity_id, '{FORMER_ID}' as type, former_id as value, false as is_ambiguous from standing
    """


def _hash_memories(con: duckdb.DuckDBPyConnection, spec: SnapshotSpec) -> tuple[int, str]:
    relation = f"({owned_memories(con, spec)})"
    row = con.execute(f"select count(*) from {relation}").fetchone()
    assert row is not None  # noqa: S101 (an aggregate always has a row)
    return int(row[0]), relation_hash(con, relation, spec.unhashed)

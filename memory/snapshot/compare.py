"""What differs between two snapshots: row by row, by each table's key. Feeds `changes.parquet` and `diff`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import lancedb
import pyarrow as pa

from memory.snapshot.layout import CARDS, MEMORIES
from memory.snapshot.spec import SnapshotSpec, TableSpec

CHANGES_SCHEMA = pa.schema(
    [
        pa.field("table_name", pa.string(), nullable=False),
        pa.field("change", pa.string(), nullable=False),  # added, removed, changed
        pa.field("key", pa.string(), nullable=False),  # JSON object of the key's columns
        pa.field("before", pa.string()),  # JSON of the row; null for cards, which repeat what the tables say
        pa.field("after", pa.string()),
    ]
)
NOT_COMPARED = ("vector",)
UNDATED_CARD = """json_merge_patch(card, '{"as_of": null}')"""  # its day alone changes every card every night


def compared_tables(spec: SnapshotSpec) -> list[TableSpec]:
    """The tables that have a key to compare by, cards and memories among them."""
    cards = TableSpec(CARDS, CARDS, ("entity_id",), ("entity_id",))
    return [table for table in (*spec.tables, cards, spec.memories) if table.key]


def changes(old: Path | None, new: Path, spec: SnapshotSpec) -> pa.Table:
    """Rows added, removed and changed from `old` to `new`, ordered; none when there is no `old`."""
    tables = [_table_changes(old, new, table, spec) for table in compared_tables(spec)] if old else []
    return pa.concat_tables([CHANGES_SCHEMA.empty_table(), *tables])


def _table_changes(old: Path, new: Path, table: TableSpec, spec: SnapshotSpec) -> pa.Table:
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        sides = {side: _side(con, side, folder, table, spec) for side, folder in (("old", old), ("new", new))}
        shown = ("null::varchar", "null::varchar") if table.name == CARDS else ("old.body", "new.body")
        found = con.execute(f"""
            select '{table.name}' as table_name,
                case when old.key is null then 'added' when new.key is null then 'removed' else 'changed' end as change,
                coalesce(old.key, new.key) as key, {shown[0]} as before, {shown[1]} as after
            from ({sides["old"]}) as old full join ({sides["new"]}) as new on old.key = new.key
            where old.body is distinct from new.body order by key
        """).to_arrow_table()
        return found.cast(CHANGES_SCHEMA)


def _side(con: duckdb.DuckDBPyConnection, side: str, folder: Path, table: TableSpec, spec: SnapshotSpec) -> str:
    """SQL of `key` and `body` of one snapshot's rows."""
    left_out = {*NOT_COMPARED, *spec.unhashed}
    path = folder / table.file_name
    if not path.exists():
        return "select null::varchar as key, null::varchar as body where false"
    relation = f"read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')"
    if table.name == MEMORIES:
        con.register(f"{side}_memories", memory_rows(folder))
        relation = f"{side}_memories"
    elif table.name == CARDS:
        relation = f"""(select * exclude (card, prompt), {UNDATED_CARD} as card from {relation})"""
    columns = [str(row[0]) for row in con.execute(f"describe select * from {relation}").fetchall()]
    body = _object(sorted(name for name in columns if name not in left_out))
    return f"select {_object(table.key)} as key, {body} as body from {relation}"


def memory_rows(folder: Path) -> pa.Table:
    """The memories of a snapshot without their vectors."""
    table = lancedb.connect(folder).open_table(MEMORIES)
    columns = [name for name in table.schema.names if name not in NOT_COMPARED]
    return table.search().select(columns).limit(max(1, table.count_rows())).to_arrow()


def _object(columns: Iterable[str]) -> str:
    """SQL of a JSON object of the columns, as text."""
    pairs = ", ".join(f'"{name}": "{name}"' for name in columns)
    return f"to_json({{{pairs}}})::varchar"

"""The raw tables: their columns, their creation, what has been landed, and the removal of loads that were cut off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import duckdb
import pyarrow as pa

from ingestion.sources import Source
from lake.schemas import raw_schema
from lake.tables import tables_of_lake

LANDED_FILES = "_landed_files"
REJECTED = "_rejected"
LOADS = "_dlt_loads"
LOAD_ID = "_dlt_load_id"  # added by dlt

_PROVENANCE = (
    ("_source_file", pa.string()),
    ("_source_row", pa.int64()),
    ("_drop_date", pa.date32()),
    ("_file_sha256", pa.string()),
)
_RECORDED = ("_recorded_at", pa.timestamp("us", tz="UTC"))

STREAM_COLUMNS = pa.schema([("payload", pa.string()), *_PROVENANCE, _RECORDED])
REJECTED_COLUMNS = pa.schema(
    [
        ("source", pa.string()),
        ("stream", pa.string()),
        *_PROVENANCE,
        ("reason_code", pa.string()),
        ("message", pa.string()),
        ("raw_text", pa.string()),
        _RECORDED,
    ]
)
LANDED_COLUMNS = pa.schema(
    [
        ("stream", pa.string()),
        ("_source_file", pa.string()),
        ("_drop_date", pa.date32()),
        ("_file_sha256", pa.string()),
        ("rows_landed", pa.int64()),
        ("rows_rejected", pa.int64()),
        ("notes", pa.string()),
        _RECORDED,
    ]
)
_SQL_TYPES = {
    pa.string(): "varchar",
    pa.int64(): "bigint",
    pa.date32(): "date",
    pa.timestamp("us", tz="UTC"): "timestamp with time zone",
}


@dataclass
class Landed:
    """Which files of a source are in the lake."""

    of_drop: dict[tuple[date, str], str] = field(default_factory=dict)  # drop and file → sha256 landed last
    newest: dict[str, str] = field(default_factory=dict)  # file → sha256 landed last, whatever the drop

    def holds(self, drop_date: date, name: str, sha256: str, undated: bool) -> bool:
        """Whether a file's newest landing had this content; of an undated file the newest of all days."""
        return self.of_drop.get((drop_date, name)) == sha256 or (undated and self.newest.get(name) == sha256)


def tables_of(source: Source) -> dict[str, pa.Schema]:
    """Every table of the source's raw schema, dlt's own left out."""
    return {**dict.fromkeys(source.streams, STREAM_COLUMNS), LANDED_FILES: LANDED_COLUMNS, REJECTED: REJECTED_COLUMNS}


def ensure_tables(con: duckdb.DuckDBPyConnection, sources: Iterable[Source]) -> None:
    """Create what is missing, in one transaction; dlt finds its tables in place and adds nothing to them."""
    present = tables_of_lake(con)
    missing = [
        (raw_schema(source.name), table, columns)
        for source in sources
        for table, columns in tables_of(source).items()
        if (raw_schema(source.name), table) not in present
    ]
    if not missing:
        return
    con.execute("begin")
    for schema in sorted({schema for schema, _, _ in missing}):
        con.execute(f"create schema if not exists {schema}")
    for schema, table, columns in missing:
        typed = ", ".join(f"{column.name} {_SQL_TYPES[column.type]}" for column in columns)
        con.execute(f"create table {schema}.{table} ({typed}, {LOAD_ID} varchar)")
    con.execute("commit")


def landed_files(con: duckdb.DuckDBPyConnection, source: Source) -> Landed:
    """What has been landed of a source; call after `remove_cut_off_loads`."""
    landed = Landed()
    rows = con.execute(
        f"select _drop_date, _source_file, _file_sha256 from {raw_schema(source.name)}.{LANDED_FILES} "
        f"order by _recorded_at, {LOAD_ID}"
    ).fetchall()
    for drop_date, name, sha256 in rows:
        landed.of_drop[drop_date, name] = sha256
        landed.newest[name] = sha256
    return landed


def remove_cut_off_loads(con: duckdb.DuckDBPyConnection, sources: Iterable[Source]) -> int:
    """Delete rows of loads that dlt did not finish, in one transaction; their files then land again from the start.

    Returns how many such loads there were.
    """
    present = tables_of_lake(con)
    tables = [(raw_schema(s.name), t) for s in sources for t in tables_of(s) if (raw_schema(s.name), t) in present]
    if not tables:
        return 0
    ids = " union all ".join(
        f"(select '{schema}' as sch, '{table}' as tab, {LOAD_ID} as id from {schema}.{table} group by {LOAD_ID})"
        for schema, table in tables
    )
    loads = [schema for schema in sorted({schema for schema, _ in tables}) if (schema, LOADS) in present]
    finished = " union all ".join(f"select '{schema}' as sch, load_id as id from {schema}.{LOADS}" for schema in loads)
    done = finished or "select '' as sch, '' as id"
    query = (
        f"with ids as ({ids}), done as ({done}) select distinct sch, tab, id from ids anti join done using (sch, id)"
    )
    cut_off = con.execute(f"{query} order by all").fetchall()
    if cut_off:
        con.execute("begin")
        for schema, table, load_id in cut_off:
            con.execute(f"delete from {schema}.{table} where {LOAD_ID} is not distinct from ?", [load_id])
        con.execute("commit")
    return len({(schema, load_id) for schema, _, load_id in cut_off})

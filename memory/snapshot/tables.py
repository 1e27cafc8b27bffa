"""Lake tables to the snapshot's Parquet files: rows in a fixed order, floats rounded as declared."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from memory.snapshot.spec import SnapshotSpec, TableSpec

ROW_GROUP_ROWS = 4096  # small groups: a reader fetches one customer's rows, not the file
FLOATS = ("DOUBLE", "FLOAT")


class SnapshotInputError(RuntimeError):
    """A lake table that the snapshot is made from is missing, or lacks what it must have."""


def write_table(con: duckdb.DuckDBPyConnection, spec: SnapshotSpec, table: TableSpec, path: Path) -> int:
    """Write one table; the number of rows."""
    reader = con.execute(canonical_select(con, spec, table.relation, table.sort)).to_arrow_reader()
    return write_parquet(reader.schema, reader, path, ROW_GROUP_ROWS)


def canonical_select(con: duckdb.DuckDBPyConnection, spec: SnapshotSpec, relation: str, sort: tuple[str, ...]) -> str:
    """SQL of the relation's rows as published: rounded, and in an order that has no ties but for equal rows."""
    columns = columns_of(con, relation)
    missing = [name for name in sort if name not in columns]
    if missing:
        raise SnapshotInputError(f"{relation} lacks {', '.join(missing)}: build its model, or correct tables.yml")
    shown = ", ".join(_rounded(name, kind, spec) for name, kind in columns.items())
    order = ", ".join(f'"{name}" nulls first' for name in (*sort, *(name for name in columns if name not in sort)))
    return f"select {shown} from {relation} order by {order}"


def columns_of(con: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Column names and DuckDB types of a relation.

    Raises SnapshotInputError where it does not exist.
    """
    try:
        rows = con.execute(f"describe select * from {relation}").fetchall()
    except duckdb.CatalogException as error:
        raise SnapshotInputError(f"{relation} is not in the lake: run the night's models first") from error
    return {str(row[0]): str(row[1]) for row in rows}


def write_parquet(schema: pa.Schema, batches: Iterable[pa.RecordBatch], path: Path, row_group_rows: int) -> int:
    """Write batches as one Parquet file with row groups of the given size; the number of rows."""
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True) as writer:
        for batch in _regrouped(schema, batches, row_group_rows):
            writer.write_table(batch, row_group_size=row_group_rows)
            rows += batch.num_rows
    return rows


def _regrouped(schema: pa.Schema, batches: Iterable[pa.RecordBatch], size: int) -> Iterable[pa.Table]:
    """The same rows in tables whose length is a multiple of `size`, but for the last."""
    waiting = schema.empty_table()
    for batch in batches:
        waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch])])
        whole = waiting.num_rows // size * size
        if whole:
            yield waiting.slice(0, whole)
            waiting = waiting.slice(whole)
    if waiting.num_rows:
        yield waiting


def _rounded(name: str, kind: str, spec: SnapshotSpec) -> str:
    if kind in FLOATS:
        return f'round("{name}"::double, {spec.decimals_of(name)}) + 0.0 as "{name}"'
    return f'"{name}"'

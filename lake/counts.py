"""Row counts of lake tables; Parquet keeps them, so that counting reads no data."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from lake.schemas import LAKE


def row_count(con: DuckDBPyConnection, schema: str, table: str) -> int:
    """Rows of a table. Raises duckdb.CatalogException when there is no such table."""
    row = con.execute(f'select count(*) from {LAKE}."{schema}"."{table}"').fetchone()
    return int(row[0]) if row else 0

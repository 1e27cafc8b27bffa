"""What tables there are: asked of the catalog, or of one table.

DuckDB's own lists (`duckdb_tables()`, `information_schema`) read the statistics of every table first, which on a lake
of two hundred takes over a second for each new connection.
"""

from __future__ import annotations

import duckdb

from lake.schemas import LAKE

METADATA = f"__ducklake_metadata_{LAKE}"  # under which name DuckLake attaches its catalog


def tables_of_lake(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """Schema and name of every table at the lake's head."""
    rows = con.execute(
        f"select s.schema_name, t.table_name "
        f"from {METADATA}.ducklake_table as t join {METADATA}.ducklake_schema as s using (schema_id) "
        f"where t.end_snapshot is null and s.end_snapshot is null"
    ).fetchall()
    return {(schema, table) for schema, table in rows}


def columns_of(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """Names of a table's columns; none where there is no such table."""
    try:
        return [str(row[0]) for row in con.execute(f"describe {table}").fetchall()]
    except duckdb.CatalogException:
        return []

"""Row counts of the lake's tables, from DuckLake's catalog: a count of its own for each took seconds of every night."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from lake.schemas import LAKE
from lake.tables import METADATA

COUNTS = f"""
    select s.schema_name, t.table_name, coalesce(sum(f.record_count), 0) - coalesce(sum(lost.delete_count), 0)
    from {METADATA}.ducklake_table as t
    join {METADATA}.ducklake_schema as s on s.schema_id = t.schema_id and s.end_snapshot is null
    left join {METADATA}.ducklake_data_file as f on f.table_id = t.table_id and f.end_snapshot is null
    left join {METADATA}.ducklake_delete_file as lost
        on lost.data_file_id = f.data_file_id and lost.end_snapshot is null
    where t.end_snapshot is null
    group by s.schema_name, t.table_name
"""


class RowCounts:
    """Rows of every table as committed when this was made; views are counted when they are asked for."""

    def __init__(self, con: DuckDBPyConnection) -> None:
        self._con = con
        self._tables = {(schema, table): int(rows) for schema, table, rows in con.execute(COUNTS).fetchall()}

    def of(self, schema: str, table: str) -> int:
        """Rows of a table or view. Raises duckdb.CatalogException when there is none of that name."""
        if (schema, table) in self._tables:
            return self._tables[schema, table]
        row = self._con.execute(f'select count(*) from {LAKE}."{schema}"."{table}"').fetchone()
        return int(row[0]) if row else 0

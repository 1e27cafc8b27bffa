"""The lake's Parquet files, held against its catalog."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from duckdb import DuckDBPyConnection

from lake.settings import Settings
from lake.tables import METADATA

# DuckLake writes paths relative to the table's folder, that to the schema's, that to the lake's files.
FILES = f"""
    select s.schema_name, t.table_name, s.path, s.path_is_relative, t.path, t.path_is_relative,
           f.path, f.path_is_relative, f.file_size_bytes
    from (
        select table_id, path, path_is_relative, file_size_bytes from {METADATA}.ducklake_data_file
        union all
        select table_id, path, path_is_relative, file_size_bytes from {METADATA}.ducklake_delete_file
    ) as f
    join (
        from {METADATA}.ducklake_table
        qualify row_number() over (partition by table_id order by begin_snapshot desc) = 1
    ) as t using (table_id)
    join {METADATA}.ducklake_schema as s using (schema_id)
    order by s.schema_name, t.table_name, f.path
"""


@dataclass(frozen=True)
class BadFile:
    """A file that the lake needs, for its head or for a kept version, and that is not as it was written."""

    table: str
    path: Path


def bad_files(con: DuckDBPyConnection, settings: Settings) -> list[BadFile]:
    """Files that are missing or of another size than the catalog has it, by table."""
    found = []
    for schema, table, *places, size in con.execute(FILES).fetchall():
        path = settings.files_dir
        for part, is_relative in zip(places[::2], places[1::2], strict=True):
            path = path / part if is_relative else Path(part)
        if not path.is_file() or path.stat().st_size != size:
            found.append(BadFile(f"{schema}.{table}", path))
    return found

"""The night's end: fewer and larger files, old versions expired, replaced and orphaned files removed.

The lake versions that published snapshots name stay readable, and replaced files stay on disk for `GRACE_DAYS`,
so that a reader's query that is under way finds them. DuckLake is asked for work only where its catalog shows some:
asking each of two hundred tables takes longer than the work.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from lake.connection import lake_version
from lake.schemas import LAKE
from lake.tables import METADATA

# DuckLake compares a SQLite catalog's instants as text, which is right to the day only: two days leave at least one.
GRACE_DAYS = 2
# What is written again for a few rows: files up to so many bytes, or of which so large a share of rows is deleted.
SMALL_FILE = 16 * 2**20
LOST_SHARE = 0.2

FILES_NOW = f"""(
    select s.schema_name, t.table_name, f.file_size_bytes, lost.delete_count,
           lost.delete_count / f.record_count as lost_share
    from {METADATA}.ducklake_data_file as f
    join {METADATA}.ducklake_table as t on t.table_id = f.table_id and t.end_snapshot is null
    join {METADATA}.ducklake_schema as s on s.schema_id = t.schema_id and s.end_snapshot is null
    left join {METADATA}.ducklake_delete_file as lost
        on lost.data_file_id = f.data_file_id and lost.end_snapshot is null
    where f.end_snapshot is null
)"""


@dataclass(frozen=True)
class MaintenanceReport:
    """What a maintenance did, in versions, tables, files and rows of statistics."""

    versions_kept: int
    versions_expired: int
    tables_flushed: int
    tables_rewritten: int
    tables_merged: int
    statistics_forgotten: int
    files_removed: int
    orphans_removed: int


def maintain(con: DuckDBPyConnection, keep_versions: Iterable[int], grace_days: int = GRACE_DAYS) -> MaintenanceReport:
    """Expire all versions but `keep_versions` and the newest, merge small files, remove what nothing needs.

    The caller holds the writer lock. `grace_days` below GRACE_DAYS is for erasure, which waits for no reader.
    """
    keep = {*keep_versions, lake_version(con)}
    versions = [row[0] for row in con.execute(f"select snapshot_id from ducklake_snapshots('{LAKE}')").fetchall()]
    expired = sorted(set(versions) - keep)
    if expired:
        con.execute(f"call ducklake_expire_snapshots('{LAKE}', versions => ?)", [expired])
    flushed = con.execute(f"call ducklake_flush_inlined_data('{LAKE}')").fetchall()
    rewritten, merged = _rewrite(con), _merge(con)
    forgotten = _forget_statistics(con)
    when = "cleanup_all => true" if grace_days < GRACE_DAYS else f"older_than => now() - interval {grace_days} days"
    removed = con.execute(f"call ducklake_cleanup_old_files('{LAKE}', {when})").fetchall()
    orphans = con.execute(f"call ducklake_delete_orphaned_files('{LAKE}', {when})").fetchall()
    return MaintenanceReport(
        versions_kept=len(keep & set(versions)),
        versions_expired=len(expired),
        tables_flushed=len(flushed),
        tables_rewritten=rewritten,
        tables_merged=merged,
        statistics_forgotten=forgotten,
        files_removed=len(removed),
        orphans_removed=len(orphans),
    )


def _rewrite(con: DuckDBPyConnection) -> int:
    """Write files without the rows they lost, as DuckLake merges none that lost some; returns in how many tables."""
    found = con.execute(
        f"select schema_name, table_name, max(file_size_bytes) <= {SMALL_FILE} from {FILES_NOW} "
        f"where delete_count > 0 and (file_size_bytes <= {SMALL_FILE} or lost_share >= {LOST_SHARE}) "
        "group by schema_name, table_name order by schema_name, table_name"
    ).fetchall()
    for schema, table, are_small in found:
        con.execute(
            f"call ducklake_rewrite_data_files('{LAKE}', ?, schema => ?, delete_threshold => ?)",
            [table, schema, 0 if are_small else LOST_SHARE],
        )
    return len(found)


def _merge(con: DuckDBPyConnection) -> int:
    """Make one file of a table's small ones; returns in how many tables."""
    found = con.execute(
        f"select schema_name, table_name from {FILES_NOW} "
        f"where delete_count is null and file_size_bytes <= {SMALL_FILE} "
        "group by schema_name, table_name having count(*) > 1 order by schema_name, table_name"
    ).fetchall()
    merge = f"call ducklake_merge_adjacent_files('{LAKE}', ?, schema => ?, max_file_size => {SMALL_FILE})"
    return sum(bool(con.execute(merge, [table, schema]).fetchall()) for schema, table in found)


def _forget_statistics(con: DuckDBPyConnection) -> int:
    """Drop the statistics of replaced files, which only kept versions name; returns how many rows that were.

    For every filter and join DuckLake reads the statistics of all files of its catalog, so that with thirty versions
    kept each of a night's thousand queries paid for thirty nights. A file without them is read whole.
    """
    row = con.execute(
        f"delete from {METADATA}.ducklake_file_column_stats where data_file_id not in "
        f"(select data_file_id from {METADATA}.ducklake_data_file where end_snapshot is null)"
    ).fetchone()
    return int(row[0]) if row else 0

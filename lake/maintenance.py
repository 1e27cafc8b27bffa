"""The night's end: fewer and larger files, old versions expired, replaced and orphaned files removed.

The lake versions that published snapshots name stay readable, and replaced files stay on disk for `GRACE_DAYS`,
so that a reader's query that is under way finds them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from lake.connection import lake_version
from lake.schemas import LAKE

# DuckLake compares a SQLite catalog's instants as text, which is right to the day only: two days leave at least one.
GRACE_DAYS = 2


@dataclass(frozen=True)
class MaintenanceReport:
    """What a maintenance did, in versions and files."""

    versions_kept: int
    versions_expired: int
    tables_flushed: int
    tables_merged: int
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
    merged = con.execute(f"call ducklake_merge_adjacent_files('{LAKE}')").fetchall()
    when = "cleanup_all => true" if grace_days < GRACE_DAYS else f"older_than => now() - interval {grace_days} days"
    removed = con.execute(f"call ducklake_cleanup_old_files('{LAKE}', {when})").fetchall()
    orphans = con.execute(f"call ducklake_delete_orphaned_files('{LAKE}', {when})").fetchall()
    return MaintenanceReport(
        versions_kept=len(keep & set(versions)),
        versions_expired=len(expired),
        tables_flushed=len(flushed),
        tables_merged=len(merged),
        files_removed=len(removed),
        orphans_removed=len(orphans),
    )

"""What is published: the current snapshot's manifest, and the lake versions that readers may still attach at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from duckdb import DuckDBPyConnection

from lake.connection import has_version
from lake.settings import Settings
from memory.snapshot.layout import DamagedSnapshotError, find_snapshot, named_latest, snapshot_ids
from memory.snapshot.manifest import Manifest


def current_manifest(settings: Settings) -> Manifest:
    """Manifest of the current snapshot. Raises NoSnapshotError before the first night."""
    return Manifest.read(find_snapshot(settings.snapshots_dir))


def versions_to_keep(settings: Settings) -> list[int]:
    """Lake versions of the newest kept snapshots and of the current one, sorted."""
    from memory.snapshot.kept import list_snapshots  # loads the search library

    kept = list_snapshots(settings.snapshots_dir)
    wanted = (s.lake_version for place, s in enumerate(kept) if place < settings.keep_snapshots or s.is_latest)
    return sorted({version for version in wanted if version is not None})


def readable_manifests(settings: Settings) -> Iterator[Manifest]:
    """Manifests of the published snapshots, those that cannot be read left out: the current one's, then by day."""
    home = settings.snapshots_dir
    current = named_latest(home)
    for name in sorted(snapshot_ids(home), key=lambda name: (name == current, name), reverse=True):
        with suppress(DamagedSnapshotError):  # a night compares with what it can; `doctor` and `verify` name the damage
            yield Manifest.read(home / name)


def rows_published(settings: Settings) -> dict[str, int]:
    """Row counts of the newest night to compare with; none before the first."""
    manifest = next(readable_manifests(settings), None)
    return dict(manifest.row_counts) if manifest else {}


def version_to_compare(con: DuckDBPyConnection, settings: Settings) -> int | None:
    """Lake version of the newest night to compare with that maintenance has not expired; None where there is none."""
    versions = (manifest.lake_version for manifest in readable_manifests(settings))
    return next((version for version in versions if has_version(con, version)), None)

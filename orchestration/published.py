"""What is published: the current snapshot's manifest, and the lake versions that readers may still attach at."""

from __future__ import annotations

from lake.settings import Settings
from memory.snapshot.layout import NoSnapshotError, find_snapshot
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


def rows_published(settings: Settings) -> dict[str, int]:
    """Row counts of the current snapshot; none before the first night."""
    try:
        return dict(current_manifest(settings).row_counts)
    except NoSnapshotError:
        return {}

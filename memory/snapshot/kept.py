"""The snapshots that are kept: list, compare, roll back, prune, sweep. Whoever changes anything holds the lock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from memory.files import BESIDE, flush, remove, write_beside
from memory.snapshot.compare import changes
from memory.snapshot.layout import (
    BUILDING,
    LATEST,
    DamagedSnapshotError,
    NoSnapshotError,
    SnapshotError,
    find_snapshot,
    named_latest,
    snapshot_ids,
)
from memory.snapshot.manifest import Manifest
from memory.snapshot.spec import snapshot_spec
from memory.snapshot.verify import verify


@dataclass(frozen=True)
class KeptSnapshot:
    """One line of the list; what only its manifest tells is missing where that cannot be read."""

    snapshot_id: str
    path: Path
    is_latest: bool
    lake_version: int | None
    embedding_model: str | None
    row_counts: dict[str, int]
    bytes: int
    problem: str | None = None


def list_snapshots(snapshots_dir: Path) -> list[KeptSnapshot]:
    """Every published snapshot, newest first; none of them is the latest where nothing readable says which."""
    current = named_latest(snapshots_dir)
    kept = [_kept(snapshots_dir / name, current) for name in snapshot_ids(snapshots_dir)]
    return sorted(kept, key=_age, reverse=True)


def diff_snapshots(snapshots_dir: Path, old: str, new: str) -> pa.Table:
    """What changed from one snapshot to another: `table_name, change, key, before, after`."""
    return changes(find_snapshot(snapshots_dir, old), find_snapshot(snapshots_dir, new), snapshot_spec())


def rollback(snapshots_dir: Path, name: str) -> Manifest:
    """Make an older snapshot current, after verifying it; nothing is removed."""
    folder = find_snapshot(snapshots_dir, name)
    manifest = verify(folder)
    make_current(snapshots_dir, folder.name)
    return manifest


def prune(snapshots_dir: Path, keep: int) -> list[str]:
    """Remove all but the newest `keep` snapshots and the current one; the ids that went.

    A snapshot whose manifest cannot be read neither counts nor goes: whoever knows why removes it.
    """
    if keep < 1:
        raise SnapshotError(f"prune would keep {keep} snapshots; keep at least 1")
    readable = [kept for kept in list_snapshots(snapshots_dir) if not kept.problem]
    gone = [kept.snapshot_id for kept in readable[keep:] if not kept.is_latest]
    for name in gone:  # out of sight in one step, so that nobody finds half a snapshot
        doomed = snapshots_dir / f"{BUILDING}-removed-{name}"
        (snapshots_dir / name).rename(doomed)
        remove([doomed])
    return sorted(gone)


def sweep(snapshots_dir: Path) -> None:
    """Remove what killed runs left behind."""
    remove(snapshots_dir.glob(f"{BUILDING}*"))
    remove(snapshots_dir.glob(f"*{BESIDE}"))


def put_in_place(building: Path, folder: Path) -> None:
    """Give a finished snapshot its name; a damaged one of that name makes room."""
    if folder.exists():
        folder.rename(folder.with_name(f"{BUILDING}-damaged-{folder.name}"))
    building.rename(folder)
    flush(folder.parent)
    remove(folder.parent.glob(f"{BUILDING}-damaged-*"))


def make_current(snapshots_dir: Path, name: str) -> None:
    """Point `latest` at a published snapshot, in one step."""
    if name not in snapshot_ids(snapshots_dir):
        raise NoSnapshotError(f"{name} is not in {snapshots_dir}")
    write_beside(snapshots_dir / LATEST, lambda beside: beside.write_text(f"{name}\n"))


def _age(kept: KeptSnapshot) -> tuple[str, int, str]:
    """Order of publishing: the day, then the lake version of nights that were run twice."""
    return kept.snapshot_id[:10], kept.lake_version or 0, kept.snapshot_id


def _kept(folder: Path, current: str) -> KeptSnapshot:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    is_latest = folder.name == current
    try:
        manifest = Manifest.read(folder)
    except DamagedSnapshotError as error:
        return KeptSnapshot(folder.name, folder, is_latest, None, None, {}, size, str(error))
    model = str(manifest.embedding_model["name"])
    return KeptSnapshot(folder.name, folder, is_latest, manifest.lake_version, model, manifest.row_counts, size)

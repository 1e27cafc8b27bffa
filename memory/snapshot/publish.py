"""Publish a night: build beside, verify, put in place, and only then make it current.

At every instant `latest` names a whole snapshot. A run that is killed leaves a folder `.building`, which the next one
removes; nothing else can be half done, for each step that shows is one rename.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from lake import ops
from lake.connection import lake_version
from lake.schemas import LAKE, MARTS, MEMORY
from lake.settings import Settings
from lake.time import as_of
from memory.embedding.lookup import VectorLookup
from memory.embedding.model import EmbeddingModel, ModelId, identify, load_model
from memory.embedding.store import VectorStore
from memory.files import flush_tree, remove
from memory.snapshot.build import Content, build_content, finish
from memory.snapshot.kept import make_current, put_in_place, sweep
from memory.snapshot.layout import BUILDING, SnapshotError, find_snapshot, snapshot_id, snapshot_ids
from memory.snapshot.manifest import Manifest
from memory.snapshot.verify import check_files, verify

logger = logging.getLogger(__name__)

Stage = Callable[[str], None]  # told the name of each stage as it begins


class GateFailedError(SnapshotError):
    """A check failed: nothing was published."""


class OlderDayError(SnapshotError):
    """The head only moves forward."""


@dataclass(frozen=True)
class PublishedSnapshot:
    """What a night published."""

    snapshot_id: str
    path: Path
    previous: str | None
    reused: bool  # the same content had been published before
    lake_version: int
    row_counts: dict[str, int]


def publish_snapshot(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    day: date,
    checks: Sequence[Mapping[str, Any]] = (),
    *,
    model: EmbeddingModel | None = None,
    on_stage: Stage = lambda _: None,
) -> PublishedSnapshot:
    """Publish the lake as it stands as the snapshot of `day`; the caller holds the writer lock.

    The same content gives the same id, and what is already published is not built again. `checks` are the gates'
    results ({name, passed, severity, …}), kept in the manifest; GateFailedError when one failed with severity `error`.
    OlderDayError when a later day is already current.
    """
    _refuse_failed(checks)
    home = settings.snapshots_dir
    home.mkdir(parents=True, exist_ok=True)
    sweep(home)
    previous = _whole_before(home)
    _refuse_older(day, previous)
    building = home / BUILDING
    model_id = model.id if model else identify(settings.embedding_model)
    on_stage("tables")
    content = build_content(con, day, model_id, building)
    name = snapshot_id(day, content.hash)
    reused = (name == previous or _is_whole(home / name)) and _is_of_this_lake(con, home / name)
    if reused:
        remove([building])
    else:
        on_stage("index")
        store = VectorStore.of(settings.vectors_dir, model_id)
        dimension = store.dimension or (model or load_model(settings.embedding_model)).dimension
        region = settings.default_region
        manifest = _manifest(
            con, day, name, previous, content, checks, model=model_id, dimension=dimension, default_region=region
        )
        finish(con, building, content, VectorLookup(store, dimension), manifest)
        on_stage("verify")
        verify(building)
        flush_tree(building)
        put_in_place(building, home / name)
    make_current(home, name)
    manifest = Manifest.read(home / name)
    return PublishedSnapshot(name, home / name, manifest.previous, reused, manifest.lake_version, manifest.row_counts)


def _is_of_this_lake(con: duckdb.DuckDBPyConnection, folder: Path) -> bool:
    """Whether the lake version that a snapshot names is this catalog's: another one may have been put in its place."""
    return ops.was_published(con, folder.name, Manifest.read(folder).lake_version)


def _manifest(
    con: duckdb.DuckDBPyConnection,
    day: date,
    name: str,
    previous: str | None,
    content: Content,
    checks: Sequence[Mapping[str, Any]],
    *,
    model: ModelId,
    dimension: int,
    default_region: str,
) -> Manifest:
    return Manifest(
        schema_version=content.schema_version,
        snapshot_id=name,
        day=day.isoformat(),
        as_of=as_of(day).isoformat(),
        lake_version=lake_version(con),
        embedding_model={
            "name": model.name,
            "weights_sha256": model.weights_sha256,
            "key": model.key,
            "dimension": dimension,
        },
        content_hash=content.hash,
        table_hashes=content.table_hashes,
        row_counts=content.row_counts,
        checks=[dict(check) for check in checks],
        previous=previous,
        files={},
        default_region=default_region,
        channels=_channels(con),
    )


def _channels(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The channels of the model, and those of memories beside them."""
    rows = con.execute(
        f"select channel from {LAKE}.{MARTS}.interaction_kinds union select channel from {LAKE}.{MEMORY}.documents"
    ).fetchall()
    return tuple(sorted(channel for (channel,) in rows if channel))


def _whole_before(home: Path) -> str | None:
    """The current snapshot; None where there is none, or not a whole one: what takes its place can tell no changes."""
    try:
        return check_files(find_snapshot(home)).snapshot_id
    except SnapshotError as error:
        if snapshot_ids(home):
            logger.warning("published without a comparison: %s", error)
        return None


def _is_whole(folder: Path) -> bool:
    """True for a published snapshot all of whose bytes are right; a damaged one is to be published again."""
    try:
        check_files(folder)
    except SnapshotError:
        return False
    return True


def _refuse_failed(checks: Sequence[Mapping[str, Any]]) -> None:
    failed = [c for c in checks if not c.get("passed", True) and str(c.get("severity", "error")).lower() == "error"]
    if failed:
        names = ", ".join(str(check.get("name", "unnamed check")) for check in failed)
        raise GateFailedError(f"nothing is published, the last snapshot stays current: failed {names}")


def _refuse_older(day: date, previous: str | None) -> None:
    if previous and previous[: len(day.isoformat())] > day.isoformat():
        raise OlderDayError(f"{day} lies before the current snapshot {previous}: an older day is a replay, not a night")

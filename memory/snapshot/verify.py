"""Is a snapshot what it says it is: every file's bytes, every table's rows, and the id itself."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from memory.files import files_under, sha256_of
from memory.snapshot.compare import memory_rows
from memory.snapshot.hashing import content_hash, parquet_hash, relation_hash
from memory.snapshot.layout import MANIFEST, MEMORIES, DamagedSnapshotError
from memory.snapshot.manifest import Manifest
from memory.snapshot.spec import snapshot_spec


def verify(folder: Path) -> Manifest:
    """Check a snapshot's files against its manifest and its rows against its content hash.

    Raises DamagedSnapshotError that lists what is missing, altered or too much.
    """
    manifest = check_files(folder)
    _refuse_damage(folder, _content_problems(folder, manifest))
    return manifest


def check_files(folder: Path) -> Manifest:
    """`verify` of the files' bytes alone: whoever trusts the manifest need not read the rows."""
    manifest = Manifest.read(folder)
    found = {path.relative_to(folder).as_posix(): path for path in files_under(folder)}
    found.pop(MANIFEST, None)
    problems = [f"{name} is missing" for name in sorted(manifest.files.keys() - found.keys())]
    problems += [f"{name} does not belong here" for name in sorted(found.keys() - manifest.files.keys())]
    problems += [
        f"{name} was altered"
        for name in sorted(found.keys() & manifest.files.keys())
        if sha256_of(found[name]) != manifest.files[name]
    ]
    _refuse_damage(folder, problems)
    return manifest


def _refuse_damage(folder: Path, problems: list[str]) -> None:
    if problems:
        raise DamagedSnapshotError(f"snapshot {folder} is damaged: {'; '.join(problems)}")


def _content_problems(folder: Path, manifest: Manifest) -> list[str]:
    """Rows against hashes and counts; only worth asking when the bytes are right."""
    hashes = {name: _table_hash(folder, name) for name in manifest.table_hashes}
    problems = [f"the rows of {name} changed" for name, found in hashes.items() if found != manifest.table_hashes[name]]
    if content_hash(hashes, manifest.embedding_model["key"]) != manifest.content_hash:
        problems.append("the content hash does not follow from the rows")
    if not manifest.snapshot_id.endswith(manifest.content_hash[: len(manifest.snapshot_id.rsplit("-", 1)[1])]):
        problems.append("the id does not follow from the content hash")
    for name, rows in manifest.row_counts.items():
        path = folder / f"{name}.parquet"
        if name != MEMORIES and pq.read_metadata(path).num_rows != rows:
            problems.append(f"{name} has {pq.read_metadata(path).num_rows} rows, not {rows}")
    return problems


def _table_hash(folder: Path, name: str) -> str:
    unhashed = snapshot_spec().unhashed
    if name != MEMORIES:
        return parquet_hash(folder / f"{name}.parquet", unhashed)
    with duckdb.connect() as con:
        con.register("memory_rows", memory_rows(folder))
        return relation_hash(con, "memory_rows", unhashed)

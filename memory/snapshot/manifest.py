"""The manifest: what a snapshot is made of, and how to tell that it is whole."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from memory.snapshot.layout import MANIFEST, SCHEMA_VERSION, DamagedSnapshotError


@dataclass(frozen=True)
class Manifest:
    """Everything a reader must know before it opens a file."""

    schema_version: int
    snapshot_id: str
    day: str  # ISO date of the night
    as_of: str  # the instant up to which the night looked
    lake_version: int  # what `memhouse sql` attaches at
    embedding_model: dict[str, Any]  # name, weights_sha256, key, dimension
    content_hash: str
    table_hashes: dict[str, str]
    row_counts: dict[str, int]
    checks: list[dict[str, Any]]
    previous: str | None  # the snapshot that `changes.parquet` compares with
    files: dict[str, str]  # path in the snapshot → sha256 of its bytes
    default_region: str = "US"  # of the telephone numbers that name no country
    channels: tuple[str, ...] = ()  # that a memory may come from; a recall refuses others

    def write(self, folder: Path) -> None:
        """Write `manifest.json`."""
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=2, sort_keys=True, default=_json_value) + "\n")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read `manifest.json`.

        Raises DamagedSnapshotError when it is missing, unreadable, or of a layout that this version does not know.
        """
        path = folder / MANIFEST
        try:
            raw = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise DamagedSnapshotError(f"{path} cannot be read ({error}); open another snapshot") from error
        version = raw.get("schema_version") if isinstance(raw, dict) else None
        if version != SCHEMA_VERSION:
            raise DamagedSnapshotError(
                f"{path} has schema version {version}, not {SCHEMA_VERSION}: use the memhouse that wrote it"
            )
        try:
            manifest = cls(**{**raw, "channels": tuple(raw.get("channels", ()))})
            _refuse_unusable(manifest)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise DamagedSnapshotError(f"{path} is not a manifest ({error!r})") from error
        return manifest


def _refuse_unusable(manifest: Manifest) -> None:
    """Raises ValueError, TypeError, KeyError or AttributeError for what a reader could not work with."""
    if datetime.fromisoformat(manifest.as_of).tzinfo is None:
        raise ValueError(f"as_of {manifest.as_of} has no zone")
    texts = [
        *manifest.files.values(),
        *manifest.channels,
        *(manifest.embedding_model[name] for name in ("name", "weights_sha256")),
    ]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a name, a channel or a sha256 is no text")


def _json_value(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} in a check's result has no JSON form")

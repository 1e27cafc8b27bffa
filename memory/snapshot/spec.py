"""The declaration of a snapshot's tables (`tables.yml`), read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from memory.snapshot.layout import MEMORIES


@dataclass(frozen=True)
class TableSpec:
    """One table: the lake relation it is read from, its key, and the order of its rows."""

    name: str
    relation: str
    key: tuple[str, ...]
    sort: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """Name in the snapshot's folder."""
        return f"{self.name}.lance" if self.name == MEMORIES else f"{self.name}.parquet"


@dataclass(frozen=True)
class SnapshotSpec:
    """Everything `tables.yml` says."""

    tables: tuple[TableSpec, ...]
    memories: TableSpec
    decimals: dict[str, int]
    unhashed: frozenset[str]

    def decimals_of(self, column: str) -> int:
        """How many decimals a floating-point column is rounded to."""
        return self.decimals.get(column, self.decimals["default"])


@cache
def snapshot_spec() -> SnapshotSpec:
    """The declaration that this version of the package ships."""
    raw: dict[str, Any] = yaml.safe_load((files("memory.snapshot") / "tables.yml").read_text())
    return SnapshotSpec(
        tables=tuple(_table(name, entry) for name, entry in raw["tables"].items()),
        memories=_table(MEMORIES, raw["memories"]),
        decimals=dict(raw["decimals"]),
        unhashed=frozenset(raw["unhashed"]),
    )


def _table(name: str, entry: dict[str, Any]) -> TableSpec:
    key = tuple(entry.get("key", ()))
    return TableSpec(name, entry["from"], key, tuple(entry.get("sort", key)))

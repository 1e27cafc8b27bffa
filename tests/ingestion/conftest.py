"""A tiny world of exports, and reading one file's bytes without a lake."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingestion.readers import READERS
from ingestion.records import Reading, Record, Reject
from ingestion.sources import Format, Stream
from lake.settings import Settings


@dataclass
class Outcome:
    rows: dict[int, dict[str, Any]]
    rejects: list[Reject]
    notes: str


DROPPED_ON = date(2025, 6, 16)
ReadBytes = Callable[..., Outcome]


@pytest.fixture
def read() -> ReadBytes:
    """Read bytes in a format: rows by place, rejects, notes."""

    def run(format_: Format, data: bytes, name: str = "folder/file.x", **options: Any) -> Outcome:
        reading = Reading(Stream(name="things", format=format_, **options), name, DROPPED_ON, name.split("/", 1)[-1])
        stream = io.BufferedReader(io.BytesIO(data))  # type: ignore[arg-type]
        items = list(READERS[format_](stream, reading))
        rows = {item.row: json.loads(item.payload) for item in items if isinstance(item, Record)}
        return Outcome(rows, [item for item in items if isinstance(item, Reject)], reading.notes)

    return run


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    exports = tmp_path / "exports"
    exports.mkdir()
    return Settings(exports=exports, lake=tmp_path / "lake", duckdb_threads=1)


def write(exports: Path, name: str, content: str | bytes) -> Path:
    path = exports / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path

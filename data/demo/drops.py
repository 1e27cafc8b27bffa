"""Writes export files row by row and counts their lines. Some drops come gzipped or zipped."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

FLUSH_AT = 1 << 20
ZIP_NAME = "WE_00D5f000004Tide_1.zip"
ZIP_TIME = (2025, 1, 1, 0, 0, 0)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def as_json(row: Mapping[str, Any]) -> str:
    """One compact line of JSON."""
    return _encode(row)


def as_csv(cells: Sequence[Any]) -> str:
    """One CSV record, without its line end."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue()


def write_gzip(path: Path, text: str, mode: str = "wb") -> None:
    """A gzip member whose bytes depend on the text alone: no name, no time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open(mode) as raw, gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0) as packed:
        packed.write(text.encode("utf-8"))


class ExportFile:
    """One file of one drop. Text is buffered and appended; `lines` and `records` count what was written."""

    def __init__(self, path: Path, relative: str) -> None:
        self.path = path
        self.relative = relative
        self.lines = 0
        self.records = 0
        self.buffer: list[str] = []
        self._size = 0

    def add(self, text: str, line_end: str = "\n") -> int:
        """Append a record; returns the physical line on which it starts."""
        line = self.lines + 1
        chunk = text + line_end
        self.lines += chunk.count("\n")
        self.records += 1
        self.buffer.append(chunk)
        self._size += len(chunk)
        if self._size > FLUSH_AT and "!" not in self.relative:
            self.flush()
        return line

    def flush(self) -> None:
        """Write out what is buffered."""
        text = "".join(self.buffer)
        self.buffer, self._size = [], 0
        if text and self.path.suffix == ".gz":
            write_gzip(self.path, text, "ab")
        elif text:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8", newline="") as handle:
                handle.write(text)


class Exports:
    """The export folder: hands out one ExportFile for each source, drop and name.

    `zipped` names the (source, day) whose files go into one zip, `gzipped` the (source, day, file) that get `.gz`.
    """

    def __init__(self, root: Path, zipped: set[tuple[str, date]], gzipped: set[tuple[str, date, str]]) -> None:
        self.root = root
        self.zipped = zipped
        self.gzipped = gzipped
        self._files: dict[tuple[str, date, str], ExportFile] = {}

    def file(self, source: str, day: date, name: str) -> ExportFile:
        """The file of a drop, opened on first use."""
        key = (source, day, name)
        found = self._files.get(key)
        if found is None:
            relative = f"{source}/{day}/{name}"
            if (source, day) in self.zipped:
                relative = f"{source}/{day}/{ZIP_NAME}!{name}"
            elif key in self.gzipped:
                relative += ".gz"
            found = self._files[key] = ExportFile(self.root / relative, relative)
        return found

    def known(self, source: str) -> list[tuple[date, str, ExportFile]]:
        """Every file of a source so far, by day and name."""
        return [(day, name, self._files[of, day, name]) for of, day, name in sorted(self._files) if of == source]

    def close(self) -> None:
        """Write out everything."""
        packed: dict[str, list[tuple[str, str]]] = {}
        for _, file in sorted(self._files.items()):
            archive, _, member = file.relative.partition("!")
            if member:
                packed.setdefault(archive, []).append((member, "".join(file.buffer)))
            else:
                file.flush()
        for archive, members in packed.items():
            self._zip(self.root / archive, members)

    def _zip(self, path: Path, members: list[tuple[str, str]]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in members:
                entry = zipfile.ZipInfo(name, ZIP_TIME)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, text.encode("utf-8"))

    def text(self, relative: str, content: str) -> None:
        """A whole text file."""
        path = self.root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="")

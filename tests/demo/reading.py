"""A second, independent reading of the exports, as plain as can be: what the truth is held against."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import Iterator
from email import message_from_string, policy
from pathlib import Path
from typing import Any, NamedTuple

STEMS = {"Account": "accounts", "Contact": "contacts", "Opportunity": "opportunities", "Task": "tasks", "User": "users"}


class Item(NamedTuple):
    """A record with its place; `value` is None where it cannot be read."""

    source: str
    stream: str
    file: str
    row: int
    day: str
    value: Any


def members(exports: Path) -> Iterator[tuple[str, str]]:
    """Every text file with its name (`a.zip!member`), unpacked."""
    for path in sorted(path for path in exports.rglob("*") if path.is_file()):
        name = path.relative_to(exports).as_posix()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{name}!{member}", archive.read(member).decode()) for member in archive.namelist())
        else:
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            yield name, data.decode()


def items(exports: Path) -> Iterator[Item]:
    """Every record of every dated export."""
    for name, text in members(exports):
        source = name.split("/")[0]
        if source == "knowledge":
            continue
        stem = re.split(r"[/!]", name)[-1].partition(".")[0]
        day = re.search(r"\d{4}-\d{2}-\d{2}", name)
        stream = {"mailbox": "messages", "calendar": "events", "segment": "events"}.get(source, STEMS.get(stem, stem))
        for row, value in _rows(name, text):
            yield Item(source, stream, name, row, day.group() if day else "", value)


def _rows(name: str, text: str) -> Iterator[tuple[int, Any]]:
    if ".csv" in name:
        yield from _csv(text)
    elif ".mbox" in name:
        yield from enumerate(_mbox(text), 1)
    elif ".ics" in name:
        yield from enumerate(_ics(text), 1)
    else:
        yield from ((number, _json(line)) for number, line in enumerate(text.split("\n"), 1) if line)


def _json(line: str) -> Any:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _csv(text: str) -> Iterator[tuple[int, Any]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    header, before = next(reader), reader.line_num
    for cells in reader:
        yield before + 1, dict(zip(header, cells, strict=True)) if len(cells) == len(header) else None
        before = reader.line_num


def _mbox(text: str) -> list[Any]:
    parts = re.split(r"(?m)^From \S+ \w{3} \w{3} \d\d \d\d:\d\d:\d\d \d{4}\n", text)[1:]
    return [message_from_string(part, policy=policy.default) for part in parts]


def _ics(text: str) -> list[dict[str, list[str]]]:
    events = []
    for block in re.findall(r"(?s)BEGIN:VEVENT\r\n(.*?)END:VEVENT", text):
        found: dict[str, list[str]] = {}
        for line in re.sub(r"\r\n[ \t]", "", block).split("\r\n"):
            name, _, value = line.partition(":")
            found.setdefault(name.split(";")[0], []).append(
                line if name.startswith(("ATTENDEE", "ORGANIZER")) else value
            )
        events.append(found)
    return events


__all__ = ["Item", "items", "members"]

"""Markdown documents: one file is one document, its YAML front matter apart."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import yaml

from ingestion.records import Reading, Record, Reject, as_json
from ingestion.text import text_lines

_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")


def read_markdown(stream: io.BufferedReader, reading: Reading) -> Iterator[Record | Reject]:
    """One object for the file: path, title (first heading, or the file's name), text, front matter. Row: 1."""
    lines = [line.rstrip("\r\n") for line in text_lines(stream, reading)]
    front_matter, body = _split(lines, reading)
    payload = {
        "path": reading.inner_path,
        "title": _title(body) or reading.stem,
        "text": "\n".join(body).strip(),
        "front_matter": front_matter,
        "dated": reading.dated,
    }
    yield Record(1, as_json(payload))


def _split(lines: list[str], reading: Reading) -> tuple[dict[str, Any], list[str]]:
    """Front matter and the rest; front matter that is no YAML mapping stays in the text, and is noted."""
    if not lines or lines[0].rstrip() != "---":
        return {}, lines
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in {"---", "..."}), None)
    if end is None:
        return {}, lines
    try:
        found = yaml.safe_load("\n".join(lines[1:end])) or {}
        if isinstance(found, dict):
            return {str(key): _plain(value) for key, value in found.items()}, lines[end + 1 :]
    except (yaml.YAMLError, ValueError, RecursionError):
        pass
    reading.note("front matter is no YAML mapping, kept in the text", 1)
    return {}, lines


def _plain(value: Any) -> Any:
    """YAML's dates and other scalars as JSON has them."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, str | bool | int) else str(value)


def _title(lines: list[str]) -> str:
    fenced = False
    for line in lines:
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (match := _HEADING.match(line)):
            return match.group(1)
    return ""

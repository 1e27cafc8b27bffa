"""Newline-delimited JSON: one object a line, kept as it was written."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import NoReturn

from ingestion.records import Reading, Reason, Record, Reject, capped
from ingestion.text import MAX_LINE_BYTES, text_lines

# Every escape in turn, a surrogate pair as one, so that an escaped backslash is never taken for the start of another.
_ESCAPE = re.compile(r"\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|\\u\w{4}|\\.")

# For an API's answer that was saved whole.
_REMEDY = "; write each object on a line of its own, as `jq -c '{}'` does, and deliver the file again"


def read_ndjson(stream: io.BufferedReader, reading: Reading) -> Iterator[Record | Reject]:
    """Each line that is a JSON object; blank lines are none. Row: the physical line, 1-based."""
    identifiers = reading.stream.native_id
    spread = ""  # the remedy, where the first line tells that the file is one array or has objects over several lines
    decode = json.JSONDecoder(parse_constant=_no_constant).decode
    for row, line in enumerate(text_lines(stream, reading), 1):
        text = line.strip().removeprefix("\ufeff")
        if not text:
            continue
        try:
            value = decode(text)
        except (ValueError, RecursionError) as error:
            if row == 1 and text[0] in "[{" and text[-1] in "[{,":
                spread = _REMEDY.format(".[]" if text[0] == "[" else ".")
            yield _reject(row, text, error, spread)
            continue
        if not isinstance(value, dict):
            message = f"a JSON {type(value).__name__} where one object a line is expected"
            remedy = _REMEDY.format(".[]") if isinstance(value, list) else ""
            yield Reject(row, Reason.NOT_AN_OBJECT, message + remedy, capped(text))
            continue
        if identifiers and not any(name in value for name in identifiers):
            reading.note(f"no {' or '.join(identifiers)}", row)
        yield Record(row, _repaired(text, row, reading) if "\\u" in text else text)


def _repaired(text: str, row: int, reading: Reading) -> str:
    """Escapes that are JSON but no text (NUL, half a surrogate pair) stop SQL engines: leave them out."""
    repaired = _ESCAPE.sub(_text_only, text)
    if repaired != text:
        reading.note("escapes that are no text replaced", row)
    return repaired


def _text_only(match: re.Match[str]) -> str:
    escape = match.group().lower()
    if escape == "\\u0000":
        return ""
    return "\ufffd" if len(escape) == 6 and escape.startswith("\\ud") and escape[3] in "89abcdef" else match.group()


def _reject(row: int, text: str, error: Exception, remedy: str) -> Reject:
    if len(text) >= MAX_LINE_BYTES // 4:
        return Reject(row, Reason.ROW_TOO_LONG, f"a row of {len(text)} characters that is no JSON", capped(text))
    if isinstance(error, json.JSONDecodeError):
        return Reject(row, Reason.INVALID_JSON, f"{error.msg} (column {error.colno}){remedy}", capped(text))
    return Reject(row, Reason.INVALID_JSON, str(error) or "nested too deeply", capped(text))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")

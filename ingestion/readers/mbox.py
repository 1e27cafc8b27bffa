"""Mailboxes: one RFC 5322 message after the other, told apart by their `From ` lines."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from ingestion.message import parse_message
from ingestion.records import Reading, Reason, Record, Reject, as_json, capped
from ingestion.text import MAX_LINE_BYTES, decode

MAX_MESSAGE_BYTES = 128 << 20

_SEPARATOR = re.compile(rb"From \S.*\d\d:\d\d.*\d{4}|From \S+\s*$")
_ESCAPED = re.compile(rb"^>(>*From )")


def read_mbox(stream: io.BufferedReader, reading: Reading) -> Iterator[Record | Reject]:
    """Each message as one object (`ingestion.message`). Row: the message's place in the mailbox, 1-based."""
    for row, data in enumerate(_messages(stream), 1):
        if row == 1 and not data.startswith(b"From "):
            yield Reject(1, Reason.NOT_MBOX, "does not start with a `From ` line", capped(decode(data)))
            continue
        if len(data) > MAX_MESSAGE_BYTES:
            message = f"a message of more than {MAX_MESSAGE_BYTES >> 20} MiB"
            yield Reject(row, Reason.ROW_TOO_LONG, message, capped(decode(data[: MAX_LINE_BYTES // 64])))
            continue
        body = data.partition(b"\n")[2]
        try:
            parsed = parse_message(body, reading.stem)
        except Exception as error:  # noqa: BLE001 (the parser meets whatever strangers send; the message is kept)
            yield Reject(row, Reason.INVALID_MESSAGE, f"{type(error).__name__}: {error}", capped(decode(data)))
            continue
        for note in parsed.notes:
            reading.note(note, row)
        yield Record(row, as_json(parsed.payload))


def _messages(stream: io.BufferedReader) -> Iterator[bytes]:
    """Raw messages, each with its `From ` line; quoted `>From ` lines are restored.

    A message that is too long is cut just beyond the limit, and its rest is passed over.
    """
    lines: list[bytes] = []
    size, blank_before = 0, True
    while line := stream.readline(MAX_LINE_BYTES):
        if blank_before and _SEPARATOR.match(line):
            if lines:
                yield b"".join(lines)
            lines, size = [], 0
        blank_before = not line.strip()
        if size <= MAX_MESSAGE_BYTES and (lines or not blank_before):
            lines.append(_ESCAPED.sub(rb"\1", line))
            size += len(line)
    if lines:
        yield b"".join(lines)

"""CSV: header and rows to JSON objects; a row that does not fit the header goes to quarantine by itself.

A stray quote makes a parser swallow the rows below it. Where rows were swallowed, only the broken one is rejected and
reading goes on at the next line that fits the header.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice

from ingestion.records import Reading, Reason, Record, Reject, as_json, capped
from ingestion.text import text_lines

DELIMITERS = (",", ";", "\t", "|")
MAX_RECORD_LINES = 5_000  # physical lines of one record; beyond, a quote was not closed
MAX_RECORD_CHARACTERS = 16 << 20
RESYNC_LINES = 50  # how far a record may reach that proves where reading can go on


class _Lines:
    """Physical lines with their numbers, the lines of the record in hand, and a way to give lines back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._returned: deque[str] = deque()
        self.number = 0  # of the last line handed out
        self.taken: list[str] = []
        self._characters = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MAX_RECORD_LINES or self._characters > MAX_RECORD_CHARACTERS:
            raise StopIteration
        line = self._returned.popleft() if self._returned else next(self._lines)
        self.number += 1
        self.taken.append(line)
        self._characters += len(line)
        return line

    def start_record(self) -> int:
        """Forget the lines of the record before; the number of the line at which the next one starts."""
        self.taken.clear()
        self._characters = 0
        return self.number + 1

    def give_back(self, count: int) -> None:
        """Hand the last `count` lines out again."""
        if count:
            self._returned.extendleft(reversed(self.taken[-count:]))
            self.number -= count


def read_csv(stream: io.BufferedReader, reading: Reading) -> Iterator[Record | Reject]:
    """Each row as an object of header → text. Row: the physical line at which the record starts, 1-based."""
    csv.field_size_limit(MAX_RECORD_CHARACTERS)
    lines = _Lines(text_lines(stream, reading))
    try:
        delimiter, header = _header(lines, reading)
    except csv.Error as error:
        reason, message = _reason_of(error)
        yield Reject(1, reason, f"the header cannot be read: {message}", capped("".join(lines.taken)))
        return
    width, names = len(header), _distinct(header, reading)
    _note_missing_key(names, reading)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start = lines.start_record()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield _reject_record(lines, start, width, delimiter, *_reason_of(error))
            rows = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        if len(row) == width:
            yield Record(start, as_json(dict(zip(names, row, strict=True))))
        elif row and (len(row) > 1 or row[0].strip()):
            reason = Reason.TOO_FEW_FIELDS if len(row) < width else Reason.TOO_MANY_FIELDS
            message = f"{len(row)} fields where the header has {width}"
            yield _reject_record(lines, start, width, delimiter, reason, message)
            rows = csv.reader(lines, delimiter=delimiter, strict=True)


def _header(lines: _Lines, reading: Reading) -> tuple[str, list[str]]:
    """The delimiter and the header's names; an empty file has none."""
    declared = reading.stream.delimiter
    for line in lines:
        if line.lower().startswith("sep=") and len(line.strip()) == 5:  # spreadsheets' own way to name it
            declared = line.strip()[4]
        elif line.strip():
            lines.give_back(1)
            lines.taken.pop()
            delimiter = declared if declared != "auto" else sniff_delimiter(line)
            return delimiter, [name.strip() for name in next(csv.reader(lines, delimiter=delimiter, strict=True))]
    return ",", []


def sniff_delimiter(header: str) -> str:
    """The candidate that splits the header into most fields; a comma when none does."""
    line = header.replace("\r", "")  # a stray one stops the parser, and is told when the header is read
    return max(DELIMITERS, key=lambda delimiter: len(next(csv.reader([line], delimiter=delimiter))))


def _distinct(header: Sequence[str], reading: Reading) -> list[str]:
    """Names for JSON keys: an empty one gets its position, a repeated one a counter."""
    names: list[str] = []
    for position, given in enumerate(header, 1):
        base = given or f"column_{position}"
        name, count = base, 1
        while name in names or (count > 1 and name in header):
            count += 1
            name = f"{base}_{count}"
        if name != given:
            reading.note(f"header {given!r} in column {position} read as {name!r}", 1)
        names.append(name)
    return names


def _note_missing_key(names: Sequence[str], reading: Reading) -> None:
    identifiers = reading.stream.native_id
    if names and identifiers and not set(identifiers) & set(names):
        reading.note(f"no column {' or '.join(identifiers)}", 1)


def _reason_of(error: csv.Error) -> tuple[Reason, str]:
    if "unexpected end of data" in str(error):
        return Reason.UNCLOSED_QUOTE, "a quote is opened and not closed"
    if "field limit" in str(error):
        return Reason.ROW_TOO_LONG, f"a field of more than {MAX_RECORD_CHARACTERS} characters"
    if "new-line character" in str(error):
        return Reason.MALFORMED_QUOTES, "a carriage return in a field without quotes; quote the field"
    return Reason.MALFORMED_QUOTES, f"{error}; a quote inside a quoted field must be doubled"


def _reject_record(lines: _Lines, start: int, width: int, delimiter: str, reason: Reason, message: str) -> Reject:
    """Reject the record in hand, without the rows it swallowed: those are given back."""
    taken = lines.taken
    own = next((n for n in range(1, len(taken)) if _fits(taken[n : n + RESYNC_LINES], width, delimiter)), len(taken))
    raw_text = "".join(taken[:own]).rstrip("\r\n")
    lines.give_back(len(taken) - own)
    return Reject(start, reason, message, capped(raw_text))


def _fits(lines: Sequence[str], width: int, delimiter: str) -> bool:
    """Whether a record of the header's width starts at the first of these lines."""
    try:
        return len(next(csv.reader(islice(lines, RESYNC_LINES), delimiter=delimiter, strict=True), [])) == width
    except csv.Error:
        return False

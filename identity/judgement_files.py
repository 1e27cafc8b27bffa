"""Judgements, and pairs that wait for one, as CSV files: out to a spreadsheet, and in again."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from identity.judgements import (
    CSV_COLUMNS,
    VERDICTS,
    Judgement,
    JudgementError,
    check,
    judgements,
    refuse_contradictions,
    take,
    withdraw_between,
)
from identity.records import RECORDS
from identity.reviewing import ReviewPair
from identity.store import ensure_tables
from lake.transaction import transaction

NEEDED = ("entity_type", "left_key", "right_key", "verdict")
QUEUE_COLUMNS = (*NEEDED, "note", "question", "probability", "records_at_stake", "left_record", "right_record", "why")


def export_judgements(con: DuckDBPyConnection, path: Path) -> int:
    """Write every judgement, withdrawn ones too, as CSV with a header; how many."""
    rows = judgements(con, withdrawn=True)
    _write(path, CSV_COLUMNS, ([_plain(getattr(row, name)) for name in CSV_COLUMNS] for row in rows))
    return len(rows)


def export_queue(pairs: Iterable[ReviewPair], path: Path) -> int:
    """Write pairs to decide as CSV, the verdict left open for a person to fill in; how many."""
    rows = [
        [
            pair.entity_type, pair.left_key, pair.right_key, "", "", pair.question, pair.probability,
            pair.records_at_stake, _line(pair, 0), _line(pair, 1),
            "; ".join(f"{item['says']} ({item['weight']:+g})" for item in pair.evidence),
        ]
        for pair in pairs
    ]  # fmt: skip
    _write(path, QUEUE_COLUMNS, rows)
    return len(rows)


def import_judgements(con: DuckDBPyConnection, path: Path, decided_by: str, decided_at: datetime) -> int:
    """Take judgements from CSV: entity_type, left_key, right_key, verdict; the other columns where given; how many.

    Rows without a verdict are not decided yet and passed over, as are judgements that the lake has, or has newer
    ones of. A row that says withdrawn of what stands here withdraws it. All rows are checked before one is taken.
    Raises JudgementError with the line and the column.
    """
    ensure_tables(con)
    had = judgements(con, withdrawn=True)
    known = {_identity(judgement) for judgement in had}
    author = {_moment(judgement): judgement.verdict for judgement in had}
    stands = {_pair(judgement): judgement for judgement in had if judgement.withdrawn_at is None}
    found = [
        (line, _by_who_edits(judgement, author, decided_by, decided_at))
        for line, judgement in _read(path, decided_by, decided_at)
    ]
    lines: dict[tuple[str, str, str], int] = {}
    for line, judgement in found:
        try:
            if _identity(judgement) not in known:  # the records of older ones may be gone
                check(con, judgement)
        except JudgementError as error:
            raise JudgementError(f"{path} line {line}: {error}") from error
        if judgement.withdrawn_at is None and (twice := lines.setdefault(_pair(judgement), line)) != line:
            raise JudgementError(
                f"{path} line {line}: the pair of line {twice}, {judgement.left_key} and {judgement.right_key}, again; "
                "give one row a pair"
            )
    ordered = sorted((judgement for _, judgement in found), key=lambda judgement: judgement.decided_at)
    fresh = [
        judgement
        for judgement in ordered
        if _identity(judgement) not in known and not _says_nothing_new(judgement, stands.get(_pair(judgement)))
    ]
    standing = {_identity(judgement) for judgement in stands.values()}
    ended = [judgement for judgement in ordered if judgement.withdrawn_at and _identity(judgement) in standing]
    with transaction(con):
        for judgement in ended:
            keys = [judgement.left_key], [judgement.right_key]
            by, note = judgement.withdrawn_by or decided_by, judgement.withdrawn_note or ""
            withdraw_between(con, judgement.entity_type, *keys, judgement.withdrawn_at or decided_at, by, note)
        for judgement in fresh:
            take(con, judgement)
        refuse_contradictions(con, sorted({judgement.entity_type for judgement in fresh}))
    return len(fresh) + len(ended)


def _by_who_edits(
    judgement: Judgement, author: Mapping[tuple[Any, ...], str], decided_by: str, decided_at: datetime
) -> Judgement:
    """The judgement; one whose verdict was changed in an exported file is of who imports it, now."""
    if judgement.withdrawn_at or author.get(_moment(judgement), judgement.verdict) == judgement.verdict:
        return judgement
    return replace(judgement, decided_by=decided_by, decided_at=decided_at)


def _says_nothing_new(judgement: Judgement, standing: Judgement | None) -> bool:
    """True where what stands says the same, or was decided later."""
    if standing is None or judgement.withdrawn_at is not None:
        return False
    return standing.verdict == judgement.verdict or judgement.decided_at < standing.decided_at


def _read(path: Path, decided_by: str, decided_at: datetime) -> list[tuple[int, Judgement]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            header = file.readline()
            file.seek(0)
            # spreadsheets of many countries write semicolons
            reader = csv.DictReader(file, strict=True, delimiter="," if "," in header else ";")
            missing = sorted(set(NEEDED) - set(reader.fieldnames or ()))
            if missing:
                raise JudgementError(f"{path}: the header lacks {', '.join(missing)}")
            return [
                (reader.line_num, _from_row(f"{path} line {reader.line_num}", row, decided_by, decided_at))
                for row in reader
                if None in row or None in row.values() or (row["verdict"] or "").strip()
            ]
    except csv.Error as error:
        raise JudgementError(f"{path} line {reader.line_num + 1}: no CSV ({error}); is a quote left open?") from error
    except UnicodeDecodeError as error:
        raise JudgementError(f"{path} is no UTF-8 text; save it as CSV UTF-8") from error


def _from_row(place: str, row: dict[str, str | None], decided_by: str, decided_at: datetime) -> Judgement:
    if None in row or None in row.values():
        raise JudgementError(f"{place}: {'more' if None in row else 'fewer'} cells than the header has columns")
    given = {name: (row.get(name) or "").strip() for name in CSV_COLUMNS}
    verdict = given["verdict"].lower()
    if verdict not in VERDICTS:
        raise JudgementError(f"{place}, column verdict: {verdict!r}; give same or different")
    if given["entity_type"] not in RECORDS:
        raise JudgementError(f"{place}, column entity_type: {given['entity_type']!r}; give {' or '.join(RECORDS)}")
    left, right = sorted((given["left_key"], given["right_key"]))
    decided = _time(place, "decided_at", given["decided_at"]) or decided_at
    withdrawn = _time(place, "withdrawn_at", given["withdrawn_at"])
    if decided > decided_at or (withdrawn and not decided <= withdrawn <= decided_at):
        raise JudgementError(f"{place}: decided_at, then withdrawn_at, then now: the times given are not in this order")
    return Judgement(
        given["entity_type"], left, right, "same" if verdict == "same" else "different",
        given["decided_by"] or decided_by, decided, withdrawn,
        given["note"], given["withdrawn_by"] or None, given["withdrawn_note"] or None,
    )  # fmt: skip


def _time(place: str, column: str, text: str) -> datetime | None:
    """An instant; UTC where no zone is given."""
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise JudgementError(f"{place}, column {column}: {text!r}; give ISO 8601") from error
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _pair(judgement: Judgement) -> tuple[str, str, str]:
    return judgement.entity_type, judgement.left_key, judgement.right_key


def _identity(judgement: Judgement) -> tuple[Any, ...]:
    return judgement.entity_type, judgement.left_key, judgement.right_key, judgement.verdict, judgement.decided_at


def _moment(judgement: Judgement) -> tuple[Any, ...]:
    return *_pair(judgement), judgement.decided_by, judgement.decided_at


def _line(pair: ReviewPair, side: int) -> str:
    return "; ".join(f"{name}: {_plain(values[side])}" for name, values in pair.fields.items() if values[side])


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _write(path: Path, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)

"""What people decided about pairs of records. A judgement outweighs scores, survives every run, and can be withdrawn.

Rows are never changed but for `withdrawn_at`; a new judgement of the same pair takes the place of the older one.
Callers hold the writer lock; the effect is seen after the next `resolve`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from duckdb import DuckDBPyConnection

from identity.store import SCHEMA, ensure_tables

Verdict = Literal["same", "different"]
VERDICTS = ("same", "different")
CSV_COLUMNS = ("entity_type", "left_key", "right_key", "verdict", "decided_by", "decided_at", "withdrawn_at", "note")
TABLE = f"{SCHEMA}.judgements"


class JudgementError(ValueError):
    """A judgement cannot be taken; the message says why and what to give instead."""


@dataclass(frozen=True)
class Judgement:
    """One decision about a pair of records, in key order."""

    entity_type: str
    left_key: str
    right_key: str
    verdict: Verdict
    decided_by: str
    decided_at: datetime
    withdrawn_at: datetime | None = None
    note: str = ""


def decide(
    con: DuckDBPyConnection,
    entity_type: str,
    keys: tuple[str, str],
    verdict: Verdict,
    decided_by: str,
    decided_at: datetime,
    note: str = "",
) -> Judgement:
    """Take a judgement about two records. An earlier one about the same pair is withdrawn at the same instant."""
    left, right = sorted(keys)
    judgement = Judgement(entity_type, left, right, verdict, decided_by, decided_at, note=note)
    ensure_tables(con)
    _check(con, judgement)
    withdraw(con, entity_type, keys, decided_at)
    _insert(con, judgement)
    return judgement


def withdraw(con: DuckDBPyConnection, entity_type: str, keys: tuple[str, str], at: datetime) -> int:
    """Withdraw the standing judgements about two records; how many there were."""
    left, right = sorted(keys)
    ensure_tables(con)
    standing = "entity_type = ? and left_key = ? and right_key = ? and withdrawn_at is null"
    row = con.execute(f"select count(*) from {TABLE} where {standing}", [entity_type, left, right]).fetchone()
    con.execute(f"update {TABLE} set withdrawn_at = ? where {standing}", [at, entity_type, left, right])
    return int(row[0]) if row else 0


def merge(
    con: DuckDBPyConnection, entity_type: str, entities: tuple[str, str], decided_by: str, decided_at: datetime
) -> list[Judgement]:
    """Judge two entities to be one: their founding records are the same. Standing splits between them are withdrawn."""
    first, second = (_records(con, entity_type, entity) for entity in entities)
    for left in first:
        for right in second:
            withdraw(con, entity_type, (left, right), decided_at)
    note = f"merge {entities[0]} {entities[1]}"
    return [decide(con, entity_type, (first[0], second[0]), "same", decided_by, decided_at, note)]


def split(
    con: DuckDBPyConnection,
    entity_type: str,
    entity: str,
    record_keys: Iterable[str],
    decided_by: str,
    decided_at: datetime,
) -> list[Judgement]:
    """Judge some records of an entity not to belong to the others: each pair across is different."""
    members = _records(con, entity_type, entity)
    leaving = sorted(set(record_keys))
    strangers = sorted(set(leaving) - set(members))
    if strangers or not leaving or len(leaving) == len(members):
        raise JudgementError(
            f"{entity} cannot be split so: give some, not all, of its {len(members)} records"
            + (f"; not its records: {', '.join(strangers)}" if strangers else "")
        )
    staying = [key for key in members if key not in leaving]
    note = f"split {entity}"
    return [
        decide(con, entity_type, (a, b), "different", decided_by, decided_at, note) for a in leaving for b in staying
    ]


def standing(con: DuckDBPyConnection, entity_type: str, as_of: datetime) -> list[Judgement]:
    """The judgements that hold at an instant, ordered by pair."""
    rows = con.execute(
        f"select {', '.join(CSV_COLUMNS)} from {TABLE} where entity_type = ? and decided_at <= ? "
        "and (withdrawn_at is null or withdrawn_at > ?) "
        "qualify row_number() over (partition by left_key, right_key order by decided_at desc, verdict) = 1 "
        "order by left_key, right_key",
        [entity_type, as_of, as_of],
    ).fetchall()
    return [Judgement(*row) for row in rows]


def export_judgements(con: DuckDBPyConnection, path: Path) -> int:
    """Write every judgement, withdrawn ones too, as CSV with a header; how many."""
    ensure_tables(con)
    rows = con.execute(
        f"select {', '.join(CSV_COLUMNS)} from {TABLE} order by entity_type, left_key, right_key, decided_at, verdict"
    ).fetchall()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(CSV_COLUMNS)
        writer.writerows(
            [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in row]
            for row in rows
        )
    return len(rows)


def import_judgements(con: DuckDBPyConnection, path: Path, decided_by: str, decided_at: datetime) -> int:
    """Take judgements from CSV: entity_type, left_key, right_key, verdict; the other columns where given.

    All rows are checked before one is taken. Raises JudgementError with the line and the column.
    """
    ensure_tables(con)
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = sorted({"entity_type", "left_key", "right_key", "verdict"} - set(reader.fieldnames or ()))
        if missing:
            raise JudgementError(f"{path}: the header lacks {', '.join(missing)}")
        found = [_from_row(path, reader.line_num, row, decided_by, decided_at) for row in reader]
    for judgement in found:
        _check(con, judgement)
    for judgement in found:
        if judgement.withdrawn_at is None:
            withdraw(con, judgement.entity_type, (judgement.left_key, judgement.right_key), judgement.decided_at)
        _insert(con, judgement)
    return len(found)


def _from_row(path: Path, line: int, row: dict[str, str], decided_by: str, decided_at: datetime) -> Judgement:
    verdict = (row["verdict"] or "").strip().lower()
    if verdict not in VERDICTS:
        raise JudgementError(f"{path} line {line}, column verdict: {verdict!r}; give same or different")
    left, right = sorted((row["left_key"].strip(), row["right_key"].strip()))
    try:
        times = [
            datetime.fromisoformat(row[name]) if row.get(name) else None for name in ("decided_at", "withdrawn_at")
        ]
    except ValueError as error:
        raise JudgementError(
            f"{path} line {line}, column decided_at or withdrawn_at: {error}; give ISO 8601"
        ) from error
    return Judgement(
        row["entity_type"].strip(), left, right, "same" if verdict == "same" else "different",
        row.get("decided_by") or decided_by, times[0] or decided_at, times[1], row.get("note") or "",
    )  # fmt: skip


def _check(con: DuckDBPyConnection, judgement: Judgement) -> None:
    pair = f"{judgement.left_key} and {judgement.right_key}"
    if judgement.left_key == judgement.right_key:
        raise JudgementError(f"{judgement.left_key}: a record cannot be judged against itself")
    if judgement.verdict not in VERDICTS:
        raise JudgementError(f"{pair}: the verdict {judgement.verdict!r} is not one of {', '.join(VERDICTS)}")
    known = con.execute(
        f"select record_key from {SCHEMA}.links where entity_type = ? and record_key in (?, ?)",
        [judgement.entity_type, judgement.left_key, judgement.right_key],
    ).fetchall()
    unknown = sorted({judgement.left_key, judgement.right_key} - {row[0] for row in known})
    if unknown:
        raise JudgementError(f"no {judgement.entity_type} record {', '.join(unknown)}; give record keys of this lake")


def _insert(con: DuckDBPyConnection, judgement: Judgement) -> None:
    values = [getattr(judgement, name) for name in CSV_COLUMNS]
    con.execute(f"insert into {TABLE} ({', '.join(CSV_COLUMNS)}) values ({', '.join('?' * len(values))})", values)


def _records(con: DuckDBPyConnection, entity_type: str, entity: str) -> list[str]:
    rows = con.execute(
        f"select record_key from {SCHEMA}.links where entity_type = ? and entity_id = ? order by record_key",
        [entity_type, entity],
    ).fetchall()
    if not rows:
        raise JudgementError(f"no {entity_type} {entity} in this lake; look it up by an identifier first")
    return [row[0] for row in rows]

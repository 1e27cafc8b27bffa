"""Why records are one entity, or are not: plain data for the command line, Splink's waterfall as an HTML file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from identity.comparing import likeliest_pairs, write_waterfall
from identity.lookup import Subject, UnknownError, find, find_pair
from identity.records import Row, rows_of, shown_records
from identity.standardise.phones import DEFAULT_REGION
from identity.store import SCHEMA

__all__ = ["Explanation", "UnknownError", "explain"]

# Two entities are explained by their likeliest pairs; so many of their records are looked at.
PAIRS_SHOWN = 10
RECORDS_COMPARED = 60


@dataclass(frozen=True)
class Explanation:
    """What holds an entity together, or what speaks for and against two things being one.

    `subjects`: entity id → its records. `records`: each with its kind, its strongest tie and its telling columns.
    `pairs`: compared pairs, the likeliest first, each with `evidence` (says, weight in bits). `verdict` says in one
    sentence how it stands. `history`: ledger rows. `judgements`: also withdrawn ones.
    """

    entity_type: str
    verdict: str
    subjects: dict[str, list[str]]
    records: list[Row]
    pairs: list[Row]
    history: list[Row] = field(default_factory=list)
    judgements: list[Row] = field(default_factory=list)
    chart: Path | None = None


def explain(
    con: DuckDBPyConnection,
    left: str,
    right: str | None = None,
    chart: Path | None = None,
    entity_type: str | None = None,
    region: str = DEFAULT_REGION,
) -> Explanation:
    """Explain an entity (`left` alone), or how two records or entities stand to each other.

    `left` and `right`: record keys, entity ids of any night, or any identifiers. `chart`: where to write Splink's
    waterfall chart of the likeliest pairs. Raises UnknownError, AmbiguousError.
    """
    if right is None:
        first = second = find(con, left, entity_type, region)
        pairs = _stored(con, first)
    else:
        first, second = find_pair(con, left, right, entity_type, region)
        pairs = likeliest_pairs(
            con, first.entity_type, first.named[:RECORDS_COMPARED], second.named[:RECORDS_COMPARED], PAIRS_SHOWN
        )
    subjects = {subject.entity_id: subject.records for subject in (first, second)}
    keys = sorted({*first.records, *second.records})
    judged = _judged(con, first.entity_type, keys)
    verdict = (
        _alone(first, pairs) if right is None else _verdict(first, second, pairs) + _decided(first, second, judged)
    )
    shown = pairs[:PAIRS_SHOWN]
    if chart is not None and shown:
        write_waterfall(con, first.entity_type, [(pair["left_key"], pair["right_key"]) for pair in shown], chart)
    return Explanation(
        first.entity_type,
        verdict,
        subjects,
        _records(con, first.entity_type, keys),
        pairs,
        _history(con, list(subjects)),
        judged,
        chart if shown else None,
    )


def _alone(subject: Subject, pairs: list[Row]) -> str:
    moved = f"{subject.moved_from} has become {subject.entity_id}; " if subject.moved_from else ""
    count = len(subject.records)
    if count == 1:
        return f"{moved}{subject.entity_id} has one record, {subject.records[0]}"
    return f"{moved}{subject.entity_id} has {count} records, held together by {len(pairs)} edges"


def _verdict(first: Subject, second: Subject, pairs: list[Row]) -> str:
    a, b = first.entity_id, second.entity_id
    best = (
        f"their likeliest pair matches with probability {pairs[0]['probability']:.3f}"
        if pairs
        else "nothing to compare"
    )
    return f"one entity, {a}; {best}" if a == b else f"two entities, {a} and {b}; {best}"


def _decided(first: Subject, second: Subject, judged: list[Row]) -> str:
    """What people have decided between the two, and when it is taken over if it is not yet."""
    sides = set(first.named), set(second.named)
    ends = [(j, {j["left_key"]}, {j["right_key"]}) for j in judged if j["withdrawn_at"] is None]
    between = [
        j for j, left, right in ends
        if (left <= sides[0] and right <= sides[1]) or (left <= sides[1] and right <= sides[0])
    ]  # fmt: skip
    if not between:
        return ""
    newest = max(between, key=lambda j: j["decided_at"])
    taken_over = (newest["verdict"] == "same") == (first.entity_id == second.entity_id)
    told = f"; decided {newest['verdict']} by {newest['decided_by']} on {newest['decided_at']:%Y-%m-%d}"
    return told if taken_over else f"{told}, which the next night takes over"


def _records(con: DuckDBPyConnection, entity_type: str, keys: list[str]) -> list[Row]:
    linked = rows_of(
        con.execute(
            f"select record_key, entity_id, kind, rule, probability from {SCHEMA}.links "
            "where entity_type = ? and record_key in (select unnest(?)) order by entity_id, record_key",
            [entity_type, keys],
        )
    )
    shown = shown_records(con, entity_type, keys)
    return [row | shown.get(row["record_key"], {}) for row in linked]


def _stored(con: DuckDBPyConnection, subject: Subject) -> list[Row]:
    cursor = con.execute(
        "select left_key, right_key, probability, match_weight, rule, evidence "
        f"from {SCHEMA}.edges where entity_type = ? "
        "and left_key in (select unnest(?)) and right_key in (select unnest(?)) "
        "order by match_weight desc, left_key, right_key",
        [subject.entity_type, subject.records, subject.records],
    )
    return [row | {"evidence": json.loads(row["evidence"])} for row in rows_of(cursor)]


def _history(con: DuckDBPyConnection, entities: list[str]) -> list[Row]:
    return rows_of(
        con.execute(
            "select entity_id, event, other_id, founding_record_key, founding_drop_date, cause, as_of, model_version "
            f"from {SCHEMA}.ledger where entity_id in (select unnest(?)) or other_id in (select unnest(?)) "
            "order by sequence",
            [entities, entities],
        )
    )


def _judged(con: DuckDBPyConnection, entity_type: str, keys: list[str]) -> list[dict[str, Any]]:
    return rows_of(
        con.execute(
            f"from {SCHEMA}.judgements where entity_type = ? "
            "and (left_key in (select unnest(?)) or right_key in (select unnest(?))) "
            "order by decided_at, left_key, right_key",
            [entity_type, keys, keys],
        )
    )

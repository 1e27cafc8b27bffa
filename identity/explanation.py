"""Why records are one entity, or are not: plain data for the command line, Splink's waterfall as an HTML file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from identity.book import read_book
from identity.comparisons import comparisons
from identity.evidence import write_evidence
from identity.judgements import CSV_COLUMNS
from identity.parameters import Parameters, settings
from identity.resolution import current_parameters
from identity.scoring import linker
from identity.specification import Specification
from identity.specifications import SPECIFICATIONS
from identity.store import SCHEMA, features_table

# Two entities are explained by their likeliest pairs; so many of their records are looked at.
PAIRS_SHOWN = 10
RECORDS_COMPARED = 60

Row = dict[str, Any]


class UnknownError(LookupError):
    """Neither a record key nor an entity id of this lake."""


@dataclass(frozen=True)
class Explanation:
    """What holds an entity together, or what speaks for and against two things being one.

    `subjects`: entity id → its records. `pairs`: compared pairs, the likeliest first, each with `evidence`
    (says, weight in bits). `verdict` says in one sentence how it stands. `history`: ledger rows.
    `judgements`: also withdrawn ones.
    """

    entity_type: str
    verdict: str
    subjects: dict[str, list[str]]
    pairs: list[Row]
    history: list[Row] = field(default_factory=list)
    judgements: list[Row] = field(default_factory=list)
    chart: Path | None = None


def explain(con: DuckDBPyConnection, left: str, right: str | None = None, chart: Path | None = None) -> Explanation:
    """Explain an entity (`left` alone), or how two records or entities stand to each other.

    `left` and `right`: record keys, or entity ids of any night. `chart`: where to write Splink's waterfall chart.
    Raises UnknownError.
    """
    entity_type, first = _subject(con, left)
    if right is None:
        pairs = _stored(con, entity_type, next(iter(first)))
        verdict = (
            f"{next(iter(first))} has {len(next(iter(first.values())))} records, held together by {len(pairs)} edges"
        )
        scored = [(pair["left_key"], pair["right_key"]) for pair in pairs[:1]]
        subjects = first
    else:
        other_type, second = _subject(con, right)
        if other_type != entity_type:
            raise UnknownError(f"{left} is a {entity_type}, {right} is a {other_type}: they cannot be compared")
        pairs = _between(con, entity_type, _keys_of(left, first), _keys_of(right, second))
        verdict = _verdict(first, second, pairs)
        scored = [(pair["left_key"], pair["right_key"]) for pair in pairs[:1]]
        subjects = first | second
    if chart is not None and scored:
        _write_chart(con, entity_type, scored, chart)
    return Explanation(
        entity_type,
        verdict,
        subjects,
        pairs,
        _history(con, list(subjects)),
        _judged(con, [key for keys in subjects.values() for key in keys]),
        chart if scored else None,
    )


def _verdict(first: dict[str, list[str]], second: dict[str, list[str]], pairs: list[Row]) -> str:
    (a,), (b,) = first, second
    best = (
        f"their likeliest pair matches with probability {pairs[0]['probability']:.3f}"
        if pairs
        else "nothing to compare"
    )
    return f"one entity, {a}; {best}" if a == b else f"two entities, {a} and {b}; {best}"


def _subject(con: DuckDBPyConnection, name: str) -> tuple[str, dict[str, list[str]]]:
    """Entity type, and the entity with its records, that a record key or an entity id of any night names."""
    row = con.execute(f"select entity_type, entity_id from {SCHEMA}.links where record_key = ?", [name]).fetchone()
    if row is None:
        known = con.execute(f"select entity_type from {SCHEMA}.ledger where entity_id = ? limit 1", [name]).fetchone()
        if known is None:
            raise UnknownError(f"{name} is neither a record key nor an entity id of this lake; look it up first")
        row = (known[0], read_book(con, known[0])[0].current(name))
    keys = con.execute(
        f"select record_key from {SCHEMA}.links where entity_type = ? and entity_id = ? order by record_key", list(row)
    ).fetchall()
    return row[0], {row[1]: [key for (key,) in keys]}


def _keys_of(name: str, subject: dict[str, list[str]]) -> list[str]:
    """The record alone where a record was named, else the entity's records."""
    keys = next(iter(subject.values()))
    return [name] if name in keys else keys[:RECORDS_COMPARED]


def _stored(con: DuckDBPyConnection, entity_type: str, entity_id: str) -> list[Row]:
    cursor = con.execute(
        "select e.left_key, e.right_key, e.probability, e.match_weight, e.rule, e.evidence "
        f"from {SCHEMA}.edges as e join {SCHEMA}.links as l "
        "on l.record_key = e.left_key and l.entity_type = e.entity_type "
        f"join {SCHEMA}.links as r on r.record_key = e.right_key and r.entity_type = e.entity_type "
        "where e.entity_type = ? and l.entity_id = ? and r.entity_id = ? "
        "order by e.match_weight desc, e.left_key, e.right_key",
        [entity_type, entity_id, entity_id],
    )
    return [row | {"evidence": json.loads(row["evidence"])} for row in rows_of(cursor)]


def rows_of(cursor: DuckDBPyConnection) -> list[Row]:
    """The rows of a query as dictionaries."""
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def compared_records(
    con: DuckDBPyConnection, entity_type: str, keys: list[str]
) -> Iterator[tuple[DuckDBPyConnection, Specification, Parameters]]:
    """A cursor with the features of some records in table `some_features`, and what they are compared by."""
    parameters = current_parameters(con, entity_type)
    if parameters is None:
        raise UnknownError(f"no model for {entity_type} yet: run a night first")
    found = con.execute(
        f"select * from {features_table(entity_type)} where record_key in (select unnest(?)) order by unique_id", [keys]
    ).to_arrow_table()
    work = con.cursor()
    work.execute("use memory.main; create schema if not exists identity_explain; use memory.identity_explain")
    try:
        work.register("feature_rows", found)
        work.execute("create or replace table some_features as from feature_rows")
        work.unregister("feature_rows")
        yield work, SPECIFICATIONS[entity_type](), parameters
    finally:
        work.execute("use memory.main; drop schema if exists memory.identity_explain cascade")
        work.close()


def _between(con: DuckDBPyConnection, entity_type: str, left: list[str], right: list[str]) -> list[Row]:
    """Score all pairs across two sets of records now; the likeliest `PAIRS_SHOWN`."""
    with compared_records(con, entity_type, sorted({*left, *right})) as (work, specification, parameters):
        work.execute(
            "create or replace table some_pairs as select distinct least(l.unique_id, r.unique_id) as join_key_l, "
            "greatest(l.unique_id, r.unique_id) as join_key_r, '0' as match_key from some_features as l "
            "join some_features as r on l.unique_id <> r.unique_id "
            "where l.record_key in (select unnest(?)) and r.record_key in (select unnest(?)) order by 1, 2",
            [left, right],
        )
        write_evidence(work, specification, parameters, "some_features", "some_pairs", "some_edges")
        cursor = work.execute(
            "select l.record_key as left_key, r.record_key as right_key, round(match_probability, 6) as probability, "
            "round(match_weight, 3) as match_weight, rule, evidence from some_edges as e "
            "join some_features as l on l.unique_id = e.unique_id_l "
            "join some_features as r on r.unique_id = e.unique_id_r "
            f"order by match_weight desc, left_key, right_key limit {PAIRS_SHOWN}"
        )
        return [row | {"evidence": json.loads(row["evidence"])} for row in rows_of(cursor)]


def _write_chart(con: DuckDBPyConnection, entity_type: str, pairs: list[tuple[str, str]], path: Path) -> None:
    """Splink's waterfall chart of pairs, its libraries inside the file: it opens without a network."""
    keys = sorted({key for pair in pairs for key in pair})
    with compared_records(con, entity_type, keys) as (work, specification, parameters):
        work.execute(
            "create or replace table some_pairs as select l.unique_id as join_key_l, r.unique_id as join_key_r, "
            "'0' as match_key from some_features as l join some_features as r on l.unique_id < r.unique_id"
        )
        made = linker(work, "some_features", settings(parameters, comparisons(specification), detailed=True))
        made.table_management.register_blocked_pairs_for_predict(made._db_api.register("some_pairs"))  # noqa: SLF001
        records = made.inference.predict(warning_mode="never").as_record_list()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made.visualisations.waterfall_chart(records).to_html(inline=True), encoding="utf-8")


def _history(con: DuckDBPyConnection, entities: list[str]) -> list[Row]:
    return rows_of(
        con.execute(
            "select entity_id, event, other_id, founding_record_key, founding_drop_date, cause, as_of, model_version "
            f"from {SCHEMA}.ledger where entity_id in (select unnest(?)) or other_id in (select unnest(?)) "
            "order by sequence",
            [entities, entities],
        )
    )


def _judged(con: DuckDBPyConnection, keys: list[str]) -> list[Row]:
    return rows_of(
        con.execute(
            f"select {', '.join(CSV_COLUMNS)} from {SCHEMA}.judgements "
            "where left_key in (select unnest(?)) or right_key in (select unnest(?)) "
            "order by decided_at, left_key, right_key",
            [keys, keys],
        )
    )

"""What people decided about pairs of records. A judgement outweighs scores, survives every run, and can be withdrawn.

Rows are never changed but for being withdrawn; a new judgement of the same pair takes the place of the older one.
Callers hold the writer lock; the effect is seen after the next `resolve`, whatever day that is run for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from duckdb import DuckDBPyConnection

from identity.inputs import vendor_pairs
from identity.records import RECORDS, rows_of
from identity.store import SCHEMA, ensure_tables
from lake.rows import insert_rows
from lake.transaction import transaction

Verdict = Literal["same", "different"]
VERDICTS = ("same", "different")
CSV_COLUMNS = (
    "entity_type", "left_key", "right_key", "verdict", "decided_by", "decided_at", "withdrawn_at", "note",
    "withdrawn_by", "withdrawn_note",
)  # fmt: skip
TABLE = f"{SCHEMA}.judgements"
MERGE = "merge"  # how the note of its judgements begins
ANEW = "judged anew"  # why an earlier judgement of a pair does not hold any more
SPREAD = 3  # records of each entity by which two are judged to be one
_PAIRS = (
    "entity_type = ? and withdrawn_at is null and ("
    "(left_key in (select unnest(?)) and right_key in (select unnest(?))) or "
    "(right_key in (select unnest(?)) and left_key in (select unnest(?))))"
)


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
    withdrawn_by: str | None = None
    withdrawn_note: str | None = None


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
    check(con, judgement)
    with transaction(con):
        take(con, judgement)
        refuse_contradictions(con, [entity_type])
    return judgement


def withdraw(
    con: DuckDBPyConnection, entity_type: str, keys: tuple[str, str], at: datetime, by: str = "", note: str = ""
) -> int:
    """Withdraw the standing judgements about two records; how many there were."""
    ensure_tables(con)
    with transaction(con):
        return len(withdraw_between(con, entity_type, [keys[0]], [keys[1]], at, by, note))


def withdraw_between(
    con: DuckDBPyConnection,
    entity_type: str,
    left: list[str],
    right: list[str],
    at: datetime,
    by: str = "",
    note: str = "",
) -> list[Judgement]:
    """Withdraw every standing judgement between two sets of records, in the caller's transaction; which they were."""
    where = [entity_type, left, right, left, right]
    rows = rows_of(con.execute(f"from {TABLE} where {_PAIRS} order by left_key, right_key, decided_at", where))
    if rows:
        change = f"update {TABLE} set withdrawn_at = ?, withdrawn_by = ?, withdrawn_note = ? where {_PAIRS}"
        con.execute(change, [at, by, note, *where])
    return [Judgement(**row) for row in rows]


def is_merge(judgement: Judgement) -> bool:
    """Whether it is one of the pairs by which two entities were merged."""
    return judgement.verdict == "same" and judgement.note.startswith(f"{MERGE} ")


def withdraw_decision(
    con: DuckDBPyConnection, judgement: Judgement, at: datetime, by: str = "", note: str = ""
) -> list[Judgement]:
    """Withdraw what stands of the decision that a judgement was part of, in the caller's transaction; what it was."""
    of_it = "entity_type = ? and decided_by = ? and decided_at = ? and note = ? and withdrawn_at is null"
    where = [judgement.entity_type, judgement.decided_by, judgement.decided_at, judgement.note]
    rows = rows_of(con.execute(f"from {TABLE} where {of_it} order by left_key, right_key", where))
    change = f"update {TABLE} set withdrawn_at = ?, withdrawn_by = ?, withdrawn_note = ? where {of_it}"
    con.execute(change, [at, by, note, *where])
    return [Judgement(**row) for row in rows]


def standing_between(con: DuckDBPyConnection, entity_type: str, left: list[str], right: list[str]) -> int:
    """How many judgements stand between two sets of records."""
    found = con.execute(f"select count(*) from {TABLE} where {_PAIRS}", [entity_type, left, right, left, right])
    return int(found.fetchall()[0][0])


def merge(
    con: DuckDBPyConnection,
    entity_type: str,
    entities: tuple[str, str],
    decided_by: str,
    decided_at: datetime,
    reason: str = "",
) -> list[Judgement]:
    """Judge two entities to be one, by records of each. Standing judgements that keep them apart are withdrawn.

    Records of several tools are judged, where there are several, so that they stay one when a record is gone from its
    tool. Records that a tool calls parent and child keep two entities apart: each such pair is judged as well.
    """
    if entities[0] == entities[1]:
        raise JudgementError(f"{entities[0]}: both are this one {entity_type} already; there is nothing to merge")
    first, second = (_records(con, entity_type, entity) for entity in entities)
    note = _noted(f"{MERGE} {entities[0]} {entities[1]}", reason)
    _, parted = vendor_pairs(con, RECORDS[entity_type])
    across = {frozenset(pair) for pair in parted if len({*first} & {*pair}) == len({*second} & {*pair}) == 1}
    these, those = _spread(first), _spread(second)
    judged = {frozenset((these[i % len(these)], those[i % len(those)])) for i in range(max(len(these), len(those)))}
    pairs = sorted(sorted(pair) for pair in {*judged, *across})
    taken = [Judgement(entity_type, a, b, "same", decided_by, decided_at, note=note) for a, b in pairs]
    ensure_tables(con)
    for judgement in taken:
        check(con, judgement)
    with transaction(con):
        withdraw_between(con, entity_type, first, second, decided_at, decided_by, note)
        _write(con, taken)
        refuse_contradictions(con, [entity_type])
    return taken


def _spread(records: list[str]) -> list[str]:
    """One record of each tool, in the tools' order; `SPREAD` at most."""
    by_tool: dict[str, str] = {}
    for record in records:
        by_tool.setdefault(record.partition(":")[0], record)
    return list(by_tool.values())[:SPREAD]


def split(
    con: DuckDBPyConnection,
    entity_type: str,
    entity: str,
    record_keys: Iterable[str],
    decided_by: str,
    decided_at: datetime,
    reason: str = "",
) -> list[Judgement]:
    """Judge some records of an entity not to belong to the others: each pair across is different."""
    members = _records(con, entity_type, entity)
    leaving = sorted(set(record_keys))
    strangers = sorted(set(leaving) - set(members))
    if strangers or not leaving or len(leaving) == len(members):
        raise JudgementError(
            f"{entity} cannot be split so: give some, not all, of its {len(members)} records"
            + (f"; not its records: {', '.join(strangers)}" if strangers else "")
            + f". It has {', '.join(members)}"
        )
    staying = [key for key in members if key not in leaving]
    note = _noted(f"split {entity}", reason)
    pairs = [tuple(sorted((a, b))) for a in leaving for b in staying]
    judgements = [Judgement(entity_type, a, b, "different", decided_by, decided_at, note=note) for a, b in pairs]
    ensure_tables(con)
    with transaction(con):
        withdraw_between(con, entity_type, leaving, staying, decided_at, decided_by, ANEW)
        _write(con, judgements)
        refuse_contradictions(con, [entity_type])
    return judgements


def standing(con: DuckDBPyConnection, entity_type: str) -> list[Judgement]:
    """The judgements that hold, the newest of each pair, ordered by pair. Lakes of before may lack the last columns."""
    rows = rows_of(
        con.execute(
            f"from {TABLE} where entity_type = ? and withdrawn_at is null "
            "qualify row_number() over (partition by left_key, right_key order by decided_at desc, verdict) = 1 "
            "order by left_key, right_key",
            [entity_type],
        )
    )
    return [Judgement(**row) for row in rows]


def judgements(con: DuckDBPyConnection, *, withdrawn: bool = False) -> list[Judgement]:
    """The judgements that hold, with `withdrawn` all that were ever taken, in the order in which they were."""
    rows = rows_of(
        con.execute(
            f"from {TABLE} where withdrawn_at is null or ? "
            "order by decided_at, entity_type, left_key, right_key, verdict",
            [withdrawn],
        )
    )
    return [Judgement(**row) for row in rows]


def check(con: DuckDBPyConnection, judgement: Judgement) -> None:
    """Raise JudgementError where a judgement names records that are not here, or that may never be one."""
    pair = f"{judgement.left_key} and {judgement.right_key}"
    if judgement.left_key == judgement.right_key:
        raise JudgementError(f"{judgement.left_key}: a record cannot be judged against itself")
    if judgement.verdict not in VERDICTS:
        raise JudgementError(f"{pair}: the verdict {judgement.verdict!r} is not one of {', '.join(VERDICTS)}")
    kinds = dict(
        con.execute(
            f"select record_key, kind from {SCHEMA}.links where entity_type = ? and record_key in (?, ?)",
            [judgement.entity_type, judgement.left_key, judgement.right_key],
        ).fetchall()
    )
    unknown = sorted({judgement.left_key, judgement.right_key} - set(kinds))
    if unknown:
        raise JudgementError(f"no {judgement.entity_type} record {', '.join(unknown)}; give record keys of this lake")
    left, right = kinds[judgement.left_key], kinds[judgement.right_key]
    if judgement.verdict == "same" and left != right:
        raise JudgementError(
            f"{judgement.left_key} is a {left} record and {judgement.right_key} a {right} record: kinds are never "
            "merged; if a customer was taken for staff, mend the setting own_domains"
        )


def refuse_contradictions(con: DuckDBPyConnection, entity_types: Iterable[str]) -> None:
    """Raise JudgementError, in the caller's transaction, where what stands calls two records one and different."""
    for entity_type in entity_types:
        judged = standing(con, entity_type)
        group: dict[str, set[str]] = {}
        for j in judged:
            if j.verdict == "same":
                both = group.get(j.left_key, {j.left_key}) | group.get(j.right_key, {j.right_key})
                group |= dict.fromkeys(both, both)
        for j in judged:
            if j.verdict == "different" and j.right_key in group.get(j.left_key, ()):
                between = ", ".join(sorted(group[j.left_key] - {j.left_key, j.right_key}))
                raise JudgementError(
                    f"{j.left_key} and {j.right_key} would be judged different, and one by way of {between}; "
                    "withdraw one of these judgements first (memhouse judgements)"
                )


def take(con: DuckDBPyConnection, judgement: Judgement) -> None:
    """Write one checked judgement in the place of earlier ones, inside the caller's transaction."""
    if judgement.withdrawn_at is None:
        withdraw_between(
            con,
            judgement.entity_type,
            [judgement.left_key],
            [judgement.right_key],
            judgement.decided_at,
            judgement.decided_by,
            ANEW,
        )
    _write(con, [judgement])


def _write(con: DuckDBPyConnection, judgements: Iterable[Judgement]) -> None:
    rows = [[getattr(judgement, name) for name in CSV_COLUMNS] for judgement in judgements]
    insert_rows(con, f"{TABLE} ({', '.join(CSV_COLUMNS)})", rows)


def _noted(what: str, reason: str) -> str:
    return f"{what}: {reason}" if reason else what


def _records(con: DuckDBPyConnection, entity_type: str, entity: str) -> list[str]:
    rows = con.execute(
        f"select record_key from {SCHEMA}.links where entity_type = ? and entity_id = ? order by record_key",
        [entity_type, entity],
    ).fetchall()
    if not rows:
        raise JudgementError(f"no {entity_type} {entity} in this lake; look it up by an identifier first")
    return [row[0] for row in rows]

"""Edges, links and the review queue of one entity type, from the working tables into the lake."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
from duckdb import DuckDBPyConnection

from identity.engine import Linked
from identity.evidence import write_evidence
from identity.known import KEPT_FROM, Changes, known_table
from identity.specification import Specification
from identity.store import SCHEMA

# Bits of match weight between which a pair is worth a human look, and the number of pairs that are offered.
REVIEW_FROM, REVIEW_TO = KEPT_FROM, 3.0
REVIEW_PAIRS = 500
_AT_HAND = "members_at_hand"


def write_outputs(
    con: DuckDBPyConnection,
    work: DuckDBPyConnection,
    specification: Specification,
    linked: Linked,
    ids: dict[str, str],
    kinds: dict[str, str],
    changes: Changes | None = None,
) -> int:
    """Write one type's edges, links and review queue inside the caller's transaction; how many pairs to review.

    With `changes` only what the night touched is replaced; else all rows of the type are.
    """
    entity_type, version = specification.entity_type, linked.parameters.version
    members = _members(linked, ids, kinds)
    work.register("member_rows", members)
    work.execute("create or replace table members as select unique_id, record_key, entity_id from member_rows")
    work.unregister("member_rows")
    if changes is not None:
        _add_neighbours(work, linked, specification)
    _write_kept_pairs(work, linked)
    write_evidence(work, specification, linked.parameters, linked.tables.features, "kept_pairs", "kept_edges")
    with _at_hand(con, members):
        _remove(con, work, linked, entity_type, changes)
        _insert(con, work, "edges", _edges(entity_type, version))
        con.execute(f"insert into {SCHEMA}.links by name {_links(entity_type, version)}")
        _forget_split(con, entity_type)
        _note_apart(con, work, linked, entity_type)
    con.execute(f"delete from {SCHEMA}.review_queue where entity_type = ?", [entity_type])
    con.execute(f"insert into {SCHEMA}.review_queue by name {_review(entity_type)}")
    row = con.execute(f"select count(*) from {SCHEMA}.review_queue where entity_type = ?", [entity_type]).fetchone()
    return int(row[0]) if row else 0


def _members(linked: Linked, ids: dict[str, str], kinds: dict[str, str]) -> pa.Table:
    """The records whose links are written."""
    return pa.table(
        {
            "unique_id": pa.array(linked.numbers, pa.int64()),
            "record_key": pa.array(linked.keys, pa.string()),
            "entity_id": pa.array([ids[key] for key in linked.keys], pa.string()),
            "kind": pa.array([kinds.get(key, "customer") for key in linked.keys], pa.string()),
        }
    )


def _add_neighbours(work: DuckDBPyConnection, linked: Linked, specification: Specification) -> None:
    """Records that an arrival was compared with, and whose entity stays as it was."""
    work.execute(
        "insert into members select f.unique_id, f.record_key, k.entity_id "
        f"from {linked.tables.features} as f join {known_table(specification)} as k using (record_key) "
        f"where f.unique_id in (select unique_id_l from {linked.tables.scored} union select unique_id_r "
        f"from {linked.tables.scored}) and f.unique_id not in (select unique_id from members)"
    )


def _remove(
    con: DuckDBPyConnection, work: DuckDBPyConnection, linked: Linked, entity_type: str, changes: Changes | None
) -> None:
    """Make room: for everything, or for the records that are linked anew and those that changed or left."""
    if changes is None:
        con.execute(f"delete from {SCHEMA}.edges where entity_type = ?", [entity_type])
        con.execute(f"delete from {SCHEMA}.links where entity_type = ?", [entity_type])
        return
    changed = work.execute(
        f"select record_key from {linked.tables.features} semi join {linked.tables.changed} using (unique_id)"
    ).fetchall()
    gone = pa.table({"record_key": pa.array([*(key for (key,) in changed), *changes.gone], pa.string())})
    con.register("stale_keys", gone)
    con.execute(
        f"delete from {SCHEMA}.edges where entity_type = ? "
        "and (left_key in (from stale_keys) or right_key in (from stale_keys))",
        [entity_type],
    )
    con.execute(
        f"delete from {SCHEMA}.links where entity_type = ? "
        f"and record_key in (from stale_keys union all select record_key from {_AT_HAND})",
        [entity_type],
    )
    con.unregister("stale_keys")


def _forget_split(con: DuckDBPyConnection, entity_type: str) -> None:
    """Pairs that speak against a match are kept inside an entity only."""
    con.execute(
        f"delete from {SCHEMA}.edges where entity_type = ? and match_weight < {KEPT_FROM} and (left_key, right_key) in "
        f"(select left_key, right_key from {SCHEMA}.edges join {_AT_HAND} as l on l.record_key = left_key "
        f"join {_AT_HAND} as r on r.record_key = right_key where l.entity_id <> r.entity_id)",
        [entity_type],
    )


def _note_apart(con: DuckDBPyConnection, work: DuckDBPyConnection, linked: Linked, entity_type: str) -> None:
    """Say of the likely pairs at hand that are in two entities why, and of all others nothing."""
    rows = work.execute(
        "select least(l.record_key, r.record_key) as left_key, greatest(l.record_key, r.record_key) as right_key, "
        f"reason from {linked.tables.apart} join members as l on l.unique_id = unique_id_l "
        "join members as r on r.unique_id = unique_id_r"
    ).to_arrow_table()
    con.register("apart_rows", rows)
    con.execute(
        f"update {SCHEMA}.edges as e set kept_apart = null where entity_type = ? and kept_apart is not null "
        f"and left_key in (select record_key from {_AT_HAND}) and right_key in (select record_key from {_AT_HAND})",
        [entity_type],
    )
    con.execute(
        f"update {SCHEMA}.edges as e set kept_apart = a.reason from apart_rows as a "
        "where e.entity_type = ? and e.left_key = a.left_key and e.right_key = a.right_key",
        [entity_type],
    )
    con.unregister("apart_rows")


@contextmanager
def _at_hand(con: DuckDBPyConnection, members: pa.Table) -> Iterator[None]:
    """The members as a table: of an Arrow table DuckDB does not know the size, and joined it with itself first."""
    con.register("members_rows", members)
    con.execute(f"create or replace temporary table {_AT_HAND} as from members_rows")
    con.unregister("members_rows")
    yield
    con.execute(f"drop table {_AT_HAND}")


def _write_kept_pairs(work: DuckDBPyConnection, linked: Linked) -> None:
    """The pairs that are worth keeping: inside an entity, or near enough to a match to be asked about."""
    work.execute(
        "create or replace table kept_pairs as select s.unique_id_l as join_key_l, s.unique_id_r as join_key_r, "
        f"'0' as match_key from {linked.tables.scored} as s join members as l on l.unique_id = s.unique_id_l "
        "join members as r on r.unique_id = s.unique_id_r "
        f"where l.entity_id = r.entity_id or s.match_weight >= {REVIEW_FROM} order by 1, 2"
    )


def _edges(entity_type: str, version: str) -> str:
    """Pairs in the order of their keys, as judgements are: unique ids follow the nights in which records came."""
    return (
        f"select '{entity_type}' as entity_type, least(l.record_key, r.record_key) as left_key, "
        "greatest(l.record_key, r.record_key) as right_key, "
        "round(e.match_probability, 6) as probability, round(e.match_weight, 3) as match_weight, e.rule, e.evidence, "
        f"'{version}' as model_version from kept_edges as e join members as l on l.unique_id = e.unique_id_l "
        "join members as r on r.unique_id = e.unique_id_r order by left_key, right_key"
    )


def _links(entity_type: str, version: str) -> str:
    """A record's probability is that of its best edge into its entity; a record that is alone is itself for certain."""
    return (
        f"with edges as (from {SCHEMA}.edges where entity_type = '{entity_type}'), "
        "ends as (select left_key as record_key, right_key as other, probability, rule from edges "
        "union all select right_key, left_key, probability, rule from edges), "
        "best as (select m.record_key, arg_max(e.rule, (e.probability, e.rule)) as rule, "
        f"max(e.probability) as probability from ends as e join {_AT_HAND} as m using (record_key) "
        f"join {_AT_HAND} as o on o.record_key = e.other and o.entity_id = m.entity_id group by m.record_key), "
        f"sizes as (select entity_id, count(*) as records from {_AT_HAND} group by entity_id) "
        f"select '{entity_type}' as entity_type, m.record_key, m.entity_id, m.kind, "
        "case when s.records = 1 then 1 else coalesce(b.probability, 1) end as probability, "
        "case when s.records = 1 then 'only record' else coalesce(b.rule, 'decided, not scored') end as rule, "
        f"'{version}' as model_version from {_AT_HAND} as m join sizes as s using (entity_id) "
        "left join best as b using (record_key) order by m.record_key"
    )


def _review(entity_type: str) -> str:
    """Pairs that nobody has judged, the most valuable first: near to even or kept apart, with many records at stake.

    One for any two entities, and for any entity in itself: an answer settles the others. None for two that somebody
    has decided to keep apart.
    """
    ends = "least(l.entity_id, r.entity_id), greatest(l.entity_id, r.entity_id)"
    return (
        f"with links as (from {SCHEMA}.links where entity_type = '{entity_type}'), "
        "sizes as (select entity_id, count(*) as records from links group by entity_id), "
        f"judged as (from {SCHEMA}.judgements where entity_type = '{entity_type}' and withdrawn_at is null), "
        f"decided as (select {ends} from judged join links as l on l.record_key = left_key "
        "join links as r on r.record_key = right_key where verdict = 'different') "
        f"select '{entity_type}' as entity_type, e.left_key, e.right_key, e.probability, e.match_weight, "
        "case when l.entity_id = r.entity_id then a.records else a.records + b.records end as records_at_stake, "
        "round(case when e.kept_apart is not null then 1 else 1 - abs(2 * e.probability - 1) end "
        "* ln(1 + a.records + b.records), 4) as priority, "
        "case when l.entity_id = r.entity_id then 'joined: should they be apart?' "
        "else 'apart' || coalesce(' (' || e.kept_apart || ')', '') || ': should they be one?' end as question, "
        f"e.evidence from {SCHEMA}.edges as e join links as l on l.record_key = e.left_key "
        "join links as r on r.record_key = e.right_key join sizes as a on a.entity_id = l.entity_id "
        "join sizes as b on b.entity_id = r.entity_id anti join judged as j "
        "on j.left_key = e.left_key and j.right_key = e.right_key "
        f"where e.entity_type = '{entity_type}' and (e.kept_apart is not null "
        f"or e.match_weight between {REVIEW_FROM} and {REVIEW_TO}) and l.kind = 'customer' "
        f"and ({ends}) not in (from decided) qualify row_number() over "
        f"(partition by {ends} order by priority desc, e.probability desc, e.left_key, e.right_key) = 1 "
        f"order by priority desc, e.left_key, e.right_key limit {REVIEW_PAIRS}"
    )


def _insert(con: DuckDBPyConnection, work: DuckDBPyConnection, table: str, query: str) -> int:
    """Carry a working query's rows into the lake; how many."""
    rows = work.execute(query).to_arrow_table()
    con.register("identity_rows", rows)
    con.execute(f"insert into {SCHEMA}.{table} by name select * from identity_rows")
    con.unregister("identity_rows")
    return len(rows)

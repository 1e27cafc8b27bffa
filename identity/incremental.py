"""A night that looks at what is new: records that came or changed are linked against all that is known.

Rarities of new values are counted over all records, within the totals of the last full link; whoever shares a value
that has become generic is looked at again. The entities that a new record may belong to are clustered anew, with all
their members; every other entity stays as it is. What two known records say of each other was scored when the later
of them came, and kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import pyarrow as pa
from duckdb import DuckDBPyConnection

from identity.blocking import write_members, write_pairs
from identity.clustering import connected
from identity.comparisons import comparisons
from identity.engine import KeyPair, Linked, Tables, clustered, clustering_columns
from identity.features import standardise
from identity.frequencies import add_frequencies
from identity.generic import find_generic, holds_generic, without_generic
from identity.known import KEPT_FROM, Changes, known_edges_table, known_table
from identity.parameters import Parameters, settings
from identity.scoring import score
from identity.specification import Specification
from identity.thresholds import JOIN

ARRIVALS = "arrivals"
TOUCHED = "touched_ids"


@dataclass(frozen=True)
class Decided:
    """Decided pairs of keys, and keys whose entities are clustered anew whatever comes."""

    same: Sequence[KeyPair] = ()
    different: Sequence[KeyPair] = ()
    looked_at: Collection[str] = ()


NOTHING_DECIDED = Decided()


def link_arrivals(
    con: DuckDBPyConnection,
    specification: Specification,
    arrivals: pa.Table,
    gone: Iterable[str],
    parameters: Parameters,
    decided: Decided = NOTHING_DECIDED,
    seconds: dict[str, float] | None = None,
) -> Linked:
    """Link the standardised `arrivals` (new and changed records) against all known ones.

    `gone`: keys of records that are no more. The connection has the features, generic values and totals of the night
    before, its entities in `known_table` and its kept pairs in `known_edges_table`. The result has the records whose
    entity may have changed; its scored pairs are those of changed records, and of known ones that may be joined.
    """
    tables, entities = Tables(specification.entity_type), known_table(specification)
    spent = seconds if seconds is not None else {}
    start = perf_counter()
    leaving = _keys_table(con, "leaving_keys", [*gone, *arrivals["record_key"].to_pylist()])
    _keys_table(con, "looked_at_keys", decided.looked_at)
    con.execute(
        f"create or replace table touched_entities as select distinct entity_id from {entities} where record_key in "
        f"(from {leaving} union all from looked_at_keys)"
    )
    if decided.looked_at:  # what a judgement parted may stand apart from both of its records
        con.execute(
            "insert into touched_entities select distinct unnest([l.entity_id, r.entity_id]) "
            f"from {known_edges_table(specification)} join {entities} as l on left_key = l.record_key "
            f"join {entities} as r on right_key = r.record_key where match_weight >= {JOIN} "
            "and (l.entity_id in (from touched_entities)) <> (r.entity_id in (from touched_entities))"
        )
    con.execute(f"delete from {tables.features} where record_key in (from {leaving})")
    _add_features(con, specification, tables, arrivals)
    write_members(con, specification, tables.features, tables.changed)
    write_pairs(con, specification, tables.pairs, tables.changed)
    spent["block"], start = perf_counter() - start, perf_counter()
    model = settings(parameters, comparisons(specification))
    score(con, _features_of(con, tables, tables.pairs), tables.pairs, model, tables.scored)
    _write_touched(con, tables, entities)
    if _write_bridged(con, tables) > 0:
        score(con, _features_of(con, tables, tables.pairs), tables.pairs, model, "bridged_scored")
        con.execute(f"insert into {tables.scored} from bridged_scored where match_weight < {KEPT_FROM}")
    spent["score"], start = perf_counter() - start, perf_counter()
    _write_inside(con, tables, known_edges_table(specification))
    keys, numbers, labels = clustered(con, tables, TOUCHED, "inside_scored", decided.same, decided.different)
    spent["cluster"] = perf_counter() - start
    rounded = {step: round(value, 3) for step, value in spent.items()}
    return Linked(keys, labels, numbers, tables, parameters, rounded)


def link_changes(
    con: DuckDBPyConnection,
    specification: Specification,
    changes: Changes,
    parameters: Parameters,
    decided: Decided = NOTHING_DECIDED,
) -> Linked:
    """Standardise and link what has changed since the night before."""
    start = perf_counter()
    arrivals = standardise(changes.arrivals, specification)
    seconds = {"standardise": perf_counter() - start}
    return link_arrivals(con, specification, arrivals, changes.gone, parameters, decided, seconds)


def _keys_table(con: DuckDBPyConnection, name: str, keys: Iterable[str]) -> str:
    con.register("given_keys", pa.table({"record_key": pa.array(sorted(set(keys)), pa.string())}))
    con.execute(f"create or replace table {name} as from given_keys")
    con.unregister("given_keys")
    return name


def _add_features(con: DuckDBPyConnection, specification: Specification, tables: Tables, arrivals: pa.Table) -> None:
    """Number the arrivals after the known records, and add their features; `tables.changed` has their unique ids.

    Values that have become generic are taken from the known records that hold them, which then count as changed.
    """
    con.register("arriving_rows", arrivals)
    con.execute(
        f"create or replace table {ARRIVALS} as select * replace (unique_id + 1 + (select coalesce(max(unique_id), -1) "
        f"from {tables.features}) as unique_id) from arriving_rows"
    )
    con.unregister("arriving_rows")
    con.execute(f"create or replace table {tables.changed} as select unique_id from {ARRIVALS}")
    columns = ", ".join(f'"{name}"' for name in arrivals.column_names)
    everyone = f"(select {columns} from {tables.features} union all select {columns} from {ARRIVALS})"
    find_generic(con, specification, everyone, "found_generic", ARRIVALS)
    con.execute("create or replace table new_generic as from found_generic anti join "
                f"{tables.generic} using (type, value)")  # fmt: skip
    con.execute(f"insert into {tables.generic} from new_generic")
    for (kind,) in con.execute("select distinct type from new_generic order by type").fetchall():
        held = holds_generic(specification, kind, f"select value from new_generic where type = '{kind}'")
        con.execute(f"insert into {tables.changed} select unique_id from {tables.features} where {held}")
    con.execute(f"create or replace table arriving_plain as from {ARRIVALS}")
    _again_plain(con, tables, columns)
    without_generic(con, specification, "arriving_plain", tables.generic, "arriving_kept")
    others = f"(select {columns} from {tables.features} union all select {columns} from arriving_kept)"
    add_frequencies(con, specification, others, "arriving_features", tables.totals, "arriving_kept")
    con.execute(f"insert into {tables.features} by name select * from arriving_features")


def _again_plain(con: DuckDBPyConnection, tables: Tables, columns: str) -> None:
    """Known records that hold what has become generic are weighed again, under the number they have."""
    held = f"unique_id in (from {tables.changed}) and unique_id not in (select unique_id from {ARRIVALS})"
    con.execute(f"insert into arriving_plain by name select {columns} from {tables.features} where {held}")
    con.execute(f"delete from {tables.features} where {held}")


def _features_of(con: DuckDBPyConnection, tables: Tables, pairs: str) -> str:
    """A table of the features of the records in some pairs: whatever reads it many times reads few rows."""
    name = f"{tables.prefix}_at_hand"
    some = f"(select join_key_l as unique_id from {pairs} union select join_key_r from {pairs})"
    con.execute(f"create or replace table {name} as from {tables.features} semi join {some} using (unique_id)")
    return name


def _write_touched(con: DuckDBPyConnection, tables: Tables, entities: str) -> None:
    """The records to cluster anew: the changed ones, and all members of entities that they may join or leave.

    With what clustering reads of them, the entity of the night before and whether they have changed.
    """
    con.execute(
        f"create or replace table {TOUCHED} as with ends as (select unique_id_l as unique_id from {tables.scored} "
        f"where match_weight >= {JOIN} union select unique_id_r from {tables.scored} where match_weight >= {JOIN} "
        f"union select unique_id from {tables.changed}), "
        f"keys as (select record_key from {tables.features} semi join ends using (unique_id)), "
        f"near as (select entity_id from {entities} semi join keys using (record_key) union from touched_entities), "
        f"members as (select record_key, entity_id from {entities} semi join near using (entity_id)), "
        f"changed as (select distinct unique_id, true as is_changed from {tables.changed}) "
        f"select {clustering_columns(con, tables.features)}, m.entity_id, coalesce(is_changed, false) as is_changed "
        f"from {tables.features} left join members as m using (record_key) left join changed using (unique_id) "
        "where m.entity_id is not null or is_changed"
    )


def _write_bridged(con: DuckDBPyConnection, tables: Tables) -> int:
    """Write the pairs of known records whose entities an arrival may join, and count them.

    What speaks against them was not kept when they came to be two entities.
    """
    rows = con.execute(
        "select unique_id, dense_rank() over (order by case when is_changed then unique_id::varchar else entity_id end)"
        f" as entity from {TOUCHED} order by unique_id"
    ).fetchnumpy()
    numbers, entity = np.asarray(rows["unique_id"], dtype=np.int64), np.asarray(rows["entity"], dtype=np.int64) - 1
    likely = con.execute(
        f"select unique_id_l, unique_id_r from {tables.scored} where match_weight >= {JOIN}"
    ).fetchnumpy()
    left, right = (np.searchsorted(numbers, np.asarray(likely[f"unique_id_{end}"], dtype=np.int64)) for end in "lr")
    first = np.unique(entity, return_index=True)[1]
    near = connected(len(numbers), np.r_[left, np.arange(len(numbers))], np.r_[right, first[entity]])
    con.register("near_rows", pa.table({"unique_id": numbers, "entity": entity, "near": near}))
    con.execute(
        f"create or replace table {tables.pairs} as with known as (from near_rows semi join "
        f"(from {TOUCHED} where not is_changed) using (unique_id)) select l.unique_id as join_key_l, "
        "r.unique_id as join_key_r, '0' as match_key from known as l join known as r "
        "on l.near = r.near and l.entity <> r.entity and l.unique_id < r.unique_id"
    )
    con.unregister("near_rows")
    row = con.execute(f"select count(*) from {tables.pairs}").fetchone()
    return int(row[0]) if row else 0


def _write_inside(con: DuckDBPyConnection, tables: Tables, edges: str) -> None:
    """All that is known of pairs of touched records: scored tonight, or kept since the night that scored it."""
    con.execute(
        f"create or replace table inside_scored as select s.unique_id_l, s.unique_id_r, s.match_weight "
        f"from {tables.scored} as s semi join {TOUCHED} as l on s.unique_id_l = l.unique_id "
        f"semi join {TOUCHED} as r on s.unique_id_r = r.unique_id union all "
        "select least(l.unique_id, r.unique_id), greatest(l.unique_id, r.unique_id), e.match_weight "
        f"from {edges} as e join {TOUCHED} as l on e.left_key = l.record_key and not l.is_changed "
        f"join {TOUCHED} as r on e.right_key = r.record_key and not r.is_changed"
    )

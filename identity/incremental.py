"""A night that looks at what is new: records that came or changed are linked against all that is known.

Rarities of new values are counted over all records, within the totals of the last full link; whoever shares a value
that has become generic is looked at again. The entities that a new record may belong to are clustered anew, with all
their members; every other entity stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter

import pyarrow as pa
from duckdb import DuckDBPyConnection

from identity.blocking import write_members, write_pairs
from identity.clustering import JOIN
from identity.comparisons import comparisons
from identity.engine import KeyPair, Linked, Tables, clustered
from identity.features import standardise
from identity.frequencies import add_frequencies
from identity.generic import find_generic, without_generic
from identity.known import Changes, known_table
from identity.parameters import Parameters, settings
from identity.scoring import score
from identity.specification import Specification

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
    before, and its entities in `known_table`. The result has the records whose entity may have changed; its scored
    pairs are theirs, and those of arrivals with others.
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
    con.execute(f"delete from {tables.features} where record_key in (from {leaving})")
    _add_features(con, specification, tables, arrivals)
    write_members(con, specification, tables.features)
    write_pairs(con, specification, tables.pairs, tables.changed)
    spent["block"], start = perf_counter() - start, perf_counter()
    model = settings(parameters, comparisons(specification))
    paired = f"(select join_key_l as unique_id from {tables.pairs} union select join_key_r from {tables.pairs})"
    score(con, _features_of(con, tables, paired), tables.pairs, model, "arrivals_scored")
    _write_touched(con, tables, entities)
    touched_features = _features_of(con, tables, TOUCHED)
    write_pairs(con, specification, tables.pairs, TOUCHED, inside=True)
    con.execute("drop table block_members")
    score(con, touched_features, tables.pairs, model, "touched_scored")
    spent["score"], start = perf_counter() - start, perf_counter()
    keys, numbers, labels = clustered(con, touched_features, "touched_scored", decided.same, decided.different)
    con.execute(
        f"create or replace table {tables.scored} as from touched_scored union all "
        "select a.* from arrivals_scored as a anti join touched_scored as t using (unique_id_l, unique_id_r)"
    )
    con.execute(f"drop table {touched_features}")
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
        held = f"{kind} in (select value from new_generic where type = '{kind}')"
        con.execute(f"insert into {tables.changed} select unique_id from {tables.features} where {held}")
    con.execute(f"create or replace table arriving_plain as from {ARRIVALS}")
    _again_plain(con, tables, columns)
    without_generic(con, "arriving_plain", tables.generic, "arriving_kept")
    others = f"(select {columns} from {tables.features} union all select {columns} from arriving_kept)"
    add_frequencies(con, specification, others, "arriving_features", tables.totals, "arriving_kept")
    con.execute(f"insert into {tables.features} by name select * from arriving_features")


def _again_plain(con: DuckDBPyConnection, tables: Tables, columns: str) -> None:
    """Known records that hold what has become generic are weighed again, under the number they have."""
    held = f"unique_id in (from {tables.changed}) and unique_id not in (select unique_id from {ARRIVALS})"
    con.execute(f"insert into arriving_plain by name select {columns} from {tables.features} where {held}")
    con.execute(f"delete from {tables.features} where {held}")


def _features_of(con: DuckDBPyConnection, tables: Tables, some: str) -> str:
    """A table of the features of some unique ids: whatever reads it many times reads few rows."""
    name = f"{tables.prefix}_at_hand"
    con.execute(f"create or replace table {name} as from {tables.features} semi join {some} using (unique_id)")
    return name


def _write_touched(con: DuckDBPyConnection, tables: Tables, entities: str) -> None:
    """The records to cluster anew: the changed ones, and all members of entities that they may join or leave."""
    con.execute(
        f"create or replace table {TOUCHED} as with ends as (select unique_id_l as unique_id from arrivals_scored "
        f"where match_weight >= {JOIN} union select unique_id_r from arrivals_scored where match_weight >= {JOIN} "
        f"union select unique_id from {tables.changed}), "
        f"keys as (select record_key from {tables.features} semi join ends using (unique_id)), "
        f"near as (select entity_id from {entities} semi join keys using (record_key) union from touched_entities), "
        f"members as (select record_key from {entities} semi join near using (entity_id)) "
        f"select unique_id from {tables.features} semi join members using (record_key) "
        f"union select unique_id from {tables.changed}"
    )

"""A night with one record in a hundred new: how long it takes, and how close it comes to linking everything again."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from time import perf_counter

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from bench.identity_sets import Benchmark
from identity.engine import Linked, link
from identity.evaluation import compare
from identity.features import standardise
from identity.incremental import link_arrivals
from identity.known import KEPT_FROM, known_edges_table, known_table
from identity.ledger import Assignment, Book, assign

NEW_SHARE = 0.01
FIRST, NEXT = "2025-01-01", "2025-01-02"
Steps = dict[str, float]


def _assigned(
    linked: Linked, day: Mapping[str, str], before: Mapping[str, str], book: Book, founded: Mapping[str, str]
) -> Assignment:
    """Ids through the ledger; of living entities only those that a linked record has `founded` can be in the way."""
    clusters = [[(day[key], key) for key in keys] for keys in linked.clusters()]
    some = {key: before[key] for key in linked.keys if key in before}
    living = {founded[key] for key in linked.keys if key in founded} - set(some.values())
    return assign("person", clusters, some, book, living=living)


def _write_kept_edges(con: duckdb.DuckDBPyConnection, benchmark: Benchmark, linked: Linked) -> None:
    """What a lake keeps of a night's pairs."""
    features = f"(from {linked.tables.features} join {known_table(benchmark.specification)} using (record_key))"
    con.execute(
        f"create table {known_edges_table(benchmark.specification)} as select l.record_key as left_key, "
        f"r.record_key as right_key, match_weight from {linked.tables.scored} "
        f"join {features} as l on l.unique_id = unique_id_l join {features} as r on r.unique_id = unique_id_r "
        f"where l.entity_id = r.entity_id or match_weight >= {KEPT_FROM}"
    )


def night(benchmark: Benchmark, records: pa.Table, again: Mapping[str, Hashable]) -> dict[str, object]:
    """Link all but every hundredth record, then those as a night of its own; compared with `again`, all linked at once.

    `agreement`: pairwise F1 of the two; `moved`: records of entities that have other members.
    """
    every = int(1 / NEW_SHARE)
    is_new = pa.array([row % every == 0 for row in range(len(records))])
    old, new = records.filter(pc.invert(is_new)), records.filter(is_new)
    con, specification = duckdb.connect(), benchmark.specification
    linked = link(con, old, specification)
    book, day = Book(), dict.fromkeys(old["key"].to_pylist(), FIRST) | dict.fromkeys(new["key"].to_pylist(), NEXT)
    before = dict(_assigned(linked, day, {}, book, {}).ids)
    known = pa.table({"record_key": pa.array(list(before)), "entity_id": pa.array(list(before.values()))})
    con.register("known_rows", known)
    con.execute(f"create table {known_table(specification)} as from known_rows")
    _write_kept_edges(con, benchmark, linked)
    founded = {key: entity for entity, (_, key) in book.founders.items()}
    start = perf_counter()
    arrivals = standardise(new, specification)
    seconds = {"standardise": perf_counter() - start}
    touched = link_arrivals(con, specification, arrivals, (), linked.parameters, seconds=seconds)
    start = perf_counter()
    assigned = _assigned(touched, day, before, book, founded).ids
    steps = touched.seconds | {"ledger": perf_counter() - start}
    con.close()
    after = before | assigned
    result = compare(dict(after), dict(again))
    return {
        "new": len(new), "looked_at": len(touched.keys), "agreement": result.f1, "moved": _moved(after, again),
        "seconds": round(sum(value for step, value in steps.items() if step != "standardise"), 2),
        "steps": {step: round(value, 2) for step, value in steps.items()},
    }  # fmt: skip


def _moved(after: Mapping[str, Hashable], again: Mapping[str, Hashable]) -> int:
    """Records whose entity has not the same members."""
    ours: dict[Hashable, set[str]] = {}
    theirs: dict[Hashable, set[str]] = {}
    for key, entity in after.items():
        ours.setdefault(entity, set()).add(key)
        theirs.setdefault(again[key], set()).add(key)
    return sum(1 for key, entity in after.items() if ours[entity] != theirs[again[key]])

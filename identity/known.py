"""What the nights before left behind, and what has come or changed since: the choice between a full link and a part.

A record has changed when a column that the specification reads has. All records are linked anew when there is nothing
to build on, when the model is another, or when so much has come that the counts of before no longer hold.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from duckdb import DuckDBPyConnection

from identity.engine import Tables
from identity.features import standardise
from identity.parameters import Parameters
from identity.rules import rules_version
from identity.specification import Specification
from identity.store import SCHEMA, features_table
from lake.tables import columns_of

# Above this share of records that came, changed or left since all were linked, all are linked again.
FULL_ABOVE = 0.2
FINGERPRINT = "fingerprint"
# Bits of match weight from which pairs of two entities are kept; those inside an entity are kept in any case.
KEPT_FROM = -5.0


@dataclass(frozen=True)
class Changes:
    """`arrivals`: rows that are new or have changed; `arrived`: their keys; `gone`: keys that are no more."""

    arrivals: pa.Table
    arrived: list[str]
    gone: list[str]


def known_table(specification: Specification) -> str:
    """Working table: record_key and entity_id as they were the night before."""
    return f"{specification.entity_type}_known"


def known_edges_table(specification: Specification) -> str:
    """Working table: left_key, right_key and match_weight of the pairs that the nights before have kept."""
    return f"{specification.entity_type}_known_edges"


def with_fingerprints(work: DuckDBPyConnection, rows: pa.Table, specification: Specification) -> pa.Table:
    """The rows with a hash of the columns that the specification reads, and of the rules it reads them by.

    With other rules every record has changed, so that the next night links all of them anew.
    """
    columns = [name for column in specification.columns for name in column.columns]
    columns += [specification.apart] if specification.apart else []
    read = ", ".join(f'"{name}"' for name in columns)
    work.register("given_rows", rows)
    rules = rules_version(specification.region)
    found = work.execute(
        f"select *, md5('{rules}' || to_json([{_texts(columns)}])::varchar) as {FINGERPRINT} from given_rows"
    )
    table = found.to_arrow_table() if read else rows
    work.unregister("given_rows")
    return table


def _texts(columns: list[str]) -> str:
    return ", ".join(f'"{name}"::varchar' for name in columns)


def what_changed(
    con: DuckDBPyConnection,
    work: DuckDBPyConnection,
    rows: pa.Table,
    specification: Specification,
    parameters: Parameters | None,
) -> Changes | None:
    """What came, changed or left since the night before; None when everything is to be linked.

    `rows` have fingerprints. Where there are changes, `work` gets the tables that they are linked against.
    """
    kind = specification.entity_type
    if parameters is None or not _usable(con, specification, parameters):
        return None
    known = con.execute(
        f"select record_key, {FINGERPRINT}, linked_in_full from {features_table(kind)}"
    ).to_arrow_table()
    work.register("known_rows", known)
    work.register("given_rows", rows)
    arrivals = work.execute(
        f"from given_rows anti join known_rows using (record_key, {FINGERPRINT}) order by record_key"
    ).to_arrow_table()
    gone = work.execute("select record_key from known_rows anti join given_rows using (record_key) order by 1")
    left = [key for (key,) in gone.fetchall()]
    work.unregister("given_rows")
    work.unregister("known_rows")
    old = pc.sum(known["linked_in_full"].cast(pa.int64())).as_py() or 0
    since = len(known) - old + len(arrivals) + len(left)
    if since > FULL_ABOVE * len(rows):
        return None
    _take_up(con, work, specification)
    return Changes(arrivals, arrivals["record_key"].to_pylist(), left)


def _usable(con: DuckDBPyConnection, specification: Specification, parameters: Parameters) -> bool:
    """True when the lake has features as they would be made today, linked by the model in force."""
    kind = specification.entity_type
    versions = con.execute(
        f"select distinct model_version from {SCHEMA}.links where entity_type = ?", [kind]
    ).fetchall()
    columns = set(columns_of(con, f"{SCHEMA}.{kind}_features"))
    return versions == [(parameters.version,)] and {*_columns(specification), FINGERPRINT, "linked_in_full"} <= columns


def _columns(specification: Specification) -> list[str]:
    names = [specification.key, *(name for column in specification.columns for name in column.columns)]
    names += [specification.apart] if specification.apart else []
    lists = {"other_emails", "other_phones", "other_names", "other_domains", "external_ids", "people"}
    empty = pa.table({name: pa.array([], pa.list_(pa.string()) if name in lists else pa.string()) for name in names})
    return list(standardise(empty, specification).column_names)


def _take_up(con: DuckDBPyConnection, work: DuckDBPyConnection, specification: Specification) -> None:
    """Bring features, generic values, totals, entities and kept pairs of the night before into working tables."""
    kind, tables = specification.entity_type, Tables(specification.entity_type)
    for target, query in (
        (tables.features, f"select * exclude ({FINGERPRINT}, linked_in_full) from {features_table(kind)}"),
        (tables.generic, f"select * exclude (entity_type) from {SCHEMA}.generic_values where entity_type = '{kind}'"),
        (tables.totals, f"select * exclude (entity_type) from {SCHEMA}.frequency_totals where entity_type = '{kind}'"),
        (known_table(specification), f"select record_key, entity_id from {SCHEMA}.links where entity_type = '{kind}'"),
        (
            known_edges_table(specification),
            f"select left_key, right_key, match_weight from {SCHEMA}.edges where entity_type = '{kind}'",
        ),
    ):
        work.register("taken_rows", con.execute(query).to_arrow_table())
        work.execute(f"create or replace table {target} as from taken_rows")
        work.unregister("taken_rows")


def keep(
    con: DuckDBPyConnection,
    work: DuckDBPyConnection,
    specification: Specification,
    fingerprints: pa.Table,
    changes: Changes | None,
) -> None:
    """Keep what the next night builds on, and what explanations are computed from; in the caller's transaction.

    `fingerprints`: record_key and fingerprint of the records that were linked.
    """
    kind, tables = specification.entity_type, Tables(specification.entity_type)
    for table, source in (("generic_values", tables.generic), ("frequency_totals", tables.totals)):
        con.execute(f"delete from {SCHEMA}.{table} where entity_type = ?", [kind])
        rows = work.execute(f"select '{kind}' as entity_type, * from {source} order by all").to_arrow_table()
        con.register("kept_rows", rows)
        con.execute(f"insert into {SCHEMA}.{table} by name from kept_rows")
        con.unregister("kept_rows")
    work.register("fingerprint_rows", fingerprints)
    some, full = ("", "true") if changes is None else (f"semi join {tables.changed} using (unique_id)", "false")
    query = (
        f"select f.*, p.{FINGERPRINT}, {full} as linked_in_full from {tables.features} as f {some} "
        "join fingerprint_rows as p using (record_key) order by unique_id"
    )
    kept = work.execute(query).to_arrow_table()
    con.register("kept_rows", kept)
    if changes is None:
        con.execute(f"create or replace table {features_table(kind)} as from kept_rows")
    else:
        stale = pa.table({"record_key": pa.array([*kept["record_key"].to_pylist(), *changes.gone], pa.string())})
        con.register("stale_keys", stale)
        con.execute(f"delete from {features_table(kind)} where record_key in (from stale_keys)")
        con.execute(f"insert into {features_table(kind)} by name from kept_rows")
        con.unregister("stale_keys")
    con.unregister("kept_rows")
    work.unregister("fingerprint_rows")

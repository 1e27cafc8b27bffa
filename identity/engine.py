"""The engine: records of any specification in, clusters and scored pairs out. It knows no lake and no ids.

`link` looks at all records; `identity.incremental` at those that came or changed, beside what is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
import pyarrow as pa
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from identity.blocking import write_members, write_pairs
from identity.clustering import cluster
from identity.comparisons import comparisons
from identity.features import standardise
from identity.frequencies import add_frequencies
from identity.generic import find_generic, without_generic
from identity.parameters import Parameters, settings
from identity.scoring import score
from identity.specification import Specification
from identity.training import train_parameters

KeyPair = tuple[str, str]


@dataclass(frozen=True)
class Tables:
    """Names of one specification's working tables on the connection."""

    prefix: str

    @property
    def standardised(self) -> str:
        """Features as standardised, generic values included."""
        return f"{self.prefix}_standardised"

    @property
    def generic(self) -> str:
        """Generic values: type, value, holders."""
        return f"{self.prefix}_generic"

    @property
    def totals(self) -> str:
        """How many hold a feature, and the discount of its counts: what rarities were computed with."""
        return f"{self.prefix}_totals"

    @property
    def features(self) -> str:
        """Features that block and weigh, with their rarities; no name of a lake's table, which Splink would mix up."""
        return f"{self.prefix}_weighed"

    @property
    def changed(self) -> str:
        """Unique ids whose features a night that looks at what is new has written."""
        return f"{self.prefix}_changed"

    @property
    def pairs(self) -> str:
        """Candidate pairs, as Splink takes them."""
        return f"{self.prefix}_pairs"

    @property
    def scored(self) -> str:
        """unique_id_l, unique_id_r, match_weight, match_probability."""
        return f"{self.prefix}_scored"

    @property
    def apart(self) -> str:
        """Likely pairs whose records are in two clusters all the same: unique_id_l, unique_id_r, reason."""
        return f"{self.prefix}_apart"


@dataclass(frozen=True)
class Linked:
    """Clusters by record key, the tables they came from, the parameters used and the seconds each step took.

    `numbers`: the records' unique ids, in the order of `keys`. After an incremental night these are only the records
    whose entity may have changed.
    """

    keys: list[str]
    labels: NDArray[np.int64]
    numbers: NDArray[np.int64]
    tables: Tables
    parameters: Parameters
    seconds: dict[str, float] = field(default_factory=dict)

    def clusters(self) -> list[list[str]]:
        """Record keys by cluster, each sorted, ordered by their first key."""
        found: dict[int, list[str]] = {}
        for key, label in zip(self.keys, self.labels.tolist(), strict=True):
            found.setdefault(label, []).append(key)
        return list(found.values())


def prepare(con: DuckDBPyConnection, records: pa.Table, specification: Specification) -> Tables:
    """Standardise records and write their features and candidate pairs."""
    tables = Tables(specification.entity_type)
    load_standardised(con, standardise(records, specification), tables)
    write_features(con, specification, tables)
    write_candidates(con, specification, tables)
    return tables


def load_standardised(con: DuckDBPyConnection, features: pa.Table, tables: Tables) -> None:
    """Hand standardised features to the database."""
    con.register("standardised_rows", features)
    con.execute(f"create or replace table {tables.standardised} as from standardised_rows")
    con.unregister("standardised_rows")


def write_features(con: DuckDBPyConnection, specification: Specification, tables: Tables) -> None:
    """Take generic values out and weigh the rest."""
    plain = f"{tables.prefix}_plain"
    find_generic(con, specification, tables.standardised, tables.generic)
    without_generic(con, specification, tables.standardised, tables.generic, plain)
    add_frequencies(con, specification, plain, tables.features, tables.totals)
    con.execute(f"drop table {plain}")


def write_candidates(con: DuckDBPyConnection, specification: Specification, tables: Tables) -> None:
    """Write the pairs that share a block, among all records."""
    write_members(con, specification, tables.features)
    write_pairs(con, specification, tables.pairs)


def link(
    con: DuckDBPyConnection,
    records: pa.Table,
    specification: Specification,
    parameters: Parameters | None = None,
    same: Iterable[KeyPair] = (),
    different: Iterable[KeyPair] = (),
) -> Linked:
    """Link records: train where no parameters are given, score, cluster. `same`, `different`: decided pairs of keys.

    The connection's current database takes the working tables. Any number of records works, none included.
    """
    seconds: dict[str, float] = {}
    start = perf_counter()
    features = standardise(records, specification)
    seconds["standardise"] = perf_counter() - start
    tables = Tables(specification.entity_type)
    load_standardised(con, features, tables)
    return link_standardised(con, specification, tables, parameters, same, different, seconds)


def link_standardised(
    con: DuckDBPyConnection,
    specification: Specification,
    tables: Tables,
    parameters: Parameters | None,
    same: Iterable[KeyPair],
    different: Iterable[KeyPair],
    seconds: dict[str, float],
) -> Linked:
    """`link` after standardisation."""
    start = perf_counter()

    def took(step: str) -> None:
        nonlocal start
        seconds[step] = perf_counter() - start
        start = perf_counter()

    write_features(con, specification, tables)
    write_candidates(con, specification, tables)
    took("block")
    if parameters is None:
        parameters = train_parameters(con, specification, tables.features, tables.pairs)
        took("train")
    score(con, tables.features, tables.pairs, settings(parameters, comparisons(specification)), tables.scored)
    took("score")
    keys, numbers, labels = clustered(con, tables, tables.features, tables.scored, same, different)
    took("cluster")
    rounded = {step: round(value, 3) for step, value in seconds.items()}
    return Linked(keys, labels, numbers, tables, parameters, rounded)


def clustered(
    con: DuckDBPyConnection,
    tables: Tables,
    features: str,
    scored: str,
    same: Iterable[KeyPair],
    different: Iterable[KeyPair],
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """Keys and unique ids of the records in `features`, by unique id, and their clusters by position.

    Writes `tables.apart`.
    """
    rows = con.execute(f"select record_key, unique_id from {features} order by unique_id").fetchnumpy()
    keys, numbers = [str(key) for key in rows["record_key"]], np.asarray(rows["unique_id"], dtype=np.int64)
    found = con.execute(
        f"select unique_id_l, unique_id_r, match_weight from {scored} order by unique_id_l, unique_id_r"
    ).fetchnumpy()
    labels, apart = cluster(
        len(keys),
        np.searchsorted(numbers, np.asarray(found["unique_id_l"], dtype=np.int64)),
        np.searchsorted(numbers, np.asarray(found["unique_id_r"], dtype=np.int64)),
        np.round(np.asarray(found["match_weight"], dtype=float), 4),
        _numbered(keys, same),
        _numbered(keys, different),
        _told(con, features),
        _identifiers(con, features, numbers),
    )
    ends = np.array(list(apart), dtype=np.int64).reshape(-1, 2)
    reasons = pa.array(list(apart.values()), pa.string())
    parted = pa.table({"unique_id_l": numbers[ends[:, 0]], "unique_id_r": numbers[ends[:, 1]], "reason": reasons})
    con.register("parted_rows", parted)
    con.execute(f"create or replace table {tables.apart} as from parted_rows")
    con.unregister("parted_rows")
    return keys, numbers, labels


# Features whose absence leaves a record with nothing to compare by.
_TELLING = ("name_full", "email", "phone", "org_full", "domain", "address", "postcode", "born")


def clustering_columns(con: DuckDBPyConnection, features: str) -> str:
    """The columns of a table of features that `clustered` reads."""
    wanted = ("unique_id", "record_key", "ids", "only_phone", *_TELLING)
    return ", ".join(name for name in columns(con, features) if name in wanted)


def columns(con: DuckDBPyConnection, table: str) -> list[str]:
    """Names of a working table's columns."""
    return [row[0] for row in con.execute(f"describe {table}").fetchall()]


def _told(con: DuckDBPyConnection, features: str) -> NDArray[np.int64]:
    """Bit sets of the features that each record has, by unique id.

    A bare telephone number is none: whoever has others may have this one, too.
    """
    there = columns(con, features)
    present = [name for name in _TELLING if name in there]
    bits = " + ".join(f"({name} is not null)::bigint * {1 << bit}" for bit, name in enumerate(present)) or "1"
    bits = f"case when only_phone = 1 then 0 else {bits} end" if "only_phone" in there else bits
    found = con.execute(f"select {bits} as told from {features} order by unique_id").fetchnumpy()
    return np.asarray(found["told"], dtype=np.int64)


def _identifiers(con: DuckDBPyConnection, features: str, numbers: NDArray[np.int64]) -> dict[int, list[str]]:
    """External identifiers by the position of the record that has them."""
    if "ids" not in columns(con, features):
        return {}
    rows = con.execute(f"select unique_id, ids from {features} where len(ids) > 0 order by unique_id").fetchall()
    positions = np.searchsorted(numbers, np.array([number for number, _ in rows], dtype=np.int64)).tolist()
    return dict(zip(positions, (values for _, values in rows), strict=True))


def _numbered(keys: list[str], pairs: Iterable[KeyPair]) -> list[tuple[int, int]]:
    """Decided pairs of keys as pairs of unique ids; pairs of records that are not here are left out."""
    wanted = sorted({tuple(sorted(pair)) for pair in pairs if pair[0] != pair[1]})
    if not wanted:
        return []
    number = {key: index for index, key in enumerate(keys)}
    return [(number[a], number[b]) for a, b in wanted if a in number and b in number]

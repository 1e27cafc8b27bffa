"""`train`: estimate the parameters anew, show what would change, and put them in force only when asked to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2
from pathlib import Path

from duckdb import DuckDBPyConnection

from identity import inputs, specifications
from identity.comparisons import comparisons
from identity.engine import link
from identity.judgements import standing
from identity.parameters import Parameters
from identity.resolution import WORK_SCHEMA, current_parameters, decided_pairs, save_parameters
from identity.specification import Specification
from identity.standardise.phones import DEFAULT_REGION
from identity.store import SCHEMA, ensure_tables, export
from lake.transaction import transaction


@dataclass(frozen=True)
class Change:
    """One level's weight (bits) in force and as trained anew."""

    comparison: str
    says: str
    before: float | None
    after: float


@dataclass(frozen=True)
class TrainingReport:
    """What training would change, or has changed (`applied`) for one entity type."""

    entity_type: str
    version_before: str | None
    version_after: str
    changes: list[Change]
    moved_records: int
    entities_before: int
    entities_after: int
    prior_only: list[str]
    applied: bool


def train(
    con: DuckDBPyConnection, as_of: datetime, folder: Path, apply: bool = False, region: str = DEFAULT_REGION
) -> list[TrainingReport]:
    """Train both entity types on the lake's records. With `apply` the parameters are in force from the next night.

    People are trained beside the accounts that the lake holds now. Without `apply` nothing is written; with it the
    caller holds the writer lock.
    """
    if apply:
        ensure_tables(con)
    account_of = dict(
        con.execute(f"select record_key, entity_id from {SCHEMA}.links where entity_type = 'account'").fetchall()
    )
    work = con.cursor()
    work.execute(f"use memory.main; create schema if not exists {WORK_SCHEMA}; use memory.{WORK_SCHEMA}")
    reports = []
    try:
        for specification, table, records in (
            (specifications.accounts(region), inputs.ACCOUNTS, inputs.account_input(con)),
            (specifications.people(region), inputs.PEOPLE, inputs.person_input(con, account_of)),
        ):
            before = current_parameters(con, specification.entity_type)
            same, different = decided_pairs(con, table, standing(con, specification.entity_type))
            linked = link(work, records, specification, None, same, different)
            reports.append(_report(con, specification, before, linked.parameters, linked.clusters(), apply))
            if apply:
                with transaction(con):
                    save_parameters(con, linked.parameters, _after_all(con, specification.entity_type, as_of))
        if apply:
            export(con, folder)
    finally:
        work.execute(f"use memory.main; drop schema if exists memory.{WORK_SCHEMA} cascade")
        work.close()
    return reports


def _after_all(con: DuckDBPyConnection, entity_type: str, as_of: datetime) -> datetime:
    """`as_of`, or just after the newest training where that is later: what is trained last is in force."""
    row = con.execute(f"select max(trained_as_of) from {SCHEMA}.models where entity_type = ?", [entity_type]).fetchone()
    newest = row[0] if row else None
    return max(as_of, newest + timedelta(microseconds=1)) if newest else as_of


def _report(
    con: DuckDBPyConnection,
    specification: Specification,
    before: Parameters | None,
    after: Parameters,
    clusters: list[list[str]],
    applied: bool,
) -> TrainingReport:
    kind = specification.entity_type
    old = dict(
        con.execute(f"select record_key, entity_id from {SCHEMA}.links where entity_type = ?", [kind]).fetchall()
    )
    groups: dict[str, set[str]] = {}
    for key, entity in old.items():
        groups.setdefault(entity, set()).add(key)
    moved = sum(1 for keys in clusters for key in keys if key in old and groups[old[key]] != set(keys))
    return TrainingReport(
        kind,
        before.version if before else None,
        after.version,
        _changes(specification, before, after),
        moved,
        len(groups),
        len(clusters),
        sorted(name for name, source in after.sources.items() if source == "prior"),
        applied,
    )


def _changes(specification: Specification, before: Parameters | None, after: Parameters) -> list[Change]:
    """Every level whose weight moves by a tenth of a bit or more, the furthest first."""
    found = []
    for comparison in comparisons(specification):
        for index, level in enumerate(comparison.levels):
            new = _weight(after, comparison.name, index)
            old = _weight(before, comparison.name, index) if before and comparison.name in before.m else None
            if old is None or abs(new - old) >= 0.1:
                found.append(Change(comparison.name, level.says, old, new))
    return sorted(found, key=lambda c: (-abs(c.after - (c.before or 0.0)), c.comparison, c.says))


def _weight(parameters: Parameters, comparison: str, level: int) -> float:
    return round(log2(parameters.m[comparison][level] / parameters.u[comparison][level]), 2)

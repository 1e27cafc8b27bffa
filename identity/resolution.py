"""A night of identity: link accounts, then people, give every entity its lasting id, write all in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from duckdb import DuckDBPyConnection

from identity import inputs, specifications
from identity.book import read_book, write_events
from identity.engine import KeyPair, Linked, link
from identity.identifiers import write_identifiers
from identity.judgements import standing
from identity.ledger import Assignment, Founding, assign
from identity.outputs import write_outputs
from identity.parameters import Parameters
from identity.specification import Specification
from identity.standardise.phones import DEFAULT_REGION
from identity.store import SCHEMA, ensure_tables, export, restore
from lake.transaction import transaction

WORK_SCHEMA = "identity_work"


@dataclass(frozen=True)
class ResolutionReport:
    """Counts of a night by entity type; `events` of the ledger by kind; `seconds` by step; what was trained."""

    records: dict[str, int] = field(default_factory=dict)
    entities: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    edges: dict[str, int] = field(default_factory=dict)
    review: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    model_versions: dict[str, str] = field(default_factory=dict)
    trained: list[str] = field(default_factory=list)
    prior_only: dict[str, list[str]] = field(default_factory=dict)
    restored: bool = False
    seconds: dict[str, dict[str, float]] = field(default_factory=dict)

    def row_counts(self) -> dict[str, int]:
        """Flat counts, as the run's log takes them."""
        named = {"records": self.records, "entities": self.entities, "edges": self.edges, "review": self.review}
        flat = {f"{what}_{kind}": value for what, values in named.items() for kind, value in values.items()}
        return flat | {f"ledger_{event}": value for event, value in self.events.items()}


@dataclass(frozen=True)
class Resolved:
    """One entity type, linked and named, ready to be written."""

    specification: Specification
    linked: Linked
    assignment: Assignment
    kinds: dict[str, str]
    trained: bool


def resolve(con: DuckDBPyConnection, as_of: datetime, folder: Path, region: str = DEFAULT_REGION) -> ResolutionReport:
    """Link `identity.account_records` and `identity.person_records` and write identity's tables.

    `con` has the lake attached; the caller holds the writer lock. `folder` takes the ledger, judgements and trained
    parameters, and gives them back to an empty lake. Same records, judgements, ledger and `as_of`: same rows.
    """
    ensure_tables(con)
    with transaction(con):
        restored = restore(con, folder)
    work = con.cursor()
    work.execute(f"use memory.main; create schema if not exists {WORK_SCHEMA}; use memory.{WORK_SCHEMA}")
    try:
        accounts = _resolve_type(con, work, specifications.accounts(region), inputs.ACCOUNTS, inputs.account_input)
        account_of = accounts.assignment.ids
        people = _resolve_type(
            con,
            work,
            specifications.people(region),
            inputs.PEOPLE,
            lambda lake: inputs.person_input(lake, account_of),
        )
        both = (accounts, people)
        with transaction(con):
            review = _write(con, work, both, as_of)
        export(con, folder)
    finally:
        work.execute(f"use memory.main; drop schema if exists memory.{WORK_SCHEMA} cascade")
        work.close()
    return _report(both, review, restored)


def _resolve_type(
    con: DuckDBPyConnection,
    work: DuckDBPyConnection,
    specification: Specification,
    table: str,
    records: Callable[[DuckDBPyConnection], pa.Table],
) -> Resolved:
    entity_type = specification.entity_type
    rows = records(con)
    same, different = decided_pairs(con, entity_type, table)
    known = current_parameters(con, entity_type)
    linked = link(work, rows, specification, known, same, different)
    book, before = read_book(con, entity_type)
    founding = inputs.foundings(con, table)
    clusters: list[list[Founding]] = [[founding[key] for key in keys] for keys in linked.clusters()]
    assignment = assign(entity_type, clusters, before, book)
    kinds = _kinds(rows, specification)
    return Resolved(specification, linked, assignment, kinds, known is None)


def decided_pairs(con: DuckDBPyConnection, entity_type: str, table: str) -> tuple[list[KeyPair], list[KeyPair]]:
    """Pairs that are the same and pairs that are not: what people judged, and else what the tools say."""
    same, different = inputs.vendor_pairs(con, table)
    judged = standing(con, entity_type)
    said = {(j.left_key, j.right_key) for j in judged}
    same = [pair for pair in same if tuple(sorted(pair)) not in said]
    different = [pair for pair in different if tuple(sorted(pair)) not in said]
    same += [(j.left_key, j.right_key) for j in judged if j.verdict == "same"]
    different += [(j.left_key, j.right_key) for j in judged if j.verdict == "different"]
    return same, different


def _kinds(rows: pa.Table, specification: Specification) -> dict[str, str]:
    if not specification.apart:
        return {}
    return dict(zip(rows["record_key"].to_pylist(), rows[specification.apart].to_pylist(), strict=True))


def current_parameters(con: DuckDBPyConnection, entity_type: str) -> Parameters | None:
    """The parameters in force: the newest trained ones; None before the first training."""
    row = con.execute(
        f"select parameters from {SCHEMA}.models where entity_type = ? "
        "order by trained_as_of desc, model_version limit 1",
        [entity_type],
    ).fetchone()
    return Parameters.from_json(row[0]) if row else None


def save_parameters(con: DuckDBPyConnection, parameters: Parameters, as_of: datetime) -> None:
    """Put trained parameters in force from now on."""
    con.execute(
        f"insert into {SCHEMA}.models by name select ? as entity_type, ? as model_version, ? as parameters, "
        "?::timestamptz as trained_as_of",
        [parameters.entity_type, parameters.version, parameters.to_json(), as_of],
    )


def _write(
    con: DuckDBPyConnection, work: DuckDBPyConnection, both: tuple[Resolved, ...], as_of: datetime
) -> dict[str, int]:
    """Everything of the night, inside the caller's transaction; pairs to review by entity type."""
    for table in ("edges", "links", "review_queue", "record_identifiers"):
        con.execute(f"delete from {SCHEMA}.{table}")
    review = {}
    for resolved in both:
        version = resolved.linked.parameters.version
        if resolved.trained:
            save_parameters(con, resolved.linked.parameters, as_of)
        write_events(con, resolved.specification.entity_type, resolved.assignment.events, as_of, version)
        review[resolved.specification.entity_type] = write_outputs(
            con, work, resolved.specification, resolved.linked, resolved.assignment.ids, resolved.kinds
        )
        write_identifiers(con, work, resolved.specification, resolved.linked)
    return review


def _report(both: tuple[Resolved, ...], review: dict[str, int], restored: bool) -> ResolutionReport:
    report = ResolutionReport(review=review, restored=restored)
    for resolved in both:
        kind, parameters = resolved.specification.entity_type, resolved.linked.parameters
        report.records[kind] = len(resolved.linked.keys)
        report.entities[kind] = len(set(resolved.assignment.ids.values()))
        report.edges[kind] = len(resolved.linked.keys) - report.entities[kind]
        report.model_versions[kind] = parameters.version
        report.prior_only[kind] = sorted(name for name, source in parameters.sources.items() if source == "prior")
        report.seconds[kind] = resolved.linked.seconds
        if resolved.trained:
            report.trained.append(kind)
        for event in resolved.assignment.events:
            report.events[event.event] = report.events.get(event.event, 0) + 1
        for name in resolved.kinds.values():
            report.kinds[name] = report.kinds.get(name, 0) + 1
    return report

"""A night of identity: link accounts, then people, give every entity its lasting id, write all in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from duckdb import DuckDBPyConnection

from identity import inputs, specifications
from identity.book import read_book, write_events
from identity.comparisons import comparisons
from identity.engine import KeyPair, Linked, link
from identity.identifiers import write_identifiers
from identity.incremental import Decided, link_changes
from identity.judgements import Judgement, standing
from identity.known import FINGERPRINT, Changes, keep, what_changed, with_fingerprints
from identity.ledger import Assignment, Founding, assign
from identity.outputs import write_outputs
from identity.parameters import Parameters, fits
from identity.records import RECORDS
from identity.specification import Specification
from identity.standardise.phones import DEFAULT_REGION
from identity.store import SCHEMA, ensure_tables, export, restore
from lake.transaction import transaction

WORK_SCHEMA = "identity_work"


@dataclass(frozen=True)
class ResolutionReport:
    """Counts of a night by entity type; `arrived`: new or changed records; `linked`: the records looked at.

    `events` of the ledger by kind; `seconds` by step; what was trained.
    """

    records: dict[str, int] = field(default_factory=dict)
    entities: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    edges: dict[str, int] = field(default_factory=dict)
    arrived: dict[str, int] = field(default_factory=dict)
    linked: dict[str, int] = field(default_factory=dict)
    review: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    model_versions: dict[str, str] = field(default_factory=dict)
    trained: list[str] = field(default_factory=list)
    prior_only: dict[str, list[str]] = field(default_factory=dict)
    restored: bool = False
    seconds: dict[str, dict[str, float]] = field(default_factory=dict)

    def row_counts(self) -> dict[str, int]:
        """Flat counts, as the run's log takes them."""
        named = {"records": self.records, "entities": self.entities, "edges": self.edges}
        named |= {"arrived": self.arrived, "linked": self.linked, "review": self.review}
        flat = {f"{what}_{kind}": value for what, values in named.items() for kind, value in values.items()}
        return flat | {f"ledger_{event}": value for event, value in self.events.items()}


@dataclass(frozen=True)
class Resolved:
    """One entity type, linked and named, ready to be written. `changes`: None when all records were linked."""

    specification: Specification
    linked: Linked
    assignment: Assignment
    kinds: dict[str, str]
    fingerprints: pa.Table
    trained: bool
    changes: Changes | None


def resolve(
    con: DuckDBPyConnection, as_of: datetime, folder: Path, region: str = DEFAULT_REGION, full: bool = False
) -> ResolutionReport:
    """Link `identity.account_records` and `identity.person_records` and write identity's tables.

    What is new or changed is linked against what is known, with `full` everything is. `con` has the lake attached;
    the caller holds the writer lock. `folder` takes the ledger, judgements and trained parameters, and gives them
    back to an empty lake. Same records, judgements, ledger and `as_of`: same rows.
    """
    ensure_tables(con)
    with transaction(con):
        restored = restore(con, folder)
    work = con.cursor()
    work.execute(f"use memory.main; create schema if not exists {WORK_SCHEMA}; use memory.{WORK_SCHEMA}")
    try:
        accounts = _resolve_type(con, work, specifications.accounts(region), inputs.account_input(con), full)
        account_of = _entities(con, "account") | accounts.assignment.ids
        people = _resolve_type(con, work, specifications.people(region), inputs.person_input(con, account_of), full)
        both = (accounts, people)
        with transaction(con):
            review = _write(con, work, both, as_of)
        export(con, folder)
    finally:
        work.execute(f"use memory.main; drop schema if exists memory.{WORK_SCHEMA} cascade")
        work.close()
    return _report(con, both, review, restored)


def _entities(con: DuckDBPyConnection, entity_type: str) -> dict[str, str]:
    """Record key → entity, as the lake has it."""
    return dict(
        con.execute(f"select record_key, entity_id from {SCHEMA}.links where entity_type = ?", [entity_type]).fetchall()
    )


def _resolve_type(
    con: DuckDBPyConnection, work: DuckDBPyConnection, specification: Specification, rows: pa.Table, full: bool
) -> Resolved:
    """Link one type's records and name the entities; nothing is written yet."""
    kind = specification.entity_type
    table = RECORDS[kind]
    judged = standing(con, kind)
    same, different = decided_pairs(con, table, judged)
    parameters = current_parameters(con, kind)
    rows = with_fingerprints(work, rows, specification)
    changes = None if full else what_changed(con, work, rows, specification, parameters)
    if changes is None or parameters is None:
        linked = link(work, rows, specification, parameters, same, different)
    else:
        decided = Decided(same, different, decided_keys(con, kind, same, different))
        linked = link_changes(work, specification, changes, parameters, decided)
    book, before = read_book(con, kind, {*linked.keys, *changes.gone} if changes is not None else None)
    foundings = inputs.foundings(con, table, linked.keys)
    clusters: list[list[Founding]] = [[foundings[key] for key in keys] for keys in linked.clusters()]
    assignment = assign(
        kind,
        clusters,
        before,
        book,
        living=book.living() - set(before.values()),
        same=[(j.left_key, j.right_key) for j in judged if j.verdict == "same"],
        different=[(j.left_key, j.right_key) for j in judged if j.verdict == "different"],
    )
    chosen = rows.select(["record_key", FINGERPRINT])
    return Resolved(specification, linked, assignment, _kinds(rows, specification), chosen, parameters is None, changes)


def decided_keys(con: DuckDBPyConnection, entity_type: str, same: list[KeyPair], different: list[KeyPair]) -> set[str]:
    """Records whose entities must be looked at for what is decided: ever judged, or not yet as the tools say."""
    entity = _entities(con, entity_type)
    open_pairs = [pair for pair in same if entity.get(pair[0]) != entity.get(pair[1])]
    open_pairs += [pair for pair in different if pair[0] in entity and entity[pair[0]] == entity.get(pair[1])]
    judged = con.execute(
        f"select left_key, right_key from {SCHEMA}.judgements where entity_type = ?", [entity_type]
    ).fetchall()
    return {key for pair in (*open_pairs, *judged) for key in pair}


def decided_pairs(con: DuckDBPyConnection, table: str, judged: list[Judgement]) -> tuple[list[KeyPair], list[KeyPair]]:
    """Pairs that are the same and pairs that are not: what people judged, and else what the tools say."""
    same, different = inputs.vendor_pairs(con, table)
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
    """The parameters in force: the newest trained ones that fit the comparisons; None before the first training."""
    rows = con.execute(
        f"select parameters from {SCHEMA}.models where entity_type = ? order by trained_as_of desc, model_version",
        [entity_type],
    ).fetchall()
    compared = comparisons(specifications.SPECIFICATIONS[entity_type]())
    found = (Parameters.from_json(text) for (text,) in rows)
    return next((parameters for parameters in found if fits(parameters, compared)), None)


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
    review = {}
    for resolved in both:
        specification, linked, changes = resolved.specification, resolved.linked, resolved.changes
        kind, version = specification.entity_type, linked.parameters.version
        if resolved.trained:
            save_parameters(con, linked.parameters, as_of)
        write_events(con, kind, resolved.assignment.events, as_of, version)
        ids = resolved.assignment.ids
        review[kind] = write_outputs(con, work, specification, linked, ids, resolved.kinds, changes)
        write_identifiers(con, work, specification, linked, changes)
        keep(con, work, specification, resolved.fingerprints, changes)
    return review


def _report(
    con: DuckDBPyConnection, both: tuple[Resolved, ...], review: dict[str, int], restored: bool
) -> ResolutionReport:
    report = ResolutionReport(review=review, restored=restored)
    for resolved in both:
        kind, parameters = resolved.specification.entity_type, resolved.linked.parameters
        counted = con.execute(
            f"select count(*), count(distinct entity_id) from {SCHEMA}.links where entity_type = ?", [kind]
        ).fetchone()
        report.records[kind], report.entities[kind] = counted or (0, 0)
        report.edges[kind] = report.records[kind] - report.entities[kind]
        report.linked[kind] = len(resolved.linked.keys)
        report.arrived[kind] = len(resolved.changes.arrived) if resolved.changes else report.records[kind]
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

"""The lake's own log (schema `ops`): runs, stage timings and row counts, check results, published snapshots.

Holds no customer data: names, counts, instants and messages only. Written under the writer lock.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from duckdb import CatalogException, DuckDBPyConnection

from lake.rows import insert_rows
from lake.schemas import LAKE, OPS
from lake.time import as_of
from lake.transaction import transaction

RUNS, STAGES, CHECKS, SNAPSHOTS = (f"{LAKE}.{OPS}.{name}" for name in ("runs", "stages", "check_results", "snapshots"))

COLUMNS = {
    RUNS: """run_id varchar, day date, as_of timestamptz, status varchar, started_at timestamptz,
             ended_at timestamptz, error varchar, snapshot_id varchar""",
    STAGES: """run_id varchar, stage varchar, status varchar, started_at timestamptz, seconds double,
               row_counts varchar""",
    CHECKS: """run_id varchar, gate varchar, name varchar, target varchar, passed boolean, severity varchar,
               observed varchar, expected varchar, remedy varchar""",
    SNAPSHOTS: """snapshot_id varchar, day date, as_of timestamptz, lake_version bigint, run_id varchar,
                  published_at timestamptz""",
}


@dataclass(frozen=True)
class Stage:
    """One step of a night: how long it took (seconds) and how many rows each table holds after it."""

    stage: str
    status: str
    started_at: datetime
    seconds: float
    row_counts: Mapping[str, int]


@dataclass(frozen=True)
class Check:
    """One verdict of a gate or a data test; `remedy` says what to do when it failed."""

    gate: str
    name: str
    target: str
    passed: bool
    severity: str
    observed: str
    expected: str
    remedy: str


def ensure_tables(con: DuckDBPyConnection) -> None:
    """Create the schema and its tables where they are missing."""
    con.execute(f"create schema if not exists {LAKE}.{OPS}")
    for table, columns in COLUMNS.items():
        con.execute(f"create table if not exists {table} ({columns})")


def head(con: DuckDBPyConnection) -> date | None:
    """The newest day that any run has started; None before the first night. The head only moves forward.

    Runs that ended before anything was landed have moved nothing; of a killed one nobody knows.
    """
    days = con.execute(
        "select day, max(as_of), "
        "bool_and(status in ('failed', 'interrupted') and ended_at is not null and run_id not in "
        f"(select run_id from {STAGES} where status = 'succeeded')) from {RUNS} group by day order by day desc"
    ).fetchall()
    return next((day for day, instant, in_vain in days if not in_vain or _has_landed(con, instant)), None)


def _has_landed(con: DuckDBPyConnection, instant: datetime) -> bool:
    """Whether any source landed a file in a night of that instant."""
    schemas = con.execute(
        "select schema_name from duckdb_tables() where database_name = ? and table_name = '_landed_files'", [LAKE]
    ).fetchall()
    landed = (f"select 1 from {LAKE}.{schema}._landed_files where _recorded_at = $1" for (schema,) in schemas)
    return bool(schemas) and bool(con.execute(f"{' union all '.join(landed)} limit 1", [instant]).fetchall())


def was_published(con: DuckDBPyConnection, snapshot_id: str, version: int) -> bool:
    """Whether this lake's log has a snapshot as made from that version; without a log nothing speaks against it."""
    try:
        noted = con.execute(
            f"select 1 from {SNAPSHOTS} where snapshot_id = ? and lake_version = ?", [snapshot_id, version]
        ).fetchall()
    except CatalogException:
        return True
    return bool(noted)


def start_run(con: DuckDBPyConnection, run_id: str, day: date, started_at: datetime) -> None:
    """Note that a run has begun. Runs still marked as running were killed: the caller holds the writer lock."""
    with transaction(con):
        con.execute(f"update {RUNS} set status = 'interrupted' where status = 'running'")
        con.execute(
            f"insert into {RUNS} values (?, ?, ?, 'running', ?, null, null, null)",
            [run_id, day, as_of(day), started_at],
        )


def finish_run(
    con: DuckDBPyConnection,
    run_id: str,
    ended_at: datetime,
    stages: Iterable[Stage],
    error: str | None = None,
    *,
    is_interrupted: bool = False,
) -> None:
    """Close a run: `succeeded`, or `failed` or `interrupted` with the first error; its stages are noted with it."""
    status = "interrupted" if is_interrupted else "failed" if error else "succeeded"
    rows = [
        (run_id, s.stage, s.status, s.started_at, round(s.seconds, 3), json.dumps(dict(s.row_counts), sort_keys=True))
        for s in stages
    ]
    with transaction(con):
        insert_rows(con, STAGES, rows)
        con.execute(
            f"update {RUNS} set status = ?, ended_at = ?, error = ?, "
            f"snapshot_id = (select max(snapshot_id) from {SNAPSHOTS} where run_id = ?) where run_id = ?",
            [status, ended_at, error, run_id, run_id],
        )


def record_checks(con: DuckDBPyConnection, run_id: str, checks: Iterable[Check]) -> None:
    """Note verdicts; a gate run again in the same run replaces its earlier verdicts."""
    checks = list(checks)
    rows = [(run_id, c.gate, c.name, c.target, c.passed, c.severity, c.observed, c.expected, c.remedy) for c in checks]
    with transaction(con):
        for gate in sorted({check.gate for check in checks}):
            con.execute(f"delete from {CHECKS} where run_id = ? and gate = ?", [run_id, gate])
        insert_rows(con, CHECKS, rows)


def checks_of(con: DuckDBPyConnection, run_id: str) -> list[Check]:
    """The verdicts of a run, ordered by gate, target and name."""
    found = con.execute(
        "select gate, name, target, passed, severity, observed, expected, remedy "
        f"from {CHECKS} where run_id = ? order by gate, target, name",
        [run_id],
    ).fetchall()
    return [Check(*row) for row in found]


def stopping(checks: Iterable[Check]) -> list[Check]:
    """The verdicts that stop a night."""
    return [check for check in checks if not check.passed and check.severity == "error"]


def explain(checks: Iterable[Check]) -> str:
    """Failed verdicts for people: what, where, how much, and what to do."""
    return "\n".join(f"{c.target}: {c.name}: {c.observed}. What to do: {c.remedy}" for c in checks)


def record_snapshot(
    con: DuckDBPyConnection, snapshot_id: str, day: date, lake_version: int, run_id: str, published_at: datetime
) -> None:
    """Note a published snapshot; publishing the same one again replaces the entry."""
    with transaction(con):
        con.execute(f"delete from {SNAPSHOTS} where snapshot_id = ?", [snapshot_id])
        con.execute(
            f"insert into {SNAPSHOTS} values (?, ?, ?, ?, ?, ?)",
            [snapshot_id, day, as_of(day), lake_version, run_id, published_at],
        )


def run_error(con: DuckDBPyConnection, run_id: str) -> str | None:
    """Why a run failed; None for a run that is not in the log or did not fail."""
    row = con.execute(f"select error from {RUNS} where run_id = ?", [run_id]).fetchone()
    return row[0] if row else None


def run_entry(con: DuckDBPyConnection, run_id: str) -> dict[str, Any]:
    """One run: run_id, day, status, snapshot_id, lake_version, seconds. Raises LookupError."""
    cursor = con.execute(
        "select r.run_id, r.day, r.status, r.snapshot_id, s.lake_version, "
        "round(epoch(coalesce(r.ended_at, r.started_at) - r.started_at), 3) as seconds "
        f"from {RUNS} as r left join {SNAPSHOTS} as s using (snapshot_id) where r.run_id = ?",
        [run_id],
    )
    row = cursor.fetchone()
    if row is None:
        raise LookupError(f"run {run_id} is not in the lake's log")
    return dict(zip([column[0] for column in cursor.description or []], row, strict=True))


def last_runs(con: DuckDBPyConnection, limit: int) -> list[dict[str, Any]]:
    """The newest runs, newest first: run_id, day, status, started_at, ended_at, error, snapshot_id."""
    cursor = con.execute(
        f"select run_id, day, status, started_at, ended_at, error, snapshot_id from {RUNS} "
        "order by started_at desc, run_id limit ?",
        [limit],
    )
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def stages_of(con: DuckDBPyConnection, run_id: str) -> list[Stage]:
    """The stages of a run, in the order in which they began."""
    found = con.execute(
        f"select stage, status, started_at, seconds, row_counts from {STAGES} where run_id = ? "
        "order by started_at, stage",
        [run_id],
    ).fetchall()
    return [
        Stage(stage, status, started_at, seconds, json.loads(row_counts))
        for stage, status, started_at, seconds, row_counts in found
    ]

"""The two gates of a night. Each returns its verdicts; the caller notes them and stops the night on an error."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from duckdb import DuckDBPyConnection

from ingestion.sources import Source
from lake.ops import Check
from lake.schemas import raw_schema
from orchestration.quality.frames import read_frame, source_names
from orchestration.quality.suites import load_suites
from orchestration.quality.validate import validate

LANDING, PUBLISHING = "landing", "publishing"


def landing_gate(con: DuckDBPyConnection, source: Source, as_of: datetime) -> list[Check]:
    """What was landed of a source this night: complete, mostly readable, identifiable."""
    suites = load_suites()
    parameters = {**suites.limits, "as_of": as_of}
    checks: list[Check] = []
    for name, suite in suites.landing.items():
        frame = read_frame(con, suite.frame, parameters, source_names(source))
        checks += validate(frame, suite, gate=LANDING, name=name, target=raw_schema(source.name))
    return checks


def publishing_gate(
    con: DuckDBPyConnection, sources: Iterable[Source], rows_before: Mapping[str, int]
) -> dict[str, list[Check]]:
    """Suite → verdicts on what is about to be published; `rows_before` counts the snapshot before."""
    suites = load_suites()
    parameters: dict[str, Any] = {
        **suites.limits,
        "rows_before": json.dumps(dict(rows_before)),
        "rows_landed": json.dumps({source.name: _rows_landed(con, source) for source in sources}),
    }
    checks: dict[str, list[Check]] = {}
    for name, suite in suites.publishing.items():
        frame = read_frame(con, suite.frame, parameters)
        checks[name] = validate(frame, suite, gate=PUBLISHING, name=name, target=suite.asset)
    return checks


def _rows_landed(con: DuckDBPyConnection, source: Source) -> int:
    row = con.execute(f"select coalesce(sum(rows_landed), 0) from {raw_schema(source.name)}._landed_files").fetchone()
    return int(row[0]) if row else 0

"""A lake up to its signals: landing, typing, identity, the unified model, extraction and signals, each by the real code.

Of a night it leaves out what no signal reads: data tests, gates, facts, embedding, the snapshot and maintenance.
"""

from __future__ import annotations

import os
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from identity import resolve
from ingestion import land, newest_drop
from lake.connection import connect
from lake.dbt import PROJECT_DIR, dbt_environment, dbt_vars
from lake.settings import Settings
from lake.time import as_of
from memory import extract

WANTED = tuple(
    f"+{name}" for name in ("signal_links", "signal_patterns", "account_records", "person_records", "extraction_inputs")
)
BELOW_IDENTITY, BELOW_EXTRACTION = "source:identity_output+", "source:memory+"


class BuildError(RuntimeError):
    """The lake cannot be built; the message says why, in dbt's words where it is dbt that failed."""


def build(exports: Path, lake: Path) -> Settings:
    """Build `lake` from every drop in `exports`, as of the newest. Raises BuildError.

    Meant for a process of its own: dbt keeps state, and the environment says where the lake is.
    """
    day = newest_drop(exports)
    if day is None:
        raise BuildError(f"no drops in {exports}")
    settings = Settings(exports=exports, lake=lake, duckdb_threads=1)
    land(settings, day)
    _dbt(settings, day, "seed")
    _dbt(settings, day, "run", "--select", *WANTED, "--exclude", BELOW_IDENTITY, BELOW_EXTRACTION)
    with connect(settings) as con:
        resolve(con, as_of(day), settings.identity_dir, settings.default_region)
    _dbt(settings, day, "run", "--select", *_within(BELOW_IDENTITY), "--exclude", BELOW_EXTRACTION)
    with connect(settings) as con:
        extract(con, as_of(day))
    _dbt(settings, day, "run", "--select", *_within(BELOW_EXTRACTION))
    return settings


@cache
def parsed_project() -> Any:
    """The dbt project, parsed once: processes that are forked afterwards have it."""
    os.environ.update(dbt_environment(Settings()))
    return _result(dbtRunner().invoke(["--quiet", "parse", "--no-partial-parse", "--project-dir", str(PROJECT_DIR)]))


def _dbt(settings: Settings, day: date, *arguments: str) -> None:
    manifest = parsed_project()
    os.environ.update(dbt_environment(settings))
    options = ["--vars", dbt_vars(settings, day), "--project-dir", str(PROJECT_DIR)]
    _result(dbtRunner(manifest=manifest).invoke(["--quiet", *arguments, *options]))


def _within(selector: str) -> list[str]:
    """What is wanted and in the selector as well: a comma intersects."""
    return [f"{name},{selector}" for name in WANTED]


def _result(done: Any) -> Any:
    if not done.success:
        failed = [f"{r.node.name}: {r.message}" for r in getattr(done.result, "results", ()) if r.status == "error"]
        raise BuildError("\n".join(failed) or str(done.exception))
    return done.result

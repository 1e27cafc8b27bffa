"""One night from a process of our own: the same job that Dagster's schedule runs, under the same executor and lock."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dagster import DagsterEventType, JobDefinition, JobExecutionResult, execute_job, reconstructable

from lake import ops
from lake.connection import connect
from lake.lock import LakeLockedError
from lake.settings import Settings
from orchestration.dagster_home import instance
from orchestration.defs.nightly import JOB
from orchestration.defs.nights import PARTITION_TAG
from orchestration.interrupts import NightInterruptedError, is_interrupt
from orchestration.night_log import plain_message

# What a night holds is held for long: searching a million objects for cycles again and again took 8 s of the demo.
GARBAGE_THRESHOLDS = (50_000, 20, 100)
QUIET: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class NightFailedError(RuntimeError):
    """The night stopped; nothing was published. The message says why and what to do."""


@dataclass(frozen=True)
class NightResult:
    """What a night did."""

    run_id: str
    day: date
    status: str
    snapshot_id: str | None
    lake_version: int | None
    seconds: float
    stages: list[dict[str, Any]] = field(default_factory=list)
    checks: dict[str, int] = field(default_factory=dict)


def nightly() -> JobDefinition:
    """The job, for Dagster to build again in the processes that it starts."""
    from orchestration.definitions import defs

    return defs.resolve_job_def(JOB)


def run_night(settings: Settings, day: date) -> NightResult:
    """Run the night of `day`. Raises NightFailedError, NightInterruptedError, LakeLockedError."""
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    with instance(settings) as home:
        tags = {PARTITION_TAG: day.isoformat()}
        with execute_job(reconstructable(nightly), instance=home, run_config=QUIET, tags=tags) as result:
            if not result.success:
                _refuse_busy(result)
                raise _why(settings, result)
            return night_result(settings, result.run_id)


def _refuse_busy(result: JobExecutionResult) -> None:
    """Raises LakeLockedError where the run was refused because another process writes to the lake."""
    for failure in result.all_events:
        error = failure.job_failure_data.error if failure.event_type == DagsterEventType.RUN_FAILURE else None
        while error:
            if error.cls_name == LakeLockedError.__name__:
                raise LakeLockedError(plain_message(error))
            error = error.cause


def night_result(settings: Settings, run_id: str) -> NightResult:
    """A run as the lake's log has it."""
    with connect(settings, read_only=True) as con:
        entry = ops.run_entry(con, run_id)
        stages, checks = ops.stages_of(con, run_id), ops.checks_of(con, run_id)
    passed = sum(check.passed for check in checks)
    return NightResult(
        **entry,
        stages=[
            {"stage": s.stage, "status": s.status, "seconds": s.seconds, "rows": dict(s.row_counts)} for s in stages
        ],
        checks={"passed": passed, "failed": len(checks) - passed},
    )


def _why(settings: Settings, result: JobExecutionResult) -> NightFailedError | NightInterruptedError:
    """The first error, as the lake's log has it; where the run was refused before that, as Dagster has it."""
    with connect(settings) as con:
        ops.ensure_tables(con)
        noted = ops.run_error(con, result.run_id)
        entry = ops.run_entry(con, result.run_id) if noted else {}
    failures = [e for e in result.all_events if e.event_type == DagsterEventType.RUN_FAILURE]
    failure = failures[0].job_failure_data.error if failures else None
    interrupted = entry["status"] == "interrupted" if noted else is_interrupt(failure)
    kind = NightInterruptedError if interrupted else NightFailedError
    if not noted:
        return kind("interrupted" if interrupted else plain_message(failure))
    if entry["snapshot_id"]:
        return kind(f"{noted}\n{entry['snapshot_id']} was published before; the next night does what is left.")
    again = " Run the night again." if interrupted else ""
    return kind(f"{noted}\nNothing was published; the last snapshot stays current.{again}")

"""A run's entry in the lake's log: who ran, which stages took how long, what was checked, why it failed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import duckdb
from dagster import DagsterEvent, DagsterEventType
from dagster_shared.error import SerializableErrorInfo

from lake import ops
from lake.connection import connect
from lake.messages import without_values
from lake.settings import Settings
from orchestration.interrupts import INTERRUPTS, is_interrupt
from orchestration.progress import Step, report

ROW_COUNT = "dagster/row_count"
DBT_GATE = "dbt"
DATABASE_ERRORS = frozenset(name for name in vars(duckdb) if name.endswith(("Error", "Exception")))


class DayBeforeHeadError(ValueError):
    """The day lies before the lake's head, which only moves forward."""


@dataclass
class NightLog:
    """Collects a run's events and writes them to `ops` when it opens and when it closes."""

    settings: Settings
    run_id: str
    day: date
    total: int
    stages: list[ops.Stage] = field(default_factory=list)
    checks: list[ops.Check] = field(default_factory=list)
    error: str | None = None
    is_interrupted: bool = False
    _started: dict[str, datetime] = field(default_factory=dict)
    _rows: dict[str, dict[str, int]] = field(default_factory=dict)

    def open(self) -> None:
        """Refuse a day before the head, then note the start. Raises DayBeforeHeadError."""
        with connect(self.settings) as con:
            ops.ensure_tables(con)
            head = ops.head(con)
            if head is not None and self.day < head:
                raise DayBeforeHeadError(
                    f"{self.day} is before the lake's head {head}: a night may only look forward, because the tables "
                    f"already hold what was learnt up to {head}. Run {head} again or a later day; an earlier day needs "
                    "a replay in a lake of its own (`--lake DIR`)"
                )
            ops.start_run(con, self.run_id, self.day, now())

    def close(self) -> None:
        """Write stages, dbt's verdicts and the outcome."""
        with connect(self.settings) as con:
            if self.checks:
                ops.record_checks(con, self.run_id, self.checks)
            if self.error and not self.is_interrupted:
                stopped = ops.stopping(ops.checks_of(con, self.run_id))
                self.error = ops.explain(stopped) or self.error
            ops.finish_run(con, self.run_id, now(), self.stages, self.error, is_interrupted=self.is_interrupted)

    def broken_off(self, error: BaseException) -> None:
        """Take note of what ended the run other than a failed step."""
        self.is_interrupted = self.is_interrupted or isinstance(error, INTERRUPTS)
        told = "interrupted" if isinstance(error, INTERRUPTS) else f"{type(error).__name__}: {error}"
        self.error = self.error or told

    def observe(self, event: DagsterEvent) -> None:
        """Take note of one event of the run."""
        stage = event.step_key or ""
        kind = event.event_type
        if kind == DagsterEventType.STEP_START:
            self._started.setdefault(stage, now())
            report(Step(stage, "started", len(self.stages), self.total))
        elif kind == DagsterEventType.ASSET_MATERIALIZATION:
            self._note_rows(stage, event)
        elif kind == DagsterEventType.ASSET_CHECK_EVALUATION:
            self._note_check(event)
        elif kind in (DagsterEventType.STEP_SUCCESS, DagsterEventType.STEP_FAILURE):
            self._end_stage(stage, failed=kind == DagsterEventType.STEP_FAILURE, event=event)
        elif kind == DagsterEventType.STEP_SKIPPED:
            report(Step(stage, "skipped", len(self.stages), self.total))

    def _note_rows(self, stage: str, event: DagsterEvent) -> None:
        materialization = event.step_materialization_data.materialization
        count = materialization.metadata.get(ROW_COUNT)
        if count is not None:
            table = ".".join(materialization.asset_key.path)
            self._rows.setdefault(stage, {})[table] = int(str(count.value))

    def _note_check(self, event: DagsterEvent) -> None:
        check = event.asset_check_evaluation_data
        if "unique_id" not in check.metadata:  # the gates note their own verdicts, in more detail
            return
        failures = check.metadata.get("dagster_dbt/failed_row_count")
        self.checks.append(
            ops.Check(
                gate=DBT_GATE,
                name=check.check_name,
                target=".".join(check.asset_key.path),
                passed=check.passed,
                severity=check.severity.value.lower(),
                observed="" if failures is None else f"{failures.value} failing rows",
                expected="no failing rows",
                remedy="" if check.passed else f"run `memhouse dbt test --select {check.check_name}` and read its SQL",
            )
        )

    def _end_stage(self, stage: str, *, failed: bool, event: DagsterEvent) -> None:
        started = self._started.get(stage, now())
        seconds = (now() - started).total_seconds()
        interrupted = failed and is_interrupt(event.step_failure_data.error)
        self.is_interrupted = self.is_interrupted or interrupted
        state = "interrupted" if interrupted else "failed" if failed else "succeeded"
        self.stages.append(ops.Stage(stage, state, started, seconds, self._rows.get(stage, {})))
        if failed:
            self.error = self.error or f"{stage}: {'interrupted' if interrupted else failure_message(event)}"
        report(Step(stage, state, len(self.stages), self.total, note=f"{seconds:.1f} s"))


def failure_message(event: DagsterEvent) -> str:
    """Why a step failed, in the words of the code that failed and not of the machinery around it."""
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return str(data.user_failure_data.description)
    return plain_message(data.error)


def plain_message(error: SerializableErrorInfo | None) -> str:
    """The message of the first error below Dagster's own, without the name of its class."""
    while error is not None and error.cause is not None and (error.cls_name or "").startswith("Dagster"):
        error = error.cause
    if error is None:
        return "unknown error"
    message = re.sub(r"^[\w.]+: ", "", error.message.strip(), count=1)
    return without_values(message) if error.cls_name in DATABASE_ERRORS else message


def now() -> datetime:
    """The wall clock, for the log's timings only."""
    return datetime.now(UTC)

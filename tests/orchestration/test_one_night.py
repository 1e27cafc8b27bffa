"""The executor, with a job of three small assets: what every run passes through."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime
from typing import Any

import pytest
from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetKey,
    DagsterEventType,
    DagsterInstance,
    Definitions,
    JobDefinition,
    JobExecutionResult,
    MaterializeResult,
    asset,
    define_asset_job,
    execute_job,
    reconstructable,
)

from lake import ops
from lake.connection import connect
from lake.settings import Settings
from lake.time import as_of
from orchestration import run_night
from orchestration.defs.nights import NIGHTS, PARTITION_TAG
from orchestration.interrupts import NightInterruptedError
from orchestration.night_log import ROW_COUNT, plain_message
from orchestration.one_night import one_night
from orchestration.run_night import QUIET
from tests.lake.test_lock import another_process

NIGHT, NEXT = date(2025, 6, 29), date(2025, 6, 30)
GATE = [AssetCheckSpec("whole", asset="landed", blocking=True)]
gate_opens = True


@asset(partitions_def=NIGHTS, check_specs=GATE)
def landed() -> MaterializeResult:  # type: ignore[type-arg]
    verdict = AssetCheckResult(check_name="whole", passed=gate_opens)
    return MaterializeResult(metadata={ROW_COUNT: 7}, check_results=[verdict])


@asset(partitions_def=NIGHTS, deps=[landed])
def published() -> None: ...


@asset(partitions_def=NIGHTS)
def endless() -> None:
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)
    except BaseException as error:
        raise RuntimeError("Query interrupted") from error  # as DuckDB does


@asset(partitions_def=NIGHTS)
def broken() -> None:
    raise ValueError("crm/2025-06-29/Account.csv, row 3: no such column")


def job(*keys: str) -> JobDefinition:
    definitions = Definitions(
        assets=[landed, published, endless, broken],
        jobs=[define_asset_job("small", selection=list(keys))],
        executor=one_night,
    )
    return definitions.resolve_job_def("small")


def good_night() -> JobDefinition:
    return job("landed", "published")


def bad_night() -> JobDefinition:
    return job("landed", "broken")


def long_night() -> JobDefinition:
    return job("landed", "endless")


@pytest.fixture
def dagster() -> Iterator[DagsterInstance]:
    with DagsterInstance.local_temp() as instance:
        yield instance


def run(dagster: DagsterInstance, day: date, which: Any = good_night) -> JobExecutionResult:
    tags = {PARTITION_TAG: day.isoformat()}
    return execute_job(reconstructable(which), instance=dagster, run_config=QUIET, tags=tags)


def why(result: JobExecutionResult) -> str:
    (failure,) = [event for event in result.all_events if event.event_type == DagsterEventType.RUN_FAILURE]
    return plain_message(failure.job_failure_data.error)


def runs(settings: Settings) -> list[tuple[str, date, str | None]]:
    with connect(settings, read_only=True) as con:
        return [(run["status"], run["day"], run["error"]) for run in ops.last_runs(con, 10)]


def test_a_night_is_in_the_lakes_log(settings: Settings, dagster: DagsterInstance) -> None:
    with run(dagster, NIGHT) as result:
        assert result.success
        with connect(settings, read_only=True) as con:
            stages = ops.stages_of(con, result.run_id)
    assert [(stage.stage, stage.status, stage.row_counts) for stage in stages] == [
        ("landed", "succeeded", {"landed": 7}),
        ("published", "succeeded", {}),
    ]
    assert runs(settings) == [("succeeded", NIGHT, None)]


def test_a_failed_gate_stops_what_lies_behind_it(
    settings: Settings, dagster: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "gate_opens", False)
    with run(dagster, NIGHT) as result:
        assert not result.success
        materialized = {event.asset_key for event in result.all_events if event.is_step_materialization}
    assert AssetKey("published") not in materialized
    ((status, _, error),) = runs(settings)
    assert status == "failed"
    assert error is not None
    assert "whole" in error


def test_a_failed_stage_names_place_and_reason(settings: Settings, dagster: DagsterInstance) -> None:
    with run(dagster, NIGHT, bad_night) as result:
        assert not result.success
    ((status, _, error),) = runs(settings)
    assert (status, error) == ("failed", "broken: crm/2025-06-29/Account.csv, row 3: no such column")


def test_an_interrupted_night_is_no_failed_one(
    settings: Settings, dagster: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_night, "instance", lambda _: nullcontext(dagster))
    monkeypatch.setattr(run_night, "nightly", long_night)
    with pytest.raises(NightInterruptedError, match=r"endless: interrupted\n.*stays current. Run the night again"):
        run_night.run_night(settings, NIGHT)
    assert runs(settings) == [("interrupted", NIGHT, "endless: interrupted")]


def test_a_day_before_the_head_is_refused_and_leaves_no_trace(settings: Settings, dagster: DagsterInstance) -> None:
    run(dagster, NEXT)
    with run(dagster, NIGHT) as refused:
        assert not refused.success
        assert "2025-06-29 is before the lake's head 2025-06-30" in why(refused)
    with run(dagster, NEXT) as again:
        assert again.success
    assert {day for _, day, _ in runs(settings)} == {NEXT}


def test_a_day_that_failed_before_anything_landed_moves_no_head(settings: Settings) -> None:
    with connect(settings) as con:
        ops.ensure_tables(con)
        for name, day in (("night", NIGHT), ("mistyped", NEXT)):
            ops.start_run(con, name, day, datetime.now(UTC))
            ops.finish_run(con, name, datetime.now(UTC), [], None if day == NIGHT else "no exports folder")
        ops.start_run(con, "stopped", NEXT, datetime.now(UTC))
        ops.finish_run(con, "stopped", datetime.now(UTC), [], "landing: interrupted", is_interrupted=True)
        assert ops.head(con) == NIGHT
        con.execute("create schema raw_crm; create table raw_crm._landed_files (_recorded_at timestamptz)")
        assert ops.head(con) == NIGHT
        con.execute("insert into raw_crm._landed_files values (?)", [as_of(NEXT)])
        assert ops.head(con) == NEXT


def test_a_run_without_a_day_is_refused(settings: Settings, dagster: DagsterInstance) -> None:
    with execute_job(reconstructable(good_night), instance=dagster, run_config=QUIET) as refused:
        assert not refused.success


def test_a_second_night_is_told_who_holds_the_lock(settings: Settings, dagster: DagsterInstance) -> None:
    with another_process(settings.lake, 60) as holder, run(dagster, NIGHT) as refused:
        assert not refused.success
        assert f"process {holder.pid}" in why(refused)
    with run(dagster, NIGHT) as freed:
        assert freed.success


def test_a_killed_night_is_marked_and_the_next_one_runs(settings: Settings, dagster: DagsterInstance) -> None:
    code = "import os; from lake import ops; from lake.connection import connect; from lake.settings import Settings\n"
    code += "from datetime import UTC, date, datetime\nfrom lake.lock import writer_lock\ns = Settings()\n"
    code += "with writer_lock(s, 'night'), connect(s) as con:\n    ops.ensure_tables(con)\n"
    code += "    ops.start_run(con, 'killed', date(2025, 6, 29), datetime.now(UTC))\n    os.kill(os.getpid(), 9)\n"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    with run(dagster, NIGHT) as result:
        assert result.success
    assert sorted(status for status, *_ in runs(settings)) == ["interrupted", "succeeded"]

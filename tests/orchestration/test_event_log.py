"""Dagster's event log kept open: other processes, which open it as Dagster does, must see the same."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from dagster import DagsterEventType, DagsterInstance, EventRecordsFilter
from dagster._core.storage.event_log import SqliteEventLogStorage

from lake.settings import Settings
from orchestration.dagster_home import instance
from orchestration.event_log import NightEventLog
from tests.orchestration.test_one_night import run

NIGHTS = (date(2025, 6, 28), date(2025, 6, 29), date(2025, 6, 30))


@pytest.fixture
def home(settings: Settings) -> Iterator[DagsterInstance]:
    with instance(settings) as opened:
        yield opened


def test_what_a_run_logs_is_there_for_dagsters_own_storage(settings: Settings, home: DagsterInstance) -> None:
    with run(home, NIGHTS[0]) as result:
        assert result.success
        events = home.all_logs(result.run_id)
        dagsters = SqliteEventLogStorage(str(settings.dagster_dir / "history" / "runs"))
        assert dagsters.get_logs_for_run(result.run_id) == events
    kinds = {event.dagster_event_type for event in events}
    assert {DagsterEventType.ASSET_MATERIALIZATION, DagsterEventType.PIPELINE_SUCCESS} <= kinds
    planned = EventRecordsFilter(DagsterEventType.ASSET_MATERIALIZATION)
    assert len(dagsters.get_event_records(planned)) == 2


def test_a_moved_lake_logs_where_it_is(settings: Settings, tmp_path: Path) -> None:
    with instance(settings) as home:
        before = run(home, NIGHTS[0]).run_id
    moved = settings.model_copy(update={"lake": tmp_path / "moved"})
    settings.lake.rename(moved.lake)
    with instance(moved) as home:
        assert home.all_logs(before)
        assert home.all_logs(run(home, NIGHTS[1]).run_id)
    assert not settings.lake.exists()


def test_many_runs_read_hold_few_files(home: DagsterInstance) -> None:
    found = [run(home, night).run_id for night in NIGHTS]
    assert all(home.all_logs(run_id) for run_id in found)
    log = home.event_log_storage
    assert isinstance(log, NightEventLog)
    assert set(log._engines) == {"index", found[-1]}
    log.dispose()
    assert not log._engines

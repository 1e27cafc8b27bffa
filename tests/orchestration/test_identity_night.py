"""A night of the real identity step in Dagster: a jump stops it before anything is built on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from dagster import (
    AssetKey,
    DagsterInstance,
    Definitions,
    JobDefinition,
    JobExecutionResult,
    asset,
    define_asset_job,
    execute_job,
    reconstructable,
)

from lake import ops
from lake.connection import connect, lake_version
from lake.settings import Settings, load_settings
from orchestration.defs.identity import LINKS, identity_asset
from orchestration.defs.nights import NIGHTS, PARTITION_TAG
from orchestration.one_night import one_night
from orchestration.quality import identity_gate as gate
from orchestration.run_night import QUIET
from tests.identity.lake_of_records import Row, links, people, person, put

NIGHT, NEXT = date(2025, 6, 29), date(2025, 6, 30)
COPIES = [person(f"tool:users:{n}", "Ada Abernathy", "ada@abernathy.example") for n in range(30)]


@asset(partitions_def=NIGHTS, deps=[LINKS])
def published() -> None: ...


def night() -> JobDefinition:
    definitions = Definitions(
        assets=[identity_asset(), published],
        jobs=[define_asset_job("identity_night")],
        resources={"settings": load_settings()},
        executor=one_night,
    )
    return definitions.resolve_job_def("identity_night")


@pytest.fixture
def dagster() -> Iterator[DagsterInstance]:
    with DagsterInstance.local_temp() as instance:
        yield instance


def run(dagster: DagsterInstance, settings: Settings, day: date, records: list[Row]) -> JobExecutionResult:
    with connect(settings) as con:
        put(con, [], records)
    return execute_job(
        reconstructable(night), instance=dagster, run_config=QUIET, tags={PARTITION_TAG: day.isoformat()}
    )


def is_published(result: JobExecutionResult) -> bool:
    return AssetKey("published") in {event.asset_key for event in result.all_events if event.is_step_materialization}


def test_a_jump_stops_the_night_and_names_the_entity(
    settings: Settings, dagster: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run(dagster, settings, NIGHT, people()) as good:
        assert good.success
        assert is_published(good)
    with connect(settings, read_only=True) as con:
        version = lake_version(con)
    monkeypatch.setattr(gate, "version_to_compare", lambda *_: version)
    with run(dagster, settings, NEXT, [*people(), *COPIES]) as stopped:
        assert not stopped.success
        assert not is_published(stopped)
    with connect(settings, read_only=True) as con:
        (entry, *_) = ops.last_runs(con, 1)
        ada = links(con)["hubspot:contacts:adaabernathy"]
    assert (entry["status"], entry["day"]) == ("failed", NEXT)
    assert ada in entry["error"]
    assert "MEMHOUSE_IDENTITY_JUMP" in entry["error"]

"""The graph: whole, in the right order, and no larger in steps than it must be."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from dagster import (
    AssetKey,
    DagsterInstance,
    Definitions,
    JobDefinition,
    RunRequest,
    build_schedule_context,
)

from orchestration.dbt_lineage import STAGES
from orchestration.defs.nights import FIRST_NIGHT, PARTITION_TAG, RANGE_TAG, NightError, night_of, parse_night

SNAPSHOT = Path(__file__).with_name("asset_graph.txt")
PYTHON_STAGES = {
    "embedding",
    "extraction",
    "identity",
    "landing",
    "landing_gate",
    "maintenance",
    "publishing_gate",
    "snapshot",
}


@pytest.fixture(scope="module")
def defs() -> Definitions:
    return import_module("orchestration.definitions").defs  # parses the dbt project: not before a test needs it


@pytest.fixture(scope="module")
def nightly(defs: Definitions) -> JobDefinition:
    return defs.resolve_job_def("nightly")


def graph_lines(defs: Definitions) -> list[str]:
    graph = defs.resolve_asset_graph()
    nodes = sorted((graph.get(key) for key in graph.get_all_asset_keys()), key=lambda node: node.key.path)
    return [f"{node.group_name}: {'/'.join(node.key.path)}" for node in nodes]


def test_the_graph_is_as_kept(defs: Definitions) -> None:
    found = graph_lines(defs)
    assert found == SNAPSHOT.read_text().splitlines(), (
        f"the graph changed; if that is meant: python -m tests.orchestration.test_definitions > {SNAPSHOT}"
    )


def test_whatever_is_read_is_written_by_some_asset(defs: Definitions) -> None:
    graph = defs.resolve_asset_graph()
    assert [key.to_user_string() for key in graph.get_all_asset_keys() if not graph.get(key).is_executable] == []


def test_lineage_runs_from_an_export_to_the_snapshot(defs: Definitions) -> None:
    graph = defs.resolve_asset_graph()
    above = graph.get_ancestor_asset_keys(AssetKey(["snapshots", "latest"]), include_self=False)
    for path in (
        ["raw_salesforce", "accounts"],
        ["staging", "stg_salesforce__accounts"],
        ["identity", "links"],
        ["marts", "accounts"],
        ["memory", "extractions"],
        ["memory", "facts"],
        ["vectors", "documents"],
        ["ops", "check_results"],
    ):
        assert AssetKey(path) in above, path


def test_a_night_has_no_more_steps_than_it_must(nightly: JobDefinition) -> None:
    steps = {node.name for node in nightly.graph.nodes}
    assert steps == PYTHON_STAGES | set(STAGES)


def test_staging_waits_for_the_landing_gate_and_publishing_for_its_own(nightly: JobDefinition) -> None:
    structure = nightly.graph.dependency_structure

    def upstream(name: str) -> set[str]:
        inputs = structure.input_to_upstream_outputs_for_node(name)
        return {output.node_name for outputs in inputs.values() for output in outputs}

    assert "landing_gate" in upstream("dbt_staging")
    assert "publishing_gate" in upstream("embedding")
    assert {"publishing_gate", "embedding"} <= upstream("snapshot")
    assert "snapshot" in upstream("maintenance")


def test_the_schedule_runs_the_day_that_has_ended(defs: Definitions, tmp_path: Path) -> None:
    schedule = defs.resolve_schedule_def("nightly")
    at = datetime(2025, 7, 1, 2, tzinfo=UTC)
    with (
        DagsterInstance.local_temp(str(tmp_path)) as instance,
        build_schedule_context(instance, at, repository_def=defs.get_repository_def()) as context,
    ):
        (request,) = schedule.evaluate_tick(context).run_requests
    assert isinstance(request, RunRequest)
    assert request.partition_key == "2025-06-30"
    assert schedule.cron_schedule == "0 2 * * *"


def test_a_run_names_exactly_one_night() -> None:
    assert night_of({PARTITION_TAG: "2025-06-30"}) == date(2025, 6, 30)
    for tags in ({}, {PARTITION_TAG: "2025-06-30", RANGE_TAG: "2025-06-01"}):
        with pytest.raises(NightError, match="exactly one day"):
            night_of(tags)


@pytest.mark.parametrize("key", ["30.06.2025", "2025-02-30", str(FIRST_NIGHT - timedelta(days=1)), "2999-01-01"])
def test_nights_that_cannot_be_run_are_refused_by_name(key: str) -> None:
    with pytest.raises(NightError, match=key):
        parse_night(key)


if __name__ == "__main__":
    print("\n".join(graph_lines(import_module("orchestration.definitions").defs)))  # noqa: T201

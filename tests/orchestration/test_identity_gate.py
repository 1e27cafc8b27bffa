"""The gate on identity: a jump against the published night stops, and names the entities to look at."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from identity.gates import GateMetrics, jumps
from identity.resolution import resolve
from lake import ops
from lake.connection import connect, lake_version
from lake.settings import Settings
from memory.snapshot.layout import LATEST, SCHEMA_VERSION
from memory.snapshot.manifest import Manifest
from orchestration.identity_figures import figures
from orchestration.quality import identity_gate as gate
from tests.identity.lake_of_records import AS_OF, account, links, people, person, put

PEOPLE = people()
ACCOUNTS = [account("crm:accounts:1", "Kestrel Robotics", "kestrel.example")]


@pytest.fixture(scope="module")
def one_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of one night, which no test changes."""
    settings = Settings(lake=tmp_path_factory.mktemp("one_night") / "lake")
    with connect(settings) as con:
        put(con, ACCOUNTS, PEOPLE)
        resolve(con, AS_OF, settings.identity_dir)
    return settings.lake


@pytest.fixture
def con(settings: Settings, one_night: Path) -> Iterator[DuckDBPyConnection]:
    """A copy of it."""
    shutil.copytree(one_night, settings.lake)
    with connect(settings) as opened:
        yield opened


def publish(settings: Settings, day: str, version: int) -> Path:
    """A snapshot, as far as the gate reads one."""
    name = f"{day}-0123456789ab"
    folder = settings.snapshots_dir / name
    folder.mkdir(parents=True)
    model = {"name": "a-model", "weights_sha256": "0" * 64}
    Manifest(SCHEMA_VERSION, name, day, f"{day}T23:59:59+00:00", version, model, "", {}, {}, [], None, {}).write(folder)
    (settings.snapshots_dir / LATEST).write_text(name)
    return folder


def test_before_anything_is_published_all_passes(con: DuckDBPyConnection, settings: Settings) -> None:
    assert ops.stopping(gate.identity_gate(con, settings)) == []


@pytest.mark.parametrize("newest", ["whole", "damaged", "expired"])
def test_a_jump_stops_and_names_the_entities(con: DuckDBPyConnection, settings: Settings, newest: str) -> None:
    """Where the newest night cannot be compared with, the one before it is: a gate without a past would pass all."""
    publish(settings, "2025-06-29", lake_version(con))
    if newest == "damaged":
        (publish(settings, "2025-06-30", 1) / "manifest.json").write_text("{")
    if newest == "expired":
        publish(settings, "2025-06-30", 10_000)
    assert ops.stopping(gate.identity_gate(con, settings)) == []
    copies = [person(f"tool:users:{n}", "Ada Abernathy", "ada@abernathy.example") for n in range(30)]
    put(con, ACCOUNTS, [*PEOPLE, *copies])
    resolve(con, AS_OF, settings.identity_dir)
    stopped = ops.stopping(gate.identity_gate(con, settings))
    assert [check.name for check in stopped] == ["person.records_per_entity", "person.largest"]
    assert links(con)["hubspot:contacts:adaabernathy"] in stopped[1].observed
    assert "memhouse explain" in stopped[1].remedy
    allowed = settings.model_copy(update={"identity_jump": 40.0})
    assert ops.stopping(gate.identity_gate(con, allowed)) == []


def test_entities_and_conflicts_are_compared() -> None:
    before = GateMetrics("person", {f"per_{n}": 1 for n in range(100)}, [])
    fewer = GateMetrics("person", {f"per_{n}": 1 for n in range(60)}, ["per_1", "per_2", "per_3"])
    found = {jump.metric: jump.entities for jump in jumps(fewer, before)}
    assert set(found) == {"entities", "conflicting"}
    assert found["conflicting"] == ["per_1", "per_2", "per_3"]
    assert set(found["entities"]) <= {f"per_{n}" for n in range(60, 100)}
    assert jumps(before, None) == []


def test_figures_for_the_web_page(con: DuckDBPyConnection, tmp_path: Path) -> None:
    found = figures(con, tmp_path)
    assert "| 2 | 48 |" in found["person_cluster_sizes"].value
    assert "| hubspot | 48 |" in found["person_records_by_source"].value
    assert "same e-mail address" in found["person_match_weights"].value
    assert found["person_pairs_above_threshold"] == 48
    assert "<html" in (tmp_path / "person_match_weights.html").read_text(encoding="utf-8").lower()

"""The gates on small hand-made tables: what is right passes, and each thing that is wrong is named."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from duckdb import DuckDBPyConnection

from ingestion import Source, load_sources
from ingestion.raw_tables import ensure_tables
from lake import ops
from lake.connection import connect
from lake.ops import Check
from lake.rows import insert_rows
from lake.settings import Settings
from orchestration.quality import suites
from orchestration.quality.gates import landing_gate
from orchestration.quality.suites import Suite, SuitesError, load_suites
from orchestration.quality.validate import validate

AS_OF = datetime(2025, 6, 30, 23, 59, 59, 999999, tzinfo=UTC)
FILE = "hubspot/2025-06-30/contacts.csv"


@pytest.fixture
def hubspot() -> Source:
    return load_sources().sources["hubspot"]


@pytest.fixture
def con(settings: Settings, hubspot: Source) -> Iterator[DuckDBPyConnection]:
    with connect(settings) as opened:
        ensure_tables(opened, [hubspot])
        yield opened


def land(
    con: DuckDBPyConnection,
    payloads: list[str],
    rejects: int = 0,
    landed: int | None = None,
    name: str = FILE,
    stream: str | None = "contacts",
) -> None:
    """Rows of one file, and what landing noted of it."""
    rows = [(payload, name, row, "2025-06-30", "sha", AS_OF, "load") for row, payload in enumerate(payloads, start=2)]
    insert_rows(con, f"raw_hubspot.{stream}", rows)
    reason = ("code", "message", "text", AS_OF, "load")
    rejected = [("hubspot", stream, name, row, "2025-06-30", "sha", *reason) for row in range(rejects)]
    insert_rows(con, "raw_hubspot._rejected", rejected)
    count = len(payloads) if landed is None else landed
    noted = (stream, name, "2025-06-30", "sha", count, rejects, "", AS_OF, "load")
    insert_rows(con, "raw_hubspot._landed_files", [noted])


def failures(con: DuckDBPyConnection, source: Source) -> list[Check]:
    return ops.stopping(landing_gate(con, source, AS_OF))


def test_a_whole_drop_passes(con: DuckDBPyConnection, hubspot: Source) -> None:
    land(con, ['{"Record ID": "1"}', '{"Record ID": "2"}'], rejects=1)
    assert failures(con, hubspot) == []


def test_a_night_without_files_passes(con: DuckDBPyConnection, hubspot: Source) -> None:
    assert failures(con, hubspot) == []


def test_lost_rows_are_found(con: DuckDBPyConnection, hubspot: Source) -> None:
    land(con, ['{"Record ID": "1"}'], landed=2)
    (failure,) = failures(con, hubspot)
    assert failure.name.startswith("files.rows_landed")
    assert failure.target == "raw_hubspot"
    assert failure.remedy


def test_doubled_rows_are_found(con: DuckDBPyConnection, hubspot: Source) -> None:
    land(con, ['{"Record ID": "1"}', '{"Record ID": "1"}'], landed=1)
    assert [check.name.split(".")[0] for check in failures(con, hubspot)] == ["files"]


def test_a_file_corrected_and_put_back_within_a_night_is_not_doubled(con: DuckDBPyConnection, hubspot: Source) -> None:
    for _ in range(2):
        land(con, ['{"Record ID": "1"}', '{"Record ID": "2"}'], rejects=1)
    assert failures(con, hubspot) == []


@pytest.mark.parametrize(("good", "bad", "stops"), [(10, 20, False), (10, 40, True), (1000, 40, False)])
def test_rejects_stop_a_night_only_when_they_are_many(
    con: DuckDBPyConnection, hubspot: Source, good: int, bad: int, stops: bool
) -> None:
    land(con, ['{"Record ID": "1"}'] * good, rejects=bad)
    assert bool(failures(con, hubspot)) is stops


def test_rows_that_name_nothing_stop_a_night(con: DuckDBPyConnection, hubspot: Source) -> None:
    land(con, [f'{{"Identifier": "{number}"}}' for number in range(30)])
    (failure,) = failures(con, hubspot)
    assert failure.name.startswith("columns.unnamed_share")
    assert "sources.yml" in failure.remedy


def test_a_small_stream_without_ids_stops_a_night_beside_a_large_one(con: DuckDBPyConnection, hubspot: Source) -> None:
    name = FILE.replace("contacts", "companies")
    land(con, [f'{{"Record ID": "{number}"}}' for number in range(1000)], name=name, stream="companies")
    land(con, [f'{{"Identifier": "{number}"}}' for number in range(30)])
    assert [check.name.split(".")[0] for check in failures(con, hubspot)] == ["columns"]


def test_a_damaged_file_of_no_known_stream_is_not_lost(con: DuckDBPyConnection, hubspot: Source) -> None:
    land(con, [], rejects=1, stream=None)
    assert failures(con, hubspot) == []


def test_a_few_rows_without_an_id_are_left_to_staging(con: DuckDBPyConnection, hubspot: Source) -> None:
    land(con, ['{"Record ID": "1"}', '{"Record ID": ""}'])
    assert failures(con, hubspot) == []


def test_verdicts_hold_counts_and_no_values() -> None:
    suite = Suite.model_validate(
        {
            "frame": "identifiers",
            "expectations": [
                {"type": "expect_column_values_to_match_regex", "column": "email", "regex": "@", "remedy": "look"},
                {"type": "expect_column_values_to_be_unique", "column": "email", "remedy": "look", "severity": "warn"},
                {"type": "expect_column_values_to_not_be_null", "column": "missing", "remedy": "look"},
            ],
        }
    )
    frame = pd.DataFrame({"email": ["secret person", "a@b.example", "a@b.example"]})
    wrong, repeated, absent = validate(frame, suite, gate="publishing", name="people", target="marts.people")
    assert (wrong.passed, wrong.observed) == (False, "1 of 3 rows are not as expected")
    assert (repeated.passed, repeated.severity) == (False, "warn")
    assert not absent.passed
    assert absent.observed.startswith("not computed")
    assert "secret" not in repr([wrong, repeated, absent])


def test_the_gates_file_is_checked_when_read(tmp_path: Path) -> None:
    path = tmp_path / "suites.yml"
    path.write_text(
        "limits: {}\nlanding: {}\npublishing: {a: {frame: nowhere, expectations: [{type: sort, remedy: x}]}}"
    )
    with pytest.raises(SuitesError, match=r"suites\.yml"):
        load_suites(path)
    path.write_text(path.read_text().replace("type: sort", "type: expect_column_to_exist"))
    with pytest.raises(SuitesError, match="nowhere"):
        load_suites(path)


def test_every_expectation_says_what_to_do() -> None:
    gates = load_suites()
    for suite in (*gates.landing.values(), *gates.publishing.values()):
        assert all(len(expectation.remedy) > 20 for expectation in suite.expectations)
    assert {path.stem for path in suites.FRAMES_DIR.glob("*.sql")} == {
        suite.frame for suite in (*gates.landing.values(), *gates.publishing.values())
    }

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lake import ops
from lake.connection import connect
from lake.settings import Settings

DAY, LATER = date(2025, 6, 29), date(2025, 6, 30)
AT = datetime(2026, 1, 1, 2, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(lake=tmp_path / "lake")


def check(name: str, *, passed: bool, gate: str = "landing") -> ops.Check:
    return ops.Check(gate, name, "raw_crm", passed, "error", "3 of 4 rows", "{}", "" if passed else "drop it again")


def test_a_run_is_closed_with_its_stages_and_snapshot(settings: Settings) -> None:
    with connect(settings) as con:
        ops.ensure_tables(con)
        assert ops.head(con) is None
        ops.start_run(con, "r1", DAY, AT)
        ops.record_snapshot(con, "2025-06-29-abc", DAY, 17, "r1", AT)
        ops.finish_run(con, "r1", AT, [ops.Stage("land_crm", "succeeded", AT, 1.5, {"raw_crm.accounts": 3})])
        assert ops.head(con) == DAY
        entry = ops.run_entry(con, "r1")
        stages = ops.stages_of(con, "r1")
    assert (entry["status"], entry["snapshot_id"], entry["lake_version"]) == ("succeeded", "2025-06-29-abc", 17)
    assert stages == [ops.Stage("land_crm", "succeeded", AT, 1.5, {"raw_crm.accounts": 3})]


def test_a_killed_run_is_marked_when_the_next_begins(settings: Settings) -> None:
    with connect(settings) as con:
        ops.ensure_tables(con)
        ops.start_run(con, "killed", DAY, AT)
        ops.start_run(con, "next", LATER, AT)
        found = {run["run_id"]: run["status"] for run in ops.last_runs(con, 5)}
    assert found == {"killed": "interrupted", "next": "running"}


def test_a_failed_run_keeps_its_reason(settings: Settings) -> None:
    with connect(settings) as con:
        ops.ensure_tables(con)
        ops.start_run(con, "r1", DAY, AT)
        ops.finish_run(con, "r1", AT, [], error="identity: out of memory")
        assert ops.run_error(con, "r1") == "identity: out of memory"
        assert ops.run_error(con, "unknown") is None
        with pytest.raises(LookupError, match="unknown"):
            ops.run_entry(con, "unknown")


def test_a_gate_run_again_replaces_its_verdicts(settings: Settings) -> None:
    with connect(settings) as con:
        ops.ensure_tables(con)
        ops.record_checks(con, "r1", [check("rows", passed=False), check("keys", passed=True, gate="publishing")])
        ops.record_checks(con, "r1", [check("rows", passed=True)])
        found = [(c.gate, c.name, c.passed) for c in ops.checks_of(con, "r1")]
    assert found == [("landing", "rows", True), ("publishing", "keys", True)]

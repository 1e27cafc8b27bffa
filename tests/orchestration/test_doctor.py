"""`memhouse doctor`: what is well here, what is not, and what to do about it."""

import json
from pathlib import Path
from typing import Any

import pytest

from lake.connection import connect
from lake.settings import Settings
from tests.orchestration.conftest import Memhouse, publish_two_nights


def test_doctor_finds_this_installation_well(memhouse: Memhouse) -> None:
    result = memhouse("doctor", "--json")
    findings = [json.loads(line) for line in result.stdout.splitlines()]
    assert [finding for finding in findings if not finding["ok"]] == []
    assert result.exit_code == 0


def test_doctor_finds_a_damaged_snapshot(settings: Settings, memhouse: Memhouse) -> None:
    """Not by its manifest, which may be whole: every file's bytes are compared."""
    publish_two_nights(settings)
    assert _snapshot_finding(memhouse)["ok"]
    (settings.snapshots_dir / "2025-06-29-0123456789ab" / "stray.parquet").write_bytes(b"PAR1")
    found = _snapshot_finding(memhouse)
    assert not found["ok"]
    assert "stray.parquet" in found["found"]
    assert "run the newest night again" in found["advice"]


def test_doctor_finds_a_missing_file_of_the_lake(settings: Settings, memhouse: Memhouse) -> None:
    with connect(settings) as con:
        con.execute("create schema marts; create table marts.accounts as select 1 as n")
    next(settings.files_dir.rglob("*.parquet")).unlink()
    found = _finding(memhouse, "lake")
    assert not found["ok"]
    assert "of marts.accounts is missing" in found["found"]
    assert "backup" in found["advice"]


def test_doctor_finds_what_another_user_wrote(
    settings: Settings, memhouse: Memhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.snapshots_dir.mkdir(parents=True)
    monkeypatch.setattr("os.access", lambda path, _: Path(path) != settings.snapshots_dir)
    found = _finding(memhouse, "lake folder")
    assert not found["ok"]
    assert str(settings.snapshots_dir) in found["found"]


def _snapshot_finding(memhouse: Memhouse) -> dict[str, Any]:
    return _finding(memhouse, "snapshot")


def _finding(memhouse: Memhouse, check: str) -> dict[str, Any]:
    findings = [json.loads(line) for line in memhouse("doctor", "--json").stdout.splitlines()]
    return next(finding for finding in findings if finding["check"] == check)


def test_doctor_says_what_to_do(memhouse: Memhouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMHOUSE_EMBEDDING_MODEL", "/no/such/model")
    monkeypatch.setenv("MEMHOUSE_EXPORTS", "/nowhere/at/all")
    result = memhouse("doctor", "--json")
    problems = {f["check"]: f["advice"] for line in result.stdout.splitlines() if not (f := json.loads(line))["ok"]}
    assert result.exit_code == 1
    assert set(problems) == {"embedding model", "exports"}
    assert all(problems.values())

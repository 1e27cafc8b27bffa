"""Maintenance writes files again and forgets statistics: what each kept version answers must not change by it."""

from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from lake.connection import connect, lake_version
from lake.maintenance import MaintenanceReport, maintain
from lake.settings import Settings
from lake.tables import METADATA

NIGHTS = 6
# Every way in which DuckLake may use a file's statistics to leave it out: filters, joins, extremes, orderings, counts.
QUESTIONS = (
    "select count(*), count(word), min(row), max(row), min(word), max(word), min(told_at), max(told_at), sum(night) from marts.grown",
    "select count(*) from marts.grown where row >= 250 and word < 'w3'",
    "select count(*) from marts.grown where night = 1",
    "select count(*) from marts.grown where night in (0, 4) and word is null",
    "select count(*) from marts.grown where told_at between '1970-01-02' and '1970-01-04'",
    "select count(*), sum(a.row) from marts.grown as a join marts.rebuilt as b on a.row = b.row where b.night >= 1",
    "select row from marts.grown order by row desc limit 3",
    "select min(row), max(row), max(night) from marts.rebuilt",
    "select row from marts.rebuilt where row = 7",
    "select count(*), max(later) from marts.widened where later is not null",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(lake=tmp_path / "lake", exports=tmp_path / "exports")


def night(con: DuckDBPyConnection, number: int) -> int:
    """Rows come, some go, a table is filled anew, another gains a column; the lake version of it."""
    if number == 0:
        con.execute("create schema marts")
        con.execute("create table marts.grown (night integer, row integer, word varchar, told_at timestamptz)")
        con.execute("create table marts.rebuilt (night integer, row integer)")
        con.execute("create table marts.widened (row integer)")
    if number == 3:
        con.execute("alter table marts.widened add column later varchar default 'none'")
    con.execute("delete from marts.grown where row % 50 = ?", [number])
    con.execute(
        "insert into marts.grown select ?, range, case when range % 5 > 0 then 'w' || range end, "
        "to_timestamp(range * 1000) from range(?, ?)",
        [number, number * 100, number * 100 + 200],
    )
    con.execute("delete from marts.rebuilt")
    con.execute(f"insert into marts.rebuilt select {number}, range * {number + 1} from range(200)")
    con.execute("insert into marts.widened (row) values (?)", [number])
    return lake_version(con)


def answers(settings: Settings, version: int) -> list[list[Any]]:
    with connect(settings, read_only=True, version=version) as con:
        asked = [question for question in QUESTIONS if "later" not in question or "later" in columns(con)]
        return [con.execute(question).fetchall() for question in asked]


def columns(con: DuckDBPyConnection) -> set[str]:
    return {row[0] for row in con.execute("describe marts.widened").fetchall()}


def nights(settings: Settings) -> tuple[dict[int, list[list[Any]]], MaintenanceReport]:
    """What each night's version answered before any maintenance touched it, and the last maintenance's report."""
    told: dict[int, list[list[Any]]] = {}
    for number in range(NIGHTS):
        with connect(settings) as con:
            version = night(con, number)
        told[version] = answers(settings, version)
        with connect(settings) as con:
            report = maintain(con, told)
    return told, report


def test_every_kept_version_answers_as_before(settings: Settings) -> None:
    told, report = nights(settings)
    assert report.statistics_forgotten > 0
    assert report.tables_rewritten > 0
    for version, before in told.items():
        assert answers(settings, version) == before


def test_statistics_and_files_do_not_grow_with_the_versions_kept(settings: Settings) -> None:
    nights(settings)
    with connect(settings) as con:
        row = con.execute(
            f"select count(distinct stats.data_file_id), count(distinct files.data_file_id) filter (files.end_snapshot is null) "
            f"from {METADATA}.ducklake_data_file as files "
            f"left join {METADATA}.ducklake_file_column_stats as stats using (data_file_id)"
        ).fetchone()
    assert row == (4, 4), "a file a table, one more where columns changed, and statistics of no other"


def test_large_files_stay_until_they_lost_enough(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lake.maintenance.SMALL_FILE", 100)  # every file is larger
    with connect(settings) as con:
        con.execute("create table grown as select range as row from range(1000)")
        con.execute("delete from grown where row < 100")
        assert maintain(con, []).tables_rewritten == 0
        con.execute("delete from grown where row < 300")
        assert maintain(con, []).tables_rewritten == 1
        assert con.execute("select count(*), min(row) from grown").fetchone() == (700, 300)

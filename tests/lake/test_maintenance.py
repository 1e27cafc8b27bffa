import os
from pathlib import Path

import pytest

from lake.connection import VersionExpiredError, connect, lake_version
from lake.maintenance import GRACE_DAYS, maintain
from lake.settings import Settings

OLD = 1_600_000_000  # an instant long ago


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(lake=tmp_path / "lake", exports=tmp_path / "exports")


def write_nights(settings: Settings, nights: int) -> list[int]:
    """A table that grows and one that is rebuilt; the lake version at each night's end."""
    versions = []
    with connect(settings) as con:
        con.execute("create schema if not exists marts")
        con.execute("create table marts.grown (night integer, row integer)")
        for night in range(nights):
            con.execute("insert into marts.grown select ?, range from range(200)", [night])
            con.execute(f"create or replace table marts.rebuilt as select {night} as night from range(100)")
            versions.append(lake_version(con))
    return versions


def read(settings: Settings, version: int) -> tuple[int, int]:
    with connect(settings, read_only=True, version=version) as con:
        row = con.execute(
            "select (select count(*) from marts.grown), (select max(night) from marts.rebuilt)"
        ).fetchone()
    assert row is not None
    return row


def files(settings: Settings) -> set[Path]:
    return set(settings.files_dir.rglob("*.parquet"))


def test_published_versions_stay_readable_and_others_go(settings: Settings) -> None:
    versions = write_nights(settings, 6)
    with connect(settings) as con:
        report = maintain(con, [versions[1], versions[3]], grace_days=0)
    assert read(settings, versions[1]) == (400, 1)
    assert read(settings, versions[3]) == (800, 3)
    assert read(settings, versions[5]) == (1200, 5)
    with pytest.raises(VersionExpiredError):
        read(settings, versions[2])
    assert report.versions_kept == 3
    assert report.versions_expired > 6


def test_small_files_become_few_and_replaced_ones_stay_for_running_queries(settings: Settings) -> None:
    versions = write_nights(settings, 5)
    before = files(settings)
    with connect(settings) as con:
        report = maintain(con, versions[-1:])
    assert report.tables_merged >= 1
    assert report.files_removed == 0
    assert before <= files(settings), f"replaced files must stay for {GRACE_DAYS} days"


def test_only_old_files_that_nothing_knows_are_removed(settings: Settings) -> None:
    versions = write_nights(settings, 2)
    orphan, fresh = (settings.files_dir / "marts" / name for name in ("orphan.parquet", "fresh.parquet"))
    for path in (orphan, fresh):
        path.write_bytes(b"left behind by a killed run")
    os.utime(orphan, (OLD, OLD))
    with connect(settings) as con:
        maintain(con, versions)
    assert not orphan.exists()
    assert fresh.exists()
    assert read(settings, versions[0]) == (200, 0)


def test_erasure_waits_for_nobody(settings: Settings) -> None:
    versions = write_nights(settings, 3)
    with connect(settings) as con:
        con.execute("delete from marts.grown where night = 0")
        newest = lake_version(con)
        maintain(con, [], grace_days=0)
    assert read(settings, newest) == (400, 2)
    with pytest.raises(VersionExpiredError):
        read(settings, versions[0])


def test_a_second_maintenance_finds_nothing_to_do(settings: Settings) -> None:
    versions = write_nights(settings, 3)
    with connect(settings) as con:
        maintain(con, versions, grace_days=0)
        before = files(settings)
        again = maintain(con, versions, grace_days=0)
    assert (again.tables_merged, again.files_removed, again.orphans_removed) == (0, 0, 0)
    assert files(settings) == before

import json
import multiprocessing
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from lake.connection import LakeNotFoundError, LakeNotReadableError, connect, lake_version
from lake.lock import LakeLockedError, writer_lock
from lake.settings import Settings
from lake.time import as_of


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(lake=tmp_path / "lake", exports=tmp_path / "exports")


def test_a_reader_pinned_to_a_version_does_not_see_the_head(settings: Settings) -> None:
    with connect(settings) as con:
        con.execute("create table t as select 1 as a")
        published = lake_version(con)
        con.execute("insert into t values (2)")
        with connect(settings, read_only=True, version=published) as reader:
            assert reader.execute("select a from t").fetchall() == [(1,)]
        assert con.execute("select count(*) from t").fetchone() == (2,)


def test_a_server_that_holds_no_lake_yet_is_told_as_such(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.lake.mkdir(parents=True)
    empty = settings.lake / "empty.sqlite"  # what DuckLake says of it, it says of an empty PostgreSQL database
    empty.touch()
    attach = f"attach 'ducklake:sqlite:{empty}' as lake (read_only, data_path '{settings.files_dir}/')"
    monkeypatch.setattr("lake.connection.attach_statement", lambda *_, **__: attach)
    monkeypatch.setattr("lake.connection.extensions_of", lambda _: ("ducklake", "sqlite_scanner"))
    server = settings.model_copy(update={"catalog": "postgres:dbname=lake"})
    with pytest.raises(LakeNotFoundError, match=r"memhouse run.*catalog"), connect(server, read_only=True):
        pytest.fail("the catalog was read")


def test_who_may_not_write_beside_the_catalog_is_told_what_to_do(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(settings) as con:
        con.execute("create table t as select 1 as a")
    told = "select error('Failed to execute query: attempt to write a readonly database')"  # tests may run as root
    monkeypatch.setattr("lake.connection.attach_statement", lambda *_, **__: told)
    with pytest.raises(LakeNotReadableError, match="SQLite keeps files"), connect(settings, read_only=True):
        pytest.fail("the catalog was read")


def test_a_moved_lake_holds_the_same_and_takes_more(settings: Settings, tmp_path: Path) -> None:
    with connect(settings) as con:
        con.execute("create table t as select range as a from range(1000)")
        con.execute("delete from t where a % 7 = 0")
        held = con.execute("select count(*), sum(a) from t").fetchall()
    elsewhere = settings.model_copy(update={"lake": tmp_path / "elsewhere" / "lake"})
    shutil.copytree(settings.lake, elsewhere.lake)
    shutil.rmtree(settings.lake)
    with connect(elsewhere) as con:
        assert con.execute("select count(*), sum(a) from t").fetchall() == held
        con.execute("delete from t where a < 500; insert into t values (7)")
        assert con.execute("select min(a), count(*) from t").fetchall() == [(7, 430)]
    assert not settings.lake.exists()


def test_a_reader_cannot_write(settings: Settings) -> None:
    with connect(settings) as con:
        con.execute("create table t (a int)")
    with connect(settings, read_only=True) as reader, pytest.raises(duckdb.Error, match="read-only"):
        reader.execute("insert into t values (1)")


def test_a_reader_before_the_first_night_is_told_so(settings: Settings) -> None:
    with pytest.raises(LakeNotFoundError, match="memhouse run"), connect(settings, read_only=True):
        pass


def test_as_of_is_the_end_of_the_day() -> None:
    assert as_of(date(2025, 6, 30)) == datetime(2025, 6, 30, 23, 59, 59, 999999, tzinfo=UTC)


def _hold(settings: Settings, held: "multiprocessing.synchronize.Event") -> None:
    with writer_lock(settings, "the night of 2025-06-30"):
        held.set()
        multiprocessing.Event().wait()


def test_a_second_writer_is_told_who_holds_the_lock_and_a_killed_holder_frees_it(settings: Settings) -> None:
    context = multiprocessing.get_context("fork")
    held = context.Event()
    holder = context.Process(target=_hold, args=(settings, held))
    holder.start()
    try:
        assert held.wait(20)
        with (
            pytest.raises(LakeLockedError, match=r"the night of 2025-06-30.*" + str(holder.pid)),
            writer_lock(settings, "mine"),
        ):
            pass
    finally:
        holder.kill()
        holder.join()
    with writer_lock(settings, "after the kill"):
        assert json.loads(settings.lock_path.with_suffix(".json").read_text())["purpose"] == "after the kill"

from pathlib import Path

from lake.connection import connect
from lake.files import bad_files
from lake.maintenance import maintain
from lake.settings import Settings


def test_files_that_are_missing_or_cut_off_are_found(tmp_path: Path) -> None:
    settings = Settings(lake=tmp_path / "lake")
    with connect(settings) as con:
        con.execute("create schema marts; create table marts.kept as select range as n from range(100)")
        con.execute("delete from marts.kept where n < 10; create table marts.other as select 1 as n")
        con.execute("create view marts.seen as from marts.kept; alter table marts.other rename to renamed")
        assert bad_files(con, settings) == []
        deletions = next(settings.files_dir.rglob("*-delete.parquet"))
        deletions.unlink()
        other = next((settings.files_dir / "marts" / "other").glob("*.parquet"))
        other.write_bytes(other.read_bytes()[:-1])
        found = bad_files(con, settings)
    assert [(bad.table, bad.path) for bad in found] == [("marts.kept", deletions), ("marts.renamed", other)]


def test_what_maintenance_removed_is_not_missed(tmp_path: Path) -> None:
    settings = Settings(lake=tmp_path / "lake")
    with connect(settings) as con:
        con.execute("create schema marts; create table marts.rows as select 1 as n; truncate marts.rows")
        con.execute("insert into marts.rows values (2); drop table marts.rows")
        maintain(con, [], grace_days=0)
        assert not list(settings.files_dir.rglob("*.parquet"))
        assert bad_files(con, settings) == []

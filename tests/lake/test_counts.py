from pathlib import Path

import duckdb
import pytest

from lake.connection import connect
from lake.counts import RowCounts
from lake.maintenance import maintain
from lake.settings import Settings


def test_counts_follow_what_comes_and_goes(tmp_path: Path) -> None:
    with connect(Settings(lake=tmp_path / "lake")) as con:
        con.execute("create schema marts; create table marts.grown as select range as n from range(100)")
        con.execute("create table marts.empty (n integer)")
        con.execute("create view marts.seen as from marts.grown where n < 50")
        con.execute("insert into marts.grown select range from range(100, 150)")
        con.execute("delete from marts.grown where n < 30")
        con.execute("delete from marts.grown where n < 40")
        assert counted(con) == {"grown": 110, "empty": 0, "seen": 10}
        maintain(con, [])
        con.execute("truncate marts.grown; insert into marts.grown values (1)")
        assert counted(con) == {"grown": 1, "empty": 0, "seen": 1}
        with pytest.raises(duckdb.CatalogException):
            RowCounts(con).of("marts", "nowhere")


def counted(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    counts = RowCounts(con)
    return {table: counts.of("marts", table) for table in ("grown", "empty", "seen")}

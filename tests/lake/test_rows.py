from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from lake.connection import connect
from lake.rows import insert_rows
from lake.settings import Settings
from lake.tables import METADATA

AT = datetime(2025, 6, 30, 23, 59, tzinfo=UTC)


def test_many_rows_are_one_file_of_the_tables_types(tmp_path: Path) -> None:
    rows = [(f"r{number}", number % 2 == 0, AT, None, 1.5) for number in range(200)]
    with connect(Settings(lake=tmp_path / "lake")) as con:
        con.execute("create table told (name varchar, passed boolean, at_ timestamptz, note varchar, seconds double)")
        assert insert_rows(con, "told", rows) == 200
        assert insert_rows(con, "told", []) == 0
        assert con.execute("from told order by cast(name[2:] as integer)").fetchall() == rows
        assert con.execute(f"select count(*) from {METADATA}.ducklake_data_file").fetchone() == (1,)


def test_a_value_of_the_wrong_kind_is_refused_whole(tmp_path: Path) -> None:
    with connect(Settings(lake=tmp_path / "lake")) as con:
        con.execute("create table told (name varchar)")
        with pytest.raises((pa.ArrowInvalid, pa.ArrowTypeError)):
            insert_rows(con, "told", [("fine",), (1,)])
        assert con.execute("select count(*) from told").fetchone() == (0,)

"""Rows made in Python, written to the lake as one file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

INCOMING = "rows_to_insert"


def insert_rows(con: DuckDBPyConnection, table: str, rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows, their values in the order of the table's columns; returns how many.

    `executemany` would run a statement a row, and in the lake each statement writes a file.
    """
    columns = [pa.array(values) for values in zip(*rows, strict=True)]
    if not columns:
        return 0
    incoming = pa.table(columns, names=[f"c{place}" for place in range(len(columns))])
    con.register(INCOMING, incoming)
    try:
        con.execute(f"insert into {table} select * from {INCOMING}")
    finally:
        con.unregister(INCOMING)
    return int(incoming.num_rows)

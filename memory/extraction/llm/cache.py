"""Answers of the model kept in the lake, by content hash: customer data, so it lies where erasure finds it."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

import duckdb

from lake.rows import insert_rows
from lake.schemas import LAKE, MEMORY

ANSWERS = f"{LAKE}.{MEMORY}.extraction_answers"


class LakeAnswers(MutableMapping[str, str]):
    """What the model said, by content hash; read once, new answers appended by `flush` in the caller's transaction."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        con.execute(f"create table if not exists {ANSWERS} (content_hash varchar, answer varchar)")
        self._known: dict[str, str] = dict(con.execute(f"select content_hash, answer from {ANSWERS}").fetchall())
        self._new: dict[str, str] = {}

    def flush(self) -> int:
        """Append what is new, in a fixed order; returns how many."""
        rows = sorted(self._new.items())
        insert_rows(self._con, ANSWERS, rows)
        self._known |= self._new
        self._new = {}
        return len(rows)

    def __getitem__(self, key: str) -> str:
        return self._new[key] if key in self._new else self._known[key]

    def __setitem__(self, key: str, value: str) -> None:
        self._new[key] = value

    def __delitem__(self, key: str) -> None:
        raise TypeError("answers are only added; erasure works on the table")

    def __iter__(self) -> Iterator[str]:
        return iter({**self._known, **self._new})

    def __len__(self) -> int:
        return len({**self._known, **self._new})

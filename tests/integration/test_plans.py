"""How the engine would run every model: none compares each row of one table with each of another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from tests.integration.conftest import Nights

EVERY_PAIR = "BLOCKWISE_NL_JOIN"  # what becomes of an outer join whose condition has an `or`, or looks at one side only


def joins_by_every_pair(con: duckdb.DuckDBPyConnection, sql: str) -> Iterator[str]:
    """Conditions that hold two columns equal, and are nevertheless tried on every pair of rows."""
    plan = con.execute(f"explain (format json) {sql}").fetchall()[0][1]
    for part in json.loads(plan):
        yield from _walk(part)


def _walk(part: dict[str, Any]) -> Iterator[str]:
    condition = str(part.get("extra_info", {}).get("Condition", ""))
    if part["name"] == EVERY_PAIR and " = " in condition:
        yield condition
    for child in part["children"]:
        yield from _walk(child)


def test_the_check_sees_a_join_by_every_pair() -> None:
    with duckdb.connect() as con:
        con.execute(
            "create table a as from range(9) as a(i); create table b as select i, i % 2 as j from range(9) as b(i)"
        )
        assert list(joins_by_every_pair(con, "from a left join b on a.i = b.i and (b.j is null or b.j = a.i)"))
        assert not list(joins_by_every_pair(con, "from a left join b on a.i = b.i and b.j = 1"))


def test_no_model_compares_every_pair_of_rows(nights: Nights) -> None:
    models = sorted(Path(nights.settings.dbt_target_dir / "compiled" / "memhouse" / "models").rglob("*.sql"))
    assert len(models) > 80
    with nights.lake() as con:
        found = {model.stem: list(joins_by_every_pair(con, model.read_text(encoding="utf-8"))) for model in models}
    assert {name: conditions for name, conditions in found.items() if conditions} == {}

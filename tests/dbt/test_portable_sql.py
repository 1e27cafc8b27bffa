"""Portable SQL: every model, compiled with the macros' Spark spellings, is Spark SQL.

The adapter's name decides which spelling a dispatched macro takes; here it is asked for `spark` first. sqlglot parses
leniently, so functions and types are checked against what Spark knows as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
from dbt.context import providers
from sqlglot import exp

from lake.dbt import PROJECT_DIR
from lake.settings import Settings
from tests.dbt.conftest import DAYS, run_dbt

# What sqlglot has no expression of its own for, and Spark has (Spark SQL's list of built-in functions).
SPARK_FUNCTIONS = {
    "array_compact", "array_sort", "array_union", "get_json_object", "make_dt_interval", "timestamp_seconds",
    "try_element_at", "try_to_timestamp",
}  # fmt: skip


@pytest.fixture(scope="session")
def spark_models(staged_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    target = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(providers, "get_adapter_type_names", lambda _adapter: ["spark", "duckdb"])
        run_dbt(staged_settings, DAYS[1], "compile", "--no-populate-cache", "--target-path", str(target))
    folder = target / "compiled" / "memhouse" / "models"
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.sql"))}


def foreign_parts(sql: str) -> Iterator[str]:
    """Functions and types that Spark does not have, and what both have but understand differently."""
    for name in re.findall(r"\bas\s+(varchar|text|timestamptz|json)\s*\)", sql, re.IGNORECASE):
        yield f"type {name}"
    for node in sqlglot.parse_one(sql, read="spark").walk():
        if isinstance(node, exp.Anonymous) and node.name.lower() not in SPARK_FUNCTIONS:
            yield f"function {node.name}"
        if isinstance(node, exp.Concat):
            yield "concat, which skips nulls on one engine only: use ||"


def test_the_check_sees_what_only_duckdb_can_say() -> None:
    assert list(foreign_parts("select list_sort(a) from t")) == ["function list_sort"]
    assert list(foreign_parts("select cast(a as varchar) from t")) == ["type varchar"]
    assert list(foreign_parts("select concat(a, b) from t")) == ["concat, which skips nulls on one engine only: use ||"]
    assert list(foreign_parts("select a || b from t")) == []


def test_every_model_is_spark_sql(spark_models: dict[str, str]) -> None:
    assert len(spark_models) > 40
    foreign = {path: sorted(set(foreign_parts(sql))) for path, sql in spark_models.items()}
    assert {path: parts for path, parts in foreign.items() if parts} == {}


def test_nothing_outside_macros_names_an_engine() -> None:
    models: list[Path] = sorted(PROJECT_DIR.glob("models/**/*.sql"))
    assert [str(path) for path in models if "target.type" in path.read_text() or "duckdb" in path.read_text()] == []

"""Every model says what it is, and every column of every table is described: nothing more, nothing less."""

from __future__ import annotations

import csv
from typing import Any

import duckdb

from lake.dbt import PROJECT_DIR


def test_every_model_states_its_grain(manifest: dict[str, Any]) -> None:
    silent = [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed") and "Grain:" not in node["description"]
    ]
    assert silent == []


def test_a_signals_definition_is_one_text(manifest: dict[str, Any]) -> None:
    """The seed is what analysts join, the description what the documentation shows."""
    with (PROJECT_DIR / "seeds" / "signal_kinds.csv").open(newline="", encoding="utf-8") as file:
        seed = {row["kind"]: row["definition"] for row in csv.DictReader(file)}
    described = {
        node["name"].removeprefix("signal_"): node["description"].removesuffix(" Grain: one signal.")
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and "/signals/kinds/" in node["original_file_path"]
    }
    assert seed == described


def test_described_columns_are_the_tables_columns(staged: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> None:
    tables: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in staged.execute(
        "select table_schema, table_name, column_name from information_schema.columns where table_catalog = 'lake'"
    ).fetchall():
        tables.setdefault((schema, table), set()).add(column)
    described = {
        (node["schema"], node["name"]): {name for name, column in node["columns"].items() if column["description"]}
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }
    staged_tables = {key: columns for key, columns in tables.items() if key in described}
    assert len(staged_tables) >= 40
    assert {key: described[key] ^ columns for key, columns in staged_tables.items() if described[key] != columns} == {}

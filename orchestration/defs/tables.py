"""Shared by the assets: keys of lake tables, and their row counts as metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dagster import AssetKey, AssetSpec, MaterializeResult
from duckdb import DuckDBPyConnection

from lake.counts import RowCounts
from orchestration.night_log import ROW_COUNT


def keys(schema: str, tables: Iterable[str]) -> list[AssetKey]:
    """Asset keys of a schema's tables."""
    return [AssetKey([schema, table]) for table in tables]


def specs(
    outputs: Iterable[AssetKey], inputs: Iterable[AssetKey], group: str, kinds: set[str], description: str
) -> list[AssetSpec]:
    """Specs of tables that one Python stage writes, all of them from the same inputs."""
    deps = list(inputs)
    return [AssetSpec(key, deps=deps, group_name=group, kinds=kinds, description=description) for key in outputs]


def counted(
    con: DuckDBPyConnection, outputs: Iterable[AssetKey], metadata: Mapping[str, Any]
) -> Iterator[MaterializeResult[Any]]:
    """One result a table, with its rows and what the stage reported."""
    counts = RowCounts(con)
    for key in outputs:
        yield MaterializeResult(asset_key=key, metadata={**metadata, ROW_COUNT: counts.of(*key.path)})

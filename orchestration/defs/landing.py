"""Exports → raw tables: every source's tables as assets, landed in one step."""

from collections.abc import Iterator
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    MaterializeResult,
    ResourceParam,
    multi_asset,
)

from ingestion.sources import Source, Sources
from lake.connection import connect
from lake.schemas import raw_schema
from lake.settings import Settings
from orchestration.defs import tables
from orchestration.defs.nights import NIGHTS, ONE_NIGHT_A_RUN, parse_night
from orchestration.progress import counter
from orchestration.transient import retried

Landed = Iterator[MaterializeResult[Any]]
LANDED_FILES, REJECTED = "_landed_files", "_rejected"


def landed_tables(source: Source) -> list[AssetKey]:
    """The tables of a source: its streams, what was landed and what was rejected."""
    return tables.keys(raw_schema(source.name), [*source.streams, LANDED_FILES, REJECTED])


def landing_asset(sources: Sources) -> AssetsDefinition:
    """The raw tables of every declared source, in name order. A run may choose some of the sources.

    One step and not one a source: where little is new, the steps' own cost was the larger part of a night's landing.
    """

    @multi_asset(
        name="landing",
        specs=[spec for name in sorted(sources.sources) for spec in _specs(sources.sources[name])],
        partitions_def=NIGHTS,
        backfill_policy=ONE_NIGHT_A_RUN,
        can_subset=True,
    )
    def land_exports(context: AssetExecutionContext, settings: ResourceParam[Settings]) -> Landed:
        from ingestion import land

        chosen = {name: _chosen(context, source) for name, source in sources.sources.items()}
        wanted = sorted(name for name, keys in chosen.items() if keys)
        with retried():
            report = land(settings, parse_night(context.partition_key), only=wanted, progress=counter("landing"))
        for note in report.notes:
            context.log.warning("%s: %s", note.name, note.note)
        with connect(settings) as con:
            for name in wanted:
                yield from tables.counted(con, chosen[name], report.totals(name))

    return land_exports


def _specs(source: Source) -> list[AssetSpec]:
    text = f"{source.title or source.name}: rows as delivered, appended; each file is landed once."
    return tables.specs(landed_tables(source), [], "landing", {"dlt", "ducklake"}, text)


def _chosen(context: AssetExecutionContext, source: Source) -> list[AssetKey]:
    return [key for key in landed_tables(source) if key in context.selected_asset_keys]

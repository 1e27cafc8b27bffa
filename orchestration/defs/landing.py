"""Exports → raw tables: one asset a source, all from one factory."""

from collections.abc import Iterator
from typing import Any

from dagster import AssetExecutionContext, AssetsDefinition, MaterializeResult, ResourceParam, multi_asset

from ingestion.sources import Source, Sources
from lake.connection import connect
from lake.schemas import raw_schema
from lake.settings import Settings
from orchestration.defs import tables
from orchestration.defs.nights import NIGHTS, ONE_NIGHT_A_RUN, parse_night
from orchestration.transient import retried

Landed = Iterator[MaterializeResult[Any]]
LANDED_FILES, REJECTED = "_landed_files", "_rejected"


def landing_asset(source: Source) -> AssetsDefinition:
    """The asset that lands one source's new files: its streams, what was landed and what was rejected."""
    outputs = tables.keys(raw_schema(source.name), [*source.streams, LANDED_FILES, REJECTED])
    text = f"{source.title or source.name}: rows as delivered, appended; each file is landed once."

    @multi_asset(
        name=f"land_{source.name}",
        specs=tables.specs(outputs, [], "landing", {"dlt", "ducklake"}, text),
        partitions_def=NIGHTS,
        backfill_policy=ONE_NIGHT_A_RUN,
    )
    def land_source(context: AssetExecutionContext, settings: ResourceParam[Settings]) -> Landed:
        from ingestion import land

        with retried():
            report = land(settings, parse_night(context.partition_key), only=[source.name])
        for note in report.notes:
            context.log.warning("%s: %s", note.name, note.note)
        totals = {"files_found": report.files_found, "files_landed": report.files_landed}
        with connect(settings) as con:
            yield from tables.counted(con, outputs, {**totals, "rows": report.rows, "rejects": report.rejects})

    return land_source


def landing_assets(sources: Sources) -> list[AssetsDefinition]:
    """One asset a declared source, in name order."""
    return [landing_asset(sources.sources[name]) for name in sorted(sources.sources)]

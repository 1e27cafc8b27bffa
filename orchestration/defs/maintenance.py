"""The night's end: the lake tidied, without touching what published snapshots need."""

from dataclasses import asdict
from typing import Any

from dagster import AssetKey, AssetsDefinition, MaterializeResult, ResourceParam, multi_asset

from lake.connection import connect
from lake.maintenance import maintain
from lake.schemas import OPS
from lake.settings import Settings
from orchestration.defs import tables
from orchestration.defs.nights import NIGHTS, ONE_NIGHT_A_RUN
from orchestration.defs.snapshot import LATEST
from orchestration.published import versions_to_keep
from orchestration.transient import retried

MAINTENANCE = AssetKey([OPS, "maintenance"])


def maintenance_asset() -> AssetsDefinition:
    """Runs last; its report is its metadata."""
    text = "Small files merged, lake versions expired but those of published snapshots, leftovers removed."

    @multi_asset(
        name="maintenance",
        specs=tables.specs([MAINTENANCE], [LATEST], "maintenance", {"ducklake"}, text),
        partitions_def=NIGHTS,
        backfill_policy=ONE_NIGHT_A_RUN,
    )
    def tidy_lake(settings: ResourceParam[Settings]) -> MaterializeResult[Any]:
        from memory import prune_vectors

        with retried(), connect(settings) as con:
            report = maintain(con, versions_to_keep(settings))
            vectors = prune_vectors(con, settings)
        return MaterializeResult(asset_key=MAINTENANCE, metadata={**asdict(report), "vectors_removed": vectors})

    return tidy_lake

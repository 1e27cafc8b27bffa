"""Publishing: the one step after which agents see the night."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    MaterializeResult,
    MetadataValue,
    ResourceParam,
    multi_asset,
)

from lake import ops
from lake.connection import connect
from lake.settings import Settings
from orchestration.defs import tables
from orchestration.defs.nights import NIGHTS, ONE_NIGHT_A_RUN, parse_night
from orchestration.night_log import ROW_COUNT, now
from orchestration.progress import stages
from orchestration.transient import retried

LATEST = AssetKey(["snapshots", "latest"])


def snapshot_asset(published: Iterable[AssetKey]) -> AssetsDefinition:
    """The current snapshot, made of the tables and vectors it publishes."""
    text = "The published snapshot: built beside, verified, then made current."

    @multi_asset(
        name="snapshot",
        specs=tables.specs([LATEST], published, "snapshot", {"parquet", "lancedb"}, text),
        partitions_def=NIGHTS,
        backfill_policy=ONE_NIGHT_A_RUN,
    )
    def publish(context: AssetExecutionContext, settings: ResourceParam[Settings]) -> MaterializeResult[Any]:
        from memory import publish_snapshot

        day = parse_night(context.partition_key)
        with retried(), connect(settings) as con:
            checks = [asdict(check) for check in ops.checks_of(con, context.run.run_id)]
            done = publish_snapshot(con, settings, day, checks, on_stage=stages("snapshot"))
            ops.record_snapshot(con, done.snapshot_id, day, done.lake_version, context.run.run_id, now())
        metadata: dict[str, Any] = {
            ROW_COUNT: done.row_counts.get("memories", 0),
            "snapshot_id": done.snapshot_id,
            "lake_version": done.lake_version,
            "same_as_before": done.reused,
            "folder": MetadataValue.path(str(done.path)),
            "manifest": MetadataValue.path(str(done.path / "manifest.json")),
        }
        return MaterializeResult(asset_key=LATEST, metadata=metadata)

    return publish

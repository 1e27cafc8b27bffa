"""Who is who: Splink, the ledger and stable ids, over the records that dbt prepared."""

from collections.abc import Iterator
from typing import Any

from dagster import AssetExecutionContext, AssetsDefinition, MaterializeResult, ResourceParam, multi_asset

from lake.connection import connect
from lake.schemas import IDENTITY
from lake.settings import Settings
from lake.time import as_of
from orchestration.defs import tables
from orchestration.defs.nights import NIGHTS, ONE_NIGHT_A_RUN, parse_night
from orchestration.transient import retried

INPUTS = tables.keys(IDENTITY, ("account_records", "person_records"))
OUTPUTS = tables.keys(
    IDENTITY, ("edges", "judgements", "ledger", "links", "models", "record_identifiers", "review_queue")
)


def identity_asset() -> AssetsDefinition:
    """Every table that resolving writes, in one step."""
    text = "Written by identity resolution in one transaction."

    @multi_asset(
        name="identity",
        specs=tables.specs(OUTPUTS, INPUTS, "identity", {"splink", "duckdb"}, text),
        partitions_def=NIGHTS,
        backfill_policy=ONE_NIGHT_A_RUN,
    )
    def resolve_entities(
        context: AssetExecutionContext, settings: ResourceParam[Settings]
    ) -> Iterator[MaterializeResult[Any]]:
        from identity import resolve

        day = parse_night(context.partition_key)
        with retried(), connect(settings) as con:
            report = resolve(con, as_of(day), settings.identity_dir, settings.default_region)
            yield from tables.counted(con, OUTPUTS, report.row_counts())

    return resolve_entities

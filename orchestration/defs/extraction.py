"""Observations: what the new texts and records state."""

from collections.abc import Iterator
from typing import Any

from dagster import AssetExecutionContext, AssetsDefinition, MaterializeResult, ResourceParam, multi_asset

from lake.connection import connect
from lake.schemas import MEMORY
from lake.settings import Settings
from lake.time import as_of
from orchestration.defs import tables
from orchestration.defs.nights import NIGHTS, ONE_NIGHT_A_RUN, parse_night
from orchestration.progress import counter
from orchestration.transient import retried

INPUTS = tables.keys(MEMORY, ("extraction_inputs",))
OUTPUTS = tables.keys(MEMORY, ("extracted_inputs", "extraction_versions", "extractions"))


def extraction_asset() -> AssetsDefinition:
    """The tables that extraction appends to."""
    text = "Appended to by extraction: only inputs that were not read before."

    @multi_asset(
        name="extraction",
        specs=tables.specs(OUTPUTS, INPUTS, "extraction", {"python", "duckdb"}, text),
        partitions_def=NIGHTS,
        backfill_policy=ONE_NIGHT_A_RUN,
    )
    def extract_observations(
        context: AssetExecutionContext, settings: ResourceParam[Settings]
    ) -> Iterator[MaterializeResult[Any]]:
        from memory import endpoint_of, extract

        day = parse_night(context.partition_key)
        with retried(), connect(settings) as con:
            report = extract(con, as_of(day), endpoint=endpoint_of(settings), progress=counter("extraction"))
            yield from tables.counted(con, OUTPUTS, report.figures())

    return extract_observations

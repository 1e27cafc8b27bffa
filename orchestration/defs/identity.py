"""Who is who: Splink, the ledger and stable ids, over the records that dbt prepared; then the gate on what moved."""

from collections.abc import Iterator
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    MaterializeResult,
    ResourceParam,
    multi_asset,
)

from lake import ops
from lake.connection import connect
from lake.schemas import IDENTITY
from lake.settings import Settings
from lake.time import as_of
from orchestration.defs import tables
from orchestration.defs.nights import NIGHTS, ONE_NIGHT_A_RUN, parse_night
from orchestration.identity_figures import figures
from orchestration.quality.identity_gate import identity_gate
from orchestration.transient import retried

INPUTS = tables.keys(IDENTITY, ("account_records", "person_records"))
OUTPUTS = tables.keys(
    IDENTITY, ("edges", "judgements", "ledger", "links", "models", "record_identifiers", "review_queue")
)
LINKS = AssetKey([IDENTITY, "links"])
GATE = AssetCheckSpec(
    "jumps", asset=LINKS, blocking=True, description="Customers, merges and conflicts against the last good night."
)


def identity_asset() -> AssetsDefinition:
    """Every table that resolving writes, in one step."""
    text = "Written by identity resolution in one transaction."

    @multi_asset(
        name="identity",
        specs=tables.specs(OUTPUTS, INPUTS, "identity", {"splink", "duckdb"}, text),
        check_specs=[GATE],
        partitions_def=NIGHTS,
        backfill_policy=ONE_NIGHT_A_RUN,
    )
    def resolve_entities(
        context: AssetExecutionContext, settings: ResourceParam[Settings]
    ) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
        from identity import resolve

        day = parse_night(context.partition_key)
        with retried(), connect(settings) as con:
            report = resolve(con, as_of(day), settings.identity_dir, settings.default_region)
            checks = identity_gate(con, settings)
            ops.record_checks(con, context.run.run_id, checks)
            told = report.row_counts() | figures(con, settings.identity_dir)
            yield from tables.counted(con, OUTPUTS, told)
        wrong = ops.stopping(checks)
        yield AssetCheckResult(
            check_name=GATE.name,
            asset_key=LINKS,
            passed=not wrong,
            severity=AssetCheckSeverity.ERROR,
            description=ops.explain(wrong) or None,
            metadata={check.name: check.observed for check in checks},
        )

    return resolve_entities

"""The gates as blocking checks: what fails here is not built upon, and not published."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckKey,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    MaterializeResult,
    ResourceParam,
    multi_asset,
    multi_asset_check,
)

from ingestion.sources import Sources
from lake import ops
from lake.connection import connect
from lake.ops import Check
from lake.schemas import OPS, raw_schema
from lake.settings import Settings
from lake.time import as_of
from orchestration.defs import tables
from orchestration.defs.landing import REJECTED
from orchestration.defs.nights import NIGHTS, ONE_NIGHT_A_RUN, night_of
from orchestration.night_log import ROW_COUNT
from orchestration.published import rows_published
from orchestration.quality.gates import landing_gate, publishing_gate
from orchestration.quality.suites import load_suites

Verdicts = Iterator[MaterializeResult[Any]]
VERDICTS = AssetKey([OPS, "check_results"])


def landing_gate_check(sources: Sources) -> AssetChecksDefinition:
    """One check a source, all in one step; staging waits for it."""
    names = sorted(sources.sources)
    specs = [
        AssetCheckSpec(
            "landing", asset=_rejected(name), blocking=True, description="What landed is whole and readable."
        )
        for name in names
    ]

    @multi_asset_check(name="landing_gate", specs=specs, can_subset=True)
    def check_landing(
        context: AssetCheckExecutionContext, settings: ResourceParam[Settings]
    ) -> Iterator[AssetCheckResult]:
        day = night_of(context.run.tags)
        with connect(settings) as con:
            verdicts = {name: landing_gate(con, sources.sources[name], as_of(day)) for name in names}
            ops.record_checks(con, context.run.run_id, [check for checks in verdicts.values() for check in checks])
        for name, checks in verdicts.items():
            if AssetCheckKey(_rejected(name), "landing") in context.selected_asset_check_keys:
                yield _result("landing", _rejected(name), checks)

    return check_landing


def publishing_gate_asset(sources: Sources, published: Iterable[AssetKey]) -> AssetsDefinition:
    """The verdicts on what is about to be published; embedding and publishing wait for them.

    An asset and not checks of the tables themselves: those would be split and run as each table is built.
    """
    suites = load_suites().publishing
    specs = [
        AssetCheckSpec(name, asset=VERDICTS, blocking=True, description=f"{suite.asset}: see quality/suites.yml.")
        for name, suite in suites.items()
    ]

    text = "Verdicts of the gates. A failed one publishes nothing."

    @multi_asset(
        name="publishing_gate",
        specs=tables.specs([VERDICTS], published, "gates", {"greatexpectations"}, text),
        check_specs=specs,
        partitions_def=NIGHTS,
        backfill_policy=ONE_NIGHT_A_RUN,
    )
    def check_publishing(context: AssetExecutionContext, settings: ResourceParam[Settings]) -> Verdicts:
        with connect(settings) as con:
            verdicts = publishing_gate(con, sources.sources.values(), rows_published(settings))
            ops.record_checks(con, context.run.run_id, [check for checks in verdicts.values() for check in checks])
        results = [_result(name, VERDICTS, checks) for name, checks in verdicts.items()]
        yield MaterializeResult(
            asset_key=VERDICTS, check_results=results, metadata={ROW_COUNT: sum(map(len, verdicts.values()))}
        )

    return check_publishing


def _result(name: str, key: AssetKey, checks: Sequence[Check]) -> AssetCheckResult:
    errors = ops.stopping(checks)
    wrong = errors or [check for check in checks if not check.passed]
    return AssetCheckResult(
        check_name=name,
        asset_key=key,
        passed=not wrong,
        severity=AssetCheckSeverity.ERROR if errors else AssetCheckSeverity.WARN,
        description=ops.explain(wrong) or None,
        metadata={check.name: check.observed or "as expected" for check in checks},
    )


def _rejected(source: str) -> AssetKey:
    return AssetKey([raw_schema(source), REJECTED])

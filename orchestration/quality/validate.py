"""Great Expectations over one frame, as verdicts for the lake's log. Values of rows never leave the frame."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import pandas as pd

from lake.ops import Check
from orchestration.quality.suites import Expectation, Suite

COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}  # no values: they may be personal data


def validate(frame: pd.DataFrame, suite: Suite, *, gate: str, name: str, target: str) -> list[Check]:
    """One verdict an expectation, in the suite's order."""
    batch = _batch_definition().get_batch(batch_parameters={"dataframe": frame})
    found = batch.validate(_gx_suite(name, suite.expectations), result_format=COUNTS_ONLY)
    pairs = zip(suite.expectations, _in_order(found.results), strict=True)
    return [_check(gate, name, target, expectation, result) for expectation, result in pairs]


def _gx_suite(name: str, expectations: Iterable[Expectation]) -> Any:
    import great_expectations as gx

    numbered = [
        {"type": expectation.type, "kwargs": expectation.arguments, "meta": {"place": place}}
        for place, expectation in enumerate(expectations)
    ]
    return gx.ExpectationSuite(name=name, expectations=numbered)


def _in_order(results: Iterable[Any]) -> list[Any]:
    return sorted(results, key=lambda result: result.expectation_config.meta["place"])


def _check(gate: str, name: str, target: str, expectation: Expectation, result: Any) -> Check:
    arguments = expectation.arguments
    column = arguments.get("column") or arguments.get("column_A") or "rows"
    return Check(
        gate=gate,
        name=f"{name}.{column}.{expectation.type.removeprefix('expect_')}",
        target=target,
        passed=bool(result.success),
        severity=expectation.severity,
        observed=_observed(result),
        expected=json.dumps(arguments, sort_keys=True),
        remedy="" if result.success else " ".join(expectation.remedy.split()),
    )


def _observed(result: Any) -> str:
    """Counts in words; what Great Expectations could not compute says so."""
    raised = _exception(result.exception_info or {})
    if raised is not None:
        return f"not computed: {raised}"
    found = result.result
    if "unexpected_count" in found:
        return f"{found['unexpected_count']} of {found['element_count']} rows are not as expected"
    return str(found.get("observed_value", ""))


def _exception(info: Mapping[str, Any]) -> str | None:
    """What was raised; given for the whole expectation, or for each metric it needs."""
    parts = [info] if "raised_exception" in info else list(info.values())
    return next((str(part["exception_message"]) for part in parts if part["raised_exception"]), None)


@cache
def _batch_definition() -> Any:
    """One in-memory context for the process, without telemetry and progress bars."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("lake").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole")

"""The unit tests of the dbt models, on a lake that has every table they name."""

from __future__ import annotations

from datetime import date

import pytest

from lake.dbt import PROJECT_DIR, dbt_vars
from orchestration.dbt_manifest import load_manifest
from orchestration.dbt_program import invoke
from tests.integration.conftest import Nights, drop_dates

pytestmark = pytest.mark.slow

SIGNALS = PROJECT_DIR / "models" / "marts" / "signals" / "kinds"


def test_every_models_unit_tests_pass(nights: Nights) -> None:
    """Each on the rows it gives."""
    day = date.fromisoformat(drop_dates(nights.folder)[-1])
    done = invoke(
        nights.settings,
        "unit tests",
        dbt_vars(nights.settings, day),
        ["test", "--select", "resource_type:unit_test"],
        lambda _: None,
    )
    assert {result.node.name: result.message for result in done.result if result.status != "pass"} == {}
    assert len(done.result) == len(load_manifest()["unit_tests"])


def test_every_signal_has_a_unit_test() -> None:
    tested = {test["model"] for test in load_manifest()["unit_tests"].values()}
    assert sorted(path.stem for path in SIGNALS.glob("*.sql") if path.stem not in tested) == []

"""The gate between identity and everything built on it: numbers that jumped since the last published night."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from lake.connection import connect
from lake.ops import Check
from lake.settings import Settings
from orchestration.published import version_to_compare

IDENTITY = "identity"
TARGET = "identity.links"
REMEDY = (
    "look at the entities named (`memhouse explain ID`), mend the export, or judge the pairs (`memhouse split`, "
    "`memhouse review`), and run the night again. Where the change is right, allow it once: MEMHOUSE_IDENTITY_JUMP=9"
)
METRICS = {
    "entities": "number of customers",
    "records_per_entity": "records per customer (merge rate)",
    "largest": "records of the largest customer",
    "conflicting": "customers with two ids of one system",
}


def identity_gate(con: DuckDBPyConnection, settings: Settings) -> list[Check]:
    """One verdict an entity type and number; all pass before anything was published."""
    from identity.gates import gate_metrics, jumps
    from identity.specifications import SPECIFICATIONS

    checks = []
    version = version_to_compare(con, settings)
    for kind in sorted(SPECIFICATIONS):
        now, before = gate_metrics(con, kind), None
        if version is not None:
            with connect(settings, read_only=True, version=version) as then:
                before = gate_metrics(then, kind)
        moved = {jump.metric: jump for jump in jumps(now, before, settings.identity_jump)}
        for metric, value in now.numbers().items():
            jump, old = moved.get(metric), before.numbers()[metric] if before else value
            named = f"; look at {', '.join(jump.entities)}" if jump and jump.entities else ""
            checks.append(
                Check(
                    gate=IDENTITY,
                    name=f"{kind}.{metric}",
                    target=TARGET,
                    passed=jump is None,
                    severity="error",
                    observed=f"{METRICS[metric]}: {value:g} after {old:g}{named}",
                    expected=f"a change of at most {settings.identity_jump:.0%} in a night",
                    remedy=REMEDY if jump else "",
                )
            )
    return checks

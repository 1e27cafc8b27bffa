"""Numbers by which a night of identity is compared with the last good one before anything is published."""

from __future__ import annotations

from dataclasses import dataclass, field

from duckdb import DuckDBPyConnection

from identity.store import SCHEMA

# How far a number may move in a night before it stops publishing: a share of the last good night's value, and a least
# absolute step so that a small lake may grow.
SHARE_ALLOWED = 0.2
STEP_ALLOWED = {"entities": 25.0, "records_per_entity": 0.5, "largest": 20.0, "conflicting": 2.0}
NAMED = 10


@dataclass(frozen=True)
class GateMetrics:
    """One entity type's night. `sizes`: records by entity; `conflicting`: entities with two ids of one namespace."""

    entity_type: str
    sizes: dict[str, int] = field(repr=False)
    conflicting: list[str]

    @property
    def records(self) -> int:
        """Records of customers."""
        return sum(self.sizes.values())

    @property
    def entities(self) -> int:
        """Customers."""
        return len(self.sizes)

    def numbers(self) -> dict[str, float]:
        """What is compared between nights; records per entity is the merge rate."""
        return {
            "entities": float(self.entities),
            "records_per_entity": round(self.records / self.entities, 4) if self.entities else 0.0,
            "largest": float(max(self.sizes.values(), default=0)),
            "conflicting": float(len(self.conflicting)),
        }


@dataclass(frozen=True)
class Jump:
    """A number that moved too far, and the entities to look at."""

    entity_type: str
    metric: str
    before: float
    now: float
    entities: list[str]


def gate_metrics(con: DuckDBPyConnection, entity_type: str) -> GateMetrics:
    """Measure the entities of customers as they stand in the lake that `con` reads."""
    sizes = con.execute(
        f"select entity_id, count(*) from {SCHEMA}.links where entity_type = ? and kind = 'customer' "
        "group by entity_id order by entity_id",
        [entity_type],
    ).fetchall()
    return GateMetrics(entity_type, dict(sizes), _conflicting(con, entity_type))


def _conflicting(con: DuckDBPyConnection, entity_type: str) -> list[str]:
    """Entities that hold two values of one external id namespace."""
    rows = con.execute(
        f"select distinct l.entity_id from {SCHEMA}.links as l join {SCHEMA}.record_identifiers as i "
        "using (entity_type, record_key) where l.entity_type = ? and l.kind = 'customer' and i.type = 'external_id' "
        "group by l.entity_id, split_part(i.value, ':', 1) having count(distinct i.value) > 1 order by l.entity_id",
        [entity_type],
    ).fetchall()
    return [row[0] for row in rows]


def jumps(now: GateMetrics, before: GateMetrics | None, share: float = SHARE_ALLOWED) -> list[Jump]:
    """The numbers that moved further than `share` since the last good night; none on the first night."""
    if before is None or not before.records:
        return []
    found = []
    for metric, value in now.numbers().items():
        old = before.numbers()[metric]
        if abs(value - old) > max(STEP_ALLOWED[metric], share * old):
            found.append(Jump(now.entity_type, metric, old, value, _to_look_at(metric, now, before)))
    return found


def _to_look_at(metric: str, now: GateMetrics, before: GateMetrics) -> list[str]:
    """The entities behind a jump: with new conflicts, or else those that gained or lost the most records."""
    if metric == "conflicting":
        fresh = [entity for entity in now.conflicting if entity not in set(before.conflicting)]
        return (fresh or before.conflicting)[:NAMED]
    moved = {entity: abs(now.sizes.get(entity, 0) - before.sizes.get(entity, 0)) for entity in now.sizes | before.sizes}
    return sorted((entity for entity, by in moved.items() if by), key=lambda entity: (-moved[entity], entity))[:NAMED]

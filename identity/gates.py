"""Numbers by which a night of identity is compared with the last good one before anything is published."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from duckdb import DuckDBPyConnection

from identity.store import SCHEMA

# How far a number may move in a night before it stops publishing: a share of the last good night's value, and a least
# absolute step so that a small lake may grow.
SHARE_ALLOWED = 0.2
STEP_ALLOWED = {"entities": 25.0, "records_per_entity": 0.5, "largest": 20.0, "conflicting": 2.0}
NAMED = 10


@dataclass(frozen=True)
class GateMetrics:
    """One entity type's night: counts; the entities to look at are the largest and those with conflicting ids."""

    entity_type: str
    records: int
    entities: int
    records_per_entity: float
    largest: int
    conflicting: int
    largest_entities: list[str]
    conflicting_entities: list[str]

    def numbers(self) -> dict[str, float]:
        """What is compared between nights."""
        return {name: float(value) for name, value in asdict(self).items() if name in STEP_ALLOWED}


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
        f"select entity_id, count(*) as records from {SCHEMA}.links where entity_type = ? and kind = 'customer' "
        "group by entity_id order by records desc, entity_id",
        [entity_type],
    ).fetchall()
    conflicts = _conflicting(con, entity_type)
    records = sum(size for _, size in sizes)
    return GateMetrics(
        entity_type,
        records,
        len(sizes),
        round(records / len(sizes), 4) if sizes else 0.0,
        sizes[0][1] if sizes else 0,
        len(conflicts),
        [entity for entity, _ in sizes[:NAMED]],
        conflicts[:NAMED],
    )


def _conflicting(con: DuckDBPyConnection, entity_type: str) -> list[str]:
    """Entities that hold two values of one external id namespace."""
    rows = con.execute(
        f"select distinct l.entity_id from {SCHEMA}.links as l join {SCHEMA}.record_identifiers as i "
        "using (entity_type, record_key) where l.entity_type = ? and l.kind = 'customer' and i.type = 'external_id' "
        "group by l.entity_id, split_part(i.value, ':', 1) having count(distinct i.value) > 1 order by l.entity_id",
        [entity_type],
    ).fetchall()
    return [row[0] for row in rows]


def jumps(now: GateMetrics, before: GateMetrics | None) -> list[Jump]:
    """The numbers that moved too far since the last good night; none on the first night."""
    if before is None or not before.records:
        return []
    found = []
    for metric, value in now.numbers().items():
        old = before.numbers()[metric]
        if abs(value - old) > max(STEP_ALLOWED[metric], SHARE_ALLOWED * old):
            named = now.conflicting_entities if metric == "conflicting" else now.largest_entities
            found.append(Jump(now.entity_type, metric, old, value, named))
    return found

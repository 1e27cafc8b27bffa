"""A night's identity in numbers and charts, for the run's metadata."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from duckdb import DuckDBPyConnection

from identity.comparing import compared_records
from identity.comparisons import comparisons
from identity.parameters import settings
from identity.resolution import current_parameters
from identity.scoring import linker
from identity.specifications import SPECIFICATIONS
from identity.store import SCHEMA
from identity.thresholds import JOIN


@dataclass(frozen=True)
class Statistics:
    """`sizes`: records in an entity → entities. Edges above and below the weight at which records join."""

    sizes: dict[int, int]
    records_by_source: dict[str, int]
    edges_above: int
    edges_below: int


def statistics(con: DuckDBPyConnection, entity_type: str) -> Statistics:
    """Cluster-size histogram, records per source, counts above and below the threshold."""
    sizes = con.execute(
        f"select records, count(*) from (select entity_id, count(*) as records from {SCHEMA}.links "
        "where entity_type = ? group by entity_id) group by records order by records",
        [entity_type],
    ).fetchall()
    sources = con.execute(
        f"select split_part(record_key, ':', 1) as source, count(*) from {SCHEMA}.links where entity_type = ? "
        "group by source order by source",
        [entity_type],
    ).fetchall()
    row = con.execute(
        f"select count(*) filter (match_weight >= {JOIN}), count(*) filter (match_weight < {JOIN}) "
        f"from {SCHEMA}.edges where entity_type = ?",
        [entity_type],
    ).fetchone()
    above, below = row or (0, 0)
    return Statistics(dict(sizes), dict(sources), int(above), int(below))


def match_weights_chart(con: DuckDBPyConnection, entity_type: str) -> str:
    """Splink's chart of every level's weight in the model in force, as a complete HTML document."""
    with compared_records(con, entity_type, []) as (work, specification, parameters):
        made = linker(work, "some_features", settings(parameters, comparisons(specification)))
        return str(made.visualisations.match_weights_chart().to_html(inline=True))


@dataclass(frozen=True)
class LevelWeight:
    """One level of a comparison and what it says for (+) or against (-) a match, in bits, before rarity."""

    comparison: str
    says: str
    weight: float


def match_weights(con: DuckDBPyConnection, entity_type: str) -> list[LevelWeight]:
    """Every level's weight in the model in force; none before the first training."""
    parameters = current_parameters(con, entity_type)
    if parameters is None:
        return []
    return [
        LevelWeight(comparison.name, level.says, round(log2(m / u), 2))
        for comparison in comparisons(SPECIFICATIONS[entity_type]())
        for level, m, u in zip(
            comparison.levels, parameters.m[comparison.name], parameters.u[comparison.name], strict=True
        )
    ]

"""What memory holds, how often agents found what they asked for, and what the rules of retention take out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from memory.files import files_under
from memory.reader.answers import CHARACTERS_PER_TOKEN

Row = dict[str, Any]


@dataclass(frozen=True)
class MemoryStatistics:
    """`held` by kind, `recalled` in total and by agent, `evicted` by rule; `vector_bytes` of every model's vectors.

    `tokens` are characters by four, rounded up by text; `hit_rate` is the share of recalls that returned a memory,
    `ever_recalled` how many of the memories held were ever handed over.
    """

    held: list[Row]
    recalled: list[Row]
    evicted: list[Row]
    vector_bytes: int


def memory_statistics(con: DuckDBPyConnection, vectors_dir: Path) -> MemoryStatistics:
    """Statistics of the lake that is attached as `lake`, at the version it is attached at."""
    return MemoryStatistics(
        held=_rows(con, HELD),
        recalled=_rows(con, RECALLED),
        evicted=_rows(con, EVICTED),
        vector_bytes=sum(path.stat().st_size for path in files_under(vectors_dir)) if vectors_dir.is_dir() else 0,
    )


HELD = f"""
    with found as (select distinct memory_id from lake.memory.recalls where memory_id is not null)
    select documents.kind, count(*) as memories, count(distinct content_hash) as texts,
        count(*) filter (where not is_current) as superseded,
        cast(sum(ceil(length(text) / {CHARACTERS_PER_TOKEN})) as bigint) as tokens,
        count(found.memory_id) as ever_recalled
    from lake.memory.documents left join found using (memory_id)
    group by documents.kind order by documents.kind
"""
RECALLED = """
    with asked as (
        select recall_id, coalesce(agent_id, '') as agent_id, bool_or(is_hit) as is_hit, max(latency_ms) as latency_ms
        from lake.memory.recalls group by recall_id, agent_id
    )
    select agent_id, count(*) as recalls, round(avg(cast(is_hit as integer)), 4) as hit_rate,
        round(quantile_cont(latency_ms, 0.5), 1) as latency_ms_p50,
        round(quantile_cont(latency_ms, 0.95), 1) as latency_ms_p95
    from asked group by rollup (agent_id) order by agent_id nulls first
"""
EVICTED = f"""
    select rule, any_value(reason) as because, count(*) as memories,
        cast(sum(ceil(characters / {CHARACTERS_PER_TOKEN})) as bigint) as tokens,
        cast(max(age_days) as bigint) as oldest_days
    from lake.memory.evictions group by rule order by rule
"""


def _rows(con: DuckDBPyConnection, query: str) -> list[Row]:
    cursor = con.execute(query)
    names = [str(column[0]) for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

"""The uncertain pairs, the most valuable first, with both records side by side."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from identity.records import SHOWN, rows_of, shown_records
from identity.store import SCHEMA


@dataclass(frozen=True)
class ReviewPair:
    """A pair to decide. `fields`: name → the two records' values. `evidence`: says and weight (bits) by comparison."""

    entity_type: str
    left_key: str
    right_key: str
    probability: float
    match_weight: float
    records_at_stake: int
    priority: float
    question: str
    fields: dict[str, tuple[Any, Any]]
    evidence: list[dict[str, Any]]


def review(con: DuckDBPyConnection, entity_type: str | None = None, limit: int = 20) -> list[ReviewPair]:
    """The next pairs to decide, that no standing judgement has decided since the queue was written."""
    queue = rows_of(
        con.execute(
            f"select q.* from {SCHEMA}.review_queue as q anti join "
            f"(from {SCHEMA}.judgements where withdrawn_at is null) as j using (entity_type, left_key, right_key) "
            "where q.entity_type = coalesce(?, q.entity_type) order by priority desc, left_key, right_key limit ?",
            [entity_type, limit],
        )
    )
    return [_pair(con, row) for row in queue]


def _pair(con: DuckDBPyConnection, row: dict[str, Any]) -> ReviewPair:
    kind, keys = row["entity_type"], [row["left_key"], row["right_key"]]
    by_key = shown_records(con, kind, keys)
    left, right = (by_key.get(key, {}) for key in keys)
    fields = {name: (left.get(name), right.get(name)) for name in SHOWN[kind]}
    return ReviewPair(**(row | {"fields": fields, "evidence": json.loads(row["evidence"])}))

"""The uncertain pairs, the most valuable first, with both records side by side."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from identity.explanation import rows_of
from identity.inputs import ACCOUNTS, PEOPLE
from identity.store import SCHEMA, ensure_tables

RECORDS = {"account": ACCOUNTS, "person": PEOPLE}
SHOWN = {
    "account": ("source", "name", "domain", "website", "phone", "street", "city", "country", "external_ids"),
    "person": ("source", "full_name", "email", "phone", "title", "company_name", "company_domain", "external_ids"),
}


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
    ensure_tables(con)
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
    columns = ", ".join(SHOWN[kind])
    found = rows_of(con.execute(f"select record_key, {columns} from {RECORDS[kind]} where record_key in (?, ?)", keys))
    by_key = {record["record_key"]: record for record in found}
    left, right = (by_key.get(key, {}) for key in keys)
    fields = {name: (left.get(name), right.get(name)) for name in SHOWN[kind]}
    return ReviewPair(**(row | {"fields": fields, "evidence": json.loads(row["evidence"])}))

"""Customers worth looking at first: those of whom most is known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

HANDLES = {"account": "domain", "person": "email"}


@dataclass(frozen=True)
class Customer:
    """An entity, and an identifier that leads to it."""

    entity_id: str
    handle: str


def interesting_customers(snapshot: Path) -> tuple[Customer, Customer]:
    """The account and the person with most facts that an unambiguous domain or address leads to."""
    return _richest(snapshot, "account"), _richest(snapshot, "person")


def _richest(snapshot: Path, entity_type: str) -> Customer:
    query = """
        select identifiers.entity_id, min(identifiers.value) as handle, count(distinct facts.fact_id) as facts
        from read_parquet(?) as identifiers
        left join read_parquet(?) as facts using (entity_type, entity_id)
        where identifiers.entity_type = ? and identifiers.type = ? and not identifiers.is_ambiguous
        group by identifiers.entity_id
        order by facts desc, identifiers.entity_id
        limit 1
    """
    files = [str(snapshot / f"{name}.parquet") for name in ("identifiers", "facts")]
    with duckdb.connect() as con:
        row = con.execute(query, [*files, entity_type, HANDLES[entity_type]]).fetchone()
    if row is None:
        raise LookupError(f"the snapshot {snapshot} holds no {entity_type} with a {HANDLES[entity_type]}")
    return Customer(str(row[0]), str(row[1]))

"""The query behind the cards: one row an entity that has a summary; its facts, signals and latest entries as lists.

Columns that a model does not have are taken as null, so that a card can be made from any subset of the sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import duckdb

from lake.schemas import LAKE, MARTS, MEMORY
from memory.snapshot import card as limits
from memory.snapshot.tables import columns_of

INTERACTION_ENTRIES = "interaction"  # `entry_type` of what customers and staff did, among the timeline's entries


@dataclass(frozen=True)
class EntityKind:
    """Accounts or people: their tables and the column that names them."""

    name: Literal["account", "person"]
    relation: str
    summary: str
    id_column: str


KINDS = (
    EntityKind("account", f"{LAKE}.{MARTS}.accounts", f"{LAKE}.{MARTS}.account_summary", "account_id"),
    EntityKind("person", f"{LAKE}.{MARTS}.people", f"{LAKE}.{MARTS}.person_summary", "person_id"),
)

# Field of the card's part → column it is taken from.
FACT_FIELDS = {
    "fact_id": "fact_id",
    "attribute": "attribute",
    "value": "value",
    "since": "valid_at",
    "source": "source",
    "stated_by": "stated_by",
    "due_on": "due_on",
}
SIGNAL_FIELDS = {"signal_id": "signal_id", "kind": "kind", "occurred_at": "occurred_at", "severity": "severity"}
LATEST_FIELDS = {
    "occurred_at": "occurred_at",
    "kind": "kind",
    "channel": "channel",
    "direction": "direction",
    "text": "text",
    "record_key": "record_key",
}


def cards_query(con: duckdb.DuckDBPyConnection, kind: EntityKind) -> str:
    """SQL: `entity_id`, the state's columns, and the parts as `_related, _facts, …`, ordered by entity."""
    entity = columns_of(con, kind.relation)
    summary = [name for name in columns_of(con, kind.summary) if name not in {*entity, "open_items", "next_dates"}]
    lists = [
        f"summary.{name} as _{name}" for name in ("open_items", "next_dates") if name in columns_of(con, kind.summary)
    ]
    own = kind.id_column
    shown = [f"entity.{own} as entity_id", "entity.*", *(f'summary."{name}"' for name in summary), *lists]
    return f"""
        select {", ".join(shown)}, related.items as _related, facts.items as _facts, signals.items as _signals,
            latest.items as _latest
        from {kind.relation} as entity
        join {kind.summary} as summary on summary.{own} = entity.{own}
        left join ({_facts(con, kind)}) as facts on facts.entity_id = entity.{own}
        left join ({_signals(con, own)}) as signals on signals.entity_id = entity.{own}
        left join ({_latest(con, own)}) as latest on latest.entity_id = entity.{own}
        left join ({_related(con, kind)}) as related on related.entity_id = entity.{own}
        order by entity.{own}
    """


def _facts(con: duckdb.DuckDBPyConnection, kind: EntityKind) -> str:
    relation = f"{LAKE}.{MEMORY}.facts"
    fields = _struct(con, relation, FACT_FIELDS)
    return f"""
        select entity_id, list({fields} order by attribute, valid_at desc nulls last, value, fact_id) as items
        from {relation} where entity_type = '{kind.name}' group by entity_id
    """


def _signals(con: duckdb.DuckDBPyConnection, owner: str) -> str:
    relation = f"{LAKE}.{MARTS}.signals"
    return _newest(relation, owner, _struct(con, relation, SIGNAL_FIELDS), "signal_id", limits.MAX_SIGNALS, "true")


def _latest(con: duckdb.DuckDBPyConnection, owner: str) -> str:
    relation = f"{LAKE}.{MARTS}.account_timeline"
    fields = _struct(con, relation, LATEST_FIELDS)
    return _newest(relation, owner, fields, "entry_id", limits.MAX_LATEST, f"entry_type = '{INTERACTION_ENTRIES}'")


def _related(con: duckdb.DuckDBPyConnection, kind: EntityKind) -> str:
    """An account's people, last heard from first; a person's accounts, the present one first. Then those of before."""
    people = f"{LAKE}.{MARTS}.people"
    customers = "people.kind = 'customer'" if "kind" in columns_of(con, people) else "true"
    if kind.name == "account":
        other, wanted, first = "people", customers, "memberships.last_seen_at desc nulls last, people.name"
    else:
        other, wanted, first = (
            "accounts",
            "true",
            "accounts.account_id != people.account_id, memberships.last_seen_at desc",
        )
    other_kind = next(one for one in KINDS if one != kind)
    return f"""
        select entity_id, list(item order by has_left, place) as items
        from (
            select memberships.{kind.id_column} as entity_id, memberships.invalid_at is not null as has_left,
                {{entity_type: '{other_kind.name}', entity_id: {other}.{other_kind.id_column}, name: {other}.name,
                    role: memberships.title, left_on: cast(memberships.invalid_at as date)}} as item,
                row_number() over (
                    partition by memberships.{kind.id_column}, memberships.invalid_at is not null
                    order by {first}, {other}.{other_kind.id_column}
                ) as place
            from {LAKE}.{MARTS}.account_people as memberships
            join {people} as people on people.person_id = memberships.person_id
            join {LAKE}.{MARTS}.accounts as accounts on accounts.account_id = memberships.account_id
            where {wanted}
        )
        where place <= case when has_left then {limits.MAX_LEFT} else {limits.MAX_PEOPLE} end
        group by entity_id
    """


def _newest(relation: str, owner: str, fields: str, key: str, count: int, wanted: str) -> str:
    return f"""
        select entity_id, list(item order by occurred_at desc, key) as items
        from (
            select {owner} as entity_id, occurred_at, {key} as key, {fields} as item
            from {relation} where {owner} is not null and {wanted}
            qualify row_number() over (partition by {owner} order by occurred_at desc, {key}) <= {count}
        ) group by entity_id
    """


def _struct(con: duckdb.DuckDBPyConnection, relation: str, fields: dict[str, str]) -> str:
    columns = columns_of(con, relation)
    pairs = (f"{field}: {column if column in columns else 'null'}" for field, column in fields.items())
    return "{" + ", ".join(pairs) + "}"

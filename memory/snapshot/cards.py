"""Cards out of the lake: one query gathers each entity's parts, then every card is checked against its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from pydantic import ValidationError

from memory.snapshot import card as limits
from memory.snapshot.card import Card, Scalar
from memory.snapshot.parts import KINDS, EntityKind, cards_query
from memory.snapshot.prompt import prompt_block
from memory.snapshot.tables import SnapshotInputError, write_parquet

ROW_GROUP_CARDS = 64  # a lookup reads one group
FETCHED_CARDS = 2048

CARDS_SCHEMA = pa.schema(
    [
        pa.field("entity_id", pa.string(), nullable=False),
        pa.field("entity_type", pa.string(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("card", pa.string(), nullable=False),
        pa.field("prompt", pa.string(), nullable=False),
    ]
)
# Columns that say where a row came from, or hold lists that the card has as its own parts: not the customer's state.
NOT_STATE = frozenset(
    {"record_key", "source_file", "source_row", "recorded_at", "drop_date", "entity_id", "open_items", "next_dates"}
    | {"current_signals", "key_people", "last_by_channel", "renewal_record_key"}
)


@dataclass(frozen=True)
class _Row:
    """One entity as the query gives it."""

    entity_id: str
    state: dict[str, Any]
    parts: dict[str, list[dict[str, Any]]]


def write_cards(con: duckdb.DuckDBPyConnection, day: date, path: Path) -> int:
    """Write `cards.parquet`, sorted by entity id; the number of cards."""
    return write_parquet(CARDS_SCHEMA, _batches(con, day), path, ROW_GROUP_CARDS)


def _batches(con: duckdb.DuckDBPyConnection, day: date) -> Iterator[pa.RecordBatch]:
    for kind in KINDS:  # account ids sort before person ids
        cursor = con.execute(cards_query(con, kind))
        names = [column[0] for column in cursor.description or []]
        while rows := cursor.fetchmany(FETCHED_CARDS):
            cards = [_card(kind, _row(dict(zip(names, row, strict=True))), day) for row in rows]
            yield pa.RecordBatch.from_pylist([_published(card) for card in cards], schema=CARDS_SCHEMA)


def _published(card: Card) -> dict[str, str | None]:
    return {
        "entity_id": card.entity_id,
        "entity_type": card.entity_type,
        "name": card.name,
        "card": card.to_json(),
        "prompt": prompt_block(card),
    }


def _row(values: dict[str, Any]) -> _Row:
    parts = {name: values.pop(f"_{name}") or [] for name in ("related", "facts", "signals", "latest")}
    for name in ("open_items", "next_dates"):
        parts[name] = _as_list(values.pop(f"_{name}", None))
    return _Row(values["entity_id"], values, parts)


def _card(kind: EntityKind, row: _Row, day: date) -> Card:
    """The checked card of one entity; a part that breaks the schema names the entity and the field."""
    try:
        return Card(
            entity_type=kind.name,
            entity_id=row.entity_id,
            name=row.state.get("name"),
            as_of=day,
            state=_state(row.state),
            related=row.parts["related"],
            facts=row.parts["facts"][: limits.MAX_FACTS],
            open_items=row.parts["open_items"][: limits.MAX_OPEN_ITEMS],
            signals=row.parts["signals"],
            latest=[{**entry, "text": _cut(entry.get("text"))} for entry in row.parts["latest"]],
            next_dates=row.parts["next_dates"][: limits.MAX_NEXT_DATES],
        )
    except ValidationError as error:
        where = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise SnapshotInputError(f"the card of {row.entity_id} breaks its schema ({where})") from error


def _state(values: dict[str, Any]) -> dict[str, Scalar]:
    """What is known and worth a line: that something is not deleted is none."""
    known = {name: value for name, value in values.items() if name not in NOT_STATE and value not in (None, [])}
    return {name: _plain(value) for name, value in known.items() if name != "is_deleted" or value}


def _plain(value: Any) -> Scalar:
    if isinstance(value, list):
        return [str(item) for item in value]
    return value if isinstance(value, str | int | float | bool | date | datetime) else str(value)


def _as_list(value: Any) -> list[dict[str, Any]]:
    """A list of items, given as JSON text or as a list of structs."""
    items = json.loads(value) if isinstance(value, str) else (value or [])
    return [{name: item for name, item in entry.items() if item is not None} for entry in items]


def _cut(text: str | None) -> str:
    flat = " ".join((text or "").split())
    return flat if len(flat) <= limits.MAX_TEXT else flat[: limits.MAX_TEXT - 1] + "…"

"""One open snapshot: its files' handles, and nothing that could change."""

from __future__ import annotations

import json
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from memory.reader.filters import When, parse_instant
from memory.reader.find import Finder, Match
from memory.reader.index import MemoryIndex
from memory.reader.keyed import KeyedParquet
from memory.snapshot.layout import CARDS, DamagedSnapshotError
from memory.snapshot.manifest import Manifest


class SnapshotView:
    """The files of one snapshot, opened as they are first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = Manifest.read(folder)
        missing = sorted(name for name in self.manifest.files if not (folder / name).is_file())
        if missing:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            raise DamagedSnapshotError(f"snapshot {folder} lacks {missing[0]}{more}: open another, or publish again")
        self.cards = self.keyed(CARDS, "entity_id")

    @property
    def snapshot_id(self) -> str:
        """Its id."""
        return self.manifest.snapshot_id

    @cached_property
    def memories(self) -> MemoryIndex:
        """The search table."""
        return MemoryIndex.open(self.folder)

    @cached_property
    def identifiers(self) -> KeyedParquet:
        """Identifiers by type and value."""
        return self.keyed("identifiers", "type", "value")

    @cached_property
    def finder(self) -> Finder:
        """Lookups by identifier."""
        return Finder(self.identifiers, partial(entity_of, self.cards), self.manifest.default_region)

    @cached_property
    def facts(self) -> KeyedParquet:
        """Current facts by entity."""
        return self.keyed("facts", "entity_id")

    @cached_property
    def fact_history(self) -> KeyedParquet:
        """Every fact ever believed, by entity."""
        return self.keyed("fact_history", "entity_id")

    @cached_property
    def signals(self) -> KeyedParquet:
        """Signals by account."""
        return self.keyed("signals", "account_id")

    @cached_property
    def people(self) -> KeyedParquet:
        """People by id."""
        return self.keyed("people", "person_id")

    @cached_property
    def timeline_table(self) -> KeyedParquet:
        """Timeline entries by account, oldest first."""
        return self.keyed("timeline", "account_id")

    def owners(self, match: Match) -> list[str]:
        """Whose memories a recall of this entity may hold: its own, and of a person who works there the account's."""
        rows = self.people.rows(match.entity_id).to_pylist() if match.entity_type == "person" else []
        return [match.entity_id, *(row["account_id"] for row in rows if row["account_id"] and row["is_active"])]

    def timeline(self, match: Match, begin: When, end: When, limit: int) -> list[dict[str, Any]]:
        """Entries of an account, or those of a person among the accounts it worked at, newest first."""
        if match.entity_type == "account":
            rows = self.timeline_table.rows(match.entity_id)
        else:
            rows = pa.concat_tables([self.timeline_table.rows(account) for account in self._employers(match)])
            rows = rows.filter(pc.equal(rows.column("person_id"), match.entity_id)).sort_by("occurred_at")
        if begin is not None:
            rows = rows.filter(pc.greater_equal(rows.column("occurred_at"), parse_instant("begin", begin)))
        if end is not None:
            rows = rows.filter(pc.less(rows.column("occurred_at"), parse_instant("end", end)))
        newest_first: list[dict[str, Any]] = rows.slice(max(0, rows.num_rows - limit)).to_pylist()[::-1]
        return newest_first

    def employers(self, match: Match) -> dict[str, str]:
        """Accounts of a person, of before too, with their names (the id where there is none)."""
        row = self.card_row(match.entity_id)
        links = json.loads(row["card"]).get("related", []) if row else []
        return {link["entity_id"]: link.get("name") or link["entity_id"] for link in links}

    def _employers(self, match: Match) -> list[str]:
        """Accounts of a person; at least one, for none has no entries."""
        return list(self.employers(match)) or [self._account_of(match) or ""]

    def _account_of(self, match: Match) -> str | None:
        rows = self.people.rows(match.entity_id)
        return rows.column("account_id")[0].as_py() if rows.num_rows else None

    def keyed(self, name: str, *key: str) -> KeyedParquet:
        """One of the snapshot's tables, to be looked into by key."""
        return KeyedParquet(self.folder / f"{name}.parquet", *key)

    def card(self, entity_id: str) -> dict[str, Any] | None:
        """The card of an entity, with its prompt block as `prompt`."""
        row = self.card_row(entity_id)
        return {**json.loads(row["card"]), "prompt": row["prompt"]} if row else None

    def card_row(self, entity_id: str) -> dict[str, Any] | None:
        """The row of `cards.parquet`."""
        return _card_row(self.cards, entity_id)


def entity_of(cards: KeyedParquet, entity_id: str) -> tuple[str, str | None] | None:
    """Type and name of an entity; None when there is none."""
    row = _card_row(cards, entity_id)
    return (row["entity_type"], row["name"]) if row else None


def _card_row(cards: KeyedParquet, entity_id: str) -> dict[str, Any] | None:
    rows: list[dict[str, Any]] = cards.rows(entity_id).to_pylist()
    return rows[0] if rows else None


def during(rows: pa.Table, begin: str, end: str, field: str, at: When) -> pa.Table:
    """The rows whose time, from `begin` up to but not with `end`, holds the instant; all where none is asked."""
    if at is None:
        return rows
    moment = parse_instant(field, at)
    begun = pc.less_equal(rows.column(begin), moment)
    over = pc.fill_null(pc.less_equal(rows.column(end), moment), False)
    return rows.filter(pc.and_not(begun, over))

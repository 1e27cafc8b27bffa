"""From anything that was handed over back to the source file and row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from memory.reader.errors import LookupFailedError
from memory.reader.filters import checked_text, owner_filter, quoted
from memory.reader.find import MAX_IDENTIFIER, Match
from memory.reader.view import SnapshotView
from memory.snapshot.layout import COMPANY

MEMORY_COLUMNS = [
    "owner",
    "memory_id",
    "kind",
    "text",
    "occurred_at",
    "source",
    "record_key",
    "source_file",
    "source_row",
]
PLACE_COLUMNS = ["record_key", "source_file", "source_row"]


def explain(view: SnapshotView, item_id: str, match: Match, owners: Sequence[str]) -> dict[str, Any]:
    """The memory, fact or signal with this id, as far as it is this customer's (or the company's), with its source.

    Raises LookupFailedError when it is not, BadRequestError for an id that is none.
    """
    checked_text("item_id", item_id, MAX_IDENTIFIER)
    where = f"({owner_filter([*owners, COMPANY])}) and memory_id = {quoted(item_id)}"
    columns = [name for name in MEMORY_COLUMNS if name in view.memories.names]
    [memories] = view.memories.together(view.memories.rows(where, columns, 1))
    view.memories.refuse_strangers(memories, [*owners, COMPANY])
    if memories.num_rows:
        return {"type": "memory", **memories.drop_columns("owner").to_pylist()[0]}
    for name, table, key in (("fact", view.fact_history, "fact_id"), ("signal", view.signals, "signal_id")):
        for owner in owners:
            rows = table.rows(owner)
            found = rows.filter(pc.equal(rows.column(key), item_id)).to_pylist()
            if found and (owner == match.entity_id or found[0].get("person_id") in {None, match.entity_id}):
                place = _signal_places(view, owner, found[0]) if table is view.signals else {}
                return {"type": name, **place, **found[0]}
    raise LookupFailedError(f"{item_id!r} is no memory, fact or signal of {match.entity_type} {match.entity_id}")


def _signal_places(view: SnapshotView, account_id: str, signal: dict[str, Any]) -> dict[str, Any]:
    """File and row of a signal's own record, and as `sources` those of its evidence too, as the timeline tells them."""
    rows = view.timeline_table.rows(account_id)
    evidence = pa.array(signal.get("evidence") or [], pa.string())
    own = rows.filter(pc.equal(rows.column("entry_id"), signal["signal_id"]))
    others = rows.filter(pc.is_in(rows.column("record_key"), value_set=evidence))
    places = pa.concat_tables([own, others]).select(PLACE_COLUMNS).to_pylist()
    first = {name: place[name] for place in places[: own.num_rows] for name in ("source_file", "source_row")}
    return {**first, "sources": list({place["record_key"]: place for place in places}.values())}

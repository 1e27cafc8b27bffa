"""From anything that was handed over back to the source file and row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow.compute as pc

from memory.reader.errors import LookupFailedError
from memory.reader.filters import owner_filter, quoted
from memory.reader.find import Match
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


def explain(view: SnapshotView, item_id: str, match: Match, owners: Sequence[str]) -> dict[str, Any]:
    """The memory, fact or signal with this id, as far as it is this customer's (or the company's), with its source.

    Raises LookupFailedError when it is not.
    """
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
                return {"type": name, **found[0]}
    raise LookupFailedError(f"{item_id!r} is no memory, fact or signal of {match.entity_type} {match.entity_id}")

"""Of somebody who changed employers: where a memory is from, for it must not pass for the present account's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memory.reader.answers import Recalled
from memory.reader.filters import owner_filter, quoted
from memory.reader.find import Match
from memory.reader.view import SnapshotView
from memory.snapshot.wording import one_line


def with_employers(
    view: SnapshotView, match: Match, owners: Sequence[str], memories: Sequence[Recalled]
) -> list[Recalled]:
    """The memories, those from the time at an account that is none of `owners` with that account's name."""
    if match.entity_type != "person" or not memories:
        return list(memories)
    former = {account: one_line(name) for account, name in view.employers(match).items() if account not in owners}
    if not former:
        return list(memories)
    ids = ", ".join(quoted(memory.memory_id) for memory in memories)
    where = f"{owner_filter(owners)} and memory_id in ({ids})"
    [rows] = view.memories.together(view.memories.rows(where, ["memory_id", "account_id"], len(memories)))
    accounts = {row["memory_id"]: row["account_id"] for row in rows.to_pylist()}
    return [replace(memory, then_at=former.get(accounts.get(memory.memory_id) or "")) for memory in memories]

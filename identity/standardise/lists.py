"""Lists of values that say nothing of one person or company: dbt's seeds, so that SQL and Python mean the same."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"
LISTS = (SEEDS / "free_mail_domains.csv", SEEDS / "generic_mailboxes.csv")


@cache
def free_mail_domains() -> frozenset[str]:
    """Domains at which anyone may have a mailbox."""
    return frozenset(row["domain"] for row in _rows(LISTS[0]))


@cache
def generic_mailboxes() -> dict[str, str]:
    """Local parts of addresses that are no one's own: `shared` by a role's people, or a `bot`'s that nobody reads."""
    return {row["local_part"]: row["kind"] for row in _rows(LISTS[1])}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

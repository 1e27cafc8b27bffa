"""Signals and patterns against the truth of a generated world: which planted stories are there, which patterns are not planted."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

# A signal stands for a planted step when it is dated so near to it: usage and departures are dated by estimate.
TOLERANCE = timedelta(days=14)
# The truth dates a silence a month into it; the signal counts from the last contact, which may lie before it.
TOLERANCES = {"silence": timedelta(days=30)}
# The three renewal signals are one date, which a story that plants one of them plants for all.
RENEWALS = ("renewal_due_90", "renewal_due_60", "renewal_due_30")


@dataclass(frozen=True)
class Found:
    """One planted story: the signals that stand for its steps (None: missing), and whether links join them in order."""

    story_id: str
    kind: str
    steps: tuple[tuple[str, bool], ...]
    linked: bool


@dataclass(frozen=True)
class Pattern:
    """A significant pattern, and whether its steps lie in a story's order."""

    pattern: str
    window_days: int
    accounts: int
    adjusted_p_value: float
    planted: bool


class Lake:
    """What a built lake says: signals by account and kind, links, and which entity each source record belongs to."""

    def __init__(self, con: DuckDBPyConnection) -> None:
        self.entity = dict(
            con.execute(
                "select record_key, entity_id from marts.identity_links where entity_type = 'account'"
            ).fetchall()
        )
        self.signals: dict[tuple[str, str], list[tuple[datetime, str]]] = defaultdict(list)
        for account, kind, at, signal in con.execute(
            "select account_id, kind, occurred_at, signal_id from marts.signals order by occurred_at, signal_id"
        ).fetchall():
            self.signals[account, kind].append((at, signal))
        self.links = set(con.execute("select from_signal_id, to_signal_id from marts.signal_links").fetchall())
        self.patterns = con.execute(
            "select pattern, window_days, accounts, adjusted_p_value, steps from marts.signal_patterns "
            "where is_significant order by adjusted_p_value, pattern, window_days"
        ).fetchall()

    def account(self, records: list[str]) -> str | None:
        """The entity of most of these records."""
        held = Counter(self.entity[key] for key in records if key in self.entity)
        return min(held, key=lambda entity: (-held[entity], entity)) if held else None


class Truth:
    """What was planted in a generated world: rows of its accounts, stories and kinds of story."""

    def __init__(self, folder: Path) -> None:
        self.accounts, self.stories, self.kinds = (
            [json.loads(line) for line in (folder / f"{name}.ndjson").read_text(encoding="utf-8").splitlines()]
            for name in ("accounts", "stories", "story_kinds")
        )


def stories(lake: Lake, truth: Truth) -> list[Found]:
    """Each planted story, looked for in the account that its company became."""
    companies = {row["account_id"]: lake.account(row["records"]) for row in truth.accounts}
    return [_find(lake, companies[story["account_id"]], story) for story in truth.stories]


def patterns(lake: Lake, truth: Truth) -> list[Pattern]:
    """The significant patterns; planted are those whose steps follow each other, not always at once, in a story kind."""
    kinds = [row["steps"] for row in truth.kinds]
    return [
        Pattern(name, window, accounts, p, _planted(steps, kinds)) for name, window, accounts, p, steps in lake.patterns
    ]


def _find(lake: Lake, account: str | None, story: dict[str, Any]) -> Found:
    candidates = []
    for step in story["steps"]:
        planted_at = datetime.fromisoformat(step["occurred_at"])
        near = lake.signals[account or "", step["signal"]]
        candidates.append(
            [signal for at, signal in near if abs(at - planted_at) <= TOLERANCES.get(step["signal"], TOLERANCE)]
        )
    reached = candidates[0]
    for later in candidates[1:]:
        reached = [signal for signal in later if any((before, signal) in lake.links for before in reached)]
    steps = tuple((step["signal"], bool(found)) for step, found in zip(story["steps"], candidates, strict=True))
    return Found(story["story_id"], story["kind"], steps, bool(reached))


def _planted(steps: list[str], kinds: list[list[str]]) -> bool:
    wanted = [_date(step) for step in steps]
    for kind in kinds:
        rest = iter([_date(step) for step in kind])
        if all(step in rest for step in wanted):
            return True
    return False


def _date(signal: str) -> str:
    return "renewal" if signal in RENEWALS else signal

"""The chart above a timeline: lanes, scale and words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from orchestration.commands.timeline_chart import Scale, chart, months, sequences


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def entry(day: str, entry_type: str = "interaction", channel: str | None = "email") -> dict[str, Any]:
    return {"occurred_at": at(day), "entry_type": entry_type, "channel": channel}


def test_lanes_stand_on_one_scale() -> None:
    entries = [
        entry("2025-01-01"), entry("2025-01-01"), entry("2025-01-10"), entry("2025-01-05", channel="ticket"),
        entry("2025-01-03", "invoice", None), entry("2025-01-03", "invoice", None), entry("2025-01-04", "opportunity", None),
        entry("2019-05-01", "subscription", None), entry("2025-01-05", "signal", None),
    ]  # fmt: skip
    signals = [{"occurred_at": at("2025-01-05"), "tone": "risk"}]
    assert chart(entries, signals, columns=10) == [
        ("email", "█        ▄"),
        ("ticket", "    ▄     "),
        ("invoices •", "  2       "),
        ("deals ◆", "   ◆      "),
        ("risk ▼", "    ▼     "),
        ("", "2025-01"),
    ]


def test_nothing_gives_no_chart() -> None:
    assert chart([], [], columns=10) == []
    assert chart([entry("2019-05-01", "subscription", None)], [], columns=10) == []


def test_long_times_share_columns_and_months_find_room() -> None:
    scale = Scale.over([at("2024-01-15"), at("2025-01-14")], columns=60)
    assert (scale.days, scale.columns) == (7, 53)
    assert scale.column(at("2025-01-14")) == 52
    assert months(scale) == "2024-01    2024-04      2024-07      2024-10      2025-01"  # 1 April is 77 days on


def test_sequences_tell_what_came_before_what() -> None:
    links = [
        {"from_at": at("2025-01-01"), "to_at": at("2025-01-13"), "from_kind": "champion_departed", "to_kind": "usage_drop",
         "lag_days": 12.3, "is_recurrent": True},
        {"from_at": at("2025-01-01"), "to_at": at("2025-01-02"), "from_kind": "silence", "to_kind": "usage_drop",
         "lag_days": 1.0, "is_recurrent": False},
    ]  # fmt: skip
    assert sequences(links) == ["2025-01-01 champion departed → 12 days → 2025-01-13 usage drop"]

"""A customer's time as lines of text: how much happened on each channel, what was billed, and where signals stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

BARS = "▁▂▃▄▅▆▇█"
NOTHING = " "
TONES = {"risk": "▼", "opportunity": "▲", "neutral": "·"}
MARKS = {"invoice": "•", "subscription": "■", "opportunity": "◆"}
LANE_OF = {"invoice": "invoices", "subscription": "contract", "opportunity": "deals"}
OLDER = ("subscription", "opportunity")  # these may lie years before the first contact that is known
LABEL_GAP = 2

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Scale:
    """Days as columns: `days` of them each, from `first` on."""

    first: date
    columns: int
    days: int

    @classmethod
    def over(cls, moments: Sequence[datetime], columns: int) -> Scale:
        """The scale on which all moments fit into so many columns; at least one moment."""
        first, last = min(moments).date(), max(moments).date()
        length = (last - first).days + 1
        days = ceil(length / columns)
        return cls(first, ceil(length / days), days)

    def holds(self, moment: datetime) -> bool:
        """Whether it has a column."""
        return 0 <= self.column(moment) < self.columns

    def column(self, moment: datetime) -> int:
        """Where a moment stands."""
        return (moment.date() - self.first).days // self.days


def chart(entries: Iterable[Entry], signals: Iterable[Entry], columns: int) -> list[tuple[str, str]]:
    """Lanes as (name, line): channels by how much happened on them, then money, then signals, then the months.

    `entries` are those of the timeline, `signals` rows with a `tone`. The first contact, bill or signal begins it;
    without any it is empty.
    """
    noticed, listed = list(signals), list(entries)
    moments = [entry["occurred_at"] for entry in listed if entry["entry_type"] not in OLDER]
    moments += [signal["occurred_at"] for signal in noticed]
    if not moments:
        return []
    scale = Scale.over(moments, columns)
    happened = [entry for entry in listed if entry["entry_type"] != "signal" and scale.holds(entry["occurred_at"])]
    lanes = [*_channels(happened, scale), *_marks(happened, scale)]
    for tone, mark in TONES.items():
        of_tone = [scale.column(signal["occurred_at"]) for signal in noticed if signal["tone"] == tone]
        if of_tone:
            lanes.append((f"{tone} {mark}", _marked(of_tone, mark, scale)))
    return [*lanes, ("", months(scale))]


def _channels(entries: Sequence[Entry], scale: Scale) -> list[tuple[str, str]]:
    """One lane a channel, the busiest first, all to one scale."""
    counts: dict[str, Counter[int]] = {}
    for entry in entries:
        if entry["entry_type"] == "interaction":
            counts.setdefault(entry["channel"], Counter())[scale.column(entry["occurred_at"])] += 1
    most = max((max(columns.values()) for columns in counts.values()), default=1)
    busiest = sorted(counts, key=lambda channel: (-counts[channel].total(), channel))
    return [(channel, "".join(_bar(counts[channel][at], most) for at in range(scale.columns))) for channel in busiest]


def _bar(count: int, most: int) -> str:
    return BARS[ceil(count / most * len(BARS)) - 1] if count else NOTHING


def _marks(entries: Sequence[Entry], scale: Scale) -> list[tuple[str, str]]:
    found = []
    for entry_type, mark in MARKS.items():
        at = [scale.column(entry["occurred_at"]) for entry in entries if entry["entry_type"] == entry_type]
        if at:
            found.append((f"{LANE_OF[entry_type]} {mark}", _marked(at, mark, scale)))
    return found


def _marked(at: Sequence[int], mark: str, scale: Scale) -> str:
    """The mark where something is, its number where there are several."""
    counts = Counter(at)
    shown = (
        NOTHING if not counts[n] else mark if counts[n] == 1 else str(min(counts[n], 9)) for n in range(scale.columns)
    )
    return "".join(shown)


def months(scale: Scale) -> str:
    """The months' names under the columns in which they begin, as far as they find room."""
    line = ""
    for column in range(scale.columns):
        begin = scale.first + timedelta(days=column * scale.days)
        until = begin + timedelta(days=scale.days)
        starts = column == 0 or begin <= until.replace(day=1) < until
        if starts and (not line or len(line) + LABEL_GAP <= column):
            month = begin if column == 0 else until - timedelta(days=1)
            line = line.ljust(column) + f"{month:%Y-%m}"
    return line


def sequences(links: Iterable[Entry]) -> list[str]:
    """The links that recur across the portfolio, newest first, in words: what came before what, never why."""
    recurrent = sorted(
        (link for link in links if link["is_recurrent"]),
        key=lambda link: (link["to_at"], link["from_at"]),
        reverse=True,
    )
    return [
        f"{link['from_at']:%Y-%m-%d} {_words(link['from_kind'])} → {link['lag_days']:.0f} days → "
        f"{link['to_at']:%Y-%m-%d} {_words(link['to_kind'])}"
        for link in recurrent
    ]


def _words(kind: str) -> str:
    return kind.replace("_", " ")

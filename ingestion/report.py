"""What a landing did, for people and for metadata."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from ingestion.drops import UnknownFile

TOTALS = ("files_found", "files_landed", "rows", "rejects")


@dataclass
class StreamCount:
    """One stream's share of a landing."""

    source: str
    stream: str  # empty for zip files that could not be opened
    files_found: int = 0
    files_landed: int = 0
    files_already_landed: int = 0
    rows: int = 0
    rejects: int = 0


@dataclass(frozen=True)
class FileNote:
    """Something tolerated in a file: a charset, a header given twice, a missing id column."""

    name: str
    note: str


@dataclass
class LandingReport:
    """Counts of one landing. `day` is None when there was nothing to land and no day was given."""

    day: date | None
    streams: list[StreamCount] = field(default_factory=list)
    unknown: list[UnknownFile] = field(default_factory=list)
    notes: list[FileNote] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    files_later: int = 0  # of drops after `day`, not read
    cut_off_loads: int = 0  # of an earlier run, taken out and landed again

    def count(self, source: str, stream: str | None) -> StreamCount:
        """The counts of a stream, to be added to."""
        for count in self.streams:
            if (count.source, count.stream) == (source, stream or ""):
                return count
        self.streams.append(StreamCount(source, stream or ""))
        return self.streams[-1]

    @property
    def files_found(self) -> int:
        """Recognised files up to the day."""
        return sum(count.files_found for count in self.streams)

    @property
    def files_landed(self) -> int:
        """Files new to the lake."""
        return sum(count.files_landed for count in self.streams)

    @property
    def rows(self) -> int:
        """Rows landed."""
        return sum(count.rows for count in self.streams)

    @property
    def rejects(self) -> int:
        """Rows and files that went to quarantine."""
        return sum(count.rejects for count in self.streams)

    def totals(self, source: str) -> dict[str, int]:
        """One source's sums over its streams."""
        streams = [count for count in self.streams if count.source == source]
        return {name: sum(getattr(count, name) for count in streams) for name in TOTALS}

    def as_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        totals = {name: getattr(self, name) for name in TOTALS}
        return {**asdict(self), "day": self.day.isoformat() if self.day else None, **totals}

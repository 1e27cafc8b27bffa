"""What every exporter is given: where rows go, and in which drop they arrive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from data.demo.breaks import Breaks, Broken, broken_csv, broken_json
from data.demo.drops import ExportFile, Exports, as_csv, as_json
from data.demo.ids import Ids
from data.demo.model import Person
from data.demo.records import Registry
from data.demo.rng import stream
from data.demo.timeline import END, Drops
from data.demo.truth import Truth

Row = dict[str, Any]
LATE_SHARE = 0.006
STREAM_NAMES = {
    "Account": "accounts",
    "Contact": "contacts",
    "Opportunity": "opportunities",
    "Task": "tasks",
    "User": "users",
}


@dataclass(frozen=True)
class Context:
    """The seed, the drops, where to write, and the staff."""

    seed: int
    drops: Drops
    exports: Exports
    truth: Truth
    ids: Ids
    registry: Registry
    staff: dict[str, list[Person]]
    helpers: dict[str, Person]
    breaks: Breaks = field(default_factory=Breaks)

    def rng(self, *purpose: object) -> Random:
        """A stream of its own."""
        return stream(self.seed, *purpose)

    @property
    def all_staff(self) -> list[Person]:
        """Every member of the staff."""
        return [person for group in self.staff.values() for person in group]

    def deliver(self, changes: Sequence[datetime], write: Callable[[date, datetime], Any]) -> None:
        """Call `write` with each drop's date and end in which the object is new or changed."""
        if len(changes) == 1 and changes[0].date() <= self.drops.dates[0]:
            write(*self.drops.windows[0][::2])
            return
        for day, begin, end in self.drops.windows:
            if any(begin < at <= end for at in changes):
                write(day, end)

    def arrival(self, key: str, at: datetime) -> datetime:
        """When the tool hands the thing over: at once, or for a few only days or weeks later."""
        rng = stream(self.seed, "late", key)
        if rng.random() >= LATE_SHARE or at.date() > self.drops.dates[-2]:
            return at
        later = [end for day, _, end in self.drops.windows[1:] if day > at.date()]
        return min(rng.choice(later), END) - timedelta(hours=8)

    def json_row(self, source: str, day: date, name: str, row: Row) -> int:
        """Append a row to a JSON-lines file, and what is broken behind it."""
        file = self.exports.file(source, day, name)
        line = file.add(as_json(row))
        for number, kind in enumerate(self.breaks.after(source, name, self.drops.number(day), file.records)):
            self._break(file, source, name, broken_json((source, name), row, kind, number))
        return line

    def csv_row(self, source: str, day: date, name: str, columns: Sequence[str], row: Row, line_end: str = "\n") -> int:
        """Append a row to a CSV file under its header, and what is broken behind it."""
        file = self.exports.file(source, day, name)
        if file.lines == 0:
            file.add(as_csv(columns), line_end)
            file.records = 0
        line = file.add(as_csv([row.get(column, "") for column in columns]), line_end)
        for number, kind in enumerate(self.breaks.after(source, name, self.drops.number(day), file.records)):
            self._break(file, source, name, broken_csv((source, name), columns, row, kind, number), line_end)
        return line

    def _break(self, file: ExportFile, source: str, name: str, broken: Broken, line_end: str = "\n") -> None:
        line = file.add(broken.text, line_end)
        stem = name.partition(".")[0]
        self.truth.broken(source, STREAM_NAMES.get(stem, stem), file.relative, line, broken.stage, broken.reason)

"""Printing: tables and panels for people on standard output, JSON for scripts, progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table


class Pipe(Console):
    """A console whose broken pipe ends the command as any other (`errors`), not as a failure."""

    def on_broken_pipe(self) -> None:
        """Let the error through: `memhouse … | head` has enough."""
        raise BrokenPipeError


out = Pipe(soft_wrap=True)
err = Console(stderr=True)
NARROWEST_COLUMN, COLUMN_FRAME = 8, 3  # characters: below this a column is a pile of letters


def print_json(value: Any) -> None:
    """One object on one line."""
    sys.stdout.write(json.dumps(value, default=_plain, ensure_ascii=False) + "\n")


def print_json_lines(rows: Iterable[Mapping[str, Any]]) -> None:
    """One object a row."""
    for row in rows:
        print_json(row)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None, whole: str | None = None
) -> None:
    """Rows where people look; the column `whole` is never broken over lines, so that it can be copied."""
    table = Table(*(escape(column) for column in columns), title=title, title_justify="left", header_style="bold")
    for column in table.columns:
        column.overflow = "fold"  # a key that is cut off is of no use
        column.no_wrap = column.header == whole
    for row in rows:
        table.add_row(*(escape(text(value)) for value in row))
    out.print(table)


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows of any query: as a table, or one below the other where the table would be too wide to read."""
    if len(columns) * (NARROWEST_COLUMN + COLUMN_FRAME) <= out.width:
        print_table(columns, rows)
        return
    for number, row in enumerate(rows, start=1):
        print_table(("column", "value"), zip(columns, row, strict=True), title=f"row {number} of {len(rows)}")
    if not rows:
        out.print(f"no rows; columns: {', '.join(columns)}", markup=False, highlight=False)


def text(value: Any) -> str:
    """A value as people read it: nothing for null, instants to the second."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def _plain(value: object) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value)

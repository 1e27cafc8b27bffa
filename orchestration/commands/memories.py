"""`memhouse memory stats`: what memory holds, what agents found in it, what retention takes out."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from orchestration.commands.options import AsJson, Lake, settings_of
from orchestration.commands.output import out, print_json, print_table
from orchestration.commands.query import published_version

if TYPE_CHECKING:
    from memory.statistics import MemoryStatistics

BYTES_IN_MB = 1_000_000


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="The memories: how many, how useful, what leaves.")
    group.callback()(lambda: None)  # a group, though it has one command
    group.command("stats")(stats)
    app.add_typer(group, name="memory")


def stats(lake: Lake = None, as_json: AsJson = False) -> None:
    """Show the size of memory, the hit rate of recalls, and what the rules of retention take out."""
    settings = settings_of(lake)
    from lake.connection import connect
    from memory.statistics import memory_statistics

    with connect(settings, read_only=True, version=published_version(settings)) as con:
        found = memory_statistics(con, settings.vectors_dir)
    print_json(asdict(found)) if as_json else _show(found)


def _show(found: MemoryStatistics) -> None:
    _table("Held", found.held)
    out.print(f"Vectors: {found.vector_bytes / BYTES_IN_MB:.1f} MB\n", highlight=False)
    recalled = [
        row | {"agent_id": "all agents" if row["agent_id"] is None else row["agent_id"]} for row in found.recalled
    ]
    _table("Recalled", recalled, "No recall has been landed: `memhouse mcp --events` writes them.")
    _table("Evicted by the rules of retention", found.evicted, "No rule of retention applies to any memory.")


def _table(title: str, rows: list[dict[str, Any]], otherwise: str = "No memory is held.") -> None:
    if rows:
        print_table([name.replace("_", " ") for name in rows[0]], [list(row.values()) for row in rows], title=title)
    else:
        out.print(otherwise)

"""`memhouse timeline`: what happened with a customer, as a chart and in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from orchestration.commands.ask import Begin, End, Snap, open_snapshot
from orchestration.commands.options import AsJson, Lake, Who
from orchestration.commands.output import out, print_json_lines, print_table, text

if TYPE_CHECKING:
    from memory.reader import Snapshot

ALL = 1_000_000
LABELS = 16
WIDEST = 120
CELL = 90
SHOWN_SEQUENCES = 8
COLUMNS = ("occurred_at", "kind", "channel", "direction", "what", "record_key")
NARROW, COLUMNS_OF_NARROW = 110, ("occurred_at", "kind", "direction", "what")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("timeline")(timeline)


def timeline(
    who: Who,
    begin: Begin = None,
    end: End = None,
    limit: Annotated[int, typer.Option(min=0, help="Entries at most below the chart.")] = 50,
    with_chart: Annotated[
        bool, typer.Option("--chart/--no-chart", help="Draw the whole time above the entries.")
    ] = True,
    snapshot: Snap = None,
    lake: Lake = None,
    as_json: AsJson = False,
) -> None:
    """Show what happened with a customer, newest first, below a chart of the whole time."""
    opened = open_snapshot(snapshot, lake)
    if as_json:
        print_json_lines(opened.timeline(who, begin=begin, end=end, limit=limit))
        return
    entries = opened.timeline(who, begin=begin, end=end, limit=ALL)
    if with_chart:
        show_chart(opened, who, entries)
    columns = COLUMNS if out.width >= NARROW else COLUMNS_OF_NARROW
    print_table(columns, [[_cell(entry, name) for name in columns] for entry in entries[:limit]])
    if len(entries) > limit:
        out.print(f"the newest {limit} of {len(entries):,}: --limit, --begin and --end show others", highlight=False)


def show_chart(snapshot: Snapshot, who: str, entries: list[dict[str, Any]]) -> None:
    """The lanes, and which of the signals' sequences recur in other accounts."""
    from orchestration.commands.timeline_chart import chart, sequences

    match, view = snapshot.find(who), snapshot.view
    shown = {entry["entry_id"] for entry in entries if entry["entry_type"] == "signal"}
    accounts = sorted({entry["account_id"] for entry in entries})
    signals = [
        row for account in accounts for row in view.signals.rows(account).to_pylist() if row["signal_id"] in shown
    ]
    links = [row for account in accounts for row in view.keyed("signal_links", "account_id").rows(account).to_pylist()]
    out.print(f"[bold]{escape(match.name or 'no name')}[/] · {match.entity_type} {match.entity_id}", highlight=False)
    for name, line in chart(entries, signals, min(out.width, WIDEST) - LABELS - 1):
        out.print(f"[dim]{name:>{LABELS}}[/] {escape(line)}", highlight=False, no_wrap=True)
    told = sequences(link for link in links if {link["from_signal_id"], link["to_signal_id"]} <= shown)
    if told:
        out.print("\nSequences that recur across the accounts more often than chance would have it:")
        for line in told[:SHOWN_SEQUENCES]:
            out.print(f"  {escape(line)}", highlight=False)
    out.print()


def _cell(entry: dict[str, Any], name: str) -> str:
    value = _what(entry) if name == "what" else text(entry.get(name))
    return value if len(value) <= CELL else value[: CELL - 1] + "…"


def _what(entry: dict[str, Any]) -> str:
    """An interaction's subject, or its text where it has none; anything else with what there is to say about it."""
    title, said = text(entry.get("title")), text(entry.get("text"))
    if entry["entry_type"] == "interaction":
        return title or said
    return said if entry["entry_type"] == "signal" and said else ": ".join(part for part in (title, said) if part)
